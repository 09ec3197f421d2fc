package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.ByteRange;
import dev.aloft.store.ByteSource;
import dev.aloft.store.DeleteReport;
import dev.aloft.store.Lease;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.Page;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import dev.aloft.store.Tenant;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A bucket seen as a tree of files: the one place that says what a file operation means on objects.
///
/// A file is an object. A directory exists where its marker is (the key with a trailing slash) or where any key
/// lies below; so writing `a/b/c.jpg` makes `a` and `a/b`. Where a key names an object and also begins others,
/// the path is a file to [#stat], and everything below it stays reachable.
///
/// A tree is confined to the paths at and below its `top`. The directories above it exist and give nothing away.
///
/// Changes are atomic for one file and not for a directory. Errors are those of `java.nio.file` where it has a
/// name for them, with the `s3://` path in the exception's file; else [StoreException]. Safe for many threads.
public final class FileTree {

    /// The maximum age of a stat: the promise about changes by other hosts.
    public static final Duration STAT_AGE = Duration.ofSeconds(1);

    private final Bucket bucket;
    private final FilePath top;
    private final HeaderRules rules;
    private final AppendWrites appends;
    private final FileMoves moves;
    private final Directories directories;
    private final FileRemovals removals;
    private final ListDelay listDelay = new ListDelay();
    private final EndedDirectories ended = new EndedDirectories(System::nanoTime);

    /// A tree that stores files with the headers of their writers, see [HeaderRules#NONE].
    public FileTree(Bucket bucket, FilePath top) {
        this(bucket, top, HeaderRules.NONE);
    }

    /// @param rules the headers that files are stored with
    public FileTree(Bucket bucket, FilePath top, HeaderRules rules) {
        this.bucket = bucket;
        this.top = top;
        this.rules = rules;
        this.appends = new AppendWrites(bucket, rules);
        this.moves = new FileMoves(this, bucket);
        this.directories = new Directories(this, bucket);
        this.removals = new FileRemovals(this, bucket, ended);
    }

    /// The same files for one tenant of the store, see [Bucket#forTenant].
    public FileTree forTenant(Tenant tenant) {
        return new FileTree(bucket.forTenant(tenant), top, rules);
    }

    /// The same files for a migration, see [Bucket#forMoves].
    public FileTree forMoves() {
        return new FileTree(bucket.forMoves(), top, rules);
    }

    /// The objects that the files are.
    Bucket bucket() {
        return bucket;
    }

    /// The bucket's name.
    public String name() {
        return bucket.name();
    }

    /// The path that the tree is confined to, from the bucket's root; the root for a whole bucket.
    public FilePath top() {
        return top;
    }

    /// Finds out which conditions of requests the store keeps, where its make does not say: once for each bucket, at
    /// this tree's top. [#unsupported] tells.
    public void probeStore() throws StoreException {
        bucket.probeConditions(top.prefix());
    }

    /// See [Bucket#unsupported].
    public List<String> unsupported() {
        return bucket.unsupported();
    }

    /// See [Bucket#writeProblem].
    public Optional<StoreException> writeProblem() {
        return bucket.writeProblem();
    }

    /// See [Bucket#room].
    public Lease room(String attempt) {
        return bucket.room(attempt);
    }

    /// Looks at a path as [#stat(FilePath, Duration)] does, at most [#STAT_AGE] behind other hosts.
    public Optional<FileStat> stat(FilePath path) throws IOException {
        return stat(path, STAT_AGE);
    }

    /// Looks at a path; nothing if nothing is there. File and directory are asked for at the same time.
    ///
    /// @param maxAge how far behind another host's change the answer may be; it is never behind this host's own
    public Optional<FileStat> stat(FilePath path, Duration maxAge) throws IOException {
        if (path.contains(top) && !path.equals(top)) {
            return Optional.of(FileStat.Directory.DIRECTORY);
        }
        confine(path);
        if (path.equals(top)) {
            return Optional.of(FileStat.Directory.DIRECTORY);
        }
        return new Lookup(bucket, path, maxAge, listDelay).stat();
    }

    /// The file at a path, if that is known without asking S3. Never waits.
    public Optional<FileStat.File> known(FilePath path, Duration maxAge) {
        return top.contains(path) && !path.equals(top)
                ? bucket.knownObject(path.key(), maxAge).map(FileStat.File::of)
                : Optional.empty();
    }

    /// True if it is known what is at a path, or whether a file is, without asking S3.
    boolean isKnown(FilePath path) {
        return path.contains(top) || !top.contains(path) || new Lookup(bucket, path, STAT_AGE, listDelay).isKnown();
    }

