package dev.aloft.server.cache;

import dev.aloft.server.cache.Flight.Outcome;
import dev.aloft.server.cache.HttpCache.Asked;
import dev.aloft.server.cache.StoredAnswer.Times;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The questions to origins: one for a key at a time, however many want its answer, at most [#MAX_FLIGHTS] for all of
/// them, each on a thread of its own, so that it ends also when the client who caused it has gone.
final class Fetches implements AutoCloseable {

    /// Each may hold one answer of the largest size that is stored. Beyond them nothing is shared or stored.
    static final int MAX_FLIGHTS = 128;

    /// How long a client waits for what it alone has asked for; its origin gives up long before.
    static final Duration MAX_FETCH = Duration.ofMinutes(5);

    static final int FAILURES_OF_AN_OUTAGE = 3;

    /// What a first fetch brings of a large answer.
    static final long FIRST_BYTES = (long) LargeBody.RUN * LargeBody.SLICE_BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(Fetches.class);

    private final Shelf shelf;
    private final @Nullable Disk disk;
    private final int maxBytes;
    private final InstantSource clock;
    private final Map<String, Flight> flights = new ConcurrentHashMap<>();
    private final Map<String, Outage> outages = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> answered = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();
    private final Semaphore room = new Semaphore(MAX_FLIGHTS);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("aloft-fetch-", 0).factory());

    Fetches(Shelf shelf, @Nullable Disk disk, CacheSettings settings, InstantSource clock) {
        this.shelf = shelf;
        this.disk = disk;
        this.maxBytes = settings.maxAnswerBytes();
        this.clock = clock;
    }

    /// A place in a flight.
    ///
    /// @param first whether it flies for this client
    record Boarding(Flight flight, boolean first) {}

    /// Joins the flight for a key, or starts it; null when there is no room for one more.
    ///
    /// @param stored what the origin is to confirm or replace
    @Nullable
    Boarding board(Origin origin, String key, OriginRequest request, @Nullable StoredAnswer stored) {
        Flight running = flights.get(key);
        if (running != null) {
            return new Boarding(running, false);
        }
        if (!room.tryAcquire()) {
            return null;
        }
        Flight flight = new Flight();
        Flight other = flights.putIfAbsent(key, flight);
        if (other != null) {
            room.release();
            return new Boarding(other, false);
        }
        threads.execute(() -> fly(flight, origin, key, request, stored));
        return new Boarding(flight, true);
    }

    /// Whether the range that is asked for begins in what a fetch brings first.
    boolean beginsWith(HttpFields request) {
        return disk != null && ByteRanges.beginsBefore(request, FIRST_BYTES);
    }

    /// How a reader of a large answer comes by its missing slices.
    LargeBody.Source slices(Origin origin, OriginRequest request) {
        return (body, first, last) -> threads.execute(() -> fetchSlices(origin, request.plain(), body, first, last));
    }

    private void fetchSlices(Origin origin, OriginRequest request, LargeBody body, int first, int last) {
        HttpFields.Mutable headers = HttpFields.build(request.headers());
        long begin = body.offset(first);
        headers.put(HttpHeader.RANGE, "bytes=" + begin + "-" + (body.offset(last + 1) - 1));
        headers.put(HttpHeader.IF_MATCH, body.etag());
        try (OriginAnswer answer = ask(origin, request.with(headers.asImmutable()))) {
            if (isPartOf(body, begin, answer)) {
                body.fill(answer.body(), first, last);
                demandDisk().grown(request.key(origin), body);
            } else {
                LOG.info("{}: {} has changed while it was read", origin.name(), request.target());
                forget(request.key(origin), body);
            }
        } catch (IOException e) {
            LOG.warn("{}: cannot read on in {}: {}", origin.name(), request.target(), e.toString());
        } finally {
            body.ended(first, last);
        }
    }

    private static boolean isPartOf(LargeBody body, long begin, OriginAnswer answer) {
        String range = answer.headers().get(HttpHeader.CONTENT_RANGE);
        return answer.status() == 206
                && body.etag().equals(answer.headers().get(HttpHeader.ETAG))
                && range != null
                && range.startsWith("bytes " + begin + "-");
    }

    /// It is another version by now, or none.
    private void forget(String key, LargeBody body) {
        forget(key);
        shelf.purge(key);
        demandDisk().forget(key, body);
    }

    private Disk demandDisk() {
        return Objects.requireNonNull(disk, "a large answer without a disk");
    }

    /// Nobody boards it any more, and what it brings is not stored: it may be older than a change.
    void forget(String key) {
        Flight flight = flights.remove(key);
        if (flight != null) {
            flight.overtake();
        }
    }

    void forgetPrefix(String prefix) {
        flights.keySet().stream().filter(key -> key.startsWith(prefix)).forEach(this::forget);
    }

    /// Whether this origin is down, as far as the last questions tell: several running got no answer, the last a moment
    /// ago. One alone may have failed for reasons of its own.
    boolean isDown(Origin origin) {
        Outage outage = outages.get(origin.name());
        return outage != null
                && outage.failures() >= FAILURES_OF_AN_OUTAGE
                && clock.millis() - outage.last() < HttpCache.FAILURE_MEMORY.toMillis();
    }

    /// Questions without an answer, with none between them that got one.
    private record Outage(int failures, long last) {
        Outage and(Outage next) {
            return new Outage(failures + next.failures, next.last);
        }
    }

    /// Asks without sharing.
    OriginAnswer ask(Origin origin, OriginRequest request) throws OriginFailure {
        try {
            OriginAnswer answer = origin.ask(request);
            outages.remove(origin.name());
            tally(answered, origin);
            return answer;
        } catch (IOException e) {
            OriginFailure failure = OriginFailure.of(e);
            tally(failed, origin);
            if (failure.status() >= 500) {
                outages.merge(origin.name(), new Outage(1, clock.millis()), Outage::and);
            }
            throw failure;
        }
    }

    private static void tally(Map<String, LongAdder> counts, Origin origin) {
        counts.computeIfAbsent(origin.name(), _ -> new LongAdder()).increment();
    }

    int underWay() {
        return MAX_FLIGHTS - room.availablePermits();
    }

    Map<String, Asked> asked() {
        Map<String, Asked> all = new TreeMap<>();
        for (String origin : Stream.concat(answered.keySet().stream(), failed.keySet().stream())
                .toList()) {
            all.put(origin, new Asked(sum(answered, origin), sum(failed, origin)));
        }
        return all;
    }

    private static long sum(Map<String, LongAdder> counts, String origin) {
        LongAdder count = counts.get(origin);
        return count == null ? 0 : count.sum();
    }

    /// Asks for the head of an answer, and has what it says of the stored one count.
    OriginAnswer head(Origin origin, String key, OriginRequest request, @Nullable StoredAnswer stored)
            throws OriginFailure {
        long asked = clock.millis();
        OriginAnswer answer = ask(origin, request.plain());
        if (stored != null && answer.status() == 200) {
            Times times = new Times(asked, clock.millis());
            boolean same = isSame(stored, answer.headers());
            shelf.change(key, () -> true, old -> {
                if (!old.answers().contains(stored)) {
                    return old; // Purged, or replaced, meanwhile.
                }
                return same
                        ? old.with(stored.freshened(answer.headers(), times), request.headers())
                        : old.without(request.headers());
            });
        }
        return answer;
    }

    private static boolean isSame(StoredAnswer stored, HttpFields head) {
        return sameOrAbsent(stored.headers(), head, HttpHeader.ETAG)
                && sameOrAbsent(stored.headers(), head, HttpHeader.LAST_MODIFIED)
                && sameOrAbsent(stored.headers(), head, HttpHeader.CONTENT_LENGTH);
    }

    private static boolean sameOrAbsent(HttpFields stored, HttpFields head, HttpHeader header) {
        String now = head.get(header);
        return now == null || now.equals(stored.get(header));
    }

    private void fly(Flight flight, Origin origin, String key, OriginRequest request, @Nullable StoredAnswer stored) {
        try {
            fetch(flight, origin, key, request, stored);
        } catch (OriginFailure e) {
            flight.land(new Outcome.Failed(e));
        } catch (IOException | RuntimeException e) {
            if (e instanceof RuntimeException) {
                LOG.error("{}: asking for {} failed", origin.name(), request.target(), e);
            }
            flight.land(new Outcome.Failed(
                    OriginFailure.of(e instanceof IOException io ? io : new IOException(e.toString(), e))));
        } finally {
            flights.remove(key, flight);
            room.release();
        }
    }

    private void fetch(Flight flight, Origin origin, String key, OriginRequest request, @Nullable StoredAnswer stored)
            throws IOException {
        OriginRequest question = stored == null ? request.plain() : conditional(request, stored);
        long asked = clock.millis();
        boolean inSlices = disk != null && origin.isExact();
        OriginAnswer answer = inSlices ? askForBegin(origin, question) : ask(origin, question);
        Times times = new Times(asked, clock.millis());
        if (stored != null && answer.status() == 304) {
            answer.close();
            StoredAnswer confirmed = stored.freshened(answer.headers(), times);
            boolean kept = shelf.change(key, flight::isCurrent, old -> old.with(confirmed, request.headers()));
            flight.land(new Outcome.Shared(confirmed, 304, kept));
            return;
        }
        if (answer.status() == 206 && inSlices) {
            place(flight, origin, question, key, answer, times);
            return;
        }
        boolean error = stored != null && answer.status() >= 500;
        if (error || !Storing.allows(request, answer.status(), answer.headers())) {
            if (!error && stored != null) {
                shelf.change(key, flight::isCurrent, old -> old.without(request.headers()));
            }
            flight.land(answer);
            return;
        }
        store(flight, key, request, answer, times);
    }

    /// Asks for as much as one fetch may bring. An answer that is whole is one of 200 again.
    private OriginAnswer askForBegin(Origin origin, OriginRequest question) throws IOException {
        HttpFields.Mutable headers = HttpFields.build(question.headers());
        headers.put(HttpHeader.RANGE, "bytes=0-" + (FIRST_BYTES - 1));
        OriginAnswer answer = ask(origin, question.with(headers.asImmutable()));
        if (answer.status() == 416) {
            answer.close();
            return ask(origin, question); // It is empty.
        }
        long whole = ByteRanges.wholeLength(answer.headers());
        if (answer.status() != 206 || whole > maxBytes) {
            return answer;
        }
        return new OriginAnswer(200, ofWhole(answer.headers(), whole), answer.length(), answer.body());
    }

    private static HttpFields ofWhole(HttpFields part, long length) {
        HttpFields.Mutable headers = HttpFields.build(part);
        headers.remove(HttpHeader.CONTENT_RANGE);
        headers.put(HttpHeader.CONTENT_LENGTH, length);
        return headers.asImmutable();
    }

    /// The beginning of a large answer: it lands as soon as there is a place for it, and its slices follow.
    private void place(Flight flight, Origin origin, OriginRequest question, String key, OriginAnswer part, Times times)
            throws IOException {
        try (part) {
            long length = ByteRanges.wholeLength(part.headers());
            HttpFields headers = ofWhole(part.headers(), length);
            String etag = Objects.requireNonNullElse(headers.get(HttpHeader.ETAG), "W/");
            Optional<LargeBody> placed = etag.startsWith("W/") || !Storing.allows(question, 200, headers)
                    ? Optional.empty()
                    : demandDisk().place(key, length, etag);
            if (placed.isEmpty()) {
                part.close();
                flight.land(ask(origin, question)); // All of it, for one client.
                return;
            }
            LargeBody body = placed.get();
            int last = (int) Math.ceilDiv(part.length(), LargeBody.SLICE_BYTES) - 1;
            int claimed = body.claim(0, last);
            StoredAnswer fresh = StoredAnswer.of(
                    question, new OriginAnswer(200, headers, length, part.body()), times, ByteBuffer.allocate(0), body);
            boolean kept = shelf.change(key, flight::isCurrent, old -> old.with(fresh, question.headers()));
            flight.land(new Outcome.Shared(fresh, 200, kept));
            try {
                body.fill(part.body(), 0, claimed);
                demandDisk().grown(key, body);
            } finally {
                body.ended(0, claimed);
            }
        }
    }

    private void store(Flight flight, String key, OriginRequest request, OriginAnswer answer, Times times)
            throws IOException {
        if (answer.length() > maxBytes) {
            flight.land(answer);
            return;
        }
        byte[] body = answer.body().readNBytes(maxBytes + 1);
        if (body.length > maxBytes) {
            flight.land(continued(answer, body));
            return;
        }
        answer.close();
        StoredAnswer fresh = StoredAnswer.of(request, answer, times, ByteBuffer.wrap(body), null);
        if (!Storing.isOfUse(fresh)) {
            flight.land(
                    new OriginAnswer(answer.status(), answer.headers(), body.length, new ByteArrayInputStream(body)));
            return;
        }
        boolean kept = shelf.change(key, flight::isCurrent, old -> old.with(fresh, request.headers()));
        if (fresh.freshness().isFresh(times.came())) {
            flight.land(new Outcome.Shared(fresh, answer.status(), kept));
        } else {
            // Stored to be asked about, but nobody else may have it without having asked.
            flight.land(
                    new OriginAnswer(answer.status(), answer.headers(), body.length, new ByteArrayInputStream(body)));
        }
    }

    private static OriginAnswer continued(OriginAnswer answer, byte[] begun) {
        return new OriginAnswer(
                answer.status(),
                answer.headers(),
                answer.length(),
                new Flight.Continued(new ByteArrayInputStream(begun), answer.body()));
    }

    private static OriginRequest conditional(OriginRequest request, StoredAnswer stored) {
        OriginRequest plain = request.plain();
        HttpFields.Mutable headers = HttpFields.build(plain.headers());
        stored.etag().ifPresent(etag -> headers.put(HttpHeader.IF_NONE_MATCH, etag));
        stored.lastModified().ifPresent(date -> headers.put(HttpHeader.IF_MODIFIED_SINCE, date));
        return plain.with(headers.asImmutable());
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
