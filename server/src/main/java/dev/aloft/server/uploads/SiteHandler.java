package dev.aloft.server.uploads;

import dev.aloft.files.FilePath;
import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.tachyon.Pictures;
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

/// The front door of this package: divides one site's requests between its uploads and its pictures. Every other path
/// is 404; a web server or CDN in front serves the site itself.
public final class SiteHandler extends Handler.Abstract.NonBlocking {

    private static final UrlPath PICTURES = UrlPath.of(PictureUrls.PATH);

    private final List<Place> places;
    private final List<UploadsHandler> uploads;
    private final Optional<PictureUrls> pictures;

    /// A URL path and the uploads that it means.
    private record Place(UrlPath path, UploadsHandler uploads) {}

    private SiteHandler(List<Place> places, Optional<PictureUrls> pictures) {
        this.places = places;
        this.uploads = places.stream().map(Place::uploads).distinct().toList();
        this.pictures = pictures;
    }

    /// @param paths the URL paths that mean the site's uploads
    public static SiteHandler of(UploadsSite site, List<UploadPath> paths, Optional<Pictures> pictures, Shared shared) {
        Map<FilePath, UploadsHandler> uploads = new HashMap<>();
        List<Place> places = paths.stream()
                .sorted(Comparator.comparingInt((UploadPath path) -> path.path().length())
                        .reversed())
                .map(path -> new Place(
                        UrlPath.of(path.path()),
                        uploads.computeIfAbsent(path.folder(), folder -> new UploadsHandler(site.in(folder), shared))))
                .toList();
        return new SiteHandler(places, pictures.map(made -> new PictureUrls(site, made, shared)));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String written = request.getHttpURI().getPath();
        for (UploadsHandler each : uploads) {
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

    /// The resources that all sites of an edge share. They belong to the edge, which closes them.
    ///
    /// @param threads run blocking tasks, one thread for each
    public record Shared(HttpCache cache, Executor threads, SlowReaderSlots slots) {

        /// With slots of its own for slow readers.
        public Shared(HttpCache cache, Executor threads) {
            this(cache, threads, new SlowReaderSlots());
        }

        /// The number of S3 connections that slow clients hold open.
        public int slowReaders() {
            return slots.taken();
        }

        /// The number of slow clients that wait for such a connection; an estimate, for metrics.
        public int waitingReaders() {
            return slots.waiting();
        }
    }
}
