package dev.aloft.backup.schedule;

import dev.aloft.backup.BackupException;
import dev.aloft.backup.Backups;
import dev.aloft.backup.PruneReport;
import dev.aloft.backup.Snapshot;
import dev.aloft.backup.Verification;
import dev.aloft.bulk.OperationFiles;
import dev.aloft.bulk.Progress;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The scheduled backups of one site in this process. For one thread; its state may be read by others.
///
/// The state of the schedule is the newest snapshot in S3 and the record of its verification, so every host knows what
/// the others did. A host that finds a snapshot due takes the site's lease, looks again, and then creates, verifies and
/// prunes. If the newest snapshot has no record, as after a restart, only its verification and a prune are due. A prune
/// that failed is repeated by the same process; after a restart it waits for the next snapshot. After a failure the
/// host waits longer each time.
final class SiteTimer implements Runnable {

    /// The maximum time between two looks at the backups.
    static final Duration LOOK_INTERVAL = Duration.ofMinutes(5);

    /// The time to the next attempt while another host has the lease, or this process has enough to do.
    static final Duration BUSY_INTERVAL = Duration.ofMinutes(1);

    static final Duration MIN_RETRY_INTERVAL = Duration.ofMinutes(1);
    static final Duration MAX_RETRY_INTERVAL = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(SiteTimer.class);

    private final ScheduledBackups.Site site;
    private final ScheduleLease lease;
    private final Semaphore runs;
    private final CountDownLatch stop;
    private final InstantSource clock;
    private final Duration renewalInterval;
    private volatile ScheduledBackups.State state;
    private Duration retry = MIN_RETRY_INTERVAL;
    private Optional<Snapshot> newest = Optional.empty();

    /// Id of the snapshot that this process verified last: its record may be missing, because it is best effort.
    private String verified = "";

    /// Id of the snapshot after which a prune has not succeeded yet; empty for none.
    private String unpruned = "";

    /// @param runs a permit for each run that this process may make at the same time
    /// @param stop reaches zero when the process stops
    SiteTimer(
            ScheduledBackups.Site site,
            ScheduleLease lease,
            Semaphore runs,
            CountDownLatch stop,
            InstantSource clock,
            Duration renewalInterval) {
        this.site = site;
        this.lease = lease;
        this.runs = runs;
        this.stop = stop;
        this.clock = clock;
        this.renewalInterval = renewalInterval;
        this.state = ScheduledBackups.State.unseen(site);
    }

    ScheduledBackups.State state() {
        return state;
    }

