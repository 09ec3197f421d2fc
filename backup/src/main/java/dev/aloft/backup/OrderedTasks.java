package dev.aloft.backup;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs tasks at the same time, at most [#MAX_AT_ONCE], and hands their results over in the order in which they were
/// added. Holds no more results than that. For one thread, which closes it: tasks still running are then interrupted
/// and awaited.
final class OrderedTasks<T> implements AutoCloseable {

    /// The maximum number of tasks at the same time.
    static final int MAX_AT_ONCE = 32;

    private final Consumer<T> results;
    private final Deque<Running<T>> running = new ArrayDeque<>();

    /// Takes one result.
    interface Consumer<T> {
        /// Takes the next.
        void accept(T result) throws IOException;
    }

    private record Running<T>(FutureTask<T> task, Thread thread) {}

    /// @param results takes the results
    OrderedTasks(Consumer<T> results) {
        this.results = results;
    }

    /// Starts a task; waits for the oldest while there are too many.
    ///
    /// @throws IOException of an earlier task
    void add(Callable<T> work) throws IOException {
        if (running.size() == MAX_AT_ONCE) {
            takeOldest();
        }
        FutureTask<T> task = new FutureTask<>(work);
        running.add(new Running<>(task, Thread.ofVirtual().name("aloft-bulk").start(task)));
    }

    /// Adds a result that is there already.
    void addResult(T result) throws IOException {
        if (running.isEmpty()) {
            results.accept(result);
        } else {
            add(() -> result);
        }
    }

    /// Waits for all tasks.
    void finish() throws IOException {
        while (!running.isEmpty()) {
            takeOldest();
        }
    }

    private void takeOldest() throws IOException {
        try {
            T result = running.element().task().get(); // bounded: every request has a time limit
            running.remove(); // an interrupted wait leaves it to close()
            results.accept(result);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException ours) {
                throw ours;
            }
            throw new IllegalStateException("a task failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    @Override
    public void close() {
        running.forEach(each -> each.thread().interrupt());
        boolean interrupted = Thread.interrupted();
        for (Running<T> each : running) {
            try {
                each.thread().join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
