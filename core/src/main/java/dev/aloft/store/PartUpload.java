package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/// One write in parts that is under way: at most [#MAX_IN_FLIGHT] of its parts travel at the same time.
///
/// The caller ends it, with [#complete()] or with [#abort()], so that no parts are left to be paid for. A
/// part travels on a thread of its own while there is room for its bytes, else on the caller's. For one thread.
final class PartUpload {

    static final int MAX_IN_FLIGHT = 4;

    private static final int ABORT_LIMIT_SECONDS = 30;
    private static final Logger LOG = LoggerFactory.getLogger(PartUpload.class);

    private final S3Requests requests;
    private final ObjectUploads.Target target;
    private final FairShare.Share memory;
    private final Semaphore sourceParts;
    private final String id;
    private final Semaphore helpers = new Semaphore(MAX_IN_FLIGHT - 1);
    private final List<FutureTask<CompletedPart>> parts = new ArrayList<>();
    private volatile boolean failed;
    private long size;

    private PartUpload(
            S3Requests requests,
            ObjectUploads.Target target,
            FairShare.Share memory,
            Semaphore sourceParts,
            String id) {
        this.requests = requests;
        this.target = target;
        this.memory = memory;
        this.sourceParts = sourceParts;
        this.id = id;
    }

    /// @param memory for the bytes of parts that travel on threads of their own; the caller has room for the part
    ///     that it hands over
    /// @param sourceParts a permit for each part of a source that travels
    static PartUpload begin(
            S3Requests requests, ObjectUploads.Target target, FairShare.Share memory, Semaphore sourceParts)
            throws StoreException {
        return new PartUpload(
                requests, target, memory, sourceParts, requests.multipart().create(target));
    }

    /// Sends the next part; the array must not change any more.
    ///
    /// @throws StoreException when this part or an earlier one could not be sent
    void send(byte[] bytes) throws IOException {
        int number = nextNumber();
        size += bytes.length;
        FutureTask<CompletedPart> part = part(() -> requests.multipart().uploadPart(target.key(), id, number, bytes));
        if (helpers.tryAcquire()) {
            if (memory.tryTake(bytes.length)) {
                start(part, bytes.length);
                return;
            }
            helpers.release();
        }
        part.run();
        requireNoFailure();
    }

    /// Sends a range of the source as the next part, when it is its turn. Its bytes are not held.
    ///
    /// @throws IOException when this part or an earlier one could not be sent, or read
    void send(ByteSource source, long offset, long length) throws IOException {
        int number = nextNumber();
        size += length;
        String attempt = "write " + requests.uri(target.key());
        SourceBody body = new SourceBody(source, offset, length, attempt);
        run(part(() -> inTurn(
                attempt,
                () -> body.send(() -> requests.multipart().uploadPart(target.key(), id, number, length, body)))));
    }

    private CompletedPart inTurn(String attempt, SourceBody.Sending<CompletedPart> part) throws IOException {
        try {
            sourceParts.acquire(); // bounded: the requests before it have time limits
        } catch (InterruptedException e) {
            throw StoreException.interrupted(attempt, e);
        }
        try {
            return part.run();
        } finally {
            sourceParts.release();
        }
    }

    /// Copies a range of a version into the next part, inside S3.
    void copy(CopySource source, ByteRange range) throws IOException {
        int number = nextNumber();
        size += range.length();
        run(part(() -> requests.multipart().copyPart(target.key(), id, number, source, range)));
    }

    /// Runs a part that holds no memory.
    private void run(FutureTask<CompletedPart> part) throws IOException {
        if (helpers.tryAcquire()) {
            start(part, 0);
        } else {
            part.run();
            requireNoFailure();
        }
    }

    int count() {
        return parts.size();
    }

    /// Waits for every part and makes them the object.
    StoredObject complete() throws IOException {
        return requests.multipart().complete(target, id, done(), size);
    }

    /// Waits for every part.
    List<CompletedPart> done() throws IOException {
        List<CompletedPart> done = new ArrayList<>();
        for (FutureTask<CompletedPart> part : parts) {
            done.add(result(part)); // bounded: every request has a time limit
        }
        return done;
    }

    /// Gives the parts up, those that are travelling first.
    void abort() {
        parts.forEach(part -> part.cancel(true));
        boolean interrupted = Thread.interrupted(); // the abort must reach S3 nevertheless
        try {
            if (!helpers.tryAcquire(MAX_IN_FLIGHT - 1, ABORT_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn(
                        "a part of {} is still on its way after {} s", requests.uri(target.key()), ABORT_LIMIT_SECONDS);
            }
            requests.multipart().abort(target.key(), id);
        } catch (StoreException e) {
            LOG.warn("parts of an unfinished upload stay in the bucket: {}", e.getMessage());
        } catch (InterruptedException e) {
            interrupted = true;
            LOG.warn("parts of {} stay in the bucket: interrupted", requests.uri(target.key()));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private int nextNumber() throws IOException {
        requireNoFailure();
        if (parts.size() == ObjectUploads.MAX_PARTS) {
            throw new StoreException(
                    Kind.TOO_LARGE,
                    "cannot write " + requests.uri(target.key()) + ": more than " + ObjectUploads.MAX_PARTS + " parts");
        }
        return parts.size() + 1;
    }

    private FutureTask<CompletedPart> part(Callable<CompletedPart> request) {
        FutureTask<CompletedPart> part = new FutureTask<>(request) {
            @Override
            protected void setException(Throwable t) {
                failed = true;
                super.setException(t);
            }
        };
        parts.add(part);
        return part;
    }

    private void start(FutureTask<CompletedPart> part, long heldBytes) {
        Thread.ofVirtual().name("aloft-part").start(() -> {
            try {
                part.run();
            } finally {
                memory.giveBack(heldBytes);
                helpers.release();
            }
        });
    }

    private void requireNoFailure() throws IOException {
        if (failed) {
            for (FutureTask<CompletedPart> part : parts) {
                if (part.state() == FutureTask.State.FAILED) {
                    result(part);
                }
            }
        }
    }

    private CompletedPart result(FutureTask<CompletedPart> part) throws IOException {
        try {
            return part.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException ours) {
                throw ours;
            }
            throw new IllegalStateException("a part of " + requests.uri(target.key()) + " failed", e.getCause());
        } catch (InterruptedException e) {
            throw StoreException.interrupted("write " + requests.uri(target.key()), e);
        } catch (CancellationException e) {
            throw new StoreException(
                    Kind.UNAVAILABLE, "cannot write " + requests.uri(target.key()) + ": it was given up", e);
        }
    }
}
