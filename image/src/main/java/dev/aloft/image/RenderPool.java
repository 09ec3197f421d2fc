package dev.aloft.image;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.aloft.image.PictureException.Kind;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes pictures in a worker process, and bounds what is asked of it.
///
/// Orders for one original that come together are made from one decoding; equal ones are one. Beyond the threads a
/// bounded number waits for a bounded time, and one original has half of each at most. Whatever the decoder does,
/// crashes
/// included, ends with an answer in time: a picture whose worker dies is tried once more, alone, in case it was
/// another's
/// fault, and is then [Kind#BROKEN]. An original that is to blame for that, or takes too long, is remembered, see
/// [RefusedOriginals].
///
/// Blocks, also on virtual threads; safe for many.
public final class RenderPool implements AutoCloseable {

    /// How much longer than its limit a picture may take before its worker is killed.
    static final Duration GRACE = Duration.ofSeconds(3);

    private static final int ATTEMPTS = 2;

    /// More than any format writes.
    private static final int ANSWER_BYTES_PER_PIXEL = 8;

    private static final Logger LOG = LoggerFactory.getLogger(RenderPool.class);

    private final RenderPoolSettings settings;
    private final ScheduledExecutorService timer;
    private final WorkerSupervisor supervisor;
    private final Semaphore threads;
    private final Semaphore places;
    private final OriginalShares shares;
    private final RefusedOriginals refused = new RefusedOriginals(System::nanoTime);
    private final Map<String, Batch> batches = new HashMap<>();

