package dev.aloft.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Concurrent writes and reads of files, and the check that each read gave a version that was current at some moment
/// between its limit before its begin and its end. Times are nanoseconds of one clock.
///
/// A write takes effect at one moment between its begin and its end. One that was not acknowledged may also take
/// effect later, or never. No order is assumed between two reads: the promise is about each alone.
record History(List<Operation> operations) {

    /// The version of a file that is missing, as every file is before the first write.
    static final int MISSING = 0;

    /// The version of bytes that are of no version, or of several.
    static final int MIXED = -1;

    History {
        operations = List.copyOf(operations);
    }

    sealed interface Operation {
        String key();

        int version();

        long start();

        long end();

        /// The host and its interface; for messages.
        String by();
    }

    /// A write of a version, or a deletion.
    record Write(String key, int version, long start, long end, boolean acknowledged, String by) implements Operation {

        private long latestEffect() {
            return acknowledged ? end : Long.MAX_VALUE;
        }

        /// True if it replaced another write's version, and not the other way round.
        private boolean surelyFollows(Write other) {
            return acknowledged && start > other.latestEffect();
        }
    }

    /// @param limit the promised delay behind the newest version
    record Read(String key, int version, long start, long end, Duration limit, String by) implements Operation {}

    /// @param write the one that the read contradicts, if there is one
    record Violation(String reason, Read read, Optional<Write> write) {}

    List<Violation> violations() {
        return operations.stream()
                .filter(Read.class::isInstance)
                .map(Read.class::cast)
                .sorted(Comparator.comparingLong(Read::start))
                .flatMap(read -> violation(read).stream())
                .toList();
    }

    private Optional<Violation> violation(Read read) {
        if (read.version() == MIXED) {
            return Optional.of(new Violation("mixed bytes", read, Optional.empty()));
        }
        List<Write> writes = writes(read.key());
        List<Write> ofVersion = writes.stream()
                .filter(write -> write.version() == read.version() && write.start() <= read.end())
                .toList();
        if (ofVersion.isEmpty()) {
            return Optional.of(new Violation("a version that was not written yet", read, Optional.empty()));
        }
        long since = read.start() - read.limit().toNanos();
        // The write that was replaced last, by the first acknowledged write that surely followed it.
        Optional<Write> replacement = ofVersion.stream()
                .map(write -> replacement(write, writes))
                .max(Comparator.comparingLong(first -> first.map(Write::end).orElse(Long.MAX_VALUE)))
                .orElseThrow();
        return replacement.filter(write -> write.end() < since).map(write -> {
            long millis = (read.start() - write.end()) / 1_000_000;
            return new Violation("outdated for " + millis + " ms", read, Optional.of(write));
        });
    }

    private static Optional<Write> replacement(Write write, List<Write> writes) {
        return writes.stream().filter(other -> other.surelyFollows(write)).min(Comparator.comparingLong(Write::end));
    }

    private List<Write> writes(String key) {
        List<Write> writes = new ArrayList<>();
        writes.add(new Write(key, MISSING, Long.MIN_VALUE, Long.MIN_VALUE, true, "the beginning"));
        for (Operation operation : operations) {
            if (operation instanceof Write write && write.key().equals(key)) {
                writes.add(write);
            }
        }
        return writes;
    }

    /// A violation, and what happened to its file in the two seconds around it.
    ///
    /// @param zero the time from which milliseconds are counted
    String describe(Violation violation, long zero) {
        Read read = violation.read();
        long from = violation.write().map(Write::start).orElse(read.start()) - 2_000_000_000L;
        return violation.reason() + ": " + line(read, zero) + "\n"
                + operations.stream()
                        .filter(operation -> operation.key().equals(read.key()))
                        .filter(operation -> operation.end() >= from && operation.start() <= read.end())
                        .filter(operation ->
                                operation instanceof Write || operation.by().equals(read.by()))
                        .sorted(Comparator.comparingLong(Operation::start))
                        .map(operation -> line(operation, zero))
                        .collect(Collectors.joining("\n"));
    }

    private static String line(Operation operation, long zero) {
        String what = switch (operation) {
            case Write write -> write.acknowledged() ? "writes" : "writes perhaps";
            case Read _ -> "reads";
        };
        return "%6d to %6d ms: %s %s version %d of %s"
                .formatted(
                        (operation.start() - zero) / 1_000_000,
                        (operation.end() - zero) / 1_000_000,
                        operation.by(),
                        what,
                        operation.version(),
                        operation.key());
    }
}
