package dev.aloft.backup;

import dev.aloft.backup.SnapshotIndex.Entry;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The record of a restoration: its source and target, and the list of its changes with the files as they were.
///
/// @param source what was restored: a snapshot's id, a moment, or the record that was taken back
/// @param target URI of the folder
/// @param continues record of the interrupted restoration that it continues, or null
/// @param changes the list of changes
record RestoreRecord(
        String id, String source, String target, @Nullable String continues, Snapshot.Checked changes) {

    /// The description.
    void write(SnapshotCatalog catalog) throws IOException {
        ObjectNode node = DescriptionFormat.head(id, catalog.site());
        node.put("source", source);
        node.put("target", target);
        if (continues != null) {
            node.put("continues", continues);
        }
        node.putObject("changes").put("bytes", changes.bytes()).put("sha256", changes.sha256());
        catalog.write(
                catalog.folder().ofRestore(id, BackupFolder.PLAN),
                catalog.format().signed(node));
    }

    static RestoreRecord read(SnapshotCatalog catalog, String id) throws IOException {
        ObjectKey key = catalog.folder().ofRestore(id, BackupFolder.PLAN);
        String where = catalog.folder().folder().uri(key);
        String text = SnapshotIndex.text(catalog.folder(), key);
        try {
            JsonNode node = catalog.format().checked(text, catalog.site(), where);
            JsonNode changes = node.required("changes");
            return new RestoreRecord(
                    id,
                    node.required("source").stringValue(),
                    node.required("target").stringValue(),
                    node.has("continues") ? node.required("continues").stringValue() : null,
                    new Snapshot.Checked(
                            changes.required("bytes").longValue(),
                            changes.required("sha256").stringValue()));
        } catch (JacksonException e) {
            throw new BackupException(
                    BackupException.Kind.CORRUPT,
                    where + " is not the record of a restoration: " + e.getOriginalMessage(),
                    "it cannot be undone; restore a snapshot instead",
                    e);
        }
    }

    /// The newest record of a restoration to a target.
    static Optional<RestoreRecord> newest(SnapshotCatalog catalog, SnapshotIndex index, String target)
            throws IOException {
        List<Entry> entries = index.entries();
        for (Entry entry : entries.reversed()) {
            if (entry.has(BackupFolder.PLAN)) {
                RestoreRecord record = read(catalog, entry.id());
                if (record.target.equals(target)) {
                    return Optional.of(record);
                }
            }
        }
        return Optional.empty();
    }

    /// Reads the changes once, to compare their hash.
    ///
    /// @throws BackupException where they are not as they were recorded
    RestoreRecord check(BackupFolder folder) throws IOException {
        input(folder).check(changes.sha256());
        return this;
    }

    /// Reads the changes in the order of their keys; the caller closes the lines.
    LinesReader open(BackupFolder folder) throws IOException {
        return new LinesReader(input(folder));
    }

    private RangedInput input(BackupFolder folder) {
        return new RangedInput(folder.folder(), folder.ofRestore(id, BackupFolder.CHANGES), changes.bytes());
    }

    /// The next change of an open list, or null after the last.
    static @Nullable Change next(LinesReader lines, BackupFolder folder) throws IOException {
        String line = lines.next();
        return line == null ? null : new ManifestFormat(folder.folder()).change(line, lines.where());
    }
}
