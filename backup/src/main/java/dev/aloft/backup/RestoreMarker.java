package dev.aloft.backup;

import dev.aloft.backup.SnapshotIndex.Entry;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import tools.jackson.databind.json.JsonMapper;

/// The marker of a restoration that has not recorded its changes yet. It protects the copies that the restoration
/// makes from a prune, which respects it for [BackupSettings#MARKER_LIMIT].
///
/// @param id of the restoration
/// @param text source and target
record RestoreMarker(SnapshotCatalog catalog, String id, String text) {

    static RestoreMarker write(SnapshotCatalog catalog, String id, String source, BucketFolder target)
            throws IOException {
        String text = JsonMapper.shared()
                .createObjectNode()
                .put("source", source)
                .put("target", target.toString())
                .toString();
        catalog.write(key(catalog, id), text);
        return new RestoreMarker(catalog, id, text);
    }

    void remove() throws IOException {
        catalog.folder().folder().bucket().delete(key(catalog, id));
    }

    /// Removes the marker of a restoration that failed; best effort.
    void removeAfter(Exception failure) {
        try {
            remove();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /// Removes markers that killed runs of the same restoration have left. Their copies are not needed: this one has
    /// made its own.
    void removeEarlier(SnapshotIndex restores) throws IOException {
        for (Entry entry : restores.entries()) {
            if (!entry.id().equals(id)
                    && entry.isUnrecorded()
                    && SnapshotIndex.text(catalog.folder(), key(catalog, entry.id()))
                            .equals(text)) {
                catalog.folder().folder().bucket().delete(key(catalog, entry.id()));
            }
        }
    }

    private static ObjectKey key(SnapshotCatalog catalog, String id) {
        return catalog.folder().ofRestore(id, BackupFolder.STARTED);
    }
}
