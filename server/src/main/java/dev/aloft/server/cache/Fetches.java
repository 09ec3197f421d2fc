package dev.aloft.server.cache;

import dev.aloft.server.cache.Flight.Outcome;
import dev.aloft.server.cache.StoredAnswer.Times;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The shared requests to origins: one per key at a time for any number of clients, at most [#MAX_FLIGHTS] in total.
/// Each has its own thread, so it completes even if the client that caused it disconnects.
final class Fetches implements AutoCloseable {

    /// Further requests are neither shared nor stored.
    static final int MAX_FLIGHTS = 2048;

    /// The time that a body waits for room when its headers have been read. Then it is neither shared nor stored.
    private static final Duration ROOM_LIMIT = Duration.ofSeconds(1);

    /// The time that a client waits for its own fetch. The origin times out long before.
    static final Duration FETCH_LIMIT = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(Fetches.class);

    private final MemoryStore memory;
    private final @Nullable Slices slices;
    private final OriginClient origins;
    private final int maxBytes;
    private final InstantSource clock;
    private final Map<String, Flight> flights = new ConcurrentHashMap<>();
    private final Semaphore room = new Semaphore(MAX_FLIGHTS);
    private final BodyRoom bodies;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("aloft-fetch-", 0).factory());

    Fetches(
            MemoryStore memory,
            @Nullable DiskStore disk,
            OriginClient origins,
            CacheSettings settings,
            BodyRoom bodies,
            InstantSource clock) {
        this.memory = memory;
        this.maxBytes = settings.maxAnswerBytes();
        this.bodies = bodies;
        this.clock = clock;
        this.origins = origins;
        this.slices = disk == null ? null : new Slices(memory, disk, origins, threads, maxBytes, this::forget);
    }

    /// A client's part in a flight.
    ///
    /// @param first whether this client started it
    record Boarding(Flight flight, boolean first) {}

    /// Joins the flight for a key, or starts it; null when there is no room for one more. One that has landed since
    /// the caller looked for a stored answer is joined, too.
    ///
    /// A flight whose answer may be older than a change continues for its own clients, and its answer is stored
    /// with the time of its question. At most two are under way for a key.
    ///
    /// @param stored the answer to revalidate, if any
    /// @param since a flight that began before is not joined; a time in the future means now
    @Nullable
    Boarding board(Origin origin, String key, Origin.Request request, @Nullable StoredAnswer stored, long since) {
        long now = clock.millis();
        Flight running = flights.get(key);
        if (running != null && (running.isSince(Math.min(since, now)) || running.isSecond())) {
            return new Boarding(running, false);
        }
        if (!room.tryAcquire()) {
            return null;
        }
        Flight flight = new Flight(now, running, landed -> flights.remove(key, landed));
        AtomicReference<@Nullable StoredAnswer> landed = new AtomicReference<>();
        Flight current = flights.compute(key, (_, other) -> {
            if (other == null) {
                landed.set(landed(key, request, since));
                return landed.get() == null ? flight : null;
            }
            return other == running ? flight : other;
        });
        if (current != flight) {
            room.release();
            StoredAnswer answer = landed.get();
            if (answer != null) {
                flight.land(new Outcome.Shared(answer, answer.status(), true));
            }
            return new Boarding(current == null ? flight : current, false);
        }
        threads.execute(() -> fly(flight, origin, key, request, stored));
        return new Boarding(flight, true);
    }

    /// Answer that a flight has stored since the caller looked; null if none is fresh.
    private @Nullable StoredAnswer landed(String key, Origin.Request request, long since) {
        return memory.get(key)
                .select(request.headers())
                .filter(answer -> answer.knownAt() >= since)
                .filter(answer -> answer.freshness().isFresh(clock.millis()))
                .orElse(null);
    }

    /// The slices of large answers; null without a disk cache.
    @Nullable
    Slices slices() {
        return slices;
    }

    /// Detaches a flight: no client joins it, and its answer, which may be older than a change, is not stored.
    void forget(String key) {
        Flight flight = flights.remove(key);
        if (flight != null) {
            flight.overtake();
        }
    }

    void forgetPrefix(String prefix) {
        flights.keySet().stream().filter(key -> key.startsWith(prefix)).forEach(this::forget);
    }

    int underWay() {
        return MAX_FLIGHTS - room.availablePermits();
    }

    /// Sends a HEAD request and updates the stored answer from its result.
    Origin.Answer head(Origin origin, String key, Origin.Request request, @Nullable StoredAnswer stored)
            throws Origin.Failure {
        Origin.Request question = request.plain();
        long asked = clock.millis();
        Origin.Answer answer = origins.ask(origin, question);
        if (stored != null && answer.status() == 200) {
            Times times = times(origin, question, asked);
            boolean same =
                    isSame(stored, answer.headers()) && (!origin.isExact() || isSameEncoding(stored, answer.headers()));
            StoredAnswer confirmed = same ? freshened(key, stored, answer.headers(), times) : stored;
            memory.change(key, () -> true, old -> {
                if (!old.answers().contains(stored)) {
                    return old; // Purged, or replaced, meanwhile.
                }
                return same ? old.with(confirmed, request.headers()) : old.without(request.headers());
            });
        }
        return answer;
    }

    private Times times(Origin origin, Origin.Request question, long asked) {
        return new Times(asked, clock.millis(), asked - origin.memory(question).toMillis());
    }

    /// Changes the disk header first, so that a later process does not take over an outdated one.
    private static StoredAnswer freshened(String key, StoredAnswer stored, HttpFields from304, Times times) {
        StoredAnswer confirmed = stored.freshened(from304, times);
        if (!confirmed.headers().asString().equals(stored.headers().asString())) {
            Slices.describe(key, confirmed);
        }
        return confirmed;
    }

    private static boolean isSame(StoredAnswer stored, HttpFields head) {
        return sameOrAbsent(stored.headers(), head, HttpHeader.ETAG)
                && sameOrAbsent(stored.headers(), head, HttpHeader.LAST_MODIFIED)
                && sameOrAbsent(stored.headers(), head, HttpHeader.CONTENT_LENGTH);
    }

    /// The encoding is no part of S3's ETag: a change of it alone is confirmed with 304.
    private static boolean isSameEncoding(StoredAnswer stored, HttpFields now) {
        return stored.headers()
                .getCSV(HttpHeader.CONTENT_ENCODING, false)
                .equals(now.getCSV(HttpHeader.CONTENT_ENCODING, false));
    }

    private static boolean sameOrAbsent(HttpFields stored, HttpFields head, HttpHeader header) {
        String now = head.get(header);
        return now == null || now.equals(stored.get(header));
    }

    private void fly(Flight flight, Origin origin, String key, Origin.Request request, @Nullable StoredAnswer stored) {
        try {
            fetch(flight, origin, key, request, stored);
        } catch (Origin.Failure e) {
            flight.land(new Outcome.Failed(e));
        } catch (IOException | RuntimeException | Error e) {
            if (!(e instanceof IOException)) {
                LOG.error("{}: the request for {} failed", origin.name(), request.withoutQuery(), e);
            }
            flight.land(new Outcome.Failed(
                    Origin.Failure.of(e instanceof IOException io ? io : new IOException(e.toString(), e))));
        } finally {
            room.release();
        }
    }

    private void fetch(Flight flight, Origin origin, String key, Origin.Request request, @Nullable StoredAnswer stored)
            throws IOException {
        Origin.Request question = stored == null ? request.plain() : conditional(request, stored);
        long asked = clock.millis();
        Slices slicing = origin.isExact() ? slices : null;
        Origin.Answer answer = slicing != null ? slicing.askForBegin(origin, question) : origins.ask(origin, question);
        Times times = times(origin, question, asked);
        if (stored != null && answer.status() == 304) {
            answer.close();
            if (origin.isExact() && !isSameEncoding(stored, answer.headers())) {
                fetch(flight, origin, key, request, null);
                return;
            }
            StoredAnswer confirmed = freshened(key, stored, answer.headers(), times);
            boolean kept = memory.change(key, flight::isCurrent, old -> old.with(confirmed, request.headers()));
            flight.land(new Outcome.Shared(confirmed, 304, kept));
            return;
        }
        if (answer.status() == 206 && slicing != null) {
            slicing.place(flight, origin, question, key, answer, times);
            return;
        }
        boolean error = stored != null && answer.status() >= 500;
        if (error || !Cacheability.allows(request, answer.status(), answer.headers())) {
            if (!error && stored != null) {
                memory.change(key, flight::isCurrent, old -> old.without(request.headers()));
            }
            flight.land(answer);
            return;
        }
        store(flight, key, request, answer, times);
    }

    private void store(Flight flight, String key, Origin.Request request, Origin.Answer answer, Times times)
            throws IOException {
        int size = answer.length() < 0 ? maxBytes + 1 : (int) Math.min(answer.length(), maxBytes + 1);
        if (answer.length() > maxBytes || !bodies.reserve(size, ROOM_LIMIT)) {
            flight.land(answer);
            return;
        }
        MemoryBody body;
        try {
            body = new MemoryBody(begin(answer));
        } finally {
            bodies.giveBack(size);
        }
        if (body.length() > maxBytes) {
            InputStream whole = new SequenceInputStream(stream(body), answer.body());
            flight.land(new Origin.Answer(answer.status(), answer.headers(), answer.length(), whole));
            return;
        }
        answer.close();
        StoredAnswer fresh = StoredAnswer.of(request, answer, times, body, null);
        if (!Cacheability.isOfUse(fresh)) {
            flight.land(read(answer, body));
            return;
        }
        boolean kept = memory.change(key, flight::isCurrent, old -> old.with(fresh, request.headers()));
        if (fresh.freshness().isFresh(times.came())) {
            flight.land(new Outcome.Shared(fresh, answer.status(), kept));
        } else {
            // Stored for revalidation only, so it is not shared.
            flight.land(read(answer, body));
        }
    }

    private Origin.Answer read(Origin.Answer answer, MemoryBody body) {
        return new Origin.Answer(answer.status(), answer.headers(), body.length(), stream(body));
    }

    /// The bytes for one client.
    private InputStream stream(MemoryBody body) {
        return bodies.take(body, 0, body.length()).stream();
    }

    /// The whole body, or one byte more than can be held.
    private byte[] begin(Origin.Answer answer) throws IOException {
        if (answer.length() < 0) {
            return answer.body().readNBytes(maxBytes + 1);
        }
        byte[] body = new byte[(int) answer.length()];
        int read = answer.body().readNBytes(body, 0, body.length);
        return read == body.length ? body : Arrays.copyOf(body, read);
    }

    private static Origin.Request conditional(Origin.Request request, StoredAnswer stored) {
        Origin.Request plain = request.plain();
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
