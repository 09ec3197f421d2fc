package dev.aloft.server.compression;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compresses bodies in memory, on [#MAX_THREADS] threads of its own, for at most [#MAX_WAITING] bodies that wait.
///
/// gzip is always available, Brotli and Zstandard where the system has their libraries. Safe for many threads.
public final class Compressor implements AutoCloseable {

    /// A smaller body gains nothing: with its headers it fits into a packet or two.
    public static final int MIN_BYTES = 1 << 10;

    /// A larger body would keep a thread for too long.
    public static final int MAX_BYTES = 8 << 20;

    static final int MAX_THREADS = 2;
    static final int MAX_WAITING = 256;

    /// With more bodies waiting, a new one is not compressed soon.
    static final int BUSY_FROM = 4;

    /// The largest useful result, in percent of the original.
    private static final int MAX_PERCENT = 95;

    private static final Logger LOG = LoggerFactory.getLogger(Compressor.class);

    private final String brotli;
    private final String zstd;
    private final Map<ContentCoding, Counters> counters = new EnumMap<>(ContentCoding.class);
    private final ThreadPoolExecutor threads;

    /// Loaded with the first use, because that takes up to a quarter of a second.
    private volatile @Nullable Map<ContentCoding, Encoder> loaded;

    /// A compressor with the libraries of the system.
    public Compressor() {
        this(NativeEncoders.BROTLI, NativeEncoders.ZSTD);
    }

    /// @param brotli name of the library
    /// @param zstd name of the library
    Compressor(String brotli, String zstd) {
        this.brotli = brotli;
        this.zstd = zstd;
        for (ContentCoding coding : ContentCoding.values()) {
            counters.put(coding, new Counters());
        }
        threads = new ThreadPoolExecutor(
                MAX_THREADS,
                MAX_THREADS,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().daemon().name("aloft-compress-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /// The available codings.
    public Set<ContentCoding> codings() {
        return encoders().keySet();
    }

    /// True if [#codings] and [#compress] do not wait for the libraries.
    public boolean isLoaded() {
        return loaded != null;
    }

    private Map<ContentCoding, Encoder> encoders() {
        Map<ContentCoding, Encoder> known = loaded;
        return known == null ? load() : known;
    }

    private synchronized Map<ContentCoding, Encoder> load() {
        Map<ContentCoding, Encoder> known = loaded;
        if (known == null) {
            Map<ContentCoding, Encoder> found = new EnumMap<>(ContentCoding.class);
            NativeEncoders.brotli(brotli).ifPresent(encoder -> found.put(ContentCoding.BROTLI, encoder));
            NativeEncoders.zstd(zstd).ifPresent(encoder -> found.put(ContentCoding.ZSTD, encoder));
            found.put(ContentCoding.GZIP, Encoder::gzip);
            known = found;
            loaded = found;
        }
        return known;
    }

    /// True if so many bodies wait that a client should not wait for its own.
    public boolean isBusy() {
        return threads.getQueue().size() > BUSY_FROM;
    }

    /// Compresses a body.
    ///
    /// @param coding an available one
    /// @param use takes the result on a thread of the compressor; empty unless it is at least 5 % smaller
    /// @return null if too many bodies wait
    public <T> @Nullable Future<T> compress(ContentCoding coding, ByteBuffer bytes, Function<Optional<byte[]>, T> use) {
        try {
            return threads.submit(() -> use.apply(encode(coding, bytes)));
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    private Optional<byte[]> encode(ContentCoding coding, ByteBuffer bytes) {
        Counters counted = Objects.requireNonNull(counters.get(coding));
        Encoder encoder = Objects.requireNonNull(encoders().get(coding), coding::token);
        int size = bytes.remaining();
        try {
            Optional<byte[]> encoded = encoder.encode(bytes, (int) (size * (long) MAX_PERCENT / 100));
            counted.add(size, encoded);
            return encoded;
        } catch (RuntimeException e) {
            LOG.error("cannot compress {} bytes by {}", size, coding.token(), e);
            return Optional.empty();
        }
    }

    /// The compressions so far, by coding.
    public Map<ContentCoding, Done> done() {
        Map<ContentCoding, Done> done = new EnumMap<>(ContentCoding.class);
        counters.forEach((coding, counted) -> done.put(coding, counted.sum()));
        return done;
    }

    /// @param kept results that are at least 5 % smaller than the original
    /// @param dropped all others
    /// @param bytesIn size of the originals of what was kept
    /// @param bytesOut size of what was kept
    public record Done(long kept, long dropped, long bytesIn, long bytesOut) {}

    private static final class Counters {

        private final LongAdder kept = new LongAdder();
        private final LongAdder dropped = new LongAdder();
        private final LongAdder bytesIn = new LongAdder();
        private final LongAdder bytesOut = new LongAdder();

        void add(int size, Optional<byte[]> encoded) {
            if (encoded.isEmpty()) {
                dropped.increment();
            } else {
                kept.increment();
                bytesIn.add(size);
                bytesOut.add(encoded.get().length);
            }
        }

        Done sum() {
            return new Done(kept.sum(), dropped.sum(), bytesIn.sum(), bytesOut.sum());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
