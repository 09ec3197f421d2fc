package dev.aloft.image;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/// OriginalSource that took too long or ended their worker: no worker gets the same version again for [#MEMORY], but
/// for
/// renditions that are at least [#MUCH_SMALLER] than the one that failed. So one request for a huge picture takes no
/// small ones from others, and an original whose smaller renditions fail, too, is soon refused altogether: at the
/// latest
/// when one of [#SMALL] pixels has failed. Safe for many threads.
final class RefusedOriginals {

    static final Duration MEMORY = Duration.ofMinutes(5);

    /// Beyond it the oldest is forgotten.
    static final int MAX_ORIGINALS = 1024;

    static final int MUCH_SMALLER = 4;
    static final long SMALL = 1_000_000;

    private final LongSupplier nanoTime;
    private final SequencedMap<Version, Refusal> refusals = new LinkedHashMap<>();

    /// @param nanoTime a clock as [System#nanoTime]
    RefusedOriginals(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// @param pixels of the largest rendition that was being made
    synchronized void add(String id, String version, long pixels, PictureException reason) {
        Version key = new Version(id, version);
        refusals.remove(key);
        refusals.put(key, new Refusal(pixels, reason, nanoTime.getAsLong() + MEMORY.toNanos()));
        if (refusals.size() > MAX_ORIGINALS) {
            refusals.pollFirstEntry();
        }
    }

    /// What this version was refused with before, if that holds for a rendition of so many pixels.
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
