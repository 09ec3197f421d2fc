package dev.aloft.cli.files;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.files.WriteHeaders;
import dev.aloft.store.Bucket;
import dev.aloft.store.ByteRange;
import dev.aloft.store.ByteSource;
import dev.aloft.store.CopySource;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A directory of a bucket. Its files are written with the headers of any upload of their site, and one that replaces a
/// private file stays private. Safe for many threads.
final class BucketRoot implements FileRoot {

    static final String MARKER_WITH_BYTES = "is an object with bytes whose name ends with a slash";

    /// Of S3. A file that is not in S3 yet, and is listed from a local folder, has another one.
    private static final Pattern ETAG = Pattern.compile("\"[0-9a-f]{32}(-\\d{1,5})?\"");

    private final FileTree files;
    private final Bucket bucket;
    private final BucketFolder folder;
    private final String label;

    /// @param files decide the headers of what is written
    /// @param bucket of these files
    /// @param directory below which the names lie; the root for a whole bucket
    /// @param label the directory as its user names it, with a slash or colon at its end
    BucketRoot(FileTree files, Bucket bucket, FilePath directory, String label) {
        this.files = files;
        this.bucket = bucket;
        this.folder = new BucketFolder(bucket, directory.isRoot() ? "" : directory.value() + "/");
        this.label = label;
    }

    /// The key of a name.
    ObjectKey key(String name) {
        return folder.key(name);
    }

