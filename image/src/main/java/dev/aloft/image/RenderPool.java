package dev.aloft.image;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.aloft.image.BatchRenderer.WorkerLostException;
import dev.aloft.image.PictureException.Kind;
import dev.aloft.image.RenderRequest.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A bounded queue in front of one worker process that renders pictures.
///
/// Requests for one original that arrive together are rendered from one decoding; equal requests share one rendition.
/// Beyond the threads, a bounded number of requests waits for a bounded time; one original takes at most half of the
/// threads and of the queue, and idle threads while it is quick. A crash or hang of the decoder ends in an error within
/// the time limit: when a worker dies, its picture is tried once more, alone, because another picture may have killed
/// it, and is then [Kind#BROKEN]. Originals that kill their worker or take too long are remembered, see
/// [RefusedOriginals].
///
/// Blocks, also on virtual threads. Safe for many threads.
public final class RenderPool implements AutoCloseable {

    /// Limit of requests that are rendered from one decoding.
    public static final int MAX_REQUESTS = WorkerProtocol.MAX_REQUESTS;

    /// Time beyond a picture's own limit after which its worker is killed.
    static final Duration GRACE = Duration.ofSeconds(3);

    private static final int ATTEMPTS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(RenderPool.class);

    private final RenderPoolSettings settings;
    private final ScheduledExecutorService timer;
    private final WorkerSupervisor supervisor;
    private final Semaphore threads;
    private final Semaphore slots;
    private final OriginalShares shares;
    private final BatchRenderer renderer;
    private final Map<String, Batch> batches = new HashMap<>();

