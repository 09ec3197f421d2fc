package dev.aloft.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.BackupException.Kind;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The snapshots, or the restorations, of one site as a listing shows them, the oldest first.
final class SnapshotIndex {

    /// A description is small; more is none.
    static final int MAX_DESCRIPTION_BYTES = 1 << 20;

    private final Map<String, Entry> entries = new TreeMap<>();

    /// The objects of one snapshot or restoration, by their names in it.
    record Entry(String id, Map<String, StoredObject> objects) {

        boolean has(String name) {
            return objects.containsKey(name);
        }

        boolean isComplete() {
            return has(BackupFolder.DESCRIPTION) && !isDropped();
        }

        boolean isDropped() {
            return has(BackupFolder.DROPPED);
        }

        /// True for one whose create is under way, or was interrupted.
        boolean isUnfinished() {
            return !has(BackupFolder.DESCRIPTION) && !isDropped() && !isRemainder();
        }

        /// True if all that is left is the record of a verification that ended after the snapshot was deleted.
        boolean isRemainder() {
            return objects.size() == 1 && has(BackupFolder.VERIFIED);
        }

        /// True for a restoration that has not recorded its changes, and so has changed nothing.
        boolean isUnrecorded() {
            return has(BackupFolder.STARTED) && !has(BackupFolder.PLAN);
        }

        /// When an object of it was written, by S3's clock.
        Optional<Instant> written(String name) {
            return Optional.ofNullable(objects.get(name)).map(StoredObject::modified);
        }

        /// When its first object was written.
        Instant begun() {
            return objects.values().stream()
                    .map(StoredObject::modified)
                    .min(Instant::compareTo)
                    .orElseThrow();
        }

        /// The moment of its id, but not after its first object: the clock of a host may be ahead.
        private Instant time() {
            Instant begun = begun();
            return BackupSettings.momentOf(id).filter(begun::isAfter).orElse(begun);
        }

        /// All its objects: the description first, without which the others are not read, and last the mark that
        /// keeps a description from being one again.
        List<StoredObject> inOrderOfDeletion() {
            return objects.entrySet().stream()
                    .sorted(Comparator.comparingInt(entry -> switch (entry.getKey()) {
                        case BackupFolder.DESCRIPTION, BackupFolder.PLAN -> 0;
                        case BackupFolder.DROPPED -> 2;
                        default -> 1;
                    }))
                    .map(Map.Entry::getValue)
                    .toList();
        }
    }

    private SnapshotIndex() {}

    /// Lists them.
    ///
    /// @param kind [BackupFolder#SNAPSHOTS] or [BackupFolder#RESTORES]
    static SnapshotIndex read(BackupFolder folder, String kind) throws IOException {
        SnapshotIndex index = new SnapshotIndex();
        BucketFolder place =
                new BucketFolder(folder.folder().bucket(), folder.folder().prefix() + kind);
        BucketFolder.Listing objects = place.list("");
        for (StoredObject object = objects.next(); object != null; object = objects.next()) {
            String name = place.name(object.key()).orElseThrow().value();
            int slash = name.indexOf('/');
            if (slash > 0 && slash < name.length() - 1) {
                index.entries
                        .computeIfAbsent(name.substring(0, slash), id -> new Entry(id, new TreeMap<>()))
                        .objects()
                        .put(name.substring(slash + 1), object);
            }
        }
        return index;
    }

    List<Entry> entries() {
        return entries.values().stream()
                .sorted(Comparator.comparing(Entry::time).thenComparing(Entry::id))
                .toList();
    }

    Optional<Entry> entry(String id) {
        return Optional.ofNullable(entries.get(id));
    }

    /// Those with a description that no prune has dropped.
    List<Entry> complete() {
        return entries().stream().filter(Entry::isComplete).toList();
    }

    @Nullable
    Entry newestComplete() {
        List<Entry> complete = complete();
        return complete.isEmpty() ? null : complete.getLast();
    }

    /// Reads a small object as text.
    static String text(BackupFolder folder, ObjectKey key) throws IOException {
        try (ObjectContent content =
                folder.folder().bucket().get(key, null, ReadCondition.any()).orElseThrow()) {
            if (content.object().size() > MAX_DESCRIPTION_BYTES) {
                throw new BackupException(
                        Kind.FOREIGN,
                        folder.folder().uri(key) + " is no description of a backup: it has "
                                + content.object().size() + " bytes",
                        "check bucket and prefix");
            }
            return new String(content.body().readAllBytes(), UTF_8);
        }
    }
}
