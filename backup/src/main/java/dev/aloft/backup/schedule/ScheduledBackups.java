package dev.aloft.backup.schedule;

import dev.aloft.backup.VerifyRecord;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes, verifies and prunes the backups of sites on their schedules, until it is closed. Each site has a thread;
/// at most [#MAX_RUNS] sites are worked on at the same time. A run that a close interrupts is continued by the next
/// one, here or on another host.
public final class ScheduledBackups implements AutoCloseable {

    private static final int MAX_RUNS = 2;

    /// The time that runs have to end after a close.
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledBackups.class);

    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<SiteTimer> timers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private ScheduledBackups(List<ScheduledSite> sites) {
        Semaphore runs = new Semaphore(MAX_RUNS);
        String holder = hostName() + " " + UUID.randomUUID();
        for (ScheduledSite site : sites) {
            ScheduleLease lease = new ScheduleLease(site.folder(), holder, System::nanoTime);
            timers.add(new SiteTimer(site, lease, runs, stop, InstantSource.system(), LeaseKeeper.RENEWAL_INTERVAL));
        }
    }

    /// Starts the schedules.
    public static ScheduledBackups start(List<ScheduledSite> sites) {
        ScheduledBackups backups = new ScheduledBackups(sites);
        for (SiteTimer timer : backups.timers) {
            backups.threads.add(Thread.ofVirtual().name("aloft-backup").start(timer));
        }
        return backups;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            LOG.debug("this host has no name", e);
            return "unknown";
        }
    }

    /// State of each site's backups.
    public List<State> states() {
        return timers.stream().map(SiteTimer::state).toList();
    }

    @Override
    public void close() {
        stop.countDown();
        threads.forEach(Thread::interrupt);
        long end = System.nanoTime() + STOP_LIMIT.toNanos();
        try {
            for (Thread thread : threads) {
                if (!thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                    LOG.warn("a scheduled backup has not stopped within {} s", STOP_LIMIT.toSeconds());
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The backups of one site as this process has last seen them.
    ///
    /// @param every the time between two snapshots
    /// @param newest moment of the newest snapshot with copies; empty if there is none
    /// @param verifies true if the schedule verifies each snapshot
    /// @param verification of the newest snapshot that was verified; empty if there is none
    /// @param logComplete moment to which the binary log is complete; empty if the log is not followed
    /// @param isRunning true while this process takes, verifies or prunes snapshots
    /// @param failures of this process since its start
    public record State(
            String site,
            Duration every,
            Optional<Instant> newest,
            boolean verifies,
            Optional<VerifyRecord> verification,
            Optional<Instant> logComplete,
            boolean isRunning,
            long failures) {

        static State unseen(ScheduledSite site) {
            return new State(
                    site.name(),
                    site.every(),
                    Optional.empty(),
                    site.depth().isPresent(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    0);
        }

        State seen(Optional<Instant> moment, Optional<VerifyRecord> last, Optional<Instant> log) {
            return new State(site, every, moment, verifies, last, log, isRunning, failures);
        }

        State running(boolean runs) {
            return new State(site, every, newest, verifies, verification, logComplete, runs, failures);
        }

        State failed() {
            return new State(site, every, newest, verifies, verification, logComplete, isRunning, failures + 1);
        }
    }
}
