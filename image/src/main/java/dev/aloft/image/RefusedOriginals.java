package dev.aloft.image;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/// Negative cache of originals that timed out or killed their worker. A version in it is refused for [#MEMORY], except
/// for renditions at least [#MUCH_SMALLER] times smaller than the failed one: a request for a huge rendition does not
/// block thumbnails. Once a rendition of [#SMALL] pixels has failed, all are refused. Safe for many threads.
final class RefusedOriginals {

    static final Duration MEMORY = Duration.ofMinutes(5);

    /// Size limit; the oldest entry is evicted.
    static final int MAX_ORIGINALS = 1024;

    static final int MUCH_SMALLER = 4;
    static final long SMALL = 1_000_000;

    private final LongSupplier nanoTime;
    private final SequencedMap<Version, Refusal> refusals = new LinkedHashMap<>();

    /// @param nanoTime clock like [System#nanoTime]
    RefusedOriginals(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// @param pixels of the largest rendition in the failed attempt
    synchronized void add(String id, String version, long pixels, PictureException reason) {
        Version key = new Version(id, version);
        refusals.remove(key);
        refusals.put(key, new Refusal(pixels, reason, nanoTime.getAsLong() + MEMORY.toNanos()));
        if (refusals.size() > MAX_ORIGINALS) {
            refusals.pollFirstEntry();
        }
    }

    /// Returns the remembered refusal if it applies to a rendition of this size.
    synchronized Optional<PictureException> refusal(String id, String version, long pixels) {
        Version key = new Version(id, version);
        Refusal refusal = refusals.get(key);
        if (refusal == null) {
            return Optional.empty();
        }
        if (nanoTime.getAsLong() - refusal.until() >= 0) {
            refusals.remove(key);
            return Optional.empty();
        }
        boolean concerned = refusal.pixels() <= SMALL || pixels > refusal.pixels() / MUCH_SMALLER;
        return concerned ? Optional.of(refusal.reason()) : Optional.empty();
    }

    private record Version(String id, String version) {}

    private record Refusal(long pixels, PictureException reason, long until) {}
}
