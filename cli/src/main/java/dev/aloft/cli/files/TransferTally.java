package dev.aloft.cli.files;

import dev.aloft.bulk.Progress;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.atomic.LongAdder;

/// Counts what becomes of files, and hands it on to the log, one call at a time. Safe for many threads.
final class TransferTally {

    private final LongAdder copied = new LongAdder();
    private final LongAdder copiedBytes = new LongAdder();
    private final LongAdder unchanged = new LongAdder();
    private final LongAdder deleted = new LongAdder();
    private final LongAdder deletedBytes = new LongAdder();
    private final LongAdder extra = new LongAdder();
    private final LongAdder extraBytes = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Progress progress;
    private final FileTransfer.Log log;

    TransferTally(Progress progress, FileTransfer.Log log) {
        this.progress = progress;
        this.log = log;
    }

    void copied(FileRoot from, Entry source, FileRoot to, String name) {
        copied.increment();
        copiedBytes.add(source.size());
        progress.copied(source.size());
        synchronized (log) {
            log.copied(from, source, to, name);
        }
    }

    void unchanged() {
        unchanged.increment();
        progress.passed();
    }

    /// Counts a file; the marker of a directory counts for none.
    void deleted(FileRoot from, Entry file) {
        if (!file.isFile()) {
            return;
        }
        deleted.increment();
        deletedBytes.add(file.size());
        progress.passed();
        synchronized (log) {
            log.deleted(from, file);
        }
    }

    void extra(Entry file) {
        if (!file.isFile()) {
            return;
        }
        extra.increment();
        extraBytes.add(file.size());
        progress.passed();
    }

    void failed(String file, String reason) {
        failed.increment();
        progress.passed();
        synchronized (log) {
            log.failed(file, reason);
        }
    }

    /// Counts the failure of one file.
    ///
    /// @throws IOException if the next file would fail in the same way
    void failed(String file, IOException failure) throws IOException {
        if (failure instanceof StoreException e && !isOfOneFile(e.kind())) {
            throw e;
        }
        boolean hasReason = failure instanceof FileSystemException e && e.getReason() != null;
        failed(file, hasReason ? ((FileSystemException) failure).getReason() : String.valueOf(failure.getMessage()));
    }

    private static boolean isOfOneFile(StoreException.Kind kind) {
        return switch (kind) {
            case NOT_FOUND, DENIED, PRECONDITION, RANGE, INVALID, TOO_LARGE, FULL, BUSY -> true;
            case NO_BUCKET, CREDENTIALS, INTERRUPTED, TIMEOUT, BAD_ANSWER, UNAVAILABLE -> false;
        };
    }

    FileTransfer.Report report() {
        return new FileTransfer.Report(
                copied.sum(),
                copiedBytes.sum(),
                unchanged.sum(),
                deleted.sum(),
                deletedBytes.sum(),
                extra.sum(),
                extraBytes.sum(),
                failed.sum());
    }
}