    private RenderPool(RenderPoolSettings settings) {
        this.settings = settings;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("picture-timer").factory());
        this.supervisor = new WorkerSupervisor(settings, timer);
        this.threads = new Semaphore(settings.threads(), true);
        this.places = new Semaphore(settings.threads() + settings.queue());
        this.shares = new OriginalShares(settings.threads(), settings.queue());
    }

    /// Opens a pool; its worker is started in the background.
    public static RenderPool open(RenderPoolSettings settings) {
        RenderPool pool = new RenderPool(settings);
        Thread _ = Thread.ofVirtual().name("picture-worker-start").start(pool::warmUp);
        return pool;
    }

    private void warmUp() {
        try {
            WorkerProcess _ = supervisor.worker();
        } catch (PictureException e) {
            LOG.debug("the first picture will try again", e);
        }
    }

    /// What makes the pictures: its name and version.
    ///
    /// @throws PictureException when nothing does
    public String library() throws PictureException {
        WorkerProcess _ = supervisor.worker();
        return supervisor.library();
    }

    /// The process that makes them, if there is one now.
    Optional<Long> worker() {
        return supervisor.pid();
    }

    public Limits limits() {
        return settings.limits();
    }

    /// Makes one rendition.
    ///
    /// @param id what tells this original from others
    /// @throws IOException when the original cannot be read
    public Picture render(String id, OriginalSource originals, RenderRequest order)
            throws PictureException, IOException {
        Place place = place(id, order);
        if (place.leads()) {
            lead(id, place.batch(), originals);
        }
        return await(place.picture());
    }

    /// Finds the order a place in the batch that is open for its original, or opens one.
    private Place place(String id, RenderRequest order) {
        synchronized (batches) {
            Batch open = batches.get(id);
            CompletableFuture<Picture> joined = open == null ? null : open.join(order);
            if (open != null && joined != null) {
                return new Place(open, joined, false);
            }
            Batch own = new Batch();
            batches.put(id, own);
            return new Place(own, Objects.requireNonNull(own.join(order)), true);
        }
    }

    private void lead(String id, Batch batch, OriginalSource originals) {
        try {
            run(id, batch, originals);
        } catch (PictureException | IOException | RuntimeException e) {
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

    /// Waits for a thread, then makes what has come together meanwhile.
    private void run(String id, Batch batch, OriginalSource originals) throws PictureException, IOException {
        if (!places.tryAcquire()) {
            throw busy();
        }
        try {
            if (!shares.take(id, settings.waitLimit())) {
                throw busy();
            }
            try {
                attempt(new Making(id, batch, originals));
            } finally {
                shares.giveBack(id);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PictureException(Kind.UNAVAILABLE, "interrupted", e);
        } finally {
            places.release();
        }
    }

    private void attempt(Making making) throws PictureException, IOException, InterruptedException {
        try {
            attempt(making, 1);
        } catch (LostWorker e) {
            LOG.warn("a picture's worker was lost, trying again alone: {}", e.getMessage());
            Thread.sleep(WorkerSupervisor.PAUSE); // until a worker may be started again
            try {
                attempt(making, settings.threads());
            } catch (LostWorker again) {
                throw making.refuse(
                        new PictureException(Kind.BROKEN, "the picture cannot be read: decoding it fails", again));
            }
        }
    }

    private void attempt(Making making, int permits)
            throws LostWorker, PictureException, IOException, InterruptedException {
        if (!threads.tryAcquire(permits, settings.waitLimit().toMillis(), MILLISECONDS)) {
            throw busy();
        }
        try {
            making.run();
        } finally {
            threads.release(permits);
        }
    }

    private static PictureException busy() {
        return new PictureException(Kind.BUSY, "more pictures are asked for than can be made");
    }

    @Override
    public void close() {
        supervisor.close();
        timer.shutdownNow();
    }

    /// A rendition, or why there is none, and the version of the original that it is of.
    public record Picture(String version, Outcome outcome) {}

    /// An order's place in a batch, which whoever opened it leads.
    private record Place(Batch batch, CompletableFuture<Picture> picture, boolean leads) {}

    /// What one batch is made of, in one attempt or two.
    private final class Making {

        private final String id;
        private final Batch batch;
        private final OriginalSource originals;
        private @Nullable List<RenderRequest> orders;
        private String version = "";

        Making(String id, Batch batch, OriginalSource originals) {
            this.id = id;
            this.batch = batch;
            this.originals = originals;
        }

        void run() throws LostWorker, PictureException, IOException {
            WorkerProcess worker = supervisor.worker();
            OriginalSource.Opened original = originals.open();
            version = original.version();
            List<RenderRequest> wanted = notRefused();
            if (wanted.isEmpty()) {
                original.bytes().close();
                return;
            }
            batch.complete(version, wanted, made(worker, original.bytes(), wanted));
        }

        /// Answers orders that are known to fail.
        private List<RenderRequest> notRefused() {
            List<RenderRequest> wanted = new ArrayList<>();
            for (RenderRequest order : sealed()) {
                refused.refusal(id, version, order.pixels())
                        .ifPresentOrElse(
                                reason -> batch.complete(version, List.of(order), List.of(new Outcome.Refused(reason))),
                                () -> wanted.add(order));
            }
            return wanted;
        }

        /// As late as possible: others came while the original was opened.
        private List<RenderRequest> sealed() {
            if (orders == null) {
                synchronized (batches) {
                    orders = batch.seal();
                }
            }
            return orders;
        }

        /// One exchange with the worker: the original goes to it while it is read, and the answers come back.
        private List<Outcome> made(WorkerProcess worker, InputStream original, List<RenderRequest> wanted)
                throws LostWorker, IOException, PictureException {
            OriginalUpload sending = new OriginalUpload(wanted, original);
            ScheduledFuture<?> end = null;
            try (SocketChannel channel = worker.connect()) {
                end = timer.schedule(
                        () -> sending.endOverdue(worker, channel),
                        settings.limits().time().plus(GRACE).toMillis(),
                        MILLISECONDS);
                Thread _ = Thread.ofVirtual().name("picture-original").start(() -> sending.to(channel));
                DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
                List<Outcome> outcomes = new ArrayList<>();
                for (RenderRequest _ : wanted) {
                    outcomes.add(
                            WorkerProtocol.readOutcome(in, settings.limits().answerPixels() * ANSWER_BYTES_PER_PIXEL));
                }
                sending.requireSound();
                outcomes.forEach(outcome -> blame(outcome, sending));
                return outcomes;
            } catch (IOException e) {
                requireSound(sending);
                throw new LostWorker(e);
            } finally {
                sending.close();
                if (end != null) {
                    end.cancel(false);
                }
            }
        }

        private void requireSound(OriginalUpload sending) throws IOException, PictureException {
            try {
                sending.requireSound();
            } catch (PictureException e) {
                blame(new Outcome.Refused(e), sending);
                throw e;
            }
        }

        /// Remembers an original that takes too long, unless S3 took the time.
        private void blame(Outcome outcome, OriginalUpload sending) {
            if (outcome instanceof Outcome.Refused(PictureException reason)
                    && reason.kind() == Kind.TOO_SLOW
                    && sending.waited().compareTo(settings.limits().time().dividedBy(2)) < 0) {
                PictureException _ = refuse(reason);
            }
        }

        PictureException refuse(PictureException reason) {
            LOG.warn(
                    "{} is not tried again for {} s: {}", id, RefusedOriginals.MEMORY.toSeconds(), reason.getMessage());
            long pixels =
                    sealed().stream().mapToLong(RenderRequest::pixels).max().orElse(Long.MAX_VALUE);
            refused.add(id, version, pixels, reason);
            return reason;
        }
    }

    /// The worker ended, or was ended, in the middle.
    private static final class LostWorker extends Exception {

        private static final long serialVersionUID = 1;

        LostWorker(IOException cause) {
            super(cause.toString(), cause);
        }
    }
}
