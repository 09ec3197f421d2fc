package dev.aloft.backup;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.List;

/// A moment to go back to: the state after everything that happened until then.
///
/// A moment in whole seconds means the end of that second, because S3 (on AWS) gives the time of a write in whole
/// seconds: what was written within the second belongs to the state. A moment with a fraction is taken as it is; it
/// separates writes of one second only on a store that knows more than the second, such as Ceph.
///
/// @param end the last instant that belongs to the state
public record Moment(Instant end) {

    /// The state now: every version belongs to it.
    public static final Moment LATEST = new Moment(Instant.parse("9999-12-31T23:59:59.999999999Z"));

    private static final DateTimeFormatter SHOWN = DateTimeFormatter.ISO_INSTANT;

    /// The end of the instant's second, or the instant itself if it has a fraction of a second.
    public static Moment of(Instant instant) {
        boolean whole = instant.equals(instant.truncatedTo(ChronoUnit.SECONDS));
        return new Moment(whole ? instant.plus(1, ChronoUnit.SECONDS).minusNanos(1) : instant);
    }

    /// Reads `2026-11-29T14:03:07Z`, `2026-11-29T14:03:07+01:00`, or the same without a zone.
    ///
    /// @param zone of a moment without one
    /// @throws IllegalArgumentException for any other text, and for a time without a zone that the zone had
    ///     twice or not at all, because its clocks were changed
    public static Moment parse(String text, ZoneId zone) {
        try {
            TemporalAccessor parsed =
                    DateTimeFormatter.ISO_DATE_TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
            return of(
                    parsed instanceof OffsetDateTime offset
                            ? offset.toInstant()
                            : instant((LocalDateTime) parsed, zone));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    text + " is no moment (expected one like 2026-11-29T14:03:07Z or 2026-11-29T14:03:07+01:00)", e);
        }
    }

    private static Instant instant(LocalDateTime local, ZoneId zone) {
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
        if (offsets.isEmpty()) {
            throw new IllegalArgumentException(local + " did not exist in " + zone + ", whose clocks were set forward");
        }
        if (offsets.size() > 1) {
            throw new IllegalArgumentException(local + " was twice in " + zone + ", whose clocks were set back: "
                    + local.atOffset(offsets.getFirst()) + " and " + local.atOffset(offsets.getLast()));
        }
        return local.toInstant(offsets.getFirst());
    }

    /// True if what happened at `instant` belongs to the state.
    boolean includes(Instant instant) {
        return !instant.isAfter(end);
    }

    /// The moment in UTC, in whole seconds where that says all: `2026-11-29T14:03:07Z`.
    @Override
    public String toString() {
        Instant second = end.truncatedTo(ChronoUnit.SECONDS);
        return SHOWN.format(of(second).equals(this) ? second : end);
    }
}