    /// The reason why a name cannot be a key, such as its length together with that of the prefix.
    Optional<String> defect(String name) {
        try {
            ObjectKey _ = key(name);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /// The bucket that it is a directory of.
    Bucket bucket() {
        return bucket;
    }

    /// The bucket's name.
    String bucketName() {
        return bucket.name();
    }

    /// The beginning of the keys of all its files.
    String prefix() {
        return folder.prefix();
    }

    /// Finds out which conditions of writes the store keeps, where its make does not say.
    void prepareForWrites() throws StoreException {
        files.probeStore();
    }

    @Override
    public Entry.Source walk(String start) {
        BucketFolder.Listing listing = folder.list(start);
        return new Entry.Source() {
            @Override
            public @Nullable Entry next() throws IOException {
                StoredObject object = listing.next();
                return object == null ? null : entry(object);
            }

            @Override
            public long hidden() {
                return listing.hidden();
            }
        };
    }

    @Override
    public Entry.Source list(String directory) {
        return new DirectoryEntries(ListQuery.directory(directory.isEmpty() ? prefix() : prefix() + directory + "/"));
    }

    /// The entries of one directory, page by page.
    private final class DirectoryEntries implements Entry.Source {

        private ListQuery query;
        private Entry.Source page = Entry.Source.of(List.of());
        private boolean last;
        private long hidden;

        DirectoryEntries(ListQuery query) {
            this.query = query;
        }

        @Override
        public @Nullable Entry next() throws IOException {
            Entry entry = page.next();
            while (entry == null && !last) {
                turn();
                entry = page.next();
            }
            return entry;
        }

        private void turn() throws IOException {
            Page next = bucket.list(query);
            Stream<Entry> objects = next.objects().stream()
                    .filter(object -> !object.key().value().equals(query.prefix()))
                    .map(BucketRoot.this::entry);
            Stream<Entry> directories = next.prefixes().stream()
                    .map(prefix -> Entry.directory(prefix.substring(prefix().length()), Instant.EPOCH));
            page = Entry.Source.of(Stream.concat(objects, directories)
                    .sorted((one, other) -> one.key().compareTo(other.key()))
                    .toList());
            hidden += next.hidden();
            last = next.nextToken().isEmpty();
            query = query.after(next.nextToken().orElse(null));
        }

        @Override
        public long hidden() {
            return hidden;
        }
    }

    private Entry entry(StoredObject object) {
        String name = object.key().value().substring(prefix().length());
        if (name.endsWith("/") && object.size() > 0) {
            return new Entry(
                    name, Entry.Kind.UNFIT, object.size(), object.modified(), object.etag(), MARKER_WITH_BYTES);
        }
        return name.endsWith("/")
                ? new Entry(name, Entry.Kind.DIRECTORY, 0, object.modified(), object.etag(), "")
                : Entry.file(name, object.size(), object.modified(), object.etag());
    }

    @Override
    public Optional<Entry> find(String name) throws IOException {
        return object(name).map(this::entry);
    }

    /// An object with its headers and metadata.
    Optional<StoredObject> object(String name) throws IOException {
        return bucket.head(key(name), Duration.ZERO);
    }

    @Override
    public boolean hasDirectory(String name) throws IOException {
        String start = name.isEmpty() ? prefix() : prefix() + name + "/";
        return start.isEmpty() || bucket.hasKeysUnder(start, Duration.ZERO);
    }

    @Override
    public InputStream read(String name) throws IOException {
        return open(name, null).body();
    }

    /// True if a file has the headers, metadata and private mark of one of another bucket; a file that is gone has not.
    /// A change of these changes the time of an object, and not its ETag.
    boolean hasSameHeaders(Entry entry, BucketRoot other, Entry counterpart) throws IOException {
        Optional<Described> own = object(entry.name()).map(Described::of);
        return own.isPresent() && own.equals(other.object(counterpart.name()).map(Described::of));
    }

    private record Described(ObjectHeaders headers, Map<String, String> metadata) {

        static Described of(StoredObject object) {
            return new Described(ObjectHeaders.of(object), object.metadata());
        }
    }

    /// Opens some bytes of a file.
    ///
    /// @param range null for all
    ObjectContent open(String name, @Nullable ByteRange range) throws IOException {
        return bucket.get(key(name), range, ReadCondition.any()).orElseThrow();
    }

    /// Writes a file. Where the store can tell, the first attempt assumes that there is none, unless a listing has it.
    ///
    /// @param size in bytes
    /// @return false if a file is there that stays
    boolean write(String name, ByteSource body, long size, Map<String, String> metadata, Replacing replacing)
            throws IOException {
        Put put = (kept, condition) -> files.write(path(name), body, size, headers(kept), condition);
        if (replacing != Replacing.LISTED && bucket.keeps(WriteCondition.ifAbsent(), size)) {
            try {
                put.run(metadata, WriteCondition.ifAbsent());
                return true;
            } catch (FileAlreadyExistsException e) {
                if (replacing == Replacing.NEVER) {
                    return false;
                }
            }
        }
        return write(name, size, metadata, replacing != Replacing.NEVER, put);
    }

    /// Writes a file from a stream that can be read once.
    ///
    /// @param size in bytes, or -1 when only its end will tell
    /// @param replace true to replace a file that is there
    /// @return false if a file is there that stays
    boolean write(String name, InputStream body, long size, Map<String, String> metadata, boolean replace)
            throws IOException {
        return write(
                name,
                size,
                metadata,
                replace,
                (kept, condition) -> files.write(path(name), body, size, headers(kept), condition));
    }

    /// A write of a file with its metadata.
    private interface Put {
        void run(Map<String, String> metadata, WriteCondition condition) throws IOException;
    }

    private boolean write(String name, long size, Map<String, String> metadata, boolean replace, Put put)
            throws IOException {
        Optional<StoredObject> there = object(name);
        if (there.isPresent() && !replace) {
            return false;
        }
        WriteCondition condition =
                there.map(object -> WriteCondition.ifVersion(object.etag())).orElseGet(WriteCondition::ifAbsent);
        put.run(
                there.map(object -> PrivateMark.kept(metadata, object)).orElse(metadata),
                bucket.keeps(condition, size) ? condition : WriteCondition.always());
        return true;
    }

    private FilePath path(String name) {
        return FilePath.of(key(name).value());
    }

    private static WriteHeaders headers(Map<String, String> metadata) {
        return new WriteHeaders(null, null, metadata);
    }

    /// Copies an object of the same store inside S3, its headers and metadata with it.
    ///
    /// @param makesPrivate true to mark the copy as private; that of a private file, or over one, always is
    /// @return false if a file is there that stays
    boolean copy(BucketRoot from, Entry source, String name, Replacing replacing, boolean makesPrivate)
            throws IOException {
        Optional<StoredObject> there = replacing == Replacing.ABSENT ? Optional.empty() : object(name);
        if (there.isPresent() && replacing == Replacing.NEVER) {
            return false;
        }
        boolean isPrivate = makesPrivate || there.filter(PrivateMark::isOn).isPresent();
        boolean isExclusive = replacing == Replacing.NEVER && bucket.keeps(WriteCondition.ifAbsent(), source.size());
        WriteCondition condition = isExclusive ? WriteCondition.ifAbsent() : WriteCondition.always();
        boolean isAsItIs = !isPrivate && bucket.keepsInCopies(condition);
        StoredObject now = isAsItIs && ETAG.matcher(source.etag()).matches()
                ? from.listed(source)
                : from.object(source.name()).orElseThrow(() -> gone(from.shown(source.name())));
        CopySource version = CopySource.newest(from.bucketName(), now);
        try {
            if (isAsItIs) {
                bucket.copies().copyOver(version, key(name), condition);
            } else {
                Map<String, String> metadata = isPrivate ? PrivateMark.with(now.metadata()) : now.metadata();
                bucket.copies().copy(version, key(name), metadata, condition);
            }
            return true;
        } catch (StoreException e) {
            if (isExclusive
                    && e.kind() == StoreException.Kind.PRECONDITION
                    && object(name).isPresent()) {
                return false;
            }
            throw e;
        }
    }

    private static StoreException gone(String source) {
        return new StoreException(
                StoreException.Kind.NOT_FOUND, "cannot copy " + source + ": it was deleted in the meantime");
    }

    private StoredObject listed(Entry entry) {
        return new StoredObject(key(entry.name()), entry.size(), entry.etag(), entry.modified(), null, null);
    }

    @Override
    public boolean delete(Entry entry) throws IOException {
        if (!entry.isFile()) { // a marker has no bytes that could have changed
            bucket.delete(key(entry.name()));
            return true;
        }
        try {
            bucket.delete(listed(entry));
            return true;
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.PRECONDITION) {
                return false;
            }
            throw e;
        }
    }

    /// Deletes the marker of the directory itself, if it has one.
    ///
    /// @return false if it has bytes, and stays
    boolean deleteMarker() throws IOException {
        if (prefix().isEmpty()) {
            return true;
        }
        ObjectKey key = ObjectKey.of(prefix());
        boolean hasBytes = bucket.list(ListQuery.flat(prefix()).withLimit(1)).objects().stream()
                .anyMatch(object -> object.key().equals(key) && object.size() > 0);
        if (!hasBytes) {
            bucket.delete(key);
        }
        return !hasBytes;
    }

    /// Deletes many entries in one request.
    ///
    /// @return the reason of S3 for each that it did not delete
    Map<ObjectKey, String> deleteAll(List<Entry> entries) throws IOException {
        return bucket.deleteAll(entries.stream().map(entry -> key(entry.name())).toList())
                .failures();
    }

    @Override
    public FileRoot below(String directory) {
        return new BucketRoot(files, bucket, FilePath.of(prefix() + directory), label + directory + "/");
    }

    @Override
    public String shown(String name) {
        return label + name;
    }
}
