package dev.aloft.migrate;

import dev.aloft.bulk.ParallelTasks;
import dev.aloft.local.LocalEntry;
import dev.aloft.local.LocalWriter;
import dev.aloft.migrate.BothSides.Both;
import dev.aloft.migrate.Migration.OutSelection;
import dev.aloft.migrate.MigrationTally.Outcome;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Copies objects into a folder, each with the time of its last change. A file appears whole. A local file that is
/// newer stays. Files that the selection leaves out are reported.
final class CopyOut {

    private final MigrationSides sides;
    private final MigrationTally tally;
    private final boolean dryRun;
    private final OutSelection selection;
    private final Instant began;
    private final LocalWriter writer;

    /// @param began local files that are not in S3 and were written since are not extra
    CopyOut(MigrationSides sides, MigrationTally tally, boolean dryRun, OutSelection selection, Instant began) {
        this.sides = sides;
        this.tally = tally;
        this.dryRun = dryRun;
        this.selection = selection;
        this.began = began;
        this.writer = new LocalWriter(sides.local());
    }

    /// @param parallel the maximum number of files at the same time
    void run(int parallel) throws IOException {
        BothSides both = new BothSides(sides);
        try (ParallelTasks tasks = new ParallelTasks(parallel)) {
            for (Both each = both.next(); each != null; each = both.next()) {
                StoredObject object = each.stored();
                SourceFile file = each.source();
                if (object != null) {
                    String name = each.name();
                    tasks.add(() -> copy(name, object, file == null ? null : FolderSource.entry(file)));
                } else if (file != null && file.modified().isBefore(began)) {
                    tally.passed(Outcome.EXTRA);
                }
            }
            tasks.finish();
        }
    }

    /// Deletes the local files that S3 does not have, but for those that were written since the beginning.
    ///
    /// @param parallel the maximum number of files at the same time
    void deleteExtra(int parallel) throws IOException {
        BothSides both = new BothSides(sides);
        try (ParallelTasks tasks = new ParallelTasks(parallel)) {
            for (Both each = both.next(); each != null; each = both.next()) {
                SourceFile file = each.source();
                if (each.stored() == null && file != null && file.modified().isBefore(began)) {
                    String name = each.name();
                    tasks.add(() -> deleteExtra(name, FolderSource.entry(file)));
                }
            }
            tasks.finish();
        }
    }

    /// S3 is asked again: a listing reads ahead.
    private void deleteExtra(String name, LocalEntry file) throws IOException {
        boolean isThere = sides.defect(name).isEmpty()
                && sides.bucket().head(sides.key(name), Duration.ZERO).isPresent();
        if (!isThere && sides.local().delete(file)) {
            tally.passed(Outcome.REMOVED);
        }
    }

    private void copy(String name, StoredObject object, @Nullable LocalEntry file) throws IOException {
        try {
            if (file != null && file.modified().isAfter(object.modified())) {
                tally.passed(Outcome.KEPT);
            } else if (file != null && isCopied(object, file)) {
                tally.passed(Outcome.UNCHANGED);
            } else {
                Optional<String> refusal =
                        selection.refusal().apply(object.key().value());
                if (refusal.isPresent()) {
                    tally.failed(name, refusal.get());
                } else if (dryRun) {
                    tally.done(object.size());
                } else {
                    download(name, object, file);
                }
            }
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.NOT_FOUND) {
                throw e;
            }
            tally.passed(Outcome.UNCHANGED); // deleted while S3 was listed
        } catch (IOException e) {
            tally.failed(name, e);
        }
    }

    private boolean isCopied(StoredObject object, LocalEntry file) throws IOException {
        if (object.size() != file.size()) {
            return false;
        }
        return file.modified().equals(object.modified())
                || sides.bucket()
                        .head(object.key(), Duration.ZERO)
                        .filter(now -> file.isSource(now.metadata()))
                        .isPresent();
    }

    private void download(String name, StoredObject object, @Nullable LocalEntry file) throws IOException {
        try (ObjectContent content =
                sides.bucket().get(object.key(), null, ReadCondition.any()).orElseThrow()) {
            StoredObject now = content.object();
            if (!selection.withPrivate() && PrivateMark.isOn(now)) {
                tally.failed(name, "is private, and a file in a folder cannot be; copy it with --private");
                return;
            }
            Instant modified = LocalEntry.sourceTime(now.metadata()).orElse(now.modified());
            if (writer.write(name, content.body(), modified, file)) {
                tally.done(now.size());
            } else {
                tally.passed(Outcome.KEPT);
            }
        }
    }
}
