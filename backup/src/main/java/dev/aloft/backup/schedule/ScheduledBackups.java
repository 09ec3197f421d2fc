package dev.aloft.backup.schedule;

import dev.aloft.backup.Backups;
import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.KeepRules;
import dev.aloft.backup.Verification;
import dev.aloft.backup.VerifyRecord;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.OperationFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
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

    private ScheduledBackups(List<Site> sites) {
        Semaphore runs = new Semaphore(MAX_RUNS);
        String holder = hostName() + " " + UUID.randomUUID();
        for (Site site : sites) {
            ScheduleLease lease = new ScheduleLease(site.folder(), holder, System::nanoTime);
            timers.add(new SiteTimer(site, lease, runs, stop, InstantSource.system(), LeaseKeeper.RENEWAL_INTERVAL));
        }
    }

    /// Starts the schedules.
    public static ScheduledBackups start(List<Site> sites) {
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

    /// A site whose backups are taken by themselves.
    ///
    /// @param name for messages
    /// @param folder of the backups
    /// @param every the time between two snapshots
    /// @param at a time of the day (UTC) at which one is due, and from there in steps of `every`; empty to
    ///     count from the newest snapshot
    /// @param depth of the verification of each; empty for none
    /// @param keep which snapshots stay; without rules nothing is pruned
    /// @param operations takes the work under way
    public record Site(
            String name,
            Backups backups,
            BucketFolder folder,
            Duration every,
            Optional<LocalTime> at,
            Optional<Verification> depth,
            KeepRules keep,
            Database database,
            OperationFiles operations) {

        /// The database of the site.
        public interface Database {

            /// Takes the dump of a snapshot; empty for files only.
            Optional<DatabasePart.Dumper> dumper() throws IOException;

            /// The moment to which its binary log is complete in the backups; empty if the log is not followed.
            Optional<Instant> logComplete() throws IOException;

            /// Deletes the binary logs that no snapshot needs any more.
            void pruneLog() throws IOException;
        }

        /// @throws IllegalArgumentException for a time that is not positive
        public Site {
            if (!every.isPositive()) {
                throw new IllegalArgumentException("backups of site " + name + " every " + every);
            }
        }

        /// The moment at which the snapshot after `newest` is due.
        Instant dueAfter(Instant newest) {
            if (at.isEmpty()) {
                return newest.plus(every);
            }
            Instant first = Instant.EPOCH.plusNanos(at.get().toNanoOfDay());
            long steps = Math.floorDiv(Duration.between(first, newest).toMillis(), every.toMillis());
            return first.plus(every.multipliedBy(steps + 1));
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

        static State unseen(Site site) {
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