    @Override
    public void run() {
        try {
            while (!stop.await(turn().toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.debug("site {}: looking at the backups", site.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Looks at the backups and does what is due. No failure ends the schedule.
    ///
    /// @return the time to the next turn
    Duration turn() {
        try {
            look();
            Duration pause = untilDue(clock.instant());
            if (!pause.isPositive()) {
                pause = runAlone();
            }
            retry = MIN_RETRY_INTERVAL;
            return pause.compareTo(LOOK_INTERVAL) < 0 ? pause : LOOK_INTERVAL;
        } catch (IOException | RuntimeException | Error e) {
            return stop.getCount() == 0 ? Duration.ZERO : afterFailure(e);
        }
    }

    private Duration afterFailure(Throwable failure) {
        state = state.failed();
        Duration pause = retry;
        Duration next = retry.multipliedBy(2);
        retry = next.compareTo(MAX_RETRY_INTERVAL) < 0 ? next : MAX_RETRY_INTERVAL;
        LOG.warn(
                "site {}: the scheduled backup failed, looking again in {} min: {}{}",
                site.name(),
                pause.toMinutes(),
                failure instanceof IOException ? failure.getMessage() : failure,
                failure instanceof BackupException backup ? "; " + backup.advice() : "");
        LOG.debug("site {}: the failure", site.name(), failure);
        return pause;
    }

    private void look() throws IOException {
        Backups.NewestCopies found = site.backups().newestWithCopies();
        newest = found.snapshot();
        state = state.seen(newest.map(Snapshot::moment), found.verification(), logComplete());
    }

    /// The binary log is no part of the schedule: a figure of it that cannot be read delays no snapshot. It stays as it
    /// was last seen, and the start of 1970 before, so that its alert fires.
    private Optional<Instant> logComplete() {
        try {
            return site.database().logComplete();
        } catch (IOException e) {
            LOG.warn("site {}: cannot read the state of the binary log: {}", site.name(), e.getMessage());
            return state.logComplete().or(() -> Optional.of(Instant.EPOCH));
        }
    }

    /// Zero if anything is due: a snapshot, the verification of the newest, or a prune.
    private Duration untilDue(Instant now) {
        boolean isUnfinished = newest.filter(
                        snapshot -> isUnverified(snapshot) || snapshot.id().equals(unpruned))
                .isPresent();
        return isUnfinished ? Duration.ZERO : untilSnapshotDue(now);
    }

    private Duration untilSnapshotDue(Instant now) {
        return newest.map(snapshot -> Duration.between(now, site.dueAfter(snapshot.moment())))
                .orElse(Duration.ZERO);
    }

    private boolean isUnverified(Snapshot snapshot) {
        return site.depth().isPresent()
                && !snapshot.id().equals(verified)
                && state.verification()
                        .filter(record -> record.id().equals(snapshot.id()))
                        .isEmpty();
    }

    private Duration runAlone() throws IOException {
        if (!runs.tryAcquire()) {
            return BUSY_INTERVAL;
        }
        try {
            Optional<StoredObject> taken = lease.take();
            return taken.isEmpty() ? BUSY_INTERVAL : runWithLease(site.backups().now(taken.get()));
        } finally {
            runs.release();
        }
    }

    /// @param now by S3's clock
    private Duration runWithLease(Instant now) throws IOException {
        LeaseKeeper keeper = new LeaseKeeper(lease, renewalInterval);
        try (keeper) {
            look(); // another host may just have ended
            Duration pause = untilDue(now);
            if (pause.isPositive()) {
                return pause;
            }
            state = state.running(true);
            work(now);
            look();
            return untilDue(now);
        } catch (IOException | RuntimeException e) {
            if (keeper.isLost()) {
                LOG.warn("site {}: another host has taken over the scheduled backup", site.name());
                return BUSY_INTERVAL;
            }
            throw e;
        } finally {
            state = state.running(false);
            release(keeper.isLost());
        }
    }

    /// Also after an interrupt, which is kept unless it only said that the lease was lost.
    private void release(boolean isLost) {
        boolean wasInterrupted = Thread.interrupted();
        try {
            lease.release();
        } catch (IOException e) {
            LOG.info("site {}: the lease of the scheduled backup ends by itself: {}", site.name(), e.getMessage());
        }
        if (wasInterrupted && !isLost) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(Instant now) throws IOException {
        Progress progress = new Progress();
        try (OperationFiles.Shown _ = site.operations().show("scheduled backup", progress)) {
            work(now, progress);
        }
    }

    private void work(Instant now, Progress progress) throws IOException {
        Snapshot snapshot = untilSnapshotDue(now).isPositive() ? newest.orElseThrow() : create(progress);
        if (isUnverified(snapshot)) {
            verify(snapshot, site.depth().orElseThrow(), progress);
        }
        if (!site.keep().isEmpty()) {
            unpruned = snapshot.id();
            prune(progress);
            unpruned = "";
        }
    }

    private Snapshot create(Progress progress) throws IOException {
        Snapshot snapshot = site.backups().create(site.database().dumper(), List.of(), progress);
        LOG.info(
                "site {}: took the snapshot {} of {} files, {} of them copied",
                site.name(),
                snapshot.id(),
                snapshot.files(),
                snapshot.copied());
        return snapshot;
    }

    /// A prune does not follow a verification that failed, and the verification is not repeated.
    private void verify(Snapshot snapshot, Verification depth, Progress progress) throws IOException {
        Verification.Report report = site.backups().verify(snapshot, depth, progress);
        verified = snapshot.id();
        if (!report.isGood()) {
            throw new BackupException(
                    BackupException.Kind.CORRUPT,
                    "the snapshot " + snapshot.id() + " cannot be restored as it was, with " + report.failed()
                            + " failures, the first of which is: "
                            + report.failures().getFirst(),
                    "take one with copies of all files: aloft backup create --full");
        }
    }

    private void prune(Progress progress) throws IOException {
        PruneReport report = site.backups().prune(site.keep(), false, progress);
        report.damaged()
                .forEach(found -> LOG.warn(
                        "site {}: nothing that a damaged snapshot may need is deleted: {}", site.name(), found));
        site.database().pruneLog();
    }
}
