package dev.aloft.files;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Advisory locks on paths, shared or exclusive, among the threads of this process and the clients that it serves on
/// this host. They do not block code that takes no lock, and other hosts do not see them.
///
/// Not reentrant. Safe for many threads.
public final class FileLocks {

    private static final int EXCLUSIVE = -1;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();

    /// The number of holders of each path that is locked, or [#EXCLUSIVE].
    private final Map<FilePath, Integer> holders = new HashMap<>();

    /// Takes a lock, if that is possible within `patience`.
    ///
    /// @return nothing when it is not
    public Optional<Hold> take(FilePath path, boolean shared, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (!isFree(path, shared)) {
                if (left <= 0) {
                    return Optional.empty();
                }
                left = released.awaitNanos(left);
            }
            holders.merge(path, shared ? 1 : EXCLUSIVE, Integer::sum);
            return Optional.of(new Hold(this, path));
        } finally {
            lock.unlock();
        }
    }

    private boolean isFree(FilePath path, boolean shared) {
        int count = holders.getOrDefault(path, 0);
        return count == 0 || (shared && count > 0);
    }

    private void release(FilePath path) {
        lock.lock();
        try {
            holders.computeIfPresent(path, (_, count) -> count > 1 ? count - 1 : null);
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// A lock that is held. Closing it lets it go, once.
    public static final class Hold implements AutoCloseable {

        private final FileLocks locks;
        private final FilePath path;
        private boolean open = true;

        private Hold(FileLocks locks, FilePath path) {
            this.locks = locks;
            this.path = path;
        }

        @Override
        public synchronized void close() {
            if (open) {
                open = false;
                locks.release(path);
            }
        }
    }
}
