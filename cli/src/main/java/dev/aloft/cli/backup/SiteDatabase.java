package dev.aloft.cli.backup;

import dev.aloft.backup.Backups;
import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.SnapshotList;
import dev.aloft.backup.database.DatabaseAccess;
import dev.aloft.backup.database.DatabaseException;
import dev.aloft.backup.database.LogArchive;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.cli.backup.BackupSite.Opened;
import dev.aloft.cli.configuration.SiteBackupConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.store.Bucket;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;

/// The database of a site, as its `[site.backup]` names it.
final class SiteDatabase {

    private SiteDatabase() {}

    /// Takes the dump of a snapshot; nothing where no database is configured.
    static Optional<DatabasePart.Dumper> dumper(SiteBackupConfiguration backup) throws IOException {
        Optional<DatabaseAccess> access = access(backup);
        return access.map(database -> database::dump);
    }

    /// @throws Failure where no database is configured
    static DatabaseAccess require(Opened opened) throws IOException, Failure {
        return access(opened.backup())
                .orElseThrow(() -> new Failure(
                        Failure.Code.CONFIGURATION,
                        "no database is configured for the site "
                                + opened.site().name(),
                        "name its wp-config.php in database of [site.backup]"));
    }

    private static Optional<DatabaseAccess> access(SiteBackupConfiguration backup) throws IOException {
        if (backup.database().isEmpty()) {
            return Optional.empty();
        }
        DatabaseAccess access = DatabaseAccess.of(backup.database().get(), backup.databaseName());
        return Optional.of(
                backup.databasePrefix().isPresent()
                        ? access.withTablePrefix(backup.databasePrefix().get())
                        : access);
    }

    /// The binary log among the site's backups.
    static LogArchive archive(Opened opened) {
        return archive(opened.backup(), opened.store()::bucket);
    }

    /// @param buckets of the store, by name
    static LogArchive archive(SiteBackupConfiguration backup, Function<String, Bucket> buckets) {
        BucketFolder folder = SiteBackupConfiguration.folder(buckets, backup.bucket(), backup.prefix());
        return new LogArchive(folder.bucket(), folder.prefix());
    }

    /// Deletes the logs that no dump of the site's snapshots needs any more.
    static void pruneLog(SiteBackupConfiguration backup, Backups backups, LogArchive archive) throws IOException {
        if (backup.database().isEmpty()) {
            return;
        }
        SnapshotList list = backups.list();
        if (!list.damaged().isEmpty()) {
            return; // one of these may have the oldest dump
        }
        Optional<Instant> oldest = list.snapshots().stream()
                .flatMap(snapshot -> snapshot.database().stream())
                .map(DatabasePart::moment)
                .min(Comparator.naturalOrder());
        if (oldest.isPresent()) {
            archive.prune(oldest.get());
        }
    }

    static Failure failure(DatabaseException e) {
        Failure.Code code = switch (e.kind()) {
            case CONFIGURATION -> Failure.Code.CONFIGURATION;
            case MACHINE -> Failure.Code.MACHINE;
            case SERVER -> Failure.Code.DATABASE;
            case CONTENT -> Failure.Code.BACKUP;
        };
        return new Failure(code, String.valueOf(e.getMessage()), e.advice(), e);
    }
}
