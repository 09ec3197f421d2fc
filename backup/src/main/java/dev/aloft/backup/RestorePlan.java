package dev.aloft.backup;

import dev.aloft.bulk.Joined;
import dev.aloft.bulk.Joined.Pair;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Compares files that shall be with those that are: finds the [Change]s of a restoration. For one thread.
///
/// A file is as it shall be if size and ETag say so and it was not written since. One that was is compared by its
/// headers and metadata, too, which takes two requests.
///
/// @param contents of the wanted files
record RestorePlan(RestoreOptions options, Contents contents) {

    /// A file that shall be, or shall not be.
    ///
    /// @param replaceable true for what may be replaced by it or deleted
    record Wanted(ObjectKey key, @Nullable SnapshotFile file, Condition replaceable) {

        /// In place of anything.
        Wanted(SnapshotFile file) {
            this(file.key(), file, _ -> true);
        }

        private boolean isThere(@Nullable StoredObject live) {
            return (file == null || live == null) ? (file == null && live == null) : hasSameBytes(file, live);
        }
    }

    /// A condition on a file as it is, or on its absence.
    interface Condition {
        boolean isMet(@Nullable StoredObject live);
    }

    /// Finds the changes, in the order of the keys.
    ///
    /// @param wanted in the order of the keys
    /// @param prepare runs for each change, several at the same time; it may drop a change
    /// @param found takes each change in turn
    /// @param left takes each file that differs and may not be replaced
    /// @throws BackupException where the scope is a path, and it has no file that is wanted or is to be deleted
    void run(
            Joined.Source<Wanted> wanted,
            Preparation prepare,
            OrderedTasks.Consumer<Change> found,
            Consumer<ObjectKey> left)
            throws IOException {
        Joined<Wanted, StoredObject> pairs = Joined.withListing(
                wanted, Wanted::key, options.target().list(options.scope().path()));
        try (OrderedTasks<Optional<Change>> tasks = new OrderedTasks<>(change -> {
            if (change.isPresent()) {
                found.accept(change.get());
            }
        })) {
            boolean isEmpty = true;
            for (Pair<Wanted, StoredObject> pair = pairs.next(); pair != null; pair = pairs.next()) {
                if (!options.scope().has(pair.key())) {
                    continue;
                }
                isEmpty &= pair.left() == null && !options.deletes();
                if (!mayDiffer(pair)) {
                    continue;
                }
                Wanted file = pair.left();
                if (file == null || file.replaceable().isMet(pair.right())) {
                    Pair<Wanted, StoredObject> each = pair;
                    tasks.add(() -> prepared(each, prepare));
                } else if (!file.isThere(pair.right())) {
                    left.accept(pair.key());
                }
            }
            tasks.finish();
            if (isEmpty) {
                options.scope().requireAll();
            }
        }
    }

    /// Work on a change before it is handed on.
    interface Preparation {
        Optional<Change> prepare(Change change) throws IOException;
    }

    private Optional<Change> prepared(Pair<Wanted, StoredObject> pair, Preparation prepare) throws IOException {
        Optional<Change> change = change(pair);
        return change.isPresent() ? prepare.prepare(change.get()) : change;
    }

    private boolean mayDiffer(Pair<Wanted, StoredObject> pair) {
        @Nullable StoredObject live = pair.right();
        @Nullable SnapshotFile file = pair.left() == null ? null : pair.left().file();
        if (live == null) {
            return file != null;
        }
        if (file == null) {
            return pair.left() != null || options.deletes();
        }
        return !hasSameBytes(file, live) || !file.modified().equals(live.modified());
    }

    private Optional<Change> change(Pair<Wanted, StoredObject> pair) throws IOException {
        @Nullable SnapshotFile file = pair.left() == null ? null : pair.left().file();
        @Nullable StoredObject live = pair.right();
        if (file != null && live != null && hasSameBytes(file, live) && hasSameHeaders(file, live)) {
            return Optional.empty();
        }
        return Optional.of(new Change(pair.key(), live == null ? null : asIs(pair.key(), live), file));
    }

    /// A file as it is: its content is itself.
    private SnapshotFile asIs(ObjectKey name, StoredObject live) {
        return new SnapshotFile(
                name,
                live.size(),
                live.etag(),
                live.modified(),
                new FileContentPlace(options.target().bucket().name(), live.key(), live.etag(), null));
    }

    /// True if a live object has the bytes of a file, be it the file itself or a copy of its content.
    static boolean hasSameBytes(SnapshotFile file, StoredObject live) {
        return file.size() == live.size()
                && (live.etag().equals(file.etag())
                        || live.etag().equals(file.content().etag()));
    }

    /// A file that was written again with the same bytes may have got other headers. That it became private does not
    /// count, unless it is made public again.
    private boolean hasSameHeaders(SnapshotFile file, StoredObject live) throws IOException {
        boolean isMarker = live.key().value().endsWith("/"); // of a directory; some stores give it no ETag
        if (isMarker || file.modified().equals(live.modified())) {
            return true;
        }
        Optional<StoredObject> now = options.target().bucket().head(live.key(), Duration.ZERO);
        Optional<StoredObject> then = contents.head(file.content());
        return now.isPresent()
                && then.isPresent()
                && headers(now.get(), now.get().metadata())
                        .equals(headers(then.get(), metadata(then.get(), now.get())));
    }

    private Map<String, String> metadata(StoredObject wanted, StoredObject live) {
        return options.publishes() ? wanted.metadata() : PrivateMark.kept(wanted.metadata(), live);
    }

    private static List<Object> headers(StoredObject object, Map<String, String> metadata) {
        return List.of(ObjectHeaders.of(object), metadata);
    }
}
