package dev.aloft.server.edge;

import dev.aloft.files.FilePath;
import dev.aloft.server.cache.HttpCache;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private final List<Place> places;
    private final List<Uploads> uploads;
    private final Optional<PictureUrls> pictures;

    /// A URL path and the uploads that it means.
    private record Place(UrlPath path, Uploads uploads) {}

    private SiteHandler(List<Place> places, Optional<PictureUrls> pictures) {
        this.places = places;
        this.uploads = places.stream().map(Place::uploads).distinct().toList();
        uploads.forEach(this::addBean);
        this.pictures = pictures;
        pictures.ifPresent(this::addBean);
    }

    /// @param threads for what has to wait
    static SiteHandler of(EdgeSite site, HttpCache cache, Executor threads, Places slowReaders) {
        Map<FilePath, Uploads> uploads = new HashMap<>();
        List<Place> places = site.uploadPaths().stream()
                .sorted(Comparator.comparingInt((UploadPath path) -> path.path().length())
                        .reversed())
                .map(path -> new Place(
                        UrlPath.of(path.path()),
                        uploads.computeIfAbsent(
                                path.folder(), folder -> uploads(site, folder, cache, threads, slowReaders))))
                .toList();
        return new SiteHandler(places, site.pictures().map(pictures -> {
            Refusals refusals = Refusals.of(site, UploadPath.UPLOADS, cache, threads, slowReaders);
            return new PictureUrls(site, pictures, cache, refusals, threads);
        }));
    }

    private static Uploads uploads(
            EdgeSite site, FilePath folder, HttpCache cache, Executor threads, Places slowReaders) {
        Refusals refusals = Refusals.of(site, folder, cache, threads, slowReaders);
        return new Uploads(site, folder, cache, refusals, threads, slowReaders);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String written = request.getHttpURI().getPath();
        for (Uploads each : uploads) {
            if (each.handleKnown(written, request, response, callback)) {
                return true;
            }
        }
        UrlPath path = UrlPath.of(request);
        for (Place place : places) {
            if (path.isWithin(place.path())) {
                return place.uploads().handle(path.below(place.path()), request, response, callback);
            }
        }
        if (pictures.isPresent() && path.isWithin(PICTURES) && path.clear()) {
            return pictures.get().handle(path.below(PICTURES), request, response, callback);
        }
        return CachedReading.refuse(response, callback, HttpStatus.NOT_FOUND_404, "Not Found");
    }
}
