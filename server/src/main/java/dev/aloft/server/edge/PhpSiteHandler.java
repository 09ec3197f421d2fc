package dev.aloft.server.edge;

import java.io.IOException;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.Callback;

/// Answers a PHP site's requests: its plain files itself, the rest by php-fpm.
final class PhpSiteHandler extends Handler.Wrapper {

    private final CodeRoot code;

    private PhpSiteHandler(CodeRoot code, Handler php) {
        super(php);
        this.code = code;
    }

    static PhpSiteHandler of(Upstream.PhpSite site, List<UrlPath> uploadPaths, EdgeLimits limits) throws IOException {
        SizeLimitHandler bounded = new SizeLimitHandler(limits.maxBodyBytes(), -1);
        bounded.setHandler(new FastCgi(site, limits.siteSilence()));
        return new PhpSiteHandler(new CodeRoot(site.codeRoot(), uploadPaths), bounded);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        UrlPath path = UrlPath.of(request);
        return switch (code.find(path)) {
            case CodeRoot.Target.Program(String name) -> {
                FastCgi.setProgram(request, name);
                yield super.handle(request, response, callback);
            }
            case CodeRoot.Target.Plain plain -> StaticFile.send(plain.file(), request, response, callback);
            case CodeRoot.Target.FolderWithoutSlash _ -> addSlash(path, request, response, callback);
            case CodeRoot.Target.Nothing _ -> PlainText.send(response, callback, HttpStatus.NOT_FOUND_404);
        };
    }

    private static boolean addSlash(UrlPath path, Request request, Response response, Callback callback) {
        String query = request.getHttpURI().getQuery();
        response.getHeaders().put(HttpHeader.LOCATION, path.encoded() + "/" + (query == null ? "" : "?" + query));
        return PlainText.send(response, callback, HttpStatus.MOVED_PERMANENTLY_301);
    }
}
