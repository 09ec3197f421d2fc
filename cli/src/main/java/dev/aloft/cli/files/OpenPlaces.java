package dev.aloft.cli.files;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.configuration.SiteFallback;
import dev.aloft.cli.console.Failure;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.server.UploadsFolder;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Opens what the command line names: the configuration and the store when the first name needs them. For one thread,
/// which closes it.
final class OpenPlaces implements AutoCloseable {

    private final S3Source source;
    private @Nullable Store store;
    private @Nullable StoreSettings settings;
    private Optional<Configuration> configuration = Optional.empty();
    private boolean hasRead;
    private final List<Store> others = new ArrayList<>();

    /// Where the commands on files find the configuration, or S3 without one.
    interface S3Source {
        /// @return empty if the command runs without a configuration
        Optional<Configuration> configuration() throws Failure;

        /// @throws Failure if it is not known where S3 is
        StoreSettings settings(Optional<Configuration> configuration) throws Failure;
    }

    OpenPlaces(S3Source source) {
        this.source = source;
    }

    Optional<Configuration> configuration() throws Failure {
        if (!hasRead) {
            configuration = source.configuration();
            hasRead = true;
        }
        return configuration;
    }

    /// For messages; empty before S3 was needed.
    Optional<String> where() {
        return Optional.ofNullable(settings).map(StoreSettings::where);
    }

    private Store store() throws Failure {
        Store open = store;
        if (open == null) {
            StoreSettings used = source.settings(configuration());
            open = Store.open(used);
            settings = used;
            store = open;
        }
        return open;
    }

    /// Opens a place that is only read.
    NamedPlace open(String text) throws Failure {
        try {
            return switch (PlaceText.parse(text)) {
                case PlaceText.Local local -> {
                    SiteFallback.requireUtf8();
                    yield new NamedPlace(
                            text, new LocalRoot(Path.of(local.top()), local.top()), local.path(), Optional.empty());
                }
                case PlaceText.InBucket object -> inBucket(text, object);
                case PlaceText.OfSite upload -> ofSite(text, upload);
            };
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.Code.USAGE,
                    text + " names nothing: " + e.getMessage(),
                    "name a local path, s3://BUCKET/KEY or SITE:PATH",
                    e);
        }
    }

    /// Opens a place whose files are written or deleted.
    ///
    /// @param dryRun true if nothing will be changed
    /// @throws Failure for a directory above a site with a fallback, where a deleted file would appear again
    NamedPlace openForChanges(String text, boolean dryRun) throws IOException, Failure {
        NamedPlace place = open(text);
        if (place.base() instanceof BucketRoot && place.site().isEmpty()) {
            for (SiteConfiguration site : sitesBelow(place)) {
                if (site.fallback().isPresent()) {
                    throw new Failure(
                            Failure.Code.USAGE,
                            text + " contains the files of the site " + site.name() + ", which has a fallback",
                            "name the files of each site by themselves, as in " + site.name() + ":2026/");
                }
            }
        }
        if (place.base() instanceof BucketRoot base && !dryRun) {
            base.prepareForWrites();
        }
        return place;
    }

    /// The sites of the configuration, if it has been read: every place in S3 needs it.
    List<SiteConfiguration> knownSites() {
        return configuration.map(Configuration::sites).orElse(List.of());
    }

    private List<SiteConfiguration> sites() throws Failure {
        return configuration().map(Configuration::sites).orElse(List.of());
    }

    /// The sites of the configuration whose files are below a place.
    List<SiteConfiguration> sitesBelow(NamedPlace place) {
        if (!(place.base() instanceof BucketRoot base)) {
            return List.of();
        }
        FilePath path = path((base.prefix() + place.path()).replaceFirst("/$", ""));
        return knownSites().stream()
                .filter(site -> site.bucket().equals(base.bucketName()) && path.contains(site.prefix()))
                .toList();
    }

    private NamedPlace inBucket(String text, PlaceText.InBucket object) throws Failure {
        FilePath path = path(object.path());
        Optional<SiteConfiguration> site = sites().stream()
                .filter(each ->
                        each.bucket().equals(object.bucket()) && each.prefix().contains(path))
                .max(Comparator.comparingInt(each -> each.prefix().value().length()));
        String label = "s3://" + object.bucket() + "/";
        BucketRoot base = site.isPresent()
                ? root(site.get(), FilePath.ROOT, label)
                : plainRoot(store().bucket(object.bucket()), label);
        return new NamedPlace(text, base, object.path(), site);
    }

    /// The longest beginning of a path that is no glob, which must be a valid path.
    private static FilePath path(String path) {
        List<String> plain = new ArrayList<>();
        for (String segment : path.isEmpty() ? new String[0] : path.split("/", -1)) {
            if (segment.matches(".*[*?\\[{\\\\].*")) {
                break;
            }
            plain.add(segment);
        }
        return FilePath.of(String.join("/", plain));
    }

    private NamedPlace ofSite(String text, PlaceText.OfSite upload) throws Failure {
        FilePath _ = path(upload.path());
        SiteConfiguration site = sites().stream()
                .filter(each -> each.name().equals(upload.site()))
                .findFirst()
                .orElseThrow(() -> new Failure(
                        Failure.Code.USAGE,
                        "there is no site " + upload.site() + " in the configuration",
                        "name a local file that has a colon as ./" + text));
        FilePath uploads = UploadsFolder.of(site.prefix()).path();
        return new NamedPlace(text, root(site, uploads, site.name() + ":"), upload.path(), Optional.of(site));
    }

    private static BucketRoot plainRoot(Bucket bucket, String label) {
        return new BucketRoot(new FileTree(bucket, FilePath.ROOT), bucket, FilePath.ROOT, label);
    }

    private BucketRoot root(SiteConfiguration site, FilePath directory, String label) throws Failure {
        Bucket bucket = SiteFallback.bucket(site, store(), others::add);
        return new BucketRoot(new FileTree(bucket, site.prefix(), site.agent().headers()), bucket, directory, label);
    }

    @Override
    public void close() {
        others.forEach(Store::close);
        if (store != null) {
            store.close();
        }
    }
}
