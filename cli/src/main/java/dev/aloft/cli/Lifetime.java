package dev.aloft.cli;

import dev.aloft.linux.Inspection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a running command has started, to be stopped in the reverse order: at its end, or when the process is told to
/// stop (SIGINT, SIGTERM), whichever comes first.
///
/// All is started and stopped by the command's own thread, so a signal that arrives while something is being started
/// leaves nothing behind: it interrupts that thread, whoever is starting something cleans up and gives up, and what had
/// been started before is stopped. The process stays until that is done, or for [#STOP_LIMIT].
public final class Lifetime implements AutoCloseable {

    /// Longer than the parts together may take to stop by their own limits.
    static final Duration STOP_LIMIT = Duration.ofSeconds(90);

    private static final Logger LOG = LoggerFactory.getLogger(Lifetime.class);

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Thread owner = Thread.currentThread();
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread onSignal = new Thread(this::stop, "aloft-stop");
    private boolean ending;

    private Lifetime() {
        Runtime.getRuntime().addShutdownHook(onSignal);
    }

    /// Starts things and keeps them until the process is told to stop. That is a good end, also of a start. The process
    /// holds the keys to a bucket, and other programs of its user may not look into it.
    public static void during(Start start) throws Failure, IOException {
        Inspection.forbid()
                .ifPresent(why -> LOG.warn("other programs of this user can read this process's memory: {}", why));
        Lifetime lifetime = new Lifetime();
        try (lifetime) {
            start.within(lifetime);
            lifetime.awaitStop();
        } catch (Failure | IOException | RuntimeException e) {
            if (!lifetime.isTold()) {
                throw e;
            }
            LOG.debug("told to stop while starting", e);
        }
    }

    /// Takes charge of something that has been started.
    ///
    /// @throws IllegalStateException when the process has been told to stop; what is kept is stopped all the same
    public <T extends AutoCloseable> T keep(T part) {
        started.push(part);
        if (isTold()) {
            throw new IllegalStateException("told to stop while starting");
        }
        return part;
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

    /// Runs on a thread of its own when the process is told to stop.
    private void stop() {
        told.countDown();
        synchronized (this) {
            if (!ending) {
                owner.interrupt();
            }
        }
        try {
            if (!ended.await(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("leaving although not all has stopped within {} s", STOP_LIMIT.toSeconds());
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

    /// What brings something up, handing each part to the lifetime as soon as it is there.
    @FunctionalInterface
    public interface Start {
        /// Brings it up.
        void within(Lifetime lifetime) throws Failure, IOException;
    }
}
