package dev.aloft.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.BackupException.Kind;
import dev.aloft.backup.SnapshotIndex.Entry;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads and writes the descriptions of one site's snapshots. Safe for many threads.
///
/// @param folder of the backups
/// @param site its name
record SnapshotCatalog(BackupFolder folder, String site, DescriptionFormat format) {

    private static final String JSON = "application/json";

    /// Reads the descriptions of complete snapshots; one that cannot be read does not hide the others.
    SnapshotList all(List<Entry> complete) throws IOException {
        return list(complete, false);
    }

    /// The same with the records of their verifications.
    SnapshotList allVerified(List<Entry> complete) throws IOException {
        return list(complete, true);
    }

    /// One snapshot as it is listed: its description, or what is wrong with it.
    private record Listed(
            @Nullable Snapshot snapshot,
            SnapshotList.@Nullable Damaged damaged,
            @Nullable VerifyRecord verification) {}

    private Listed listed(Entry entry, boolean isVerified) throws IOException {
        VerifyRecord verification =
                isVerified && entry.has(BackupFolder.VERIFIED) ? VerifyRecord.read(this, entry.id()) : null;
        try {
            return new Listed(read(entry.id()), null, verification);
        } catch (BackupException e) {
            return new Listed(null, new SnapshotList.Damaged(entry.id(), String.valueOf(e.getMessage())), null);
        }
    }

    /// Reads several at the same time: a site may have hundreds.
    private SnapshotList list(List<Entry> complete, boolean areVerified) throws IOException {
        List<Snapshot> snapshots = new ArrayList<>();
        List<SnapshotList.Damaged> damaged = new ArrayList<>();
        Map<String, VerifyRecord> verifications = new HashMap<>();
        try (OrderedTasks<Listed> tasks = new OrderedTasks<>(listed -> {
            if (listed.damaged() != null) {
                damaged.add(listed.damaged());
            } else if (listed.snapshot() != null) {
                snapshots.add(listed.snapshot());
                if (listed.verification() != null) {
                    verifications.put(listed.snapshot().id(), listed.verification());
                }
            }
        })) {
            for (Entry entry : complete) {
                tasks.add(() -> listed(entry, areVerified));
            }
            tasks.finish();
        }
        return new SnapshotList(snapshots, damaged, verifications);
    }

    SnapshotIndex index() throws IOException {
        return SnapshotIndex.read(folder, BackupFolder.SNAPSHOTS);
    }

    /// The complete snapshot with this id, or the newest for `latest`.
    Snapshot find(String id) throws IOException {
        SnapshotIndex index = index();
        if (id.equals("latest")) {
            Entry newest = index.newestComplete();
            if (newest == null) {
                throw new BackupException(
                        Kind.NOT_FOUND,
                        "there is no snapshot of the site " + site + " at " + folder,
                        "take one: aloft backup create");
            }
            return read(newest.id());
        }
        Entry entry = index.entry(id)
                .orElseThrow(() -> new BackupException(
                        Kind.NOT_FOUND,
                        "there is no snapshot " + id + " at " + folder,
                        "aloft backup list prints those that there are"));
        if (!entry.isComplete()) {
            throw new BackupException(
                    Kind.NOT_FOUND,
                    "the snapshot " + id + (entry.isDropped() ? " was pruned" : " was never completed"),
                    "aloft backup list prints those that are complete");
        }
        return read(id);
    }

    Snapshot read(String id) throws IOException {
        ObjectKey key = folder.ofSnapshot(id, BackupFolder.DESCRIPTION);
        String where = folder.folder().uri(key);
        Snapshot snapshot = format.snapshot(SnapshotIndex.text(folder, key), site, where);
        if (!snapshot.id().equals(id)) {
            throw new BackupException(
                    Kind.CORRUPT,
                    where + " describes the snapshot " + snapshot.id(),
                    "use another snapshot (aloft backup list)");
        }
        return snapshot;
    }

    Manifest manifest(Snapshot snapshot) {
        return new Manifest(
                folder.folder(), folder.ofSnapshot(snapshot.id(), BackupFolder.MANIFEST), snapshot.manifest());
    }

    StoredObject write(ObjectKey key, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        return folder.folder()
                .bucket()
                .put(key, new ByteArrayInputStream(bytes), bytes.length, JSON, WriteCondition.always());
    }
}
