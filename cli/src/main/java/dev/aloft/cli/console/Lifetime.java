package dev.aloft.cli.console;

import dev.aloft.linux.Inspection;
import dev.aloft.linux.ServiceManager;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Parts that a running command has started. They are stopped in reverse order when the command ends or the process
/// receives SIGINT or SIGTERM.
///
/// The command's own thread starts and stops every part. A signal interrupts that thread: the start in progress
/// cleans up and fails, and the parts already started are stopped. The process exits when that is done, or after
/// [#STOP_LIMIT].
public final class Lifetime implements AutoCloseable {

    /// Longer than the parts together may take to stop by their own limits.
    static final Duration STOP_LIMIT = Duration.ofSeconds(90);

    private static final Logger LOG = LoggerFactory.getLogger(Lifetime.class);

    private final Optional<ServiceManager> manager = ServiceManager.in(System.getenv());
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Thread owner = Thread.currentThread();
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread onSignal = new Thread(this::stop, "aloft-stop");
    private boolean ending;

    private Lifetime() {
        Runtime.getRuntime().addShutdownHook(onSignal);
    }

    /// Starts parts and keeps them until a signal stops the process, which is a normal end even during the start.
    ///
    /// The process holds S3 credentials, so other programs of its user cannot inspect its memory. A service manager
    /// that waits for notifications is notified when everything has started and when the stop begins.
    public static void during(Start start) throws Failure, IOException {
        Inspection.forbid()
                .ifPresent(why -> LOG.warn("other programs of this user can read this process's memory: {}", why));
        Lifetime lifetime = new Lifetime();
        try (lifetime) {
            start.within(lifetime);
            lifetime.manager.ifPresent(ServiceManager::ready);
            lifetime.awaitStop();
        } catch (Failure | IOException | RuntimeException e) {
            if (!lifetime.isTold()) {
                throw e;
            }
            LOG.debug("stopped while starting", e);
        }
    }

    /// Takes charge of something that has been started.
    ///
    /// @throws IllegalStateException when the process is stopping; the part is stopped, too
    public <T extends AutoCloseable> T keep(T part) {
        started.push(part);
        if (isTold()) {
            throw new IllegalStateException("stopped while starting");
        }
        return part;
    }

    /// Service manager of this process, if it waits for notifications.
    public Optional<ServiceManager> manager() {
        return manager;
    }

    private boolean isTold() {
        return told.getCount() == 0;
    }

    private void awaitStop() {
        try {
            told.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Runs on a thread of its own after a signal.
    private void stop() {
        told.countDown();
        manager.ifPresent(ServiceManager::stopping);
        synchronized (this) {
            if (!ending) {
                owner.interrupt();
            }
        }
        try {
            if (!ended.await(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("exiting although some parts have not stopped within {} s", STOP_LIMIT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            ending = true;
        }
        boolean interrupted = Thread.interrupted(); // else nothing below could be waited for
        started.forEach(Lifetime::close);
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            LOG.debug("the process is stopping already", e);
        }
        if (interrupted) {
            owner.interrupt();
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("{} did not stop cleanly: {}", part.getClass().getSimpleName(), e.toString());
        }
    }

    /// Starts parts and hands each to the lifetime as soon as it runs.
    @FunctionalInterface
    public interface Start {
        /// Brings it up.
        void within(Lifetime lifetime) throws Failure, IOException;
    }
}
