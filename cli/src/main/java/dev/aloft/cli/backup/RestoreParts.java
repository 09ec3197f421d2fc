package dev.aloft.cli.backup;

import dev.aloft.backup.Moment;
import dev.aloft.backup.RestoreOptions;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.cli.backup.BackupSite.Opened;
import dev.aloft.cli.configuration.SiteBackupConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.files.FilePath;
import dev.aloft.store.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of `aloft backup restore` that say what is restored, and where to.
final class RestoreParts {

    /// The difference between the clocks of this host and of S3 that is no mistake.
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(1);

    /// One of the two parts of a site.
    enum Part {
        FILES,
        DATABASE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--only",
            paramLabel = "PART",
            description =
                    "Only the files, or only the database: ${COMPLETION-CANDIDATES} (default: both, if the options"
                            + " below do not name one of them).")
    private @Nullable Part only;

    @Option(
            names = "--to",
            paramLabel = "MOMENT",
            description = "The site at this moment, as in 2026-11-29T14:03:07Z: its files from the versions that the"
                    + " bucket keeps, its database from the newest dump before and the binary log.")
    private @Nullable String to;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            description = "Files: only this file or directory, below the site's prefix: uploads/2026/11.",
            defaultValue = "")
    private String path = "";

    @Option(
            names = "--to-bucket",
            paramLabel = "BUCKET",
            description = "Files: into another bucket of the same S3 (default: the site's).")
    private @Nullable String toBucket;

    @Option(
            names = "--to-prefix",
            paramLabel = "PREFIX",
            description = "Files: into another directory of the bucket (default: the site's).")
    private @Nullable String toPrefix;

    @Option(
            names = "--to-database",
            paramLabel = "NAME",
            description = "Database: into another one of the same server (default: the site's).")
    private @Nullable String toDatabase;

    /// True if an option asks for a part of a restoration that is not the last one as a whole.
    boolean isSelection() {
        return to != null || !path.isEmpty();
    }

    boolean isOnly(Part part) {
        return only == part;
    }

    /// True if a part is wanted: by `--only`, or else by the options of the parts. One that names another place for
    /// one part leaves the other one, in its own place, alone.
    ///
    /// @throws Failure for options of one part with `--only` the other
    boolean has(Part part) throws Failure {
        boolean namesFiles = !path.isEmpty() || toBucket != null || toPrefix != null;
        boolean namesDatabase = toDatabase != null;
        if ((isOnly(Part.DATABASE) && namesFiles) || (isOnly(Part.FILES) && namesDatabase)) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--only " + only + " excludes "
                            + (namesFiles ? "--path, --to-bucket and --to-prefix" : "--to-database"),
                    "leave one of them away");
        }
        if (only != null) {
            return only == part;
        }
        return namesFiles == namesDatabase || (part == Part.FILES ? namesFiles : namesDatabase);
    }

    /// Null without `--to`.
    @Nullable
    Moment moment() throws Failure {
        if (to == null) {
            return null;
        }
        ZoneId zone = ZoneId.systemDefault();
        try {
            Moment moment = Moment.parse(to, zone);
            if (moment.end().isAfter(Instant.now().plus(CLOCK_DIFFERENCE))) {
                throw new Failure(
                        Failure.Code.USAGE, "--to " + to + " is in the future: " + moment, "a time " + ofZone(zone));
            }
            return moment;
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.Code.USAGE, "--to: " + e.getMessage(), "a time " + ofZone(zone), e);
        }
    }

    private static String ofZone(ZoneId zone) {
        return "with Z at its end is in UTC, one with +01:00 one hour ahead of it, and one without either in the time"
                + " zone of this host, " + zone;
    }

    /// The files of the site that are restored.
    RestoreOptions.Scope scope() throws Failure {
        try {
            return new RestoreOptions.Scope(path);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--path " + path + " is no path of a file",
                    "write it below the site's prefix, as in uploads/2026/11/cat.jpg",
                    e);
        }
    }

    /// The folder that gets the files.
    BucketFolder target(Opened opened) throws Failure {
        String bucket = toBucket == null ? opened.site().bucket() : toBucket;
        if (!Bucket.isName(bucket)) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--to-bucket " + bucket + " is no name of a bucket",
                    "name a bucket of the same S3: 3 to 63 lower-case letters, digits, dots, hyphens");
        }
        FilePath prefix = toPrefix == null ? opened.site().prefix() : prefix(toPrefix);
        BackupSite.requireApartFromBackups(opened.configuration(), bucket, prefix);
        return SiteBackupConfiguration.folder(opened.store()::bucket, bucket, prefix);
    }

    private static FilePath prefix(String text) throws Failure {
        try {
            return FilePath.of(text);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--to-prefix " + text + " is no directory of a bucket",
                    "write it without a slash in front, as in staging/shop",
                    e);
        }
    }

    /// The name of another database, or null.
    @Nullable
    String database() {
        return toDatabase;
    }
}