    /// Opens a file for reading.
    ///
    /// @param version the version that is wanted (an entity tag), or null for the newest
    /// @param maxAge how old the newest version may be; [Duration#ZERO] asks S3
    public FileContent open(FilePath path, @Nullable ByteRange range, @Nullable String version, Duration maxAge)
            throws IOException {
        confine(path);
        requireNotRoot("read", path);
        try {
            ObjectContent content = bucket.read(path.key(), range, version, maxAge);
            return FileContent.of(content);
        } catch (StoreException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
            if (bucket.hasKeysUnder(path.prefix(), STAT_AGE)) {
                throw FileErrors.isDirectory(uri(path), "read");
            }
            throw FileErrors.noSuchFile(uri(path));
        }
    }

    /// Lists a directory, a page at a time, as S3 has it now. One that has ended with the removal of its last file by
    /// this host is listed as empty, for programs that list it before they remove it.
    ///
    /// @param namePrefix only entries whose name begins so, none of which need be there; empty for all of a
    ///     directory that must be
    /// @param after the [DirectoryPage#next()] of the page before, or null
    public DirectoryPage list(FilePath directory, String namePrefix, int limit, @Nullable String after)
            throws IOException {
        return page(directory, namePrefix, ListQuery.directory(directory.prefix() + namePrefix), limit, after);
    }

    /// Lists all files below a directory, as [#list] lists its entries. Their names are their paths from there.
    public DirectoryPage listBelow(FilePath directory, String namePrefix, int limit, @Nullable String after)
            throws IOException {
        return page(directory, namePrefix, ListQuery.flat(directory.prefix() + namePrefix), limit, after);
    }

    private DirectoryPage page(
            FilePath directory, String namePrefix, ListQuery query, int limit, @Nullable String after)
            throws IOException {
        confine(directory);
        if (namePrefix.contains("/")) {
            throw new IllegalArgumentException("no name begins with \"" + namePrefix + "\": it holds a slash");
        }
        Page page = bucket.list(query.withLimit(limit).after(after));
        if (page.isEmpty() && namePrefix.isEmpty() && after == null && !directory.equals(top)) {
            requireDirectory(directory);
        }
        return DirectoryListing.of(directory, page);
    }

    /// The headers of a file that is written anew.
    ObjectHeaders headers(FilePath path, @Nullable String contentType) {
        return rules.of(path, new WriteHeaders(contentType, null, Map.of()));
    }

    /// Fails unless a directory is there, or has ended with the removal of its last file by this host.
    void requireDirectory(FilePath path) throws IOException {
        switch (stat(path).orElse(null)) {
            case null -> {
                if (!ended.include(path)) {
                    throw FileErrors.noSuchFile(uri(path));
                }
            }
            case FileStat.Directory _ -> {}
            case FileStat.File _ -> throw FileErrors.notDirectory(uri(path));
        }
    }

    /// Fails if a file is known not to be writable here; S3 is not asked.
    public void requireWritable(FilePath path) throws IOException {
        confine(path);
        requireNotRoot("write", path);
        Optional<StoreException> problem = bucket.writeProblem();
        if (problem.isPresent()) {
            throw problem.get();
        }
        requireNotKnownDirectory("write", path);
    }

    private void requireNotKnownDirectory(String attempt, FilePath path) throws FileSystemException {
        if (new Lookup(bucket, path, STAT_AGE, listDelay).knownDirectory()) {
            throw FileErrors.isDirectory(uri(path), attempt);
        }
    }

    /// Writes a whole file from a stream, which the caller closes.
    ///
    /// @param length of the body in bytes, or -1 when only its end will tell
    public FileStat.File write(
            FilePath path, InputStream body, long length, WriteHeaders headers, WriteCondition condition)
            throws IOException {
        return write(
                path,
                condition,
                () -> bucket.put(path.key(), body, length, rules.of(path, headers), headers.metadata(), condition));
    }

    /// Writes a whole file from a source, which is read again where a request is repeated; see [Bucket#put].
    ///
    /// @param length of the body in bytes
    public FileStat.File write(
            FilePath path, ByteSource source, long length, WriteHeaders headers, WriteCondition condition)
            throws IOException {
        return write(
                path,
                condition,
                () -> bucket.put(path.key(), source, length, rules.of(path, headers), headers.metadata(), condition));
    }

    private interface Write {
        StoredObject run() throws IOException;
    }

