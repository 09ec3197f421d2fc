package dev.aloft.cli.configuration;

import dev.aloft.backup.BackupSettings;
import dev.aloft.backup.Backups;
import dev.aloft.backup.DescriptionSignature;
import dev.aloft.backup.KeepRules;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.VersionCommand;
import dev.aloft.files.FilePath;
import dev.aloft.server.UrlSecret;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The table `[site.backup]`: where backups of the site lie, and which stay.
///
/// @param prefix directory of the bucket that holds nothing else
/// @param signingKey of the descriptions of backups
/// @param schedule systemd's calendar expression, such as `daily`
/// @param database the site's `wp-config.php`, or a MariaDB option file; empty for files only
/// @param databaseName the database's name; by default that of `wp-config.php`
/// @param databasePrefix the beginning of the names of its tables; by default all tables are the site's
public record SiteBackupConfiguration(
        String bucket,
        FilePath prefix,
        KeepRules keep,
        Optional<UrlSecret> signingKey,
        String schedule,
        Optional<Path> database,
        Optional<String> databaseName,
        Optional<String> databasePrefix) {

    private static final List<String> KEYS = List.of(
            "bucket",
            "prefix",
            "keep_last",
            "keep_hourly",
            "keep_daily",
            "keep_weekly",
            "keep_monthly",
            "keep_yearly",
            "keep_tags",
            "signing_key",
            "schedule",
            "database",
            "database_name",
            "database_prefix");

    private static final int MAX_KEPT = 100_000;

    /// @param site its name, the default of the prefix
    static SiteBackupConfiguration read(Section section, String site) {
        section.requireOnly(KEYS);
        return new SiteBackupConfiguration(
                section.value("bucket", key -> bucket(section, key), "invalid"),
                section.value("prefix", key -> prefix(section, key, site), FilePath.ROOT),
                new KeepRules(
                        count(section, "keep_last"),
                        count(section, "keep_hourly"),
                        count(section, "keep_daily"),
                        count(section, "keep_weekly"),
                        count(section, "keep_monthly"),
                        count(section, "keep_yearly"),
                        Set.copyOf(section.value("keep_tags", section::strings, List.of()))),
                section.value("signing_key", key -> EdgeConfiguration.secret(section, key), Optional.empty()),
                section.value("schedule", section::optionalString, Optional.<String>empty())
                        .orElse("daily"),
                section.value("database", key -> database(section, key), Optional.empty()),
                section.value("database_name", section::optionalString, Optional.empty()),
                section.value("database_prefix", section::optionalString, Optional.empty()));
    }

    /// True if a directory holds some of these backups, or is among them.
    public boolean overlaps(String otherBucket, FilePath directory) {
        return otherBucket.equals(bucket) && (directory.contains(prefix) || prefix.contains(directory));
    }

    /// The backups of a site.
    public Backups backups(SiteConfiguration site, Store store) {
        return new Backups(
                site.name(),
                folder(store, site.bucket(), site.prefix()),
                folder(store, bucket, prefix),
                new BackupSettings(VersionCommand.version(), signature(), InstantSource.system()));
    }

    /// A directory of a bucket.
    public static BucketFolder folder(Store store, String bucket, FilePath directory) {
        return new BucketFolder(store.bucket(bucket), directory.isRoot() ? "" : directory.value() + "/");
    }

    private DescriptionSignature signature() {
        return signingKey.map(key -> DescriptionSignature.with(key.bytes())).orElse(DescriptionSignature.NONE);
    }

    private static String bucket(Section section, String key) throws Failure {
        String bucket = section.string(key);
        if (!Bucket.isName(bucket)) {
            throw section.unfit(key, bucket, "a bucket's name: 3 to 63 lower-case letters, digits, dots, hyphens");
        }
        return bucket;
    }

    private static FilePath prefix(Section section, String key, String site) throws Failure {
        String prefix = section.optionalString(key).orElse(site);
        try {
            return FilePath.of(prefix);
        } catch (IllegalArgumentException e) {
            throw section.unfit(key, prefix, "a directory of the bucket, such as backups/one");
        }
    }

    private static int count(Section section, String key) {
        return section.value(
                key,
                name -> {
                    long count = section.optionalBytes(name).orElse(0L);
                    if (count > MAX_KEPT) {
                        throw section.unfit(name, count, "at most " + MAX_KEPT);
                    }
                    return (int) count;
                },
                0);
    }

    private static Optional<Path> database(Section section, String key) throws Failure {
        Optional<Path> file = section.optionalString(key).map(Path::of);
        if (file.isPresent() && !file.get().isAbsolute()) {
            throw section.unfit(key, file.get(), "an absolute path");
        }
        return file;
    }
}
