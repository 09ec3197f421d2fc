package dev.aloft.image;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/// Originals that took too long or ended their worker: no worker gets the same version again for [#MEMORY]. Safe for
/// many threads.
final class RefusedOriginals {

    static final Duration MEMORY = Duration.ofMinutes(5);

    /// Beyond it the oldest is forgotten.
    static final int MAX_ORIGINALS = 1024;

    private final LongSupplier nanoTime;
    private final SequencedMap<Version, Refusal> refusals = new LinkedHashMap<>();

    /// @param nanoTime a clock as [System#nanoTime]
    RefusedOriginals(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void add(String id, String version, PictureException reason) {
        Version key = new Version(id, version);
        refusals.remove(key);
        refusals.put(key, new Refusal(reason, nanoTime.getAsLong() + MEMORY.toNanos()));
        if (refusals.size() > MAX_ORIGINALS) {
            refusals.pollFirstEntry();
        }
    }

    /// @throws PictureException what this version was refused with before
    synchronized void requireUnknown(String id, String version) throws PictureException {
        Refusal refusal = refusals.get(new Version(id, version));
        if (refusal == null) {
            return;
        }
        if (nanoTime.getAsLong() - refusal.until() >= 0) {
            refusals.remove(new Version(id, version));
            return;
        }
        PictureException reason = refusal.reason();
        throw new PictureException(reason.kind(), String.valueOf(reason.getMessage()), reason);
    }

    private record Version(String id, String version) {}

    private record Refusal(PictureException reason, long until) {}
}
