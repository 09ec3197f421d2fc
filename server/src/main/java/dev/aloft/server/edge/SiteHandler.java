package dev.aloft.server.edge;

import dev.aloft.server.tachyon.PictureHandler;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Divides one site's requests between its uploads and what is behind the edge.
///
/// The promise: nothing that any server could take for a path of the uploads goes behind the edge, however it is
/// written. Such a path is answered by [Uploads], or refused.
final class SiteHandler extends Handler.Wrapper {

    private static final UrlPath PICTURES = UrlPath.of(EdgeSite.PICTURES_PATH);

    private final List<UrlPath> uploadPaths;
    private final Uploads uploads;
    private final Optional<PictureHandler> pictures;

    private SiteHandler(List<UrlPath> uploadPaths, Uploads uploads, Optional<PictureHandler> pictures, Handler behind) {
        super(behind);
        this.uploadPaths = uploadPaths;
        this.uploads = uploads;
        this.pictures = pictures;
    }

    static SiteHandler of(EdgeSite site, EdgeLimits limits) throws IOException {
        List<UrlPath> uploadPaths = site.uploadPaths().stream().map(UrlPath::of).toList();
        Handler behind = switch (site.upstream()) {
            case Upstream.PhpSite php -> PhpSiteHandler.of(php, uploadPaths, limits);
            case Upstream.HttpUpstream http -> HttpUpstreamHandler.of(http, limits);
            case Upstream.None _ -> new NothingHandler();
        };
        return new SiteHandler(
                uploadPaths,
                new Uploads(site.bucket(), site.top()),
                site.pictures().map(PictureHandler::new),
                behind);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.BLOCKING; // Uploads block, whatever is behind.
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        UrlPath path = UrlPath.of(request);
        Optional<UrlPath> top = uploadPaths.stream().filter(path::isWithin).findFirst();
        if (top.isPresent()) {
            return uploads.handle(path.below(top.get()), request, response, callback);
        }
        if (pictures.isPresent() && path.isWithin(PICTURES) && path.clear()) {
            pictures.get().handle(path.below(PICTURES).relative(), request, response, callback);
            return true;
        }
        if (!path.clear() || uploadPaths.stream().anyMatch(path::couldMean)) {
            return PlainText.send(
                    response, callback, HttpStatus.BAD_REQUEST_400, "this path can be read in more than one way");
        }
        return super.handle(request, response, callback);
    }

    /// A site that has uploads only.
    private static final class NothingHandler extends Handler.Abstract.NonBlocking {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            return PlainText.send(response, callback, HttpStatus.NOT_FOUND_404);
        }
    }
}
