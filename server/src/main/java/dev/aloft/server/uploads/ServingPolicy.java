package dev.aloft.server.uploads;

import dev.aloft.files.FilePath;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.cache.CacheAnswer;
import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.cache.Origin;
import dev.aloft.server.htaccess.Htaccess;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;

/// Decides which of a site's uploads are served. These are checked in order:
///
/// 1. names that could execute or are secret ([ServedName]), which nothing lifts;
/// 2. paths that the operator denies;
/// 3. exceptions that the operator allows;
/// 4. folders that well-known plugins keep private;
/// 5. denials of `.htaccess` files among the uploads ([FolderRules]). Only this check asks S3.
public final class ServingPolicy {

    private final UploadsFolder uploads;
    private final UploadsSite.ServingRules serving;
    private final FolderRules folders;

    private ServingPolicy(UploadsSite site, FolderRules.Reader reader, Executor threads) {
        this.uploads = site.folder();
        this.serving = site.serving();
        this.folders = new FolderRules(uploads, reader, threads);
    }

    /// Reads the rules of folders from S3 each time.
    public static ServingPolicy of(UploadsSite site) {
        return new ServingPolicy(site, key -> read(site.bucket(), key), Runnable::run);
    }

    /// Reads the rules of folders through the edge's cache.
    static ServingPolicy of(UploadsSite site, SiteHandler.Shared shared) {
        Origin unguarded = new UploadsOrigin(site, shared.slots());
        return new ServingPolicy(site, key -> read(shared.cache(), unguarded, key), shared.threads());
    }

    private static Optional<byte[]> read(Bucket bucket, ObjectKey key) throws IOException {
        try (ObjectContent file = bucket.get(key, null, ReadCondition.any()).orElseThrow()) {
            return Optional.of(beginning(file.body()));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Optional<byte[]> read(HttpCache cache, Origin origin, ObjectKey key) throws IOException {
        try (CacheAnswer answer = cache.exchange(origin, new Origin.Request("GET", key.value(), HttpFields.EMPTY))) {
            return switch (answer.status()) {
                case 200 -> Optional.of(beginning(answer.content().stream()));
                case 404 -> Optional.empty();
                default ->
                    throw new Origin.Failure(
                            503, "Service Unavailable", key + " cannot be read: " + answer.status(), null);
            };
        }
    }

    private static byte[] beginning(InputStream file) throws IOException {
        return file.readNBytes(Htaccess.MAX_BYTES + 1);
    }

    /// The reason why an upload is not served, as the end of a sentence: `plugins keep the folder edd private`.
    ///
    /// @param file below `uploads` of the site
    /// @throws IOException when S3 cannot be read
    public Optional<String> reason(FilePath file) throws IOException {
        Optional<String> byName = reasonByName(file.value());
        if (byName.isPresent() || !asksFolders(file.value())) {
            return byName;
        }
        return folders.denial(ObjectKey.of(file.value())).map(denial -> "it is denied by " + denial);
    }

    /// The same without asking S3.
    ///
    /// @param key of an upload of the site
    public Optional<String> reasonByName(String key) {
        String below = belowTop(key);
        List<String> segments = List.of(key.substring(uploads.prefix().length()).split("/", -1));
        if (!ServedName.isServed(segments)) {
            return Optional.of("its name could execute somewhere, or is secret");
        }
        Optional<String> denied = serving.deny().covering(below);
        if (denied.isPresent() || serving.allow().covering(below).isPresent()) {
            return denied.map(rule -> "the rule \"" + rule + "\" of deny covers it");
        }
        return ServedName.privateFolder(segments).map(folder -> "plugins keep the folder " + folder + " private");
    }

    private String belowTop(String key) {
        return uploads.top().relativize(FilePath.of(key));
    }

    private boolean asksFolders(String key) {
        return serving.htaccess() && serving.allow().covering(belowTop(key)).isEmpty();
    }

    /// The same origin without the uploads that rules of folders deny.
    Origin guard(Origin origin, Function<Origin.Request, ObjectKey> key, Supplier<Origin.Answer> denied) {
        return serving.htaccess() ? new HtaccessGuard(origin, this, key, denied) : origin;
    }

    /// Checks whether the rules of its folders deny an upload.
    boolean denies(ObjectKey key) throws IOException {
        return asksFolders(key.value()) && folders.denial(key).isPresent();
    }
}
