package dev.aloft.migrate;

import dev.aloft.bulk.ParallelTasks;
import dev.aloft.local.LocalEntry;
import dev.aloft.migrate.BothSides.Both;
import dev.aloft.migrate.MigrationTally.Outcome;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// Compares each file of the source with its object. One that the site has replaced or deleted meanwhile is right.
final class VerifyCopies {

    private static final int BUFFER_BYTES = 64 << 10;

    private final MigrationSides sides;
    private final MigrationTally tally;
    private final boolean allBytes;
    private final boolean remove;

    /// @param allBytes true to read every object; else the bytes are read only where the ETag does not tell
    /// @param remove true to delete each local file that is as it shall be
    VerifyCopies(MigrationSides sides, MigrationTally tally, boolean allBytes, boolean remove) {
        this.sides = sides;
        this.tally = tally;
        this.allBytes = allBytes;
        this.remove = remove;
    }

    /// @param parallel the maximum number of files at the same time
    void run(int parallel) throws IOException {
        BothSides both = new BothSides(sides);
        try (ParallelTasks tasks = new ParallelTasks(parallel)) {
            for (Both each = both.next(); each != null; each = both.next()) {
                if (each.source() != null) {
                    Both pair = each;
                    tasks.add(() -> verify(pair));
                }
            }
            tasks.finish();
        }
    }

    private void verify(Both both) throws IOException {
        SourceFile file = BothSides.source(both);
        try {
            if (isRight(both, file) && remove && sides.local().delete(FolderSource.entry(file))) {
                tally.count(Outcome.REMOVED);
            }
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            tally.failed(file.name(), e);
        }
    }

    /// Counts the result of a file. Returns true if S3 has it, or has it no more.
    private boolean isRight(Both both, SourceFile file) throws IOException {
        StoredObject object = both.stored();
        if (both.isDeleted()) {
            tally.passed(Outcome.DELETED);
        } else if (object == null) {
            return isDeletedMeanwhile(file);
        } else {
            try {
                return isRight(file, object);
            } catch (StoreException e) {
                if (e.kind() != StoreException.Kind.NOT_FOUND) {
                    throw e;
                }
                return isDeletedMeanwhile(file);
            }
        }
        return true;
    }

    private boolean isRight(SourceFile file, StoredObject object) throws IOException {
        if (isSame(file, object)) {
            tally.done(file.size());
            return true;
        }
        Optional<StoredObject> now = sides.bucket().head(object.key(), Duration.ZERO);
        if (now.isEmpty()) {
            return isDeletedMeanwhile(file);
        }
        if (isReplaced(file, now.get())) {
            tally.passed(Outcome.KEPT);
            return true;
        }
        tally.failed(file.name(), "differs from its object");
        return false;
    }

    /// Looks for a mark that is younger than the listing.
    private boolean isDeletedMeanwhile(SourceFile file) throws IOException {
        StoredObject mark = sides.bucket()
                .head(sides.deletions().key(file.name()), Duration.ZERO)
                .orElse(null);
        if (new Both(file.name(), file, null, mark).isDeleted()) {
            tally.passed(Outcome.DELETED);
            return true;
        }
        tally.failed(file.name(), "is not in S3");
        return false;
    }

    private boolean isSame(SourceFile file, StoredObject object) throws IOException {
        return file.size() == object.size()
                && ((!allBytes && sides.source().hasTag(file, object, sides)) || hasBytes(file, object));
    }

    private boolean hasBytes(SourceFile file, StoredObject object) throws IOException {
        try (InputStream local = sides.source().read(file);
                ObjectContent content = sides.bucket()
                        .get(object.key(), null, ReadCondition.any())
                        .orElseThrow()) {
            byte[] mine;
            byte[] theirs;
            do {
                mine = local.readNBytes(BUFFER_BYTES);
                theirs = content.body().readNBytes(BUFFER_BYTES);
                if (!Arrays.equals(mine, theirs)) {
                    return false;
                }
            } while (mine.length > 0);
            return true;
        }
    }

    /// True if the site has written the object after the file. One that is a copy of an earlier version of the file is
    /// older than the file, whenever it was written. One that is a copy of this version and longer was appended to.
    ///
    /// @param now with metadata
    private boolean isReplaced(SourceFile file, StoredObject now) throws IOException {
        if (now.modified().isBefore(file.modified())) {
            return false;
        }
        Instant time = sides.source().time(file);
        Instant copied = LocalEntry.sourceTime(now.metadata()).orElse(Instant.MAX);
        return copied.isAfter(time) || (copied.equals(time) && now.size() > file.size());
    }
}
