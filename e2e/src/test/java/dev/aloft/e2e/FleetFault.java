package dev.aloft.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/// Something that happens to the bus or to a host of a fleet, for some time.
///
/// @param at milliseconds after the begin of the history
/// @param host its place in the fleet; not used for the server
/// @param millis how long
/// @param delayMillis of [Kind#DELAY]
record FleetFault(long at, Kind kind, int host, long millis, long delayMillis) {

    private static final List<Kind> KINDS = List.of(Kind.values());

    enum Kind {
        /// The server of the bus is away, and starts again empty.
        SERVER_AWAY,
        /// Nothing passes between a host and the bus.
        PARTITION,
        /// Everything between a host and the bus comes late; by connection, so that a new one overtakes an old one.
        DELAY,
        /// A host's connections to the bus break.
        BREAK,
        /// A host is cut off, dies at the end of that time, and another takes its place.
        CRASH
    }

    /// The time in which hosts that can reach the server hear of each other.
    private static final long SETTLE_MILLIS = 2500;

    /// The faults of a history, in the order of their begin. No host is out of reach while another starts, or before
    /// the two know each other: of a host that another does not know, nothing is promised.
    static List<FleetFault> schedule(RandomGenerator random, Duration length, int hosts) {
        List<FleetFault> faults = new ArrayList<>();
        long at = 1000;
        long settled = 0;
        long inReach = 0;
        while (at < length.toMillis() - 3000) {
            Kind kind = KINDS.get(random.nextInt(KINDS.size()));
            long millis = random.nextLong(200, 4000);
            at = switch (kind) {
                case SERVER_AWAY, BREAK -> at;
                case PARTITION, DELAY -> Math.max(at, settled);
                case CRASH -> Math.max(at, Math.max(settled, inReach));
            };
            faults.add(new FleetFault(at, kind, random.nextInt(hosts), millis, random.nextLong(50, 4000)));
            switch (kind) {
                case SERVER_AWAY, CRASH -> settled = Math.max(settled, at + millis + SETTLE_MILLIS);
                case PARTITION, DELAY -> inReach = Math.max(inReach, at + millis);
                case BREAK -> {}
            }
            at += random.nextLong(200, 3000);
        }
        return Collections.unmodifiableList(faults);
    }

    @Override
    public String toString() {
        String what = switch (kind) {
            case SERVER_AWAY -> "the server is away";
            case PARTITION -> "host " + host + " is cut off";
            case DELAY -> "host " + host + " is delayed by " + delayMillis + " ms";
            case BREAK -> "the connections of host " + host + " break";
            case CRASH -> "host " + host + " is cut off, crashes, and is replaced";
        };
        return "%6d to %6d ms: %s".formatted(at, at + millis, what);
    }
}
