package dev.aloft.backup;

import dev.aloft.backup.BackupException.Kind;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The description of a snapshot, in JSON. Its `signature` is the HMAC of the text with that field empty.
///
/// @param signature of the operator's key
record DescriptionFormat(DescriptionSignature signature) {

    static final String FORMAT = "aloft-backup";
    static final int VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SIGNATURE = "signature";

    /// Begins a description of any kind.
    static ObjectNode head(String id, String site) {
        ObjectNode node = JSON.createObjectNode();
        node.put("format", FORMAT);
        node.put("version", VERSION);
        node.put("id", id);
        node.put("site", site);
        return node;
    }

    String text(Snapshot snapshot) {
        ObjectNode node = head(snapshot.id(), snapshot.site());
        node.put("moment", snapshot.moment().toString());
        node.put("completed", snapshot.completed().toString());
        node.put("aloft", snapshot.aloft());
        node.put("files", snapshot.files());
        node.put("bytes", snapshot.bytes());
        node.put("copied", snapshot.copied());
        node.put("in_place", snapshot.inPlace());
        ObjectNode manifest = node.putObject("manifest");
        manifest.put("bytes", snapshot.manifest().bytes());
        manifest.put("sha256", snapshot.manifest().sha256());
        snapshot.database().ifPresent(part -> write(node.putObject("database"), part));
        if (!snapshot.tags().isEmpty()) {
            snapshot.tags().forEach(node.putArray("tags")::add);
        }
        return signed(node);
    }

    private static void write(ObjectNode node, DatabasePart part) {
        node.put("name", part.name());
        node.put("moment", part.moment().toString());
        node.put("server", part.server());
        part.position().ifPresent(position -> node.put("position", position));
        part.gtid().ifPresent(gtid -> node.put("gtid", gtid));
        node.put("bytes", part.bytes());
        node.put("sql_bytes", part.sqlBytes());
        node.put("sha256", part.sha256());
        node.put("tables", part.tables());
    }

    /// The text of a description, signed.
    String signed(ObjectNode node) {
        node.put(SIGNATURE, "");
        String unsigned = node.toString();
        node.put(SIGNATURE, signature.of(unsigned));
        return node.toString();
    }

    /// Reads a description.
    ///
    /// @param where for messages
    /// @throws BackupException where it is none, of another site, of a later version, or not signed with the key
    Snapshot snapshot(String text, String site, String where) throws BackupException {
        try {
            JsonNode node = checked(text, site, where);
            List<String> tags = new ArrayList<>();
            node.path("tags").forEach(tag -> tags.add(tag.stringValue()));
            JsonNode manifest = node.required("manifest");
            return new Snapshot(
                    node.required("id").stringValue(),
                    site,
                    moment(node, "moment"),
                    moment(node, "completed"),
                    node.required("aloft").stringValue(),
                    node.required("files").longValue(),
                    node.required("bytes").longValue(),
                    node.required("copied").longValue(),
                    node.path("in_place").booleanValue(false),
                    new Snapshot.Checked(
                            manifest.required("bytes").longValue(),
                            manifest.required("sha256").stringValue()),
                    node.has("database") ? Optional.of(database(node.required("database"))) : Optional.empty(),
                    tags);
        } catch (JacksonException e) {
            throw foreign(where, e.getOriginalMessage(), e);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw foreign(where, String.valueOf(e.getMessage()), e);
        }
    }

    /// The fields of a description that this program understands and trusts.
    JsonNode checked(String text, String site, String where) throws BackupException {
        JsonNode node = JSON.readTree(text);
        if (!FORMAT.equals(node.path("format").asString(""))) {
            throw foreign(where, "it has no format " + FORMAT, null);
        }
        int version = node.path("version").intValue(0);
        if (version != VERSION) {
            throw new BackupException(
                    Kind.FOREIGN,
                    where + " is of version " + version + " of the format, and this program knows version " + VERSION,
                    "use the version of Aloft that wrote it, or a later one");
        }
        String found = node.path("site").asString("");
        if (!found.equals(site)) {
            throw new BackupException(
                    Kind.FOREIGN,
                    where + " is a backup of the site " + found + ", not of " + site,
                    "give each site a [site.backup] prefix of its own");
        }
        String given = node.path(SIGNATURE).asString("");
        if (!signature.accepts(
                text.replace("\"" + SIGNATURE + "\":\"" + given + "\"", "\"" + SIGNATURE + "\":\"\""), given)) {
            throw new BackupException(
                    Kind.CORRUPT,
                    where + " is not signed with the site's signing_key",
                    "check the key; if it is right, the backup was changed by someone else");
        }
        return node;
    }

    private static Instant moment(JsonNode node, String name) {
        return Instant.parse(node.required(name).stringValue());
    }

    private static DatabasePart database(JsonNode node) {
        return new DatabasePart(
                node.required("name").stringValue(),
                moment(node, "moment"),
                node.required("server").stringValue(),
                text(node, "position"),
                text(node, "gtid"),
                node.required("bytes").longValue(),
                node.required("sql_bytes").longValue(),
                node.required("sha256").stringValue(),
                node.required("tables").intValue());
    }

    private static Optional<String> text(JsonNode node, String name) {
        return node.has(name) ? Optional.of(node.required(name).stringValue()) : Optional.empty();
    }

    private static BackupException foreign(String where, String found, @Nullable Exception cause) {
        return new BackupException(
                Kind.FOREIGN,
                where + " is no description of a backup: " + found,
                "check bucket and prefix, or use another snapshot (aloft backup list)",
                cause);
    }
}
