package dev.aloft.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// A site as what stands in front of it knows it. Each value becomes part of a configuration as it is, so each is
/// checked.
///
/// @param host the site's name
/// @param origin what answers everything but uploads and pictures
/// @param listen where the one in front listens; unless said on the usual port of every address
record CdnSite(String host, Origin origin, Optional<Listen> listen) {

    /// What runs the site.
    sealed interface Origin {}

    /// Another web server.
    ///
    /// @param url as in `http://10.0.0.7:8080`
    record Server(URI url) implements Origin {

        Server {
            demandServer("--site", url);
        }
    }

    /// A php-fpm on the same machine, before which the one in front is the web server.
    ///
    /// @param root the folder with the site's index.php
    /// @param socket php-fpm's Unix socket
    record Php(Path root, Path socket) implements Origin {

        Php {
            demandFile("--root", root);
            demandFile("--php-socket", socket);
        }
    }

    CdnSite {
        if (!host.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
            throw new IllegalArgumentException("not a host's name: " + host);
        }
    }

    CdnSite(String host, Origin origin) {
        this(host, origin, Optional.empty());
    }

    static void demandServer(String option, URI server) {
        if (!server.toString().matches("https?://[A-Za-z0-9.-]+(:\\d{1,5})?/?")) {
            throw new IllegalArgumentException(
                    "not the address of a server: " + option + " " + server + " (expected as in http://10.0.0.7:8080)");
        }
    }

    private static void demandFile(String option, Path path) {
        if (!path.toString().matches("/[A-Za-z0-9/._ +@=,~-]*")) {
            throw new IllegalArgumentException("cannot write " + option + " " + path
                    + " into a configuration (expected a whole path of letters, digits and ordinary marks)");
        }
    }
}
