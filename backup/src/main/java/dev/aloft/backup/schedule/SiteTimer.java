package dev.aloft.backup.schedule;

import dev.aloft.backup.BackupException;
import dev.aloft.backup.PruneReport;
import dev.aloft.backup.Snapshot;
import dev.aloft.backup.StoreClock;
import dev.aloft.backup.Verification;
import dev.aloft.backup.VerifyRecord;
import dev.aloft.backup.VerifyReport;
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
/// The state of the schedule is the newest snapshot in S3, so a restart forgets nothing and every host knows what the
/// others did. A host that finds a snapshot due takes the site's lease, looks again, and then creates, verifies and
/// prunes. After a failure it waits longer each time.
final class SiteTimer implements Runnable {

    /// The maximum time between two looks at the backups.
    static final Duration LOOK_INTERVAL = Duration.ofMinutes(5);

    /// The time to the next attempt while another host has the lease, or this process has enough to do.
    static final Duration BUSY_INTERVAL = Duration.ofMinutes(1);

    static final Duration MIN_RETRY_INTERVAL = Duration.ofMinutes(1);
    static final Duration MAX_RETRY_INTERVAL = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(SiteTimer.class);

    private final ScheduledSite site;
    private final ScheduleLease lease;
    private final Semaphore runs;
    private final CountDownLatch stop;
    private final InstantSource clock;
    private final Duration renewalInterval;
    private volatile ScheduleState state;
    private Duration retry = MIN_RETRY_INTERVAL;

    /// @param runs a permit for each run that this process may make at the same time
    /// @param stop reaches zero when the process stops
    SiteTimer(
            ScheduledSite site,
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
        this.state = ScheduleState.unseen(site);
    }

    ScheduleState state() {
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

    /// Looks at the backups and takes a snapshot if one is due.
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
        } catch (IOException | RuntimeException e) {
            return stop.getCount() == 0 ? Duration.ZERO : afterFailure(e);
        }
    }

    private Duration afterFailure(Exception failure) {
        state = state.failed();
        Duration pause = retry;
        Duration next = retry.multipliedBy(2);
        retry = next.compareTo(MAX_RETRY_INTERVAL) < 0 ? next : MAX_RETRY_INTERVAL;
        LOG.warn(
                "site {}: the scheduled backup failed, next attempt in {} min: {}{}",
                site.name(),
                pause.toMinutes(),
                failure.getMessage(),
                failure instanceof BackupException backup ? "; " + backup.advice() : "");
        return pause;
    }

    private void look() throws IOException {
        Optional<Snapshot> newest = site.backups().newestWithCopies();
        Optional<VerifyRecord> verification =
                newest.isPresent() ? site.backups().verification(newest.get()) : Optional.empty();
        state = state.seen(
                newest.map(Snapshot::moment), verification, site.database().logComplete());
    }

    private Duration untilDue(Instant now) {
        return state.newest()
                .map(moment -> Duration.between(now, site.dueAfter(moment)))
                .orElse(Duration.ZERO);
    }

    private Duration runAlone() throws IOException {
        if (!runs.tryAcquire()) {
            return BUSY_INTERVAL;
        }
        try {
            Optional<StoredObject> taken = lease.take();
            return taken.isEmpty()
                    ? BUSY_INTERVAL
                    : runWithLease(StoreClock.of(taken.get(), clock).now());
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
            work();
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

    private void work() throws IOException {
        Progress progress = new Progress();
        Snapshot snapshot = site.backups().create(site.database().dumper(), List.of(), progress);
        LOG.info(
                "site {}: took the snapshot {} of {} files, {} of them copied",
                site.name(),
                snapshot.id(),
                snapshot.files(),
                snapshot.copied());
        if (site.depth().isPresent()) {
            verify(snapshot, site.depth().get(), progress);
        }
        if (!site.keep().isEmpty()) {
            prune(progress);
        }
    }

    /// A prune does not follow a verification that failed.
    private void verify(Snapshot snapshot, Verification depth, Progress progress) throws IOException {
        VerifyReport report = site.backups().verify(snapshot, depth, progress);
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
