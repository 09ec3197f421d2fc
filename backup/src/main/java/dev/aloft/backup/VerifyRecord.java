package dev.aloft.backup;

import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The last verification of a snapshot, recorded beside it. Writing it is best effort: a verification needs no
/// permission to write, and its result does not depend on the record.
///
/// @param id of the snapshot
/// @param completed by the clock of the host that verified
/// @param share of the files whose bytes were read, 0 to 1
/// @param files that were checked
/// @param failed files that cannot be restored as they were, and a damaged dump; all files with a damaged manifest
/// @param found the first failure; empty if there is none
public record VerifyRecord(
        String id, Instant completed, double share, long files, long failed, Optional<String> found) {

    private static final Logger LOG = LoggerFactory.getLogger(VerifyRecord.class);

    static VerifyRecord of(String id, Instant completed, Verification depth, Verification.Report report) {
        return new VerifyRecord(
                id,
                completed,
                depth.share(),
                report.files(),
                report.failed(),
                report.failures().stream().findFirst());
    }

    /// A verification that found the manifest damaged.
    static VerifyRecord ofDamaged(Snapshot snapshot, Instant completed, Verification depth, BackupException found) {
        return new VerifyRecord(
                snapshot.id(),
                completed,
                depth.share(),
                0,
                Math.max(1, snapshot.files()),
                Optional.ofNullable(found.getMessage()));
    }

    /// True if the snapshot could be restored as it was.
    public boolean isGood() {
        return failed == 0;
    }

    void write(SnapshotCatalog catalog) {
        ObjectNode node = DescriptionFormat.head(id, catalog.site());
        node.put("completed", completed.toString());
        node.put("share", share);
        node.put("files", files);
        node.put("failed", failed);
        found.ifPresent(failure -> node.put("found", failure));
        try {
            catalog.write(
                    catalog.folder().ofSnapshot(id, BackupFolder.VERIFIED),
                    catalog.format().signed(node));
        } catch (IOException e) {
            LOG.warn("the result of the verification of the snapshot {} is not recorded: {}", id, e.getMessage());
        }
    }

    /// Reads a record that a listing has; one that cannot be read is logged, and null.
    static @Nullable VerifyRecord read(SnapshotCatalog catalog, String id) throws IOException {
        ObjectKey key = catalog.folder().ofSnapshot(id, BackupFolder.VERIFIED);
        String where = catalog.folder().folder().uri(key);
        String text = SnapshotIndex.text(catalog.folder(), key);
        try {
            JsonNode node = catalog.format().checked(text, catalog.site(), where);
            return new VerifyRecord(
                    id,
                    Instant.parse(node.required("completed").stringValue()),
                    node.required("share").doubleValue(),
                    node.required("files").longValue(),
                    node.required("failed").longValue(),
                    node.has("found") ? Optional.of(node.required("found").stringValue()) : Optional.empty());
        } catch (JacksonException e) {
            LOG.warn("{} is not the record of a verification: {}", where, e.getOriginalMessage());
        } catch (BackupException | DateTimeException e) {
            LOG.warn("{} is not the record of a verification: {}", where, e.getMessage());
        }
        return null;
    }
}
