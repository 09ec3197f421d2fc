package dev.aloft.files;

import dev.aloft.files.DirectoryPage.DirectoryEntry;
import dev.aloft.files.DirectoryPage.Entry;
import dev.aloft.files.DirectoryPage.FileEntry;
import dev.aloft.store.Bucket;
import dev.aloft.store.ByteRange;
import dev.aloft.store.DeleteReport;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A bucket seen as a tree of files: the one place that says what a file operation means on objects.
///
/// A file is an object. A directory exists where its marker is (the key with a trailing slash) or where any key lies
/// below; so writing `a/b/c.jpg` makes `a` and `a/b`. Where a key names an object and also begins others, the path is
/// a file to [#stat], and everything below it stays reachable.
///
/// A tree is confined to the paths at and below its `top`. The directories above it exist and give nothing away.
///
/// Changes are atomic for one file and not for a directory. Errors are those of `java.nio.file` where it has a name for
/// them, with the `s3://` path in the exception's file; else [StoreException]. Safe for many threads.
public final class FileTree {

    /// How old a stat may be at most: the promise to other hosts.
    public static final Duration STAT_AGE = Duration.ofSeconds(1);

    private final Bucket bucket;
    private final FilePath top;
    private final Appends appends;

    public FileTree(Bucket bucket, FilePath top) {
        this.bucket = bucket;
        this.top = top;
        this.appends = new Appends(bucket);
    }

    public Bucket bucket() {
        return bucket;
    }

    public FilePath top() {
        return top;
    }

    /// Looks at a path; nothing if nothing is there. File and directory are asked for at the same time.
    public Optional<FileStat> stat(FilePath path) throws IOException {
        if (path.contains(top) && !path.equals(top)) {
            return Optional.of(FileStat.Directory.DIRECTORY);
        }
        confine(path);
        if (path.equals(top)) {
            return Optional.of(FileStat.Directory.DIRECTORY);
        }
        return new Lookup(bucket, path).stat();
    }

    /// Opens a file for reading.
    ///
    /// @param version the version that is wanted (an entity tag), or null for the newest
    /// @param maxAge how old the newest version may be; [Duration#ZERO] asks S3
    public FileContent open(FilePath path, @Nullable ByteRange range, @Nullable String version, Duration maxAge)
            throws IOException {
        confine(path);
        demandNotRoot("read", path);
        try {
            ObjectContent content = bucket.read(path.key(), range, version, maxAge);
            return new FileContent(FileStat.File.of(content.object()), content.range(), content.body());
        } catch (StoreException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
            if (bucket.hasKeysUnder(path.prefix(), STAT_AGE)) {
                throw isDirectory("read", path);
            }
            throw noSuchFile(path);
        }
    }

    /// Lists a directory, a page at a time.
    ///
    /// @param namePrefix only entries whose name begins so; empty for all
    /// @param after the [DirectoryPage#next()] of the page before, or null
    public DirectoryPage list(FilePath directory, String namePrefix, int limit, @Nullable String after)
            throws IOException {
        confine(directory);
        String prefix = directory.prefix();
        Page page = bucket.list(
                ListQuery.directory(prefix + namePrefix).withLimit(limit).after(after));
        if (page.isEmpty() && after == null && !directory.equals(top)) {
            demandDirectory(directory);
        }
        Stream<Entry> files = page.objects().stream()
                .filter(o -> !o.key().value().equals(prefix))
                .map(o -> new FileEntry(o.key().value().substring(prefix.length()), o.size(), o.modified()));
        Stream<Entry> directories =
                page.prefixes().stream().map(p -> new DirectoryEntry(p.substring(prefix.length(), p.length() - 1)));
        List<Entry> entries = Stream.concat(files, directories)
                .filter(e -> !e.name().isEmpty())
                .sorted(Comparator.comparing(Entry::name))
                .toList();
        return new DirectoryPage(entries, page.next());
    }

    void demandDirectory(FilePath path) throws IOException {
        FileStat stat = stat(path).orElseThrow(() -> noSuchFile(path));
        if (stat instanceof FileStat.File) {
            throw new NotDirectoryException(uri(path));
        }
    }

    /// Whether a file may be written here, as far as is known without asking S3.
    public void demandWritable(FilePath path) throws IOException {
        confine(path);
        demandNotRoot("write", path);
        Optional<StoreException> problem = bucket.writeProblem();
        if (problem.isPresent()) {
            throw problem.get();
        }
        if (new Lookup(bucket, path).knownDirectory()) {
            throw isDirectory("write", path);
        }
    }

    /// Writes a whole file from a stream, which the caller closes.
    ///
    /// @param length of the body in bytes, or -1 when only its end will tell
    /// @param contentType null for the one that the name's extension says
    public FileStat.File write(
            FilePath path, InputStream body, long length, @Nullable String contentType, WriteCondition condition)
            throws IOException {
        confine(path);
        demandNotRoot("write", path);
        if (new Lookup(bucket, path).knownDirectory()) {
            throw isDirectory("write", path);
        }
        String type = contentType == null ? ContentTypes.ofName(path.value()) : contentType;
        try {
            return FileStat.File.of(bucket.put(path.key(), body, length, type, condition));
        } catch (StoreException e) {
            if (e.kind() == Kind.PRECONDITION && condition instanceof WriteCondition.Absent) {
                throw alreadyExists(path);
            }
            throw e;
        }
    }

    /// Adds bytes to the end of a file, and makes it where there is none. Two appends at the same moment both arrive,
    /// in
    /// either order, from this host or another.
    public FileStat.File append(FilePath path, InputStream body) throws IOException {
        confine(path);
        demandNotRoot("append to", path);
        if (new Lookup(bucket, path).knownDirectory()) {
            throw isDirectory("append to", path);
        }
        return FileStat.File.of(appends.append(path.key(), body));
    }

