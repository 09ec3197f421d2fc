package dev.aloft.backup.schedule;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renews a lease while its owner works, and interrupts the owner when it is lost: no request to S3 is made by an
/// interrupted thread. For one thread, the owner, which closes it.
final class LeaseKeeper implements AutoCloseable {

    static final Duration RENEWAL_INTERVAL = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

    private final ScheduleLease lease;
    private final Duration interval;
    private final Thread owner = Thread.currentThread();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread renewals;
    private boolean isOver;
    private boolean isLost;

    /// @param lease that this process has taken
    LeaseKeeper(ScheduleLease lease, Duration interval) {
        this.lease = lease;
        this.interval = interval;
        this.renewals = Thread.ofVirtual().name("aloft-backup-lease").start(this::renew);
    }

    private void renew() {
        try {
            while (!closed.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                if (!isRenewed()) {
                    interruptOwner();
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isRenewed() {
        try {
            return lease.renew();
        } catch (IOException e) {
            LOG.warn("cannot renew the lease of a scheduled backup: {}", e.getMessage());
            return !lease.isDoubtful();
        }
    }

    private synchronized void interruptOwner() {
        if (!isOver) {
            isLost = true;
            owner.interrupt();
        }
    }

    /// True if the lease was lost before the work ended.
    synchronized boolean isLost() {
        return isLost;
    }

    /// Ends the renewals. The owner is not interrupted any more.
    @Override
    public void close() {
        synchronized (this) {
            isOver = true;
        }
        closed.countDown();
        boolean wasInterrupted = Thread.interrupted();
        try {
            renewals.join(); // bounded: a request has a time limit
        } catch (InterruptedException e) {
            wasInterrupted = true;
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
