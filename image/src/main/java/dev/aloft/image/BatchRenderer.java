package dev.aloft.image;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.aloft.image.PictureException.Kind;
import dev.aloft.image.RenderRequest.Outcome;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Exchange of batches with the worker, and the negative cache of harmful originals. Safe for many threads; a [Run] is
/// for one thread.
final class BatchRenderer {

    /// Upper bound for all formats.
    private static final int ANSWER_BYTES_PER_PIXEL = 8;

    private static final Logger LOG = LoggerFactory.getLogger(BatchRenderer.class);

    private final WorkerSupervisor supervisor;
    private final Limits limits;
    private final ScheduledExecutorService timer;
    private final RefusedOriginals refused = new RefusedOriginals(System::nanoTime);

    BatchRenderer(WorkerSupervisor supervisor, Limits limits, ScheduledExecutorService timer) {
        this.supervisor = supervisor;
        this.limits = limits;
        this.timer = timer;
    }

    /// Prepares a batch.
    ///
    /// @param id identity of the original, without its version
    Run run(String id, Batch batch, RenderPool.OriginalSource source) {
        return new Run(id, batch, source);
    }

    /// One batch, in one attempt or several.
    final class Run {

        private final String id;
        private final Batch batch;
        private final RenderPool.OriginalSource source;
        private @Nullable List<RenderRequest> requests;
        private String version = "";

        Run(String id, Batch batch, RenderPool.OriginalSource source) {
            this.id = id;
            this.batch = batch;
            this.source = source;
        }

        void attempt() throws WorkerLostException, PictureException, IOException {
            WorkerProcess worker = supervisor.worker();
            RenderPool.OriginalSource.Opened original = source.open();
            version = original.version();
            List<RenderRequest> wanted = notRefused();
            if (wanted.isEmpty()) {
                original.bytes().close();
                return;
            }
            batch.complete(version, wanted, rendered(worker, original.bytes(), wanted));
        }

        /// Answers the requests that a remembered refusal covers; the rest is to be rendered.
        private List<RenderRequest> notRefused() {
            List<RenderRequest> wanted = new ArrayList<>();
            for (RenderRequest request : sealed()) {
                refused.refusal(id, version, request.pixels())
                        .ifPresentOrElse(
                                reason ->
                                        batch.complete(version, List.of(request), List.of(new Outcome.Refused(reason))),
                                () -> wanted.add(request));
            }
            return wanted;
        }

        /// Closes the batch as late as possible: requests still join while the original is opened.
        private List<RenderRequest> sealed() {
            if (requests == null) {
                requests = batch.seal();
            }
            return requests;
        }

        /// One exchange with the worker: uploads the original while it is read, and reads the answers.
        private List<Outcome> rendered(WorkerProcess worker, InputStream original, List<RenderRequest> wanted)
                throws WorkerLostException, IOException, PictureException {
            OriginalUpload upload = new OriginalUpload(wanted, original);
            ScheduledFuture<?> end = null;
            try (SocketChannel channel = worker.connect()) {
                end = timer.schedule(
                        () -> upload.endOverdue(worker, channel),
                        limits.time().plus(RenderPool.GRACE).toMillis(),
                        MILLISECONDS);
                Thread _ = Thread.ofVirtual().name("picture-original").start(() -> upload.to(channel));
                DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
                List<Outcome> outcomes = new ArrayList<>();
                for (RenderRequest _ : wanted) {
                    outcomes.add(WorkerProtocol.readOutcome(in, limits.answerPixels() * ANSWER_BYTES_PER_PIXEL));
                }
                upload.requireSound();
                outcomes.forEach(outcome -> blame(outcome, upload));
                return outcomes;
            } catch (IOException e) {
                requireSound(upload);
                throw new WorkerLostException(e);
            } finally {
                upload.close();
                if (end != null) {
                    end.cancel(false);
                }
            }
        }

        private void requireSound(OriginalUpload upload) throws IOException, PictureException {
            try {
                upload.requireSound();
            } catch (PictureException e) {
                blame(new Outcome.Refused(e), upload);
                throw e;
            }
        }

        /// Remembers an original that takes too long, unless S3 took most of the time.
        private void blame(Outcome outcome, OriginalUpload upload) {
            if (outcome instanceof Outcome.Refused(PictureException reason)
                    && reason.kind() == Kind.TOO_SLOW
                    && upload.waited().compareTo(limits.time().dividedBy(2)) < 0) {
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

    /// The worker ended or was killed during an exchange.
    static final class WorkerLostException extends Exception {

        private static final long serialVersionUID = 1;

        WorkerLostException(IOException cause) {
            super(cause.toString(), cause);
        }
    }
}
