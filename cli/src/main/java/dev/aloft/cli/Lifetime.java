package dev.aloft.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a running command has started, to be stopped in the reverse order: at its end, or when the process is told to
/// stop (SIGINT, SIGTERM), whichever comes first.
///
/// A signal that arrives while things are still being started stops those that are there.
final class Lifetime implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lifetime.class);

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread onSignal = new Thread(this::stopAll, "aloft-stop");
    private boolean stopped;

    Lifetime() {
        Runtime.getRuntime().addShutdownHook(onSignal);
    }

    /// Takes charge of something that has been started. Once all is being stopped, it is stopped at once.
    <T extends AutoCloseable> T keep(T part) {
        synchronized (started) {
            if (!stopped) {
                started.push(part);
                return part;
            }
        }
        close(part);
        throw new IllegalStateException("told to stop while starting");
    }

    /// Waits until the process is told to stop.
    void awaitStop() {
        try {
            stop.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopAll() {
        Deque<AutoCloseable> parts;
        synchronized (started) {
            stopped = true;
            parts = new ArrayDeque<>(started);
            started.clear();
        }
        parts.forEach(Lifetime::close);
        stop.countDown();
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("{} did not stop cleanly: {}", part.getClass().getSimpleName(), e.toString());
        }
    }

    @Override
    public void close() {
        stopAll();
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            LOG.debug("the process is stopping already", e);
        }
    }
}
