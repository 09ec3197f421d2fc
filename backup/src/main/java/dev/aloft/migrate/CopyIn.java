package dev.aloft.migrate;

import dev.aloft.bulk.ParallelTasks;
import dev.aloft.local.LocalEntry;
import dev.aloft.migrate.BothSides.Both;
import dev.aloft.migrate.MigrationTally.Outcome;
import dev.aloft.store.MovedCopy;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Copies the files of a source into S3.
///
/// An object with the size of its file that is not older is a copy of it, and is not looked at. What the site has
/// written in S3 stays, unless the file is newer; S3 decides, so it also holds for what is written while a file
/// is copied. A store that creates objects exclusively and replaces no version on a condition gets new files only, and
/// the others are reported; on one that does neither, the object is looked at right before. A file that changes while
/// it is copied is copied again, or not at all.
///
/// A copy whose file the site deletes meanwhile is withdrawn; that of a process which was killed before by the next
/// migration. What the site itself has brought back is no [MovedCopy], and stays.
final class CopyIn {

    private static final int MAX_ATTEMPTS = 3;

    private final MigrationSides sides;
    private final MigrationTally tally;
    private final boolean dryRun;
    private final DeletionMarks deletions;

    CopyIn(MigrationSides sides, MigrationTally tally, boolean dryRun) {
        this.sides = sides;
        this.tally = tally;
        this.dryRun = dryRun;
        this.deletions = new DeletionMarks(sides.deletions());
    }

    /// @param parallel the maximum number of files at the same time
    void run(int parallel) throws IOException {
        BothSides both = new BothSides(sides);
        try (ParallelTasks tasks = new ParallelTasks(parallel)) {
            for (Both each = both.next(); each != null; each = both.next()) {
                consider(each, tasks);
            }
            tasks.finish();
        } catch (IOException | RuntimeException e) {
            answerAfter(e);
            throw e;
        }
    }