    private RenderPool(RenderPoolSettings settings) {
        this.settings = settings;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("picture-timer").factory());
        this.supervisor = new WorkerSupervisor(settings, timer);
        this.threads = new Semaphore(settings.threads(), true);
        this.slots = new Semaphore(settings.threads() + settings.queue());
        this.renderer = new BatchRenderer(supervisor, settings.limits(), timer);
        this.shares = new OriginalShares(settings.threads(), settings.queue());
    }

    /// Opens a pool whose worker starts with the first request.
    public static RenderPool onDemand(RenderPoolSettings settings) {
        return new RenderPool(settings);
    }

    /// Opens a pool and starts its worker in the background.
    public static RenderPool open(RenderPoolSettings settings) {
        RenderPool pool = onDemand(settings);
        pool.startInBackground();
        return pool;
    }

    private void startInBackground() {
        Thread _ = Thread.ofVirtual().name("picture-worker-start").start(this::warmUp);
    }

    private void warmUp() {
        try {
            WorkerProcess _ = supervisor.worker();
        } catch (PictureException e) {
            LOG.debug("the worker did not start; the first picture starts it again", e);
        }
    }

    /// Name and version of the library that renders.
    ///
    /// @throws PictureException [Kind#UNAVAILABLE] without a worker
    public String library() throws PictureException {
        WorkerProcess _ = supervisor.worker();
        return supervisor.library();
    }

    /// Process id of the running worker.
    Optional<Long> worker() {
        return supervisor.pid();
    }

    /// Limits of each picture, as in the settings; a caller may check the original's size before it is read.
    public Limits limits() {
        return settings.limits();
    }

    /// Renders one request.
    ///
    /// @param id identity of the original, without its version
    /// @throws IOException when the original cannot be read
    public Picture render(String id, OriginalSource source, RenderRequest request)
            throws PictureException, IOException {
        Seat seat = join(id, request);
        if (seat.leads()) {
            lead(id, seat.batch(), source);
        }
        return await(seat.picture());
    }

    /// Renders all requests from one decoding, or fails as a whole; a refusal of one is an outcome.
    ///
    /// @param requests different ones, from 1 to [#MAX_REQUESTS]
    /// @throws IOException when the original cannot be read
    public List<Picture> renderAll(String id, OriginalSource source, List<RenderRequest> requests)
            throws PictureException, IOException {
        Batch batch = new Batch();
        List<CompletableFuture<Picture>> joined = new ArrayList<>();
        for (RenderRequest request : requests) {
            joined.add(Objects.requireNonNull(batch.join(request), "too many requests"));
        }
        lead(id, batch, source);
        List<Picture> pictures = new ArrayList<>();
        for (CompletableFuture<Picture> picture : joined) {
            pictures.add(await(picture));
        }
        return pictures;
    }

    /// Takes notice that an original has changed: later requests do not join one for which it may have been read
    /// before.
    public void changed(String id) {
        synchronized (batches) {
            batches.remove(id);
        }
    }

    /// The same for all originals.
    public void anyChanged() {
        synchronized (batches) {
            batches.clear();
        }
    }

    /// Formats of the worker's library. Empty while no worker is ready; one is then started in the background.
    public Optional<Formats> formats() {
        Optional<String> ready = supervisor.ready();
        if (ready.isEmpty()) {
            startInBackground();
        }
        return ready.map(Formats::parse);
    }

    /// Joins the open batch of an original, or opens one.
    private Seat join(String id, RenderRequest request) {
        synchronized (batches) {
            Batch open = batches.get(id);
            CompletableFuture<Picture> joined = open == null ? null : open.join(request);
            if (open != null && joined != null) {
                return new Seat(open, joined, false);
            }
            Batch own = new Batch();
            batches.put(id, own);
            return new Seat(own, Objects.requireNonNull(own.join(request)), true);
        }
    }

    private void lead(String id, Batch batch, OriginalSource source) {
        try {
            run(id, batch, source);
        } catch (PictureException | IOException | RuntimeException | Error e) {
            batch.fail(e);
        } finally {
            synchronized (batches) {
                batches.remove(id, batch);
            }
        }
    }

    private Picture await(CompletableFuture<Picture> picture) throws PictureException, IOException {
        Duration limit =
                settings.waitLimit().plus(settings.limits().time().plus(GRACE)).multipliedBy(ATTEMPTS + 1);
        try {
            return picture.get(limit.toMillis(), MILLISECONDS);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case PictureException p -> throw new PictureException(p.kind(), String.valueOf(p.getMessage()), p);
                case IOException io -> throw io;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        } catch (TimeoutException e) {
            throw new PictureException(Kind.TOO_SLOW, "the picture takes too long to make", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PictureException(Kind.UNAVAILABLE, "interrupted", e);
        }
    }

    /// Waits for a thread, then renders the requests that have joined meanwhile.
    private void run(String id, Batch batch, OriginalSource source) throws PictureException, IOException {
        if (!slots.tryAcquire()) {
            throw busy();
        }
        try {
            if (!shares.take(id, batch.pixels(), settings.waitLimit())) {
                throw busy();
            }
            boolean wasQuick = false;
            try {
                long begin = System.nanoTime();
                attempt(renderer.run(id, batch, source));
                wasQuick = !batch.isRefused() && System.nanoTime() - begin < OriginalShares.QUICK.toNanos();
            } finally {
                shares.giveBack(id, batch.pixels(), wasQuick);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PictureException(Kind.UNAVAILABLE, "interrupted", e);
        } finally {
            slots.release();
        }
    }

    private void attempt(BatchRenderer.Run run) throws PictureException, IOException, InterruptedException {
        try {
            attempt(run, 1);
        } catch (WorkerLostException e) {
            LOG.warn("the worker of a picture was lost, trying again alone: {}", e.getMessage());
            Thread.sleep(WorkerSupervisor.PAUSE); // no worker starts sooner
            try {
                attempt(run, settings.threads());
            } catch (WorkerLostException again) {
                throw run.refuse(
                        new PictureException(Kind.BROKEN, "the picture cannot be read: decoding it fails", again));
            }
        }
    }

    private void attempt(BatchRenderer.Run run, int permits)
            throws WorkerLostException, PictureException, IOException, InterruptedException {
        if (!threads.tryAcquire(permits, settings.waitLimit().toMillis(), MILLISECONDS)) {
            throw busy();
        }
        try {
            run.attempt();
        } finally {
            threads.release(permits);
        }
    }

    private static PictureException busy() {
        return new PictureException(Kind.BUSY, "more pictures are requested than can be rendered");
    }

    @Override
    public void close() {
        supervisor.close();
        timer.shutdownNow();
    }

    /// A rendition or its refusal, with the version of the original that was read.
    public record Picture(String version, Outcome outcome) {}

    /// A request's seat in a batch.
    ///
    /// @param leads whether this request opened the batch, and therefore runs it
    private record Seat(Batch batch, CompletableFuture<Picture> picture, boolean leads) {}

    /// Source of an original; opened again after a worker died of it.
    @FunctionalInterface
    public interface OriginalSource {

        /// @throws PictureException when there is something, but nothing to make pictures of
        Opened open() throws IOException, PictureException;

        /// One version of an original. The pool closes the bytes.
        ///
        /// @param version distinguishes versions of one original
        record Opened(String version, InputStream bytes) {}
    }

    /// Formats that a worker's library decodes and encodes.
    public record Formats(Set<Format> reads, Set<Format> writes) {

        private static final Pattern LISTS = Pattern.compile(".*reads \\[([A-Z, ]*)], writes \\[([A-Z, ]*)]");

        public Formats {
            reads = Set.copyOf(reads);
            writes = Set.copyOf(writes);
        }

        /// Reads the worker's line about its library; none for an unknown form.
        static Formats parse(String library) {
            Matcher lists = LISTS.matcher(library);
            return lists.matches()
                    ? new Formats(formats(lists.group(1)), formats(lists.group(2)))
                    : new Formats(Set.of(), Set.of());
        }

        private static Set<Format> formats(String list) {
            Set<Format> formats = EnumSet.noneOf(Format.class);
            for (String name : list.split(", ", -1)) {
                Format.named(name.toLowerCase(Locale.ROOT)).ifPresent(formats::add);
            }
            return formats;
        }
    }
}
