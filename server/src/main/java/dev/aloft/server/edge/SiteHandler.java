package dev.aloft.server.edge;

import dev.aloft.server.cache.HttpCache;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Divides one site's requests between its uploads, its pictures and what is behind the edge.
///
/// The promise: nothing that any server could take for a path of the uploads goes behind the edge, however it is
/// written. Such a path is answered by [Uploads], or refused.
final class SiteHandler extends Handler.Wrapper {

    private static final UrlPath PICTURES = UrlPath.of(EdgeSite.PICTURES_PATH);

    private final List<UrlPath> uploadPaths;
    private final Uploads uploads;
    private final Optional<PictureUrls> pictures;
    private final Executor threads;

    private SiteHandler(
            List<UrlPath> uploadPaths,
            Uploads uploads,
            Optional<PictureUrls> pictures,
            Handler behind,
            Executor threads) {
        super(behind);
        this.uploadPaths = uploadPaths;
        this.uploads = uploads;
        addBean(uploads);
        this.pictures = pictures;
        pictures.ifPresent(this::addBean);
        this.threads = threads;
    }

    static SiteHandler of(EdgeSite site, HttpCache cache, EdgeLimits limits, Executor threads, Places places)
            throws IOException {
        List<UrlPath> uploadPaths = site.uploadPaths().stream().map(UrlPath::of).toList();
        Handler behind = switch (site.upstream()) {
            case Upstream.PhpSite php -> PhpSiteHandler.of(php, uploadPaths, limits);
            case Upstream.HttpUpstream http -> HttpUpstreamHandler.of(site.name(), http, cache, limits);
            case Upstream.None _ -> new NothingHandler();
        };
        Refusals refusals = Refusals.of(site, cache, threads, places);
        return new SiteHandler(
                uploadPaths,
                new Uploads(site, cache, refusals, threads, places),
                site.pictures().map(pictures -> new PictureUrls(site, pictures, cache, refusals, threads)),
                behind,
                threads);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING; // Whatever has to wait gets a thread of its own here.
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (uploads.handleKnown(request.getHttpURI().getPath(), request, response, callback)) {
            return true;
        }
        UrlPath path = UrlPath.of(request);
        Optional<UrlPath> top = uploadPaths.stream().filter(path::isWithin).findFirst();
        if (top.isPresent()) {
            return uploads.handle(path.below(top.get()), request, response, callback);
        }
        if (pictures.isPresent() && path.isWithin(PICTURES) && path.clear()) {
            return pictures.get().handle(path.below(PICTURES), request, response, callback);
        }
        if (!path.clear() || uploadPaths.stream().anyMatch(path::couldMean)) {
            return PlainText.send(
                    response, callback, HttpStatus.BAD_REQUEST_400, "this path can be read in more than one way");
        }
        if (getHandler().getInvocationType() == InvocationType.NON_BLOCKING) {
            return super.handle(request, response, callback);
        }
        threads.execute(() -> behind(request, response, callback));
        return true;
    }

    private void behind(Request request, Response response, Callback callback) {
        try {
            if (!super.handle(request, response, callback)) {
                PlainText.send(response, callback, HttpStatus.NOT_FOUND_404);
            }
        } catch (Exception e) {
            callback.failed(e);
        }
    }

    /// A site that has uploads only.
    private static final class NothingHandler extends Handler.Abstract.NonBlocking {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            return PlainText.send(response, callback, HttpStatus.NOT_FOUND_404);
        }
    }
}