    /// Withdraws what the site has deleted of the copies that a failure has left unanswered.
    private void answerAfter(Exception failure) {
        try {
            deletions.answer();
        } catch (IOException e) {
            failure.addSuppressed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void consider(Both both, ParallelTasks tasks) throws IOException {
        SourceFile file = both.source();
        StoredObject there = both.stored();
        if (file == null) {
            return;
        }
        if (both.isDeleted()) {
            tally.passed(Outcome.DELETED);
        } else if (there == null) {
            tasks.add(() -> run(file, null));
        } else if (both.hasMark()) {
            StoredObject deletion = Objects.requireNonNull(both.deletion());
            tasks.add(() -> asFile(file, () -> settle(file, there, deletion)));
        } else if (there.size() != file.size() || there.modified().isBefore(file.modified())) {
            tasks.add(() -> run(file, there));
        } else {
            tally.passed(Outcome.UNCHANGED);
        }
    }

    private void run(SourceFile file, @Nullable StoredObject there) throws IOException, InterruptedException {
        asFile(file, () -> copy(file, there));
        deletions.answer();
    }

    /// Withdraws the copy of a deleted file that a killed process has left. Another object of its name is the site's.
    private void settle(SourceFile file, StoredObject there, StoredObject deletion) throws IOException {
        if (there.size() != file.size()) {
            tally.passed(Outcome.KEPT);
            return;
        }
        Optional<MovedCopy> copy = sides.bucket().movedCopy(there.key()).filter(now -> now.isLeftAfter(deletion));
        if (copy.isEmpty() || !sides.source().isCopied(file, copy.get().object())) {
            tally.passed(Outcome.UNCHANGED);
            return;
        }
        if (!dryRun) {
            sides.bucket().delete(copy.get().object());
        }
        tally.passed(Outcome.DELETED);
    }

    private interface Work {
        void run() throws IOException;
    }

    /// Counts a failure that concerns this file alone.
    private void asFile(SourceFile file, Work work) throws IOException {
        try {
            work.run();
        } catch (NoSuchFileException e) {
            tally.passed(Outcome.UNCHANGED); // deleted since the source was listed
        } catch (StoreException | FileAlreadyExistsException e) {
            failed(file, e);
        } catch (IOException e) {
            tally.failed(file.name(), e);
        }
    }

    /// @param there the object of the same name, or null for none
    private void copy(SourceFile file, @Nullable StoredObject there) throws IOException {
        Optional<Outcome> staying = there == null ? Optional.empty() : staying(file, there);
        if (staying.isPresent()) {
            tally.passed(staying.get());
        } else if (dryRun) {
            tally.done(file.size());
        } else {
            upload(file, there != null && isPrivate(there), condition(there));
        }
    }

    private static WriteCondition condition(@Nullable StoredObject there) {
        return there == null ? WriteCondition.ifAbsent() : WriteCondition.ifVersion(there.etag());
    }

    private boolean isPrivate(StoredObject listed) throws IOException {
        return sides.bucket()
                .head(listed.key(), Duration.ZERO)
                .filter(PrivateMark::isOn)
                .isPresent();
    }

    /// The result for a file whose object stays; empty if the file replaces it.
    private Optional<Outcome> staying(SourceFile file, StoredObject object) throws IOException {
        if (object.size() == file.size()) { // times in S3 are whole seconds, so a copy can look older
            Optional<StoredObject> now = sides.bucket().head(object.key(), Duration.ZERO);
            return now.isPresent() && sides.source().isCopied(file, now.get())
                    ? Optional.of(Outcome.UNCHANGED)
                    : Optional.empty();
        }
        return isOlder(object, file) ? Optional.empty() : Optional.of(Outcome.KEPT);
    }

    /// True if the object was written before the file, or is a copy of an earlier version of it. The second decides
    /// where a file came with the time of its original, as by `rsync -a`. An object that the site has renamed or
    /// appended to since the file came is no such copy, although it has the same metadata.
    private boolean isOlder(StoredObject object, SourceFile file) throws IOException {
        return object.modified().isBefore(file.modified())
                || (sides.source().came(file).isAfter(object.modified())
                        && sides.bucket()
                                .head(object.key(), Duration.ZERO)
                                .flatMap(now -> LocalEntry.sourceTime(now.metadata()))
                                .filter(source -> source.isBefore(file.modified()))
                                .isPresent());
    }

    private void failed(SourceFile file, IOException failure) throws IOException {
        if (failure instanceof StoreException e && !isOfOneFile(e)) {
            throw e;
        }
        if (failure instanceof StoreException e && e.kind() != StoreException.Kind.PRECONDITION) {
            tally.failed(file.name(), e);
        } else {
            tally.passed(Outcome.KEPT);
        }
    }

    /// Other failures would be those of the next file, too.
    private static boolean isOfOneFile(StoreException e) {
        return switch (e.kind()) {
            case PRECONDITION, INVALID, TOO_LARGE, FULL, BUSY -> true;
            default -> false;
        };
    }

    private void upload(SourceFile listed, boolean isPrivate, WriteCondition first) throws IOException {
        SourceFile file = listed;
        @Nullable String own = null;
        boolean isOutdated = false;
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            Optional<String> written;
            SourceFile now;
            try {
                written = write(file, isPrivate, own == null ? first : WriteCondition.ifVersion(own));
                own = written.orElse(own);
                isOutdated &= written.isEmpty();
                now = again(file);
            } catch (IOException e) {
                if (own != null && !isOutdated && isWhole(e)) {
                    throw unverified(listed, e);
                }
                withdrawAfter(e, listed, own);
                throw e;
            }
            if (written.isPresent() && now.equals(file)) {
                finish(file, written.get(), first);
                return;
            }
            file = now;
            isOutdated = true;
        }
        if (own != null) { // of an earlier version, or half of one
            withdraw(listed, own);
        }
        tally.failed(listed.name(), "changed each time while it was copied, and is not copied");
    }

    /// True if a copy is of one version of its file, which is not known to be gone.
    private boolean isWhole(IOException failure) {
        return sides.source() instanceof BucketSource && !(failure instanceof NoSuchFileException);
    }

    private static FileSystemException unverified(SourceFile file, IOException failure) {
        FileSystemException unverified = new FileSystemException(
                file.name(),
                null,
                "was copied, but may have changed meanwhile (compare it by aloft migrate verify): "
                        + failure.getMessage());
        unverified.initCause(failure);
        return unverified;
    }

    private SourceFile again(SourceFile file) throws IOException {
        return sides.source().again(file).orElseThrow(() -> new NoSuchFileException(file.name()));
    }

    /// Withdraws the copy if the site deleted the file while it was copied. It deletes later ones itself, as the object
    /// is there by now. The replacement of an object needs no look: it fails after a deletion.
    private void finish(SourceFile file, String own, WriteCondition first) {
        if (first instanceof WriteCondition.Version && sides.bucket().keeps(first, file.size())) {
            tally.done(file.size());
        } else {
            deletions.look(file.name(), mark -> asFile(file, () -> finish(file, own, mark)));
        }
    }

    private void finish(SourceFile file, String own, @Nullable StoredObject mark) throws IOException {
        if (mark != null && !mark.modified().isBefore(file.modified())) {
            withdraw(file, own);
            tally.passed(Outcome.DELETED);
        } else {
            tally.done(file.size());
        }
    }

    /// @return the ETag of the object; empty if the file changed while it was read, and nothing was written
    private Optional<String> write(SourceFile file, boolean isPrivate, WriteCondition condition) throws IOException {
        try {
            return Optional.of(sides.source().copy(file, sides, isPrivate, kept(file, condition)));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.INVALID && !again(file).equals(file)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private WriteCondition kept(SourceFile file, WriteCondition condition) throws IOException {
        if (sides.bucket().keeps(condition, file.size())
                || sides.bucket().keeps(WriteCondition.ifAbsent(), file.size())) {
            return condition;
        }
        ObjectKey key = sides.key(file.name());
        if (!condition.holds(sides.bucket().head(key, Duration.ZERO))) {
            throw new StoreException(StoreException.Kind.PRECONDITION, key + " was written meanwhile");
        }
        return WriteCondition.always();
    }

    private void withdrawAfter(IOException failure, SourceFile file, @Nullable String own) {
        if (own == null) {
            return;
        }
        try {
            withdraw(file, own);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /// Deletes an own copy, unless the site has written since. An upload of the same bytes has the same ETag.
    private void withdraw(SourceFile file, String own) throws IOException {
        Optional<MovedCopy> now = sides.bucket()
                .movedCopy(sides.key(file.name()))
                .filter(copy -> copy.object().etag().equals(own));
        if (now.isPresent()) {
            sides.bucket().delete(now.get().object());
        }
    }
}
