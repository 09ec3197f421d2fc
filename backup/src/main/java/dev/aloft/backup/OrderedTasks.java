package dev.aloft.backup;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Runs tasks at the same time, at most [#MAX_AT_ONCE], and hands their results over in the order in which they were
/// added. Holds at most [#MAX_HELD] results that wait for an earlier one. For one thread, which closes it: tasks still
/// running are then interrupted and awaited.
final class OrderedTasks<T> implements AutoCloseable {

    /// The maximum number of tasks at the same time.
    static final int MAX_AT_ONCE = 64;

    /// The maximum number of tasks and results that are not handed over.
    static final int MAX_HELD = 4096;

    private final Consumer<T> results;
    private final Semaphore free = new Semaphore(MAX_AT_ONCE);
    private final Deque<Held<T>> held = new ArrayDeque<>();

    /// Takes one result.
    interface Consumer<T> {
        /// Takes the next.
        void accept(T result) throws IOException;
    }

    /// @param thread of a task; null for a result that was there already
    private record Held<T>(FutureTask<T> task, @Nullable Thread thread) {}

    /// @param results takes the results
    OrderedTasks(Consumer<T> results) {
        this.results = results;
    }

    /// Starts a task; waits while there are too many.
    ///
    /// @throws IOException of an earlier task
    void add(Callable<T> work) throws IOException {
        makeRoom();
        try {
            free.acquire(); // bounded: every request has a time limit
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = Thread.ofVirtual().name("aloft-bulk").unstarted(() -> {
            try {
                task.run();
            } finally {
                free.release();
            }
        });
        held.add(new Held<>(task, thread));
        thread.start();
    }

    /// Adds a result that is there already.
    void addResult(T result) throws IOException {
        makeRoom();
        if (held.isEmpty()) {
            results.accept(result);
        } else {
            FutureTask<T> task = new FutureTask<>(() -> result);
            task.run();
            held.add(new Held<>(task, null));
        }
    }

    /// Waits for all tasks.
    void finish() throws IOException {
        while (!held.isEmpty()) {
            takeOldest();
        }
    }

    /// Hands over what is there, and the oldest while too much is held.
    private void makeRoom() throws IOException {
        while (!held.isEmpty()
                && (held.size() >= MAX_HELD || held.element().task().isDone())) {
            takeOldest();
        }
    }

    private void takeOldest() throws IOException {
        try {
            T result = held.element().task().get();
            held.remove(); // an interrupted wait leaves it to close()
            results.accept(result);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException ours) {
                throw ours;
            }
            throw new IllegalStateException("a task failed", e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("interrupted");
        interrupted.initCause(cause);
        return interrupted;
    }

    @Override
    public void close() {
        List<Thread> running =
                held.stream().map(Held::thread).filter(thread -> thread != null).toList();
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
