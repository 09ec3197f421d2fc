package dev.aloft.cli.configuration;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.cli.configuration.FallbackConfiguration.Folder;
import dev.aloft.cli.configuration.FallbackConfiguration.OtherBucket;
import dev.aloft.cli.console.Failure;
import dev.aloft.files.FilePath;
import dev.aloft.local.LocalFolder;
import dev.aloft.migrate.MigrationSides;
import dev.aloft.server.UploadsFolder;
import dev.aloft.store.Bucket;
import dev.aloft.store.Fallback;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Opens the place of a site's uploads that are not in its bucket yet.
public final class SiteFallback {

    private SiteFallback() {}

    /// The site's bucket, with the files of its fallback if it has one.
    ///
    /// @param store of the bucket
    /// @param opened takes another store that is needed, which the caller closes
    public static Bucket bucket(SiteConfiguration site, Store store, Consumer<Store> opened) throws Failure {
        Bucket bucket = store.bucket(site.bucket());
        if (site.fallback().isEmpty()) {
            return bucket;
        }
        FilePath uploads = site.prefix().resolve(UploadsFolder.UPLOADS.value());
        String prefix = uploads.value() + "/";
        String deletions = MigrationSides.deletions(site.prefix(), uploads).value() + "/";
        return bucket.withFallback(
                switch (site.fallback().get()) {
                    case Folder(Path path) -> {
                        requireUtf8();
                        yield Fallback.of(
                                folder(site, path),
                                prefix,
                                deletions,
                                key -> site.agent().headers().headers(FilePath.of(key.value())));
                    }
                    case OtherBucket place -> {
                        BucketFolder folder = open(place, store, opened);
                        yield Fallback.of(folder.bucket(), folder.prefix(), prefix, deletions);
                    }
                });
    }

    /// Opens the directory of another bucket.
    ///
    /// @param store of the site
    /// @param opened takes another store that is needed, which the caller closes
    public static BucketFolder open(OtherBucket place, Store store, Consumer<Store> opened) {
        Store other = store;
        if (place.s3().isPresent() || place.profile().isPresent()) {
            StoreSettings settings = place.s3().orElse(store.settings());
            other = place.profile().isPresent()
                    ? Store.openWithProfile(settings, place.profile().get())
                    : Store.open(settings);
            opened.accept(other);
        }
        return new BucketFolder(
                other.bucket(place.bucket()),
                place.uploads().isRoot() ? "" : place.uploads().value() + "/");
    }

    /// Fails in a locale in which Java cannot read every name of a file.
    public static void requireUtf8() throws Failure {
        String encoding = System.getProperty("sun.jnu.encoding");
        if (!"UTF-8".equals(encoding)) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    "Java reads the names of files as " + encoding + " in this locale",
                    "run the command with LC_ALL=C.UTF-8");
        }
    }

    private static LocalFolder folder(SiteConfiguration site, Path fallback) throws Failure {
        try {
            return LocalFolder.at(fallback);
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    "cannot read the fallback of the site " + site.name() + ": " + Failure.messageOf(e),
                    "let this user read it, or remove the key fallback",
                    e);
        }
    }
}
