package dev.aloft.bulk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Runs tasks at the same time, in no order; a long one holds no other up. After a failure no further task starts. For
/// one thread, which closes it: tasks still running are then interrupted and awaited.
public final class ParallelTasks implements AutoCloseable {

    private final int maxAtOnce;
    private final Semaphore free;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /// One task.
    public interface Task {
        /// Does its work; a failure ends the others.
        void run() throws IOException, InterruptedException;
    }

    /// @param maxAtOnce the maximum number of tasks at the same time
    public ParallelTasks(int maxAtOnce) {
        this.maxAtOnce = maxAtOnce;
        this.free = new Semaphore(maxAtOnce);
    }

    /// Starts a task; waits while there are too many.
    ///
    /// @throws IOException of an earlier task
    public void add(Task task) throws IOException {
        acquire(1);
        Thread thread = Thread.ofVirtual().name("aloft-bulk").unstarted(() -> run(task));
        running.add(thread);
        thread.start();
    }

    /// Waits for all tasks.
    ///
    /// @throws IOException the first failure of a task
    public void finish() throws IOException {
        acquire(maxAtOnce);
        free.release(maxAtOnce);
    }

    private void run(Task task) {
        try {
            task.run();
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        } finally {
            running.remove(Thread.currentThread());
            free.release();
        }
    }

    private void acquire(int count) throws IOException {
        try {
            free.acquire(count);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        Throwable failed = failure.get();
        if (failed != null) {
            free.release(count);
            switch (failed) {
                case IOException io -> throw io;
                case InterruptedException e -> throw interrupted(e);
                case Error error -> throw error;
                default -> throw new IllegalStateException("a task failed", failed);
            }
        }
    }

    private static IOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("interrupted");
        interrupted.initCause(cause);
        return interrupted;
    }

    @Override
    public void close() {
        running.forEach(Thread::interrupt);
        boolean interrupted = Thread.interrupted();
        for (Thread each : running) {
            try {
                each.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
