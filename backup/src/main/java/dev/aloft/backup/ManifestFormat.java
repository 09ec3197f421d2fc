package dev.aloft.backup;

import dev.aloft.backup.BackupException.Kind;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ObjectKey;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Lines of manifests and of plans, in JSON. Safe for many threads.
final class ManifestFormat {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final BucketFolder backups;

    /// @param backups folder that contents without a bucket lie in
    ManifestFormat(BucketFolder backups) {
        this.backups = backups;
    }

    String line(SnapshotFile file) {
        ObjectNode line = JSON.createObjectNode();
        line.put("key", file.key().value());
        write(line, file);
        return line.toString();
    }

    String line(Change change) {
        ObjectNode line = JSON.createObjectNode();
        line.put("key", change.key().value());
        write(line, "before", change.before());
        write(line, "after", change.after());
        return line.toString();
    }

    private void write(ObjectNode line, String name, @Nullable SnapshotFile state) {
        if (state == null) {
            line.putNull(name);
        } else {
            write(line.putObject(name), state);
        }
    }

    private void write(ObjectNode node, SnapshotFile file) {
        node.put("size", file.size());
        node.put("etag", bare(file.etag()));
        node.put("modified", file.modified().toString());
        ObjectNode content = node.putObject("content");
        FileContentPlace place = file.content();
        boolean own = place.bucket().equals(backups.bucket().name())
                && place.key().value().startsWith(backups.prefix() + BackupFolder.CONTENT);
        if (own) {
            content.put("key", place.key().value().substring(backups.prefix().length()));
        } else {
            content.put("bucket", place.bucket());
            content.put("key", place.key().value());
        }
        content.put("etag", bare(place.etag()));
        if (place.version() != null) {
            content.put("version", place.version());
        }
    }

    /// @param where for messages
    SnapshotFile file(String line, String where) throws BackupException {
        try {
            JsonNode node = JSON.readTree(line);
            return file(key(node), node);
        } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
            throw corrupt(where, e);
        }
    }

    /// @param where for messages
    Change change(String line, String where) throws BackupException {
        try {
            JsonNode node = JSON.readTree(line);
            ObjectKey key = key(node);
            return new Change(key, state(key, node.required("before")), state(key, node.required("after")));
        } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
            throw corrupt(where, e);
        }
    }

    private static BackupException corrupt(String where, RuntimeException cause) {
        return new BackupException(
                Kind.CORRUPT,
                where + " has a line that is none of a backup: " + cause.getMessage(),
                "use another snapshot (aloft backup list)",
                cause);
    }

    private @Nullable SnapshotFile state(ObjectKey key, JsonNode node) {
        return node.isNull() ? null : file(key, node);
    }

    private SnapshotFile file(ObjectKey key, JsonNode node) {
        JsonNode content = node.required("content");
        JsonNode bucket = content.path("bucket");
        JsonNode version = content.path("version");
        String place = content.required("key").stringValue();
        return new SnapshotFile(
                key,
                node.required("size").longValue(),
                quoted(node.required("etag").stringValue()),
                Instant.parse(node.required("modified").stringValue()),
                new FileContentPlace(
                        bucket.isMissingNode() ? backups.bucket().name() : bucket.stringValue(),
                        bucket.isMissingNode() ? backups.key(place) : ObjectKey.of(place),
                        quoted(content.required("etag").stringValue()),
                        version.isMissingNode() ? null : version.stringValue()));
    }

    private static ObjectKey key(JsonNode node) {
        return ObjectKey.of(node.required("key").stringValue());
    }

    private static String bare(String etag) {
        return etag.replace("\"", "");
    }

    private static String quoted(String etag) {
        return "\"" + etag + "\"";
    }
}