    private FileStat.File write(FilePath path, WriteCondition condition, Write write) throws IOException {
        confine(path);
        requireNotRoot("write", path);
        requireNotKnownDirectory("write", path);
        try {
            return FileStat.File.of(write.run());
        } catch (StoreException e) {
            if (e.kind() == Kind.PRECONDITION && condition instanceof WriteCondition.Absent) {
                throw FileErrors.alreadyExists(uri(path));
            }
            throw e;
        }
    }

    /// Adds bytes to the end of a file, and makes it where there is none. Two appends at the same moment both
    /// arrive, in either order, from this host or another.
    ///
    /// @param headers of a file that is made; one that is there keeps its own
    public FileStat.File append(FilePath path, InputStream body, WriteHeaders headers) throws IOException {
        confine(path);
        requireNotRoot("append to", path);
        requireNotKnownDirectory("append to", path);
        return FileStat.File.of(appends.append(path, body, headers));
    }

    /// Removes a file; or a directory that has ended with the removal of its last file by this host.
    public void delete(FilePath path) throws IOException {
        removals.delete(path);
    }

    /// Removes a file or an empty directory, as [#delete] and [#deleteDirectory] do.
    public void remove(FilePath path) throws IOException {
        removals.remove(path);
    }

    /// Removes many files at once; one that is missing counts as removed.
    public DeleteReport deleteAll(List<FilePath> paths) throws IOException {
        return removals.deleteAll(paths);
    }

    /// Removes an empty directory, or one that has ended with the removal of its last file by this host.
    public void deleteDirectory(FilePath path) throws IOException {
        removals.deleteDirectory(path);
    }

    /// Notes that this host has removed what was at a path, and all below it.
    void removed(FilePath path) {
        ended.removed(path);
    }

    /// Makes a directory. The ones above it need not exist.
    ///
    /// @throws FileAlreadyExistsException when the directory is there
    /// @throws NotDirectoryException when a file is
    public void makeDirectory(FilePath path) throws IOException {
        directories.make(path);
    }

    /// Makes a directory, and those above it that are not there, so that each stays when it is empty.
    ///
    /// @throws FileAlreadyExistsException when the directory is there
    /// @throws NotDirectoryException when a file is, at the path or above it
    public void makeDirectories(FilePath path) throws IOException {
        directories.makeWithParents(path);
    }

    /// Copies a file inside S3, its type and headers with it; onto itself, nothing happens.
    ///
    /// @param replace whether a file at the target may be replaced; if not, S3 sees to it, so of two hosts that
    ///     copy to one new name at the same moment, one succeeds
    public void copy(FilePath source, FilePath target, boolean replace) throws IOException {
        confine(target);
        moves.copy(source, target, replace);
    }

    /// Renames a file or a directory; onto itself, nothing happens. A file is at the new name before it leaves
    /// the old one, and a version that another host writes to the old name meanwhile stays there. A directory is
    /// moved file by file, several at a time; if that fails half-way, every file is at one of its two names or
    /// both.
    ///
    /// @param replace whether a file at the target may be replaced by a file; a directory never replaces anything
    public void move(FilePath source, FilePath target, boolean replace) throws IOException {
        confine(source);
        confine(target);
        FileStat stat = stat(source).orElseThrow(() -> FileErrors.noSuchFile(uri(source)));
        if (source.equals(target)) {
            return;
        }
        switch (stat) {
            case FileStat.File _ -> moves.moveFile(source, target, replace);
            case FileStat.Directory _ -> moves.moveDirectory(source, target, replace);
        }
        ended.removed(source);
    }

    StoredObject requireFile(String attempt, FilePath path) throws IOException {
        confine(path);
        requireNotRoot(attempt, path);
        Optional<StoredObject> object = bucket.head(path.key(), Duration.ZERO);
        if (object.isPresent()) {
            return object.get();
        }
        throw bucket.hasKeysUnder(path.prefix(), STAT_AGE)
                ? FileErrors.isDirectory(uri(path), attempt)
                : FileErrors.noSuchFile(uri(path));
    }

    void requireNotTop(FilePath path) throws AccessDeniedException {
        if (path.equals(top)) {
            throw FileErrors.isTop(uri(path));
        }
    }

    /// Fails unless a path lies at or below the top.
    public void confine(FilePath path) throws AccessDeniedException {
        if (!top.contains(path)) {
            throw FileErrors.outside(uri(path), uri(top));
        }
    }

    void requireNotRoot(String attempt, FilePath path) throws FileSystemException {
        if (path.isRoot() || path.equals(top)) {
            throw FileErrors.isDirectory(uri(path), attempt);
        }
    }

    /// The file in exceptions and messages: `s3://media/uploads/cat.jpg`.
    public String uri(FilePath path) {
        return "s3://" + bucket.name() + "/" + path;
    }
}
