package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import dev.aloft.files.FilePath;
import dev.aloft.server.UploadsFolder;
import dev.aloft.store.Bucket;
import dev.aloft.store.StoreSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The place of a site's uploads that are not in its bucket yet: the key or table `fallback`.
public sealed interface FallbackConfiguration {

    /// A local folder.
    record Folder(Path path) implements FallbackConfiguration {
        @Override
        public String shown() {
            return path.toString();
        }
    }

    /// A directory of another bucket.
    ///
    /// @param s3 where it lies; empty for the S3 of the site
    /// @param profile of the credentials; empty for those of the SDK's chain
    record OtherBucket(Optional<StoreSettings> s3, Optional<String> profile, String bucket, FilePath uploads)
            implements FallbackConfiguration {
        @Override
        public String shown() {
            String place = "s3://" + bucket + "/" + uploads;
            return s3.map(store -> place + " at " + store.where()).orElse(place);
        }

        /// True if a directory holds some of these uploads, or is among them.
        ///
        /// @param other the S3 of the directory, which is that of the site
        boolean overlaps(StoreSettings other, String otherBucket, FilePath directory) {
            return host(s3.orElse(other)).equalsIgnoreCase(host(other))
                    && bucket.equals(otherBucket)
                    && (uploads.contains(directory) || directory.contains(uploads));
        }

        private static String host(StoreSettings settings) {
            URI endpoint = settings.endpoint();
            return endpoint == null ? "s3." + settings.region() + ".amazonaws.com" : endpoint.getAuthority();
        }
    }

    /// For messages: `/srv/uploads`, `s3://media/uploads at https://s3.example.org`.
    String shown();

    /// @param section of a site
    /// @param table `fallback` of the section, if that is a table
    /// @param bucket of the site
    /// @param prefix of the site
    static Optional<FallbackConfiguration> read(
            Section section, Optional<Section> table, String bucket, FilePath prefix) {
        return table.isPresent()
                ? Optional.of(otherBucket(table.get(), bucket, prefix))
                : section.value("fallback", key -> folder(section, key), Optional.empty());
    }

    private static OtherBucket otherBucket(Section table, String bucket, FilePath prefix) {
        List<String> own = List.of("bucket", "uploads", "profile");
        table.requireOnly(
                Stream.concat(S3Configuration.KEYS.stream(), own.stream()).toList());
        return new OtherBucket(
                S3Configuration.KEYS.stream().anyMatch(table::has)
                        ? Optional.of(S3Configuration.settings(table))
                        : Optional.empty(),
                table.value("profile", table::optionalString, Optional.empty()),
                table.value("bucket", key -> bucket(table, key, bucket), "invalid"),
                table.value("uploads", key -> uploads(table, key, prefix), FilePath.of("invalid")));
    }

    private static String bucket(Section table, String key, String own) throws Failure {
        String bucket = table.optionalString(key).orElse(own);
        if (!Bucket.isName(bucket)) {
            throw table.unfit(key, bucket, "a bucket's name: 3 to 63 lower-case letters, digits, dots, hyphens");
        }
        return bucket;
    }

    private static FilePath uploads(Section table, String key, FilePath prefix) throws Failure {
        Optional<String> uploads = table.optionalString(key);
        try {
            return uploads.isEmpty()
                    ? UploadsFolder.of(prefix).path()
                    : FilePath.of(uploads.get().equals("/") ? "" : uploads.get());
        } catch (IllegalArgumentException e) {
            throw table.unfit(
                    key, uploads.orElse(""), "a directory of the bucket, such as uploads, or / for all of it");
        }
    }

    private static Optional<FallbackConfiguration> folder(Section section, String key) throws Failure {
        Optional<Path> folder = section.optionalString(key).map(Path::of);
        if (folder.isPresent() && !folder.get().isAbsolute()) {
            throw section.unfit(key, folder.get(), "an absolute path, or a table [site.fallback]");
        }
        return folder.map(Folder::new);
    }
}
