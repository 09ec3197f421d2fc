package dev.aloft.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import software.amazon.awssdk.core.exception.SdkClientException;

/// Divides what a store has a limited amount of, connections or memory, among its tenants.
///
/// A tenant may take as long as at least as much stays free as it then holds. So one tenant alone gets half, two get a
/// third each, and a tenant that comes later finds as much free as any other holds: none can keep another from
/// working, and none has to give back what it has. A tenant that has its share waits until some of it is given back,
/// first come, first served, and fails after [#WAIT_LIMIT] with [Full]. Safe for many threads.
final class FairShare {

    /// The limit of a wait for a tenant's own share.
    static final Duration WAIT_LIMIT = Duration.ofSeconds(10);

    /// The interval of the calls of [Tenant#wanted()] during a wait.
    private static final Duration REMINDER_INTERVAL = Duration.ofMillis(100);

    private final String what;
    private final long capacity;
    private final Duration waitLimit;
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition givenBack = lock.newCondition();
    private long free;

    /// @param what for messages: `connections to S3`
    FairShare(String what, long capacity) {
        this(what, capacity, WAIT_LIMIT);
    }

    FairShare(String what, long capacity, Duration waitLimit) {
        this.what = what;
        this.capacity = capacity;
        this.waitLimit = waitLimit;
        this.free = capacity;
    }

    /// The amount that one tenant holds, and its waiting requests.
    private static final class Account {
        private final Deque<Object> waiting = new ArrayDeque<>();
        private long held;
    }

    /// The share of a tenant: one for each name.
    Share of(Tenant tenant) {
        return new Share(tenant, accounts.computeIfAbsent(tenant.name(), _ -> new Account()));
    }

    /// Takes and gives back for one tenant.
    final class Share {

        private final Tenant tenant;
        private final Account account;

        private Share(Tenant tenant, Account account) {
            this.tenant = tenant;
            this.account = account;
        }

        /// The counts of the tenant's requests.
        RequestCounts counts() {
            return tenant.counts();
        }

        /// Takes so much, when there is so much to be had.
        ///
        /// @param first goes before others of the tenant: for one that holds something already
        void take(long amount, boolean first) {
            lock.lock();
            try {
                if ((!account.waiting.isEmpty() && !first) || !fits(amount)) {
                    await(amount, first);
                }
                enter(amount);
            } finally {
                lock.unlock();
            }
        }

        /// Takes so much if that can be had at once.
        boolean tryTake(long amount) {
            lock.lock();
            try {
                if (!account.waiting.isEmpty() || !fits(amount)) {
                    return false;
                }
                enter(amount);
                return true;
            } finally {
                lock.unlock();
            }
        }

        void giveBack(long amount) {
            lock.lock();
            try {
                enter(-amount);
                givenBack.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /// A lease that holds nothing yet.
        ///
        /// @param attempt for messages: `write s3://media/cat.jpg`
        Lease lease(String attempt) {
            return new Lease(this, attempt);
        }

        private void enter(long amount) {
            free -= amount;
            account.held += amount;
        }

        private boolean fits(long amount) {
            return account.held + amount <= free - amount;
        }

        private void await(long amount, boolean first) {
            Object self = new Object();
            if (first) {
                account.waiting.addFirst(self);
            } else {
                account.waiting.addLast(self);
            }
            try {
                long end = System.nanoTime() + waitLimit.toNanos();
                while (!self.equals(account.waiting.peekFirst()) || !fits(amount)) {
                    if (System.nanoTime() - end >= 0) {
                        throw new Full(tenant.name() + " uses its whole share of the " + what + " (" + account.held
                                + " of " + capacity + "), and too little of it was given back within "
                                + waitLimit.toSeconds() + " s; end something, or try again");
                    }
                    tenant.wanted().run();
                    givenBack.awaitNanos(REMINDER_INTERVAL.toNanos());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Full("interrupted while waiting for a share of the " + what);
            } finally {
                account.waiting.remove(self);
                givenBack.signalAll();
            }
        }
    }

    /// A tenant's share is in use. The SDK's kind of exception, so that it passes the SDK's own methods.
    static final class Full extends SdkClientException {

        private static final long serialVersionUID = 1;

        Full(String message) {
            super(SdkClientException.builder().message(message));
        }
    }
}
