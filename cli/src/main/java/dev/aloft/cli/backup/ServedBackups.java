package dev.aloft.cli.backup;

import dev.aloft.backup.Backups;
import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.VerifyRecord;
import dev.aloft.backup.database.LogArchive;
import dev.aloft.backup.schedule.ScheduledBackups;
import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.SiteBackupConfiguration;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.server.agent.SnapshotSource;
import dev.aloft.server.operations.BackupFigures;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import dev.aloft.store.Tenant;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The backups that `aloft serve` shows and takes by itself.
public final class ServedBackups {

    /// All schedules of a process share one tenant's part of its store.
    private static final Tenant TENANT = new Tenant("scheduled backups", () -> {});

    private ServedBackups() {}

    /// The snapshots of a site for its agent.
    public static SnapshotSource snapshots(SiteConfiguration site, SiteBackupConfiguration backup, Store store) {
        Backups backups = backup.backups(site, store::bucket);
        LogArchive archive = SiteDatabase.archive(backup, store::bucket);
        return new SiteSnapshots(
                backups, backup.interval(), new ScheduledDatabase(backup, backups, archive)::logComplete);
    }

    /// Starts the schedules of the configuration; empty if it has none.
    ///
    /// @throws Failure where the backups of a site would lie among its files
    public static Optional<ScheduledBackups> start(Configuration configuration, Store store) throws Failure {
        List<ScheduledBackups.Site> sites = new ArrayList<>();
        for (SiteConfiguration site : configuration.sites()) {
            Optional<SiteBackupConfiguration> backup = site.backup();
            if (backup.isPresent() && backup.get().every().isPresent()) {
                BackupSite.requireApart(site, backup.get());
                sites.add(scheduled(site, backup.get(), store));
            }
        }
        return sites.isEmpty() ? Optional.empty() : Optional.of(ScheduledBackups.start(sites));
    }

    private static ScheduledBackups.Site scheduled(
            SiteConfiguration site, SiteBackupConfiguration backup, Store store) {
        Function<String, Bucket> buckets = name -> store.bucket(name).forTenant(TENANT);
        Backups backups = backup.backups(site, buckets);
        return new ScheduledBackups.Site(
                site.name(),
                backups,
                SiteBackupConfiguration.folder(buckets, backup.bucket(), backup.prefix()),
                backup.every().orElseThrow(),
                backup.at(),
                backup.depth(),
                backup.keep(),
                new ScheduledDatabase(backup, backups, SiteDatabase.archive(backup, buckets)),
                site.operations());
    }

    /// The database of a site, opened anew for each snapshot: its password may change.
    private record ScheduledDatabase(SiteBackupConfiguration backup, Backups backups, LogArchive archive)
            implements ScheduledBackups.Site.Database {

        @Override
        public Optional<DatabasePart.Dumper> dumper() throws IOException {
            return SiteDatabase.dumper(backup);
        }

        @Override
        public Optional<Instant> logComplete() throws IOException {
            return backup.database().isEmpty()
                    ? Optional.empty()
                    : archive.state().map(LogArchive.State::complete);
        }

        @Override
        public void pruneLog() throws IOException {
            SiteDatabase.pruneLog(backup, backups, archive);
        }
    }

    /// The metrics of the schedules.
    public static List<BackupFigures> figures(ScheduledBackups backups) {
        return backups.states().stream().map(ServedBackups::figures).toList();
    }

    private static BackupFigures figures(ScheduledBackups.State state) {
        return new BackupFigures(
                state.site(),
                state.every(),
                state.newest(),
                state.verifies(),
                state.verification().map(VerifyRecord::completed),
                state.verification().map(VerifyRecord::isGood).orElse(true),
                state.logComplete(),
                state.isRunning(),
                state.failures());
    }
}
