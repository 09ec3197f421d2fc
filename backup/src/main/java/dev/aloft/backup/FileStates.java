package dev.aloft.backup;

import dev.aloft.backup.BackupException.Kind;
import dev.aloft.backup.SnapshotIndex.Entry;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.Bucket;
import dev.aloft.store.ByteRange;
import dev.aloft.store.CopySource;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// The states of single files in the newest snapshots of a site. Safe for many threads.
///
/// A manifest is one gzip stream in the order of the keys, so it is read from its beginning to the file. The number of
/// snapshots and the size of their manifests are limited.
public final class FileStates {

    /// The maximum number of snapshots that are read.
    public static final int MAX_SNAPSHOTS = 20;

    /// The maximum size of all manifests that are read, compressed. The newest is read in any case.
    static final long MAX_MANIFEST_BYTES = 256L << 20;

    private static final int MAX_KNOWN_PLACES = 100;

    /// A manifest is read no further when one of so many lines is behind the file.
    private static final int LINES_BETWEEN_LOOKS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(FileStates.class);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final SnapshotCatalog catalog;
    private final BucketFolder live;
    private final ManifestFormat format;

    /// Places of bytes that were found in manifests as they were written; a snapshot never changes.
    private final Map<FileOfSnapshot, FileContentPlace> places = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FileOfSnapshot, FileContentPlace> eldest) {
            return size() > MAX_KNOWN_PLACES;
        }
    };

    FileStates(SnapshotCatalog catalog, BucketFolder live) {
        this.catalog = catalog;
        this.live = live;
        this.format = new ManifestFormat(catalog.folder().folder());
    }

    private record FileOfSnapshot(String snapshot, ObjectKey name) {}

    /// A state of a file.
    ///
    /// @param snapshot id of the newest one that has it
    /// @param moment of that snapshot
    /// @param modified when the file was written
    /// @param size in bytes
    /// @param etag entity tag of the file itself, quotes included
    /// @param contentEtag that of the object with its bytes
    public record State(String snapshot, Instant moment, Instant modified, long size, String etag, String contentEtag) {

        /// True for the same bytes. A file that was brought back can have another ETag than before, and its copies then
        /// have that of the copies before.
        private boolean hasBytesOf(SnapshotFile file) {
            return etag.equals(file.etag()) || contentEtag.equals(file.content().etag());
        }
    }

    /// The states of one file.
    ///
    /// @param states each once, that of the newest snapshot first
    /// @param more true if there are older snapshots, which were not read
    public record History(List<State> states, boolean more) {

        public History {
            states = List.copyOf(states);
        }
    }

    /// Reads the newest snapshots. Those that are damaged are left out.
    ///
    /// @param key of the file, from the root of the site's bucket
    public History of(ObjectKey key) throws IOException {
        ObjectKey name = name(key);
        List<State> states = new ArrayList<>();
        int read = 0;
        long bytes = 0;
        for (Entry entry : catalog.index().complete().reversed()) {
            try {
                Snapshot snapshot = catalog.read(entry.id());
                bytes += snapshot.manifest().bytes();
                if (read == MAX_SNAPSHOTS || (read > 0 && bytes > MAX_MANIFEST_BYTES)) {
                    return new History(states, true);
                }
                read++;
                find(catalog.manifest(snapshot), name)
                        .filter(file -> states.stream().noneMatch(state -> state.hasBytesOf(file)))
                        .ifPresent(file -> states.add(state(snapshot, file)));
            } catch (BackupException e) {
                LOG.debug("a snapshot is left out: {}", e.getMessage()); // aloft backup list reports it.
            }
        }
        return new History(states, false);
    }

    private static State state(Snapshot snapshot, SnapshotFile file) {
        return new State(
                snapshot.id(),
                snapshot.moment(),
                file.modified(),
                file.size(),
                file.etag(),
                file.content().etag());
    }

    /// Opens the bytes of a file in a snapshot.
    ///
    /// @throws BackupException where the snapshot has no such file, or is not as it was written
    public ObjectContent open(String snapshot, ObjectKey key, @Nullable ByteRange range) throws IOException {
        FileContentPlace place = place(snapshot, key);
        ReadCondition named = ReadCondition.version(place.etag());
        Bucket bucket = bucket(place);
        return place.version() == null
                ? bucket.get(place.key(), range, named).orElseThrow()
                : bucket.versions().read(place.key(), place.version(), range, named);
    }

    /// The object with the bytes of a file in a snapshot, with its headers and metadata.
    ///
    /// @throws BackupException where the snapshot has no such file, or is not as it was written
    public CopySource source(String snapshot, ObjectKey key) throws IOException {
        FileContentPlace place = place(snapshot, key);
        Bucket bucket = bucket(place);
        Optional<StoredObject> found = place.version() == null
                ? bucket.head(place.key(), Duration.ZERO)
                : bucket.versions().head(place.key(), place.version());
        StoredObject object = found.filter(content -> content.etag().equals(place.etag()))
                .orElseThrow(() -> new BackupException(
                        Kind.CORRUPT,
                        "the bytes of " + key + " in the snapshot " + snapshot + " are missing or were replaced",
                        "aloft backup verify checks all files"));
        return new CopySource(place.bucket(), object, place.version());
    }

    private FileContentPlace place(String id, ObjectKey key) throws IOException {
        FileOfSnapshot file = new FileOfSnapshot(id, name(key));
        synchronized (places) {
            FileContentPlace known = places.get(file);
            if (known != null) {
                return known;
            }
        }
        Snapshot snapshot = catalog.find(id);
        if (!snapshot.id().equals(id)) {
            throw new BackupException(
                    Kind.NOT_FOUND,
                    id + " names another snapshot at another time",
                    "name a snapshot by its id: " + snapshot.id());
        }
        FileContentPlace place = requireOwn(
                key,
                find(catalog.manifest(snapshot).check(), file.name())
                        .orElseThrow(() -> new BackupException(
                                Kind.NOT_FOUND,
                                "there is no " + key + " in the snapshot " + id,
                                "aloft backup show prints its files"))
                        .content());
        synchronized (places) {
            places.put(file, place);
        }
        return place;
    }

    /// Fails unless the bytes are among the contents of this site's backups, or are a version of the file itself. No
    /// manifest leads to another file.
    private FileContentPlace requireOwn(ObjectKey key, FileContentPlace place) throws BackupException {
        BucketFolder backups = catalog.folder().folder();
        boolean isContent = place.version() == null
                && place.bucket().equals(backups.bucket().name())
                && place.key().value().startsWith(backups.prefix() + BackupFolder.CONTENT);
        boolean isVersion = place.version() != null
                && place.bucket().equals(live.bucket().name())
                && place.key().equals(key);
        if (!isContent && !isVersion) {
            throw new BackupException(
                    Kind.FOREIGN,
                    "the bytes of " + key + " lie outside the backups of this site",
                    "check bucket and prefix of the backup");
        }
        return place;
    }

    private Bucket bucket(FileContentPlace place) {
        return place.version() == null ? catalog.folder().folder().bucket() : live.bucket();
    }

    private ObjectKey name(ObjectKey key) {
        return live.name(key).orElseThrow(() -> new IllegalArgumentException(key + " is no file of this site"));
    }

    /// Finds a file by the beginning of its line, which is parsed only then.
    private Optional<SnapshotFile> find(Manifest manifest, ObjectKey name) throws IOException {
        String key = JSON.createObjectNode().put("key", name.value()).toString();
        String beginning = key.substring(0, key.length() - 1) + ",";
        RangedInput input = new RangedInput(
                manifest.folder(), manifest.key(), manifest.expected().bytes());
        try (LinesReader lines = new LinesReader(input)) {
            int number = 0;
            for (String line = lines.next(); line != null; line = lines.next()) {
                boolean isFound = line.startsWith(beginning);
                if (isFound || number++ % LINES_BETWEEN_LOOKS == 0) {
                    SnapshotFile file = format.file(line, lines.where());
                    if (isFound) {
                        return Optional.of(file);
                    }
                    if (file.key().compareTo(name) > 0) {
                        return Optional.empty();
                    }
                }
            }
            return Optional.empty();
        }
    }
}
