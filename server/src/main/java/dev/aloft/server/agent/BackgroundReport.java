package dev.aloft.server.agent;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A report for operators that takes many requests to S3, made in the background.
///
/// It is used again for at least [#MIN_AGE_LIMIT], and for a hundred times as long as it took, so that reports take no
/// more than one per cent of the time. After a failure it is made again after [#RETRY_INTERVAL] at the earliest. A
/// caller waits at most [#WAIT_LIMIT]. Safe for many threads.
final class BackgroundReport<T> {

    static final Duration MIN_AGE_LIMIT = Duration.ofMinutes(5);

    /// The time from a failure to the next attempt.
    static final Duration RETRY_INTERVAL = Duration.ofSeconds(30);

    private static final Duration WAIT_LIMIT = Duration.ofSeconds(1);
    private static final int AGE_FACTOR = 100;

    private final String name;
    private final Work<T> work;
    private final InstantSource clock;
    private @Nullable Run running;
    private @Nullable T done;
    private @Nullable IOException failure;
    private Instant freshUntil = Instant.MIN;

    /// @param name for messages: `the files of uploads`
    BackgroundReport(String name, Work<T> work, InstantSource clock) {
        this.name = name;
        this.work = work;
        this.clock = clock;
    }

    /// Makes a report; on one thread at a time.
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /// The newest report; empty while the first is made.
    ///
    /// @throws IOException if there is none, because all attempts have failed
    Optional<T> get() throws IOException {
        Run run = run();
        if (run != null) {
            await(run);
        }
        synchronized (this) {
            if (done == null && failure != null) {
                throw failure;
            }
            return Optional.ofNullable(done);
        }
    }

    private synchronized @Nullable Run run() {
        if (running == null && clock.instant().isAfter(freshUntil)) {
            Run begun = new Run(clock.instant());
            running = begun;
            Thread.ofVirtual().name("aloft-report").start(() -> make(begun));
        }
        return running;
    }

    private void make(Run run) {
        @Nullable T made = null;
        IOException failed = new IOException("cannot report on " + name);
        try {
            made = work.run();
        } catch (IOException e) {
            failed = e;
        } catch (RuntimeException e) {
            failed = new IOException("cannot report on " + name + ": " + e.getMessage(), e);
        } finally {
            end(run, made, failed);
        }
    }

    private synchronized void end(Run run, @Nullable T made, IOException failed) {
        running = null;
        Instant now = clock.instant();
        if (made == null) {
            failure = failed;
            freshUntil = now.plus(RETRY_INTERVAL);
        } else {
            done = made;
            Duration limit = Duration.between(run.begun, now).multipliedBy(AGE_FACTOR);
            freshUntil = now.plus(limit.compareTo(MIN_AGE_LIMIT) > 0 ? limit : MIN_AGE_LIMIT);
        }
        run.ended.countDown();
    }

    private void await(Run run) throws IOException {
        try {
            var _ = run.ended.await(WAIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during a report on " + name, e);
        }
    }

    /// One report in the making.
    private static final class Run {

        private final Instant begun;
        private final CountDownLatch ended = new CountDownLatch(1);

        Run(Instant begun) {
            this.begun = begun;
        }
    }
}
