package dev.aloft.server.edge;

import java.net.URI;
import java.nio.file.Path;

/// What answers the requests of a site that are not for its uploads.
public sealed interface Upstream {

    /// PHP programs in a folder, run by php-fpm, and the plain files beside them.
    ///
    /// @param codeRoot the folder that has WordPress's `index.php`; only read
    /// @param fpmSocket the Unix socket on which php-fpm speaks FastCGI
    record PhpSite(Path codeRoot, Path fpmSocket) implements Upstream {

        public PhpSite {
            if (!codeRoot.isAbsolute() || !fpmSocket.isAbsolute()) {
                throw new IllegalArgumentException(
                        "not absolute paths: code root " + codeRoot + ", php-fpm's socket " + fpmSocket);
            }
        }
    }

    /// Another HTTP server.
    ///
    /// @param uri its address without a path: `http://10.0.0.7:8080`
    record HttpUpstream(URI uri) implements Upstream {

        public HttpUpstream {
            String path = uri.getPath();
            if (uri.getHost() == null
                    || !"http".equals(uri.getScheme())
                    || uri.getUserInfo() != null
                    || uri.getQuery() != null
                    || !(path.isEmpty() || path.equals("/"))) {
                throw new IllegalArgumentException(
                        "not the address of an upstream: " + uri + " (expected http://host or http://host:port)");
            }
        }
    }

    /// Nothing: the edge has uploads only, and everything else is 404.
    enum None implements Upstream {
        NONE
    }
}
