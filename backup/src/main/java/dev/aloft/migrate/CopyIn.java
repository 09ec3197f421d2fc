package dev.aloft.migrate;

import dev.aloft.bulk.FolderListing;
import dev.aloft.bulk.ParallelTasks;
import dev.aloft.files.FileStat;
import dev.aloft.files.WriteHeaders;
import dev.aloft.local.LocalEntry;
import dev.aloft.migrate.BothSides.Both;
import dev.aloft.migrate.MigrationTally.Outcome;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Copies the files of a folder into S3, with the headers of any upload.
///
/// An object with the size of its file that is not older is a copy of it, and is not looked at. What the site has
/// written in S3 stays, unless the local file is newer; S3 decides, so it also holds for what is written while a file
/// is copied. A file that changes while it is copied is copied again, or not at all.
final class CopyIn {

    private static final int MAX_ATTEMPTS = 3;

    /// The assumed difference between the clocks of S3 and this host.
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(10);

    /// Bodies that are held in memory at the same time; less than a store's share for one tenant.
    private static final int MAX_HELD_KIB = 48 << 10;

    /// The part of a large file that is held in memory.
    private static final int PART_KIB = 16 << 10;

    private final MigrationSides sides;
    private final MigrationTally tally;
    private final boolean dryRun;
    private final Instant began;
    private final WriteCondition ifAbsent;
    private final Semaphore heldKib = new Semaphore(MAX_HELD_KIB);

    CopyIn(MigrationSides sides, MigrationTally tally, boolean dryRun, Instant began) {
        this.sides = sides;
        this.tally = tally;
        this.dryRun = dryRun;
        this.began = began;
        this.ifAbsent = sides.files().unsupported().isEmpty() ? WriteCondition.ifAbsent() : WriteCondition.always();
    }

    /// @param parallel the maximum number of files at the same time
    void run(int parallel) throws IOException {
        BothSides both = new BothSides(sides);
        try (ParallelTasks tasks = new ParallelTasks(parallel)) {
            for (Both each = both.next(); each != null; each = both.next()) {
                consider(each, tasks);
            }
            tasks.finish();
        }
        if (!dryRun) {
            withdrawDeleted();
        }
    }

    /// Deletes copies of files that the site deleted while they were copied. It deletes later ones itself, as the
    /// objects are there by now.
    private void withdrawDeleted() throws IOException {
        FolderListing marks = new FolderListing(sides.deletions(), "");
        for (StoredObject mark = marks.next(); mark != null; mark = marks.next()) {
            String name = marks.name(mark).value();
            Optional<LocalEntry> file = mark.modified().isBefore(began.minus(CLOCK_DIFFERENCE))
                    ? Optional.empty()
                    : sides.local().find(name).filter(local -> sides.has(name));
            if (file.isPresent() && !mark.modified().isBefore(file.get().modified())) {
                withdraw(sides.key(name), object -> file.get().isSource(object.metadata()));
            }
        }
    }

    private void consider(Both both, ParallelTasks tasks) throws IOException {
        LocalEntry file = both.local();
        StoredObject there = both.stored();
        if (file == null) {
            return;
        }
        if (both.isDeleted()) {
            tally.passed(Outcome.DELETED);
        } else if (there == null) {
            tasks.add(() -> copy(file, null));
        } else if (there.modified().isBefore(file.modified())) {
            tasks.add(() -> copy(file, there));
        } else {
            tally.passed(there.size() == file.size() ? Outcome.UNCHANGED : Outcome.KEPT);
        }
    }

    /// @param older the object to replace, or null for none
    private void copy(LocalEntry file, @Nullable StoredObject older) throws IOException, InterruptedException {
        int held = (int) Math.min(PART_KIB, 1 + file.size() / 1024);
        heldKib.acquire(held);
        try {
            if (older != null && isCopied(file, older)) {
                tally.passed(Outcome.UNCHANGED);
            } else if (dryRun) {
                tally.done(file.size());
            } else {
                upload(file, older == null ? ifAbsent : WriteCondition.ifVersion(older.etag()));
            }
        } catch (NoSuchFileException e) {
            tally.passed(Outcome.UNCHANGED); // deleted while the folder was read
        } catch (StoreException | FileAlreadyExistsException e) {
            failed(file, e);
        } catch (IOException e) {
            tally.failed(file.name(), e);
        } finally {
            heldKib.release(held);
        }
    }

    /// A store gives the time of a write in whole seconds, so a copy can look older than its file.
    private boolean isCopied(LocalEntry file, StoredObject older) throws IOException {
        return older.size() == file.size()
                && sides.bucket()
                        .head(older.key(), Duration.ZERO)
                        .filter(object -> file.isSource(object.metadata()))
                        .isPresent();
    }

    private void failed(LocalEntry file, IOException failure) throws IOException {
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

    private void upload(LocalEntry listed, WriteCondition first) throws IOException {
        LocalEntry file = listed;
        WriteCondition condition = first;
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            Optional<FileStat.File> written = write(file, condition);
            Optional<LocalEntry> now = sides.local().find(file.name());
            if (written.isPresent() && now.filter(file::equals).isPresent()) {
                tally.done(file.size());
                return;
            }
            if (written.isPresent()) {
                condition = WriteCondition.ifVersion(written.get().etag());
            }
            if (now.isEmpty()) {
                break;
            }
            file = now.get();
        }
        if (condition instanceof WriteCondition.Version(String etag)) { // half old and half new
            withdraw(sides.key(listed.name()), object -> object.etag().equals(etag));
        }
        tally.failed(listed.name(), "changed each time while it was copied; it is not in S3");
    }

    /// @return empty if the file changed while it was read, and nothing was written
    private Optional<FileStat.File> write(LocalEntry file, WriteCondition condition) throws IOException {
        try (InputStream body = sides.local().read(file)) {
            WriteHeaders headers = new WriteHeaders(null, null, file.metadata());
            return Optional.of(sides.files().write(sides.path(file.name()), body, file.size(), headers, condition));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.INVALID
                    && !sides.local().find(file.name()).filter(file::equals).isPresent()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void withdraw(ObjectKey key, Predicate<StoredObject> isOwn) throws IOException {
        Optional<StoredObject> own = sides.bucket().head(key, Duration.ZERO).filter(isOwn);
        if (own.isPresent()) {
            sides.bucket().delete(own.get());
        }
    }
}
