package dev.aloft.server.cache;

import dev.aloft.server.cache.Flight.Outcome;
import dev.aloft.server.cache.Origin.Failure.RepresentationGone;
import dev.aloft.server.cache.StoredAnswer.Times;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stores large answers of an exact origin on disk: the first slices with the fetch that learns the length, every
/// other slice when a client reads it.
final class Slices {

    /// The size of the first fetch of a large answer.
    static final long FIRST_BYTES = (long) LargeBody.MAX_RUN * LargeBody.SLICE_BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(Slices.class);

    private final MemoryStore memory;
    private final DiskStore disk;
    private final OriginClient origins;
    private final Executor threads;
    private final int maxBytesInMemory;
    private final Consumer<String> overtake;

    /// @param overtake prevents fetches in progress for a key from being stored
    Slices(
            MemoryStore memory,
            DiskStore disk,
            OriginClient origins,
            Executor threads,
            int maxBytesInMemory,
            Consumer<String> overtake) {
        this.memory = memory;
        this.disk = disk;
        this.origins = origins;
        this.threads = threads;
        this.maxBytesInMemory = maxBytesInMemory;
        this.overtake = overtake;
    }

    /// True if the requested range begins within the first fetch.
    boolean beginsWith(HttpFields request) {
        return ByteRanges.beginsBefore(request, FIRST_BYTES);
    }

    /// The source of what is not on disk of a large answer.
    LargeBody.Source source(Origin origin, Origin.Request request) {
        return new LargeBody.Source() {
            @Override
            public void fetch(LargeBody body, int firstSlice, int lastSlice) {
                threads.execute(() -> fetchSlices(origin, request.plain(), body, firstSlice, lastSlice));
            }

            @Override
            public InputStream open(LargeBody body, long first, long end) throws IOException {
                return ask(origin, request.plain(), body, first, end).body();
            }
        };
    }

    private void fetchSlices(Origin origin, Origin.Request request, LargeBody body, int first, int last) {
        try (Origin.Answer answer = ask(origin, request, body, body.offset(first), body.offset(last + 1))) {
            body.fill(answer.body(), first, last);
            disk.grown(request.key(origin), body);
        } catch (RepresentationGone e) {
            LOG.info("{}: {}", origin.name(), e.getMessage());
            forget(request.key(origin), body);
        } catch (DiskFailure e) {
            failed(e, request.key(origin), body);
        } catch (IOException e) {
            LOG.warn("{}: cannot fetch more of {}: {}", origin.name(), request.withoutQuery(), e.toString());
        } finally {
            body.ended(first, last);
        }
    }

    /// Requests a range of a version.
    ///
    /// @param end offset behind the last byte
    /// @throws RepresentationGone if the origin has another version
    private Origin.Answer ask(Origin origin, Origin.Request request, LargeBody body, long first, long end)
            throws IOException {
        HttpFields.Mutable headers = HttpFields.build(request.headers());
        headers.put(HttpHeader.RANGE, "bytes=" + first + "-" + (end - 1));
        headers.put(HttpHeader.IF_MATCH, body.etag());
        Origin.Answer answer = origins.ask(origin, request.with(headers.asImmutable()));
        if (isPartOf(body, first, answer)) {
            return answer;
        }
        answer.close();
        throw new RepresentationGone(request.target() + " has changed while it was read", null);
    }

    private void failed(DiskFailure failure, String key, LargeBody body) {
        disk.failed(failure);
        body.markUnwritable();
        forget(key, body);
    }

    private static boolean isPartOf(LargeBody body, long begin, Origin.Answer answer) {
        String range = answer.headers().get(HttpHeader.CONTENT_RANGE);
        return answer.status() == 206
                && body.etag().equals(answer.headers().get(HttpHeader.ETAG))
                && range != null
                && range.startsWith("bytes " + begin + "-");
    }

    /// Drops a body whose version the origin no longer has.
    private void forget(String key, LargeBody body) {
        overtake.accept(key);
        memory.purge(key);
        disk.forget(key, body);
    }

    /// Requests the first part. An answer that has the whole body becomes a 200.
    Origin.Answer askForBegin(Origin origin, Origin.Request question) throws IOException {
        HttpFields.Mutable headers = HttpFields.build(question.headers());
        headers.put(HttpHeader.RANGE, "bytes=0-" + (FIRST_BYTES - 1));
        Origin.Answer answer = origins.ask(origin, question.with(headers.asImmutable()));
        if (answer.status() == 416) {
            answer.close();
            return origins.ask(origin, question); // The body is empty.
        }
        long whole = ByteRanges.wholeLength(answer.headers());
        if (answer.status() != 206 || whole > maxBytesInMemory) {
            return answer;
        }
        return new Origin.Answer(200, ofWhole(answer.headers(), whole), answer.length(), answer.body());
    }

    /// Updates the header on disk of a large answer.
    static void describe(String key, StoredAnswer answer) {
        LargeBody body = answer.large();
        if (body == null) {
            return;
        }
        try {
            body.describe(DiskHeader.of(key, answer).bytes());
        } catch (IOException e) {
            LOG.warn("cannot write the disk header of {}: {}", key, e.toString());
        }
    }

    private static HttpFields ofWhole(HttpFields part, long length) {
        HttpFields.Mutable headers = HttpFields.build(part);
        headers.remove(HttpHeader.CONTENT_RANGE);
        headers.put(HttpHeader.CONTENT_LENGTH, length);
        return headers.asImmutable();
    }

    /// Stores the beginning of a large answer: the flight ends once the file exists, and the slices follow.
    void place(Flight flight, Origin origin, Origin.Request question, String key, Origin.Answer part, Times times)
            throws IOException {
        try (part) {
            long length = ByteRanges.wholeLength(part.headers());
            HttpFields headers = ofWhole(part.headers(), length);
            String etag = Objects.requireNonNullElse(headers.get(HttpHeader.ETAG), "W/");
            Optional<LargeBody> placed = etag.startsWith("W/") || !Cacheability.allows(question, 200, headers)
                    ? Optional.empty()
                    : disk.place(key, length, etag).filter(body -> !body.isGone());
            if (placed.isEmpty()) {
                part.close();
                flight.land(origins.ask(origin, question)); // The whole body for one client.
                return;
            }
            LargeBody body = placed.get();
            int last = (int) Math.ceilDiv(part.length(), LargeBody.SLICE_BYTES) - 1;
            int claimed = body.claim(0, last);
            StoredAnswer fresh = StoredAnswer.of(
                    question, new Origin.Answer(200, headers, length, part.body()), times, MemoryBody.none(), body);
            describe(key, fresh);
            boolean kept = memory.change(key, flight::isCurrent, old -> old.with(fresh, question.headers()));
            flight.land(new Outcome.Shared(fresh, 200, kept));
            try {
                fill(key, body, part, claimed);
            } finally {
                body.ended(0, claimed);
                if (!kept) {
                    disk.forget(key, body); // Purged in between.
                }
            }
        }
    }

    private void fill(String key, LargeBody body, Origin.Answer part, int claimed) throws IOException {
        try {
            body.fill(part.body(), 0, claimed);
            disk.grown(key, body);
        } catch (DiskFailure e) {
            failed(e, key, body);
        } catch (RepresentationGone e) {
            forget(key, body);
            throw e;
        }
    }
}
