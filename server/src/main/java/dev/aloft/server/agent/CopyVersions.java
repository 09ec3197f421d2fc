package dev.aloft.server.agent;

import dev.aloft.files.FileContent;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileStat;
import dev.aloft.files.FileTree;
import dev.aloft.store.ByteRange;
import dev.aloft.store.CopySource;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The copies of a site's files in snapshots, as further versions: `snapshot:ID`. No id of S3 begins so. Safe for many
/// threads.
final class CopyVersions {

    private static final String ID_PREFIX = "snapshot:";

    private final AgentSite site;
    private final FileTree files;
    private final @Nullable KeptCopies copies;

    CopyVersions(AgentSite site) {
        this.site = site;
        this.files = site.files();
        SnapshotSource source = site.services().snapshots();
        this.copies = source == null ? null : source.copies().orElse(null);
    }

    boolean isCopy(String version) {
        return version.startsWith(ID_PREFIX);
    }

    /// The states of a file, and the entity tag of the file now.
    String json(FilePath path) throws IOException {
        KeptCopies.History history = copies(path).of(path);
        String now = files.stat(path, Duration.ZERO).orElse(null) instanceof FileStat.File file ? file.etag() : null;
        return Json.write(json -> {
            if (now == null) {
                json.writeNullProperty("now");
            } else {
                json.writeStringProperty("now", now);
            }
            json.writeArrayPropertyStart("versions");
            for (KeptCopies.State state : history.states()) {
                json.writeStartObject();
                json.writeStringProperty("id", ID_PREFIX + state.id());
                json.writeNumberProperty("moment", state.moment().getEpochSecond());
                json.writeNumberProperty("modified", state.modified().getEpochSecond());
                json.writeBooleanProperty("latest", now != null && state.isOf(now));
                json.writeBooleanProperty("deleted", false);
                json.writeNumberProperty("size", state.size());
                json.writeStringProperty("etag", state.etag());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeBooleanProperty("more", history.more());
        });
    }

    /// @param etag that the copy must have; null if it is not known
    FileContent open(FilePath path, String version, @Nullable ByteRange range, @Nullable String etag)
            throws IOException {
        ObjectContent content = copies(path).open(id(version), path, range);
        if (etag != null && !etag.equals(content.object().etag())) {
            content.close();
            throw new StoreException(
                    StoreException.Kind.PRECONDITION, "cannot read " + site.uri(path) + ": the copy is another one");
        }
        return FileContent.of(content);
    }

    CopySource source(FilePath path, String version) throws IOException {
        return copies(path).source(id(version), path);
    }

    private static String id(String version) {
        return version.substring(ID_PREFIX.length());
    }

    private KeptCopies copies(FilePath path) throws IOException {
        files.confine(path);
        if (copies == null || path.isRoot()) {
            throw new NoSuchFileException(site.uri(path), null, "there are no snapshots here");
        }
        return copies;
    }
}
