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

/// Keeps one worker running: starts it when it is needed, again when it has died, but not more often than every
/// [#PAUSE]. Safe for many threads.
final class WorkerSupervisor implements AutoCloseable {

    static final Duration START_LIMIT = Duration.ofSeconds(30);
    static final Duration PAUSE = Duration.ofSeconds(1);

    /// How often a worker's memory is looked at.
    static final Duration MEMORY_INTERVAL = Duration.ofMillis(500);

    /// The files of Java's and of libraries that a worker maps into its memory.
    private static final long LIBRARY_BYTES = 256L << 20;

    /// How long a machine without a library is left alone.
    static final Duration UNFIT_PAUSE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(WorkerSupervisor.class);

    private final RenderPoolSettings settings;
    private final ScheduledExecutorService timer;
    private volatile @Nullable WorkerProcess worker;
    private String library = "";
    private String problem = "it has not been started";
    private long notBefore = System.nanoTime();
    private boolean closed;

    WorkerSupervisor(RenderPoolSettings settings, ScheduledExecutorService timer) {
        this.settings = settings;
        this.timer = timer;
        ScheduledFuture<?> _ = timer.scheduleWithFixedDelay(
                this::endTooLarge, MEMORY_INTERVAL.toMillis(), MEMORY_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Ends a worker that has more memory than it may; the kernel counts only what a program does not hide from it.
    private void endTooLarge() {
        WorkerProcess current = worker;
        if (current != null && current.memoryBytes() > settings.memoryBytes() + LIBRARY_BYTES) {
            LOG.warn(
                    "the picture worker {} takes more than {} bytes, and is ended",
                    current.pid(),
                    settings.memoryBytes());
            current.kill();
        }
    }

    /// A worker that is fit for work; starting one takes a moment.
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
            LOG.warn("the picture worker does not start: {}", problem);
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

    /// What the last worker that was fit said of its library.
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
