package dev.aloft.nio;

import dev.aloft.files.FilePath;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// Counts what this file system has changed, so that no answer from before a change is given after it.
///
/// A change of a path is one of every directory above it too. Paths share [#STRIPES] counters: two that share one
/// seem changed together, and are asked for again. Safe for many threads.
final class OwnChanges {

    private static final int STRIPES = 4096;

    private final AtomicLong changes = new AtomicLong();
    private final AtomicLongArray last = new AtomicLongArray(STRIPES);

    /// The moment before a question.
    long now() {
        return changes.get();
    }

    /// Notes a change that S3 has acknowledged, or may have made.
    void note(FilePath path) {
        long moment = changes.incrementAndGet();
        String value = path.value();
        mark(value, moment);
        for (int slash = value.lastIndexOf('/'); slash > 0; slash = value.lastIndexOf('/', slash - 1)) {
            mark(value.substring(0, slash), moment);
        }
        mark("", moment);
    }

    private void mark(String path, long moment) {
        last.accumulateAndGet(stripe(path), moment, Math::max);
    }

    /// True if the path, or anything below it, may have changed after that moment.
    boolean since(FilePath path, long moment) {
        return last.get(stripe(path.value())) > moment;
    }

    private static int stripe(String path) {
        int hash = path.hashCode();
        return (hash ^ (hash >>> 16)) & (STRIPES - 1);
    }
}
