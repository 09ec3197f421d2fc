package dev.aloft.cli.configuration;

import dev.aloft.backup.BackupSettings;
import dev.aloft.backup.Backups;
import dev.aloft.backup.KeepRules;
import dev.aloft.backup.Verification;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.VersionCommand;
import dev.aloft.files.FilePath;
import dev.aloft.server.UrlSecret;
import dev.aloft.store.Bucket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The table `[site.backup]`: where backups of the site lie, and which stay.
///
/// @param prefix directory of the bucket that holds nothing else
/// @param signingKey of the descriptions of backups
/// @param every the time between two snapshots that the server takes by itself; empty if it takes none
/// @param at a time of the day (UTC) from which these are counted; empty to count from the newest
/// @param depth of the verification of each of these; empty for none
/// @param schedule systemd's calendar expression, such as `daily`
/// @param database the site's `wp-config.php`, or a MariaDB option file; empty for files only
/// @param databaseName the database's name; by default that of `wp-config.php`
/// @param databasePrefix the beginning of the names of its tables; by default all tables are the site's
public record SiteBackupConfiguration(
        String bucket,
        FilePath prefix,
        KeepRules keep,
        Optional<UrlSecret> signingKey,
        Optional<Duration> every,
        Optional<LocalTime> at,
        Optional<Verification> depth,
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
            "every",
            "at",
            "verify",
            "schedule",
            "database",
            "database_name",
            "database_prefix");

    private static final int MAX_KEPT = 100_000;
    private static final double PERCENT = 100;
    private static final Duration MIN_EVERY = Duration.ofMinutes(5);
    private static final Duration MAX_EVERY = Duration.ofDays(31);

    /// Of systemd's calendar expressions those that say how much time passes.
    private static final Map<String, Duration> INTERVALS = Map.of(
            "hourly", Duration.ofHours(1),
            "daily", Duration.ofDays(1),
            "weekly", Duration.ofDays(7),
            "monthly", Duration.ofDays(31));

    /// @param site its name, the default of the prefix
    static SiteBackupConfiguration read(Section section, String site) {
        section.requireOnly(KEYS);
        for (String key : List.of("at", "verify")) {
            if (section.has(key) && !section.has("every")) {
                section.add(section.wrong("has " + key + " without every", "add every = \"1d\", or remove " + key));
            }
        }
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
                section.value("every", key -> every(section, key), Optional.empty()),
                section.value("at", key -> at(section, key), Optional.empty()),
                section.value("verify", key -> depth(section, key), Optional.empty()),
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

    /// The time between two snapshots, as far as it is known.
    public Optional<Duration> interval() {
        return every.or(() -> Optional.ofNullable(INTERVALS.get(schedule)));
    }

    /// The backups of a site.
    ///
    /// @param buckets of the store, by name
    public Backups backups(SiteConfiguration site, Function<String, Bucket> buckets) {
        return new Backups(
                site.name(),
                folder(buckets, site.bucket(), site.prefix()),
                folder(buckets, bucket, prefix),
                settings());
    }

    /// A directory of a bucket, for work on all of it.
    public static BucketFolder folder(Function<String, Bucket> buckets, String bucket, FilePath directory) {
        return new BucketFolder(buckets.apply(bucket).forBulk(), directory.isRoot() ? "" : directory.value() + "/");
    }

    private BackupSettings settings() {
        String version = VersionCommand.version();
        InstantSource clock = InstantSource.system();
        return signingKey
                .map(key -> BackupSettings.signed(version, key.bytes(), clock))
                .orElse(BackupSettings.unsigned(version, clock));
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

    private static Optional<Duration> every(Section section, String key) throws Failure {
        Optional<Duration> every = section.optionalDuration(key);
        if (every.isPresent()
                && (every.get().compareTo(MIN_EVERY) < 0 || every.get().compareTo(MAX_EVERY) > 0)) {
            throw section.unfit(key, section.string(key), "a time from 5m to 31d");
        }
        return every;
    }

    private static Optional<LocalTime> at(Section section, String key) throws Failure {
        Optional<String> at = section.optionalString(key);
        try {
            return at.map(LocalTime::parse);
        } catch (DateTimeParseException e) {
            throw section.unfit(key, at.orElseThrow(), "a time of the day in UTC, such as \"03:10\"");
        }
    }

    private static Optional<Verification> depth(Section section, String key) throws Failure {
        String depth = section.optionalString(key).orElse("quick");
        return switch (depth) {
            case "none" -> Optional.empty();
            case "quick" -> Optional.of(Verification.QUICK);
            case "all" -> Optional.of(Verification.ALL);
            default -> {
                if (!depth.matches("\\d{1,2}%")) {
                    throw section.unfit(key, depth, "\"quick\", \"all\", \"none\", or a share such as \"5%\"");
                }
                yield Optional.of(new Verification(Integer.parseInt(depth.replace("%", "")) / PERCENT));
            }
        };
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
