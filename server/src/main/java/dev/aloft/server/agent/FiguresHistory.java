package dev.aloft.server.agent;

import dev.aloft.server.SiteFigures;
import dev.aloft.server.SiteFigures.Totals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// The figures of a site over the last 24 hours, by intervals of [#INTERVAL]. An interval in which nothing happened
/// takes no memory. Safe for many threads.
final class FiguresHistory {

    /// The time between two calls of [#sample].
    static final Duration INTERVAL = Duration.ofMinutes(5);

    private static final Duration AGE_LIMIT = Duration.ofHours(24);

    private final SiteFigures figures;
    private final InstantSource clock;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private Totals last = Totals.NONE;

    FiguresHistory(SiteFigures figures, InstantSource clock) {
        this.figures = figures;
        this.clock = clock;
    }

    /// The counts of one interval.
    record Sample(Instant end, Totals counts) {}

    /// Ends the current interval.
    synchronized void sample() {
        Totals now = figures.totals();
        Sample current = current(now);
        last = now;
        if (!current.counts().equals(Totals.NONE)) {
            samples.addLast(current);
        }
        forgetOld();
    }

    /// The intervals in which something happened, the oldest first; the current one is the last.
    synchronized List<Sample> samples() {
        forgetOld();
        List<Sample> all = new ArrayList<>(samples);
        all.add(current(figures.totals()));
        return all;
    }

    private Sample current(Totals now) {
        return new Sample(clock.instant(), now.since(last));
    }

    private void forgetOld() {
        Instant limit = clock.instant().minus(AGE_LIMIT);
        while (!samples.isEmpty() && !samples.getFirst().end().isAfter(limit)) {
            samples.removeFirst();
        }
    }
}
