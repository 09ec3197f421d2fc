package dev.aloft.image;

import dev.aloft.image.PictureException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one worker: starts it on demand, restarts it after a crash, at most every [#PAUSE]. Safe for many threads.
final class WorkerSupervisor implements AutoCloseable {

    static final Duration START_LIMIT = Duration.ofSeconds(30);
    static final Duration PAUSE = Duration.ofSeconds(1);

    /// Interval of memory checks.
    static final Duration MEMORY_INTERVAL = Duration.ofMillis(500);

    /// Allowance for mapped files of Java and of libraries.
    private static final long LIBRARY_BYTES = 256L << 20;

    /// Pause after an unfit start, such as a missing library.
    static final Duration UNFIT_PAUSE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(WorkerSupervisor.class);

    private final RenderPoolSettings settings;
    private final ScheduledExecutorService timer;
    private volatile @Nullable WorkerProcess worker;
    private volatile String library = "";
    private String problem = "it has not been started";
    private long notBefore = System.nanoTime();
    private boolean closed;

    WorkerSupervisor(RenderPoolSettings settings, ScheduledExecutorService timer) {
        this.settings = settings;
        this.timer = timer;
        ScheduledFuture<?> _ = timer.scheduleWithFixedDelay(
                this::endTooLarge, MEMORY_INTERVAL.toMillis(), MEMORY_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Kills a worker beyond its memory limit; the kernel's limit does not count every mapping.
    private void endTooLarge() {
        WorkerProcess current = worker;
        if (current != null && current.memoryBytes() > settings.memoryBytes() + LIBRARY_BYTES) {
            LOG.warn(
                    "the picture worker {} exceeds {} bytes of memory, killing it",
                    current.pid(),
                    settings.memoryBytes());
            current.kill();
        }
    }

    /// Returns a ready worker; starts one if needed, which takes a moment.
    synchronized WorkerProcess worker() throws PictureException {
        WorkerProcess current = worker;
        if (current != null && current.isAlive()) {
            return current;
        }
        if (closed || System.nanoTime() - notBefore < 0) {
            throw new PictureException(Kind.UNAVAILABLE, "no pictures are made at the moment: " + problem);
        }
        notBefore = System.nanoTime() + PAUSE.toNanos();
        if (current != null) {
            LOG.warn("the picture worker {} has died", current.pid());
            current.close();
            worker = null;
        }
        try {
            WorkerProcess started = started();
            worker = started;
            return started;
        } catch (IOException e) {
            problem = String.valueOf(e.getMessage());
            LOG.warn("cannot start the picture worker: {}", problem);
            throw new PictureException(Kind.UNAVAILABLE, "no pictures are made at the moment: " + problem, e);
        }
    }

    private WorkerProcess started() throws IOException {
        WorkerProcess started = WorkerProcess.start(settings);
        boolean fit = false;
        ScheduledFuture<?> limit = timer.schedule(started::kill, START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        try {
            String word = started.word();
            if (!word.startsWith("ready ")) {
                notBefore = System.nanoTime() + UNFIT_PAUSE.toNanos();
                throw new IOException(word.replaceFirst("^unfit ", ""));
            }
            library = word.substring("ready ".length());
            LOG.info("pictures by {}, worker {}", library, started.pid());
            String missing = started.word();
            if (!missing.isEmpty()) {
                LOG.warn("the picture worker is not confined as SECURITY.md says; this system refuses {}", missing);
            }
            fit = true;
            return started;
        } finally {
            limit.cancel(false);
            if (!fit) {
                started.close();
            }
        }
    }

    synchronized Optional<Long> pid() {
        return Optional.ofNullable(worker).filter(WorkerProcess::isAlive).map(WorkerProcess::pid);
    }

    /// Library of the running worker; never waits for a start.
    Optional<String> ready() {
        return Optional.ofNullable(worker).filter(WorkerProcess::isAlive).map(_ -> library);
    }

    /// Library reported by the last ready worker.
    synchronized String library() {
        return library;
    }

    @Override
    public synchronized void close() {
        closed = true;
        problem = "the server is stopping";
        if (worker != null) {
            worker.close();
            worker = null;
        }
    }
}