    /// Removes a file.
    public void delete(FilePath path) throws IOException {
        FileStat stat = stat(path).orElseThrow(() -> noSuchFile(path));
        if (stat instanceof FileStat.Directory) {
            throw isDirectory("delete", path);
        }
        bucket.delete(path.key());
    }

    /// Removes many files at once; one that is missing counts as removed.
    public DeleteReport deleteAll(List<FilePath> paths) throws IOException {
        List<ObjectKey> keys = new ArrayList<>();
        for (FilePath path : paths) {
            confine(path);
            demandNotRoot("delete", path);
            keys.add(path.key());
        }
        return bucket.deleteAll(keys);
    }

    /// Removes an empty directory.
    public void deleteDirectory(FilePath path) throws IOException {
        confine(path);
        if (path.equals(top)) {
            throw new AccessDeniedException(uri(path), null, "it is the top of the site's files");
        }
        Page page = bucket.list(ListQuery.flat(path.prefix()).withLimit(2));
        if (page.isEmpty()) {
            demandDirectory(path);
        }
        boolean onlyMarker = page.objects().stream().allMatch(o -> o.key().equals(path.marker()));
        if (!onlyMarker || page.next() != null) {
            throw new DirectoryNotEmptyException(uri(path));
        }
        bucket.delete(path.marker());
    }

    /// Makes a directory. The ones above it need not exist.
    public void makeDirectory(FilePath path) throws IOException {
        if (stat(path).isPresent()) {
            throw alreadyExists(path);
        }
        try {
            bucket.put(
                    path.marker(),
                    InputStream.nullInputStream(),
                    0,
                    "application/x-directory",
                    WriteCondition.ifAbsent());
        } catch (StoreException e) {
            throw e.kind() == Kind.PRECONDITION ? alreadyExists(path) : e;
        }
    }

    /// Copies a file inside S3, its type and headers with it.
    ///
    /// @param replace whether a file at the target may be replaced
    public void copy(FilePath source, FilePath target, boolean replace) throws IOException {
        StoredObject object = demandFile("copy", source);
        demandTarget(target, replace || source.equals(target));
        if (!source.equals(target)) {
            bucket.copy(object, target.key());
        }
    }

    /// Renames a file or a directory; onto itself, nothing happens. A file is at the new name before it leaves the
    /// old one. A directory is moved file by file; if that fails half-way, every file is at one of its two names or
    /// both.
    public void move(FilePath source, FilePath target, boolean replace) throws IOException {
        FileStat stat = stat(source).orElseThrow(() -> noSuchFile(source));
        if (source.equals(target)) {
            return;
        }
        switch (stat) {
            case FileStat.File _ -> {
                copy(source, target, replace);
                bucket.delete(source.key());
            }
            case FileStat.Directory _ -> moveDirectory(source, target);
        }
    }

    private void moveDirectory(FilePath source, FilePath target) throws IOException {
        if (source.contains(target) || source.contains(top)) {
            throw new FileSystemException(uri(source), uri(target), "a directory cannot be moved into itself");
        }
        if (stat(target).isPresent()) {
            throw alreadyExists(target);
        }
        String after = null;
        do {
            // The page's own keys are deleted below, so the first page is always the next one to do.
            Page page = bucket.list(ListQuery.flat(source.prefix()));
            List<ObjectKey> moved = new ArrayList<>();
            for (StoredObject object : page.objects()) {
                String name = object.key().value().substring(source.prefix().length());
                bucket.copy(object, ObjectKey.of(target.prefix() + name));
                moved.add(object.key());
            }
            DeleteReport report = bucket.deleteAll(moved);
            if (!report.failures().isEmpty()) {
                throw new FileSystemException(uri(source), uri(target), "S3 would not delete " + report.failures());
            }
            after = page.next();
        } while (after != null);
    }

    StoredObject demandFile(String attempt, FilePath path) throws IOException {
        confine(path);
        demandNotRoot(attempt, path);
        Optional<StoredObject> object = bucket.head(path.key(), Duration.ZERO);
        if (object.isPresent()) {
            return object.get();
        }
        throw bucket.hasKeysUnder(path.prefix(), STAT_AGE) ? isDirectory(attempt, path) : noSuchFile(path);
    }

    private void demandTarget(FilePath target, boolean replace) throws IOException {
        confine(target);
        demandNotRoot("write", target);
        if (new Lookup(bucket, target).knownDirectory()) {
            throw isDirectory("write", target);
        }
        if (!replace && bucket.head(target.key(), Duration.ZERO).isPresent()) {
            throw alreadyExists(target);
        }
    }

    void confine(FilePath path) throws AccessDeniedException {
        if (!top.contains(path)) {
            throw new AccessDeniedException(uri(path), null, "it lies outside " + uri(top) + ", this site's files");
        }
    }

    void demandNotRoot(String attempt, FilePath path) throws FileSystemException {
        if (path.isRoot() || path.equals(top)) {
            throw isDirectory(attempt, path);
        }
    }

    FileSystemException isDirectory(String attempt, FilePath path) {
        return new FileSystemException(uri(path), null, "cannot " + attempt + ": is a directory");
    }

    NoSuchFileException noSuchFile(FilePath path) {
        return new NoSuchFileException(uri(path), null, "no such file or directory");
    }

    FileAlreadyExistsException alreadyExists(FilePath path) {
        return new FileAlreadyExistsException(uri(path), null, "it exists already");
    }

    String uri(FilePath path) {
        return "s3://" + bucket.name() + "/" + path;
    }
}
