package dev.aloft.server.edge;

import dev.aloft.server.cache.HttpCache;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Divides one site's requests between its uploads and its pictures. Every other path is 404: the site itself is
/// served by a web server or CDN in front.
final class SiteHandler extends Handler.Abstract.NonBlocking {

    private static final UrlPath PICTURES = UrlPath.of(EdgeSite.PICTURES_PATH);

    private final List<UrlPath> uploadPaths;
    private final Uploads uploads;
    private final Optional<PictureUrls> pictures;

    private SiteHandler(List<UrlPath> uploadPaths, Uploads uploads, Optional<PictureUrls> pictures) {
        this.uploadPaths = uploadPaths;
        this.uploads = uploads;
        addBean(uploads);
        this.pictures = pictures;
        pictures.ifPresent(this::addBean);
    }

    /// @param threads for what has to wait
    static SiteHandler of(EdgeSite site, HttpCache cache, Executor threads, Places places) {
        Refusals refusals = Refusals.of(site, cache, threads, places);
        return new SiteHandler(
                site.uploadPaths().stream().map(UrlPath::of).toList(),
                new Uploads(site, cache, refusals, threads, places),
                site.pictures().map(pictures -> new PictureUrls(site, pictures, cache, refusals, threads)));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
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
        return CachedReading.refuse(response, callback, HttpStatus.NOT_FOUND_404, "Not Found");
    }
}
