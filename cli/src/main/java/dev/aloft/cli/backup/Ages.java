package dev.aloft.cli.backup;

import java.time.Duration;
import java.time.Instant;

/// Ages for a person, who notices a wrong time zone by them: `14 min ago`.
final class Ages {

    private static final int UNITS = 2;

    private Ages() {}

    /// The age of a moment, cut off to a unit of which it has at least two.
    static String of(Instant moment) {
        return of(Duration.between(moment, Instant.now()));
    }

    static String of(Duration age) {
        if (age.toMinutes() < UNITS) {
            return Math.max(0, age.toSeconds()) + " s ago";
        }
        if (age.toHours() < UNITS) {
            return age.toMinutes() + " min ago";
        }
        return age.toDays() < UNITS ? age.toHours() + " h ago" : age.toDays() + " days ago";
    }
}
