package dev.aloft.migrate;

import dev.aloft.bulk.Progress;
import dev.aloft.migrate.Migration.Finding;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/// Counts what becomes of the files of an operation, and hands findings on, one at a time. Safe for many threads.
final class MigrationTally {

    /// The result for one file.
    enum Outcome {
        DONE,
        UNCHANGED,
        KEPT,
        DELETED,
        REMOVED,
        EXTRA,
        FAILED
    }

    private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);
    private final LongAdder bytes = new LongAdder();
    private final Progress progress;
    private final Consumer<Finding> findings;

    MigrationTally(Progress progress, Consumer<Finding> findings) {
        this.progress = progress;
        this.findings = findings;
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new LongAdder());
        }
    }

    void done(long size) {
        count(Outcome.DONE);
        bytes.add(size);
        progress.copied(size);
    }

    void passed(Outcome outcome) {
        count(outcome);
        progress.passed();
    }

    /// Counts without progress, for what is counted beside another outcome.
    void count(Outcome outcome) {
        counts.getOrDefault(outcome, new LongAdder()).increment();
    }

    /// @throws ClosedByInterruptException if it is the reason: another file has ended the operation
    void failed(String file, IOException reason) throws ClosedByInterruptException {
        if (reason instanceof ClosedByInterruptException interrupted) {
            throw interrupted;
        }
        failed(file, String.valueOf(reason.getMessage()));
    }

    void failed(String file, String reason) {
        passed(Outcome.FAILED);
        find(new Finding(Finding.Kind.FAILED, file, reason));
    }

    void find(Finding finding) {
        synchronized (findings) {
            findings.accept(finding);
        }
    }

    long failures() {
        return sum(Outcome.FAILED);
    }

    Migration.Report report() {
        return new Migration.Report(
                sum(Outcome.DONE),
                bytes.sum(),
                sum(Outcome.UNCHANGED),
                sum(Outcome.KEPT),
                sum(Outcome.DELETED),
                sum(Outcome.REMOVED),
                sum(Outcome.EXTRA),
                sum(Outcome.FAILED));
    }

    private long sum(Outcome outcome) {
        return counts.getOrDefault(outcome, new LongAdder()).sum();
    }
}
