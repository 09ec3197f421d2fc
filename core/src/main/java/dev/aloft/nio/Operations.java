package dev.aloft.nio;

import dev.aloft.files.FileContent;
import dev.aloft.files.FileErrors;
import dev.aloft.files.FileMetadata;
import dev.aloft.files.FileOutput;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileStat;
import dev.aloft.files.FileTree;
import dev.aloft.files.OpenFile;
import dev.aloft.files.OpenFiles;
import dev.aloft.files.WholeTrees;
import dev.aloft.store.Bucket;
import dev.aloft.store.DeleteReport;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The provider's operations in one bucket: maps each operation of the JDK to [dev.aloft.files], and its failures to
/// the JDK's exceptions. Safe for many threads.
final class Operations {

    private final FileTree tree;
    private final OpenFiles files;
    private final WholeTrees trees;
    private final FileMetadata metadata;
    private final OwnChanges changes = new OwnChanges();
    private final Listings listings;

    Operations(Bucket bucket) {
        tree = new FileTree(bucket, FilePath.ROOT);
        files = new OpenFiles(tree);
        trees = new WholeTrees(tree);
        metadata = new FileMetadata(tree);
        listings = new Listings(tree, changes, System::nanoTime);
    }

    /// Notes that this file system has changed a file, or tried to.
    void changed(S3Path path) throws IOException {
        changes.note(path.file());
    }

    /// The moment before a question, see [OwnChanges].
    long moment() {
        return changes.now();
    }

    /// The attributes of a path, from the listing that gave it where that is fresh.
    Optional<S3Attributes> find(S3Path path) throws IOException {
        return Failures.worded(path, () -> {
            Optional<S3Attributes> listed = fresh(path);
            return listed.isPresent() ? listed : tree.stat(path.file()).map(S3Attributes::of);
        });
    }

    private Optional<S3Attributes> fresh(S3Path path) throws IOException {
        FilePath file = path.file();
        return path.listed()
                .filter(l -> l.isFresh(System.nanoTime()) && !changes.since(file, l.moment()))
                .map(Listed::attributes);
    }

    boolean exists(S3Path path) throws IOException {
        return find(path).isPresent();
    }

    S3Attributes attributes(S3Path path) throws IOException {
        return find(path).orElseThrow(() -> FileErrors.noSuchFile(path.toString()));
    }

    void checkAccess(S3Path path, AccessMode... modes) throws IOException {
        S3Attributes attributes = attributes(path);
        if (!attributes.isDirectory() && Arrays.asList(modes).contains(AccessMode.EXECUTE)) {
            throw new AccessDeniedException(path.toString(), null, "nothing in S3 is executed");
        }
    }

    DirectoryStream<Path> list(S3Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
        return Failures.worded(directory, () -> S3DirectoryStream.open(directory, filter, listings));
    }

    OpenFile open(S3Path path, OpenMode mode) throws IOException {
        return Failures.worded(path, () -> {
            FilePath file = path.file();
            if (!mode.write()) {
                return files.read(file);
            }
            if (mode.createNew()) {
                return files.create(file);
            }
            if (mode.append()) {
                return files.append(file, mode.create());
            }
            if (!mode.truncate()) {
                return files.edit(file, mode.create());
            }
            if (!mode.create()) {
                files.requireFile(file);
            }
            return files.replace(file);
        });
    }

    InputStream input(S3Path path) throws IOException {
        FileContent newest = Failures.worded(path, () -> tree.open(path.file(), null, null, Duration.ZERO));
        return S3InputStream.open(path, newest.body());
    }

    /// A stream for what is written from the beginning; anything else goes through a channel.
    OutputStream output(S3Path path, OpenMode mode) throws IOException {
        if (!mode.replaces() || mode.deleteOnClose() || mode.append()) {
            return Channels.newOutputStream(S3FileChannel.open(path, mode, open(path, mode)));
        }
        if (!mode.create() && !mode.createNew()) {
            Failures.worded(path, () -> {
                files.requireFile(path.file());
                return true;
            });
        }
        return output(path, null, mode.createNew() ? WriteCondition.ifAbsent() : WriteCondition.always());
    }

    S3OutputStream output(S3Path path, @Nullable String contentType, WriteCondition condition) throws IOException {
        FileOutput output = Failures.worded(path, () -> files.output(path.file(), contentType, Map.of(), condition));
        return S3OutputStream.open(path, output);
    }

    void createDirectory(S3Path path) throws IOException {
        change(path, file -> {
            if (file.isRoot()) {
                throw new FileAlreadyExistsException(path.toString(), null, "it is the bucket");
            }
            try {
                tree.makeDirectories(file);
            } catch (NotDirectoryException e) {
                throw tree.uri(file).equals(e.getFile()) ? FileErrors.isFile(path.toString()) : e;
            }
        });
    }

    void delete(S3Path path) throws IOException {
        Optional<S3Attributes> listed = fresh(path);
        change(path, file -> {
            if (file.isRoot()) {
                throw FileErrors.failed(path.toString(), "cannot delete: it is the bucket", null);
            }
            if (listed.isEmpty()) {
                tree.remove(file);
            } else if (listed.get().isDirectory()) {
                tree.deleteDirectory(file);
            } else {
                requireDeleted(path, tree.deleteAll(List.of(file))); // asks no further look at it
            }
        });
    }

    private static void requireDeleted(S3Path path, DeleteReport report) throws FileSystemException {
        if (!report.failures().isEmpty()) {
            throw FileErrors.failed(
                    path.toString(),
                    "S3 did not delete it: " + report.failures().values(),
                    null);
        }
    }

    /// For a file that was to go when it was closed.
    void deleteQuietly(S3Path path) {
        try {
            FilePath file = path.file();
            tree.deleteAll(List.of(file));
            changes.note(file);
        } catch (IOException e) {
            // Best effort, as the JDK specifies; a close has no way to report it.
        }
    }

    /// True if the options of a copy or move let it replace the target.
    ///
    /// @throws UnsupportedOperationException for an option that S3 has no meaning for
    static boolean replaces(List<CopyOption> options) {
        for (CopyOption option : options) {
            Objects.requireNonNull(option, "option");
            if (!(option instanceof StandardCopyOption || option instanceof LinkOption)) {
                throw new UnsupportedOperationException("S3 knows no option " + option);
            }
        }
        return options.contains(StandardCopyOption.REPLACE_EXISTING);
    }

    void copy(S3Path source, S3Path target, boolean replace) throws IOException {
        S3Attributes attributes = attributes(source);
        makeRoom(target, replace, attributes.isDirectory());
        change(target, file -> {
            if (attributes.isDirectory()) {
                tree.makeDirectory(file);
            } else {
                tree.copy(source.file(), file, replace);
            }
        });
    }

    /// A directory moves only when it is empty: anything else would not be one step. See [S3Files#moveTree].
    void move(S3Path source, S3Path target, boolean replace) throws IOException {
        S3Attributes attributes = attributes(source);
        if (attributes.isDirectory()) {
            if (source.file().contains(target.file())) {
                throw FileErrors.intoItself(source.toString(), target.toString());
            }
            requireEmpty(source);
        }
        makeRoom(target, replace, attributes.isDirectory());
        change(
                target,
                to -> change(source, from -> {
                    if (attributes.isDirectory()) {
                        tree.makeDirectory(to);
                        tree.deleteDirectory(from);
                    } else {
                        tree.move(from, to, replace);
                    }
                }));
    }

    private void requireEmpty(S3Path directory) throws IOException {
        try (DirectoryStream<Path> entries = list(directory, _ -> true)) {
            if (entries.iterator().hasNext()) {
                throw FileErrors.notEmpty(directory.toString());
            }
        }
    }

    /// Removes an empty directory where something else is to be, or a file where a directory is, or says that the place
    /// is taken.
    private void makeRoom(S3Path target, boolean replace, boolean forDirectory) throws IOException {
        Optional<S3Attributes> there = find(target);
        if (there.isPresent() && !replace) {
            throw FileErrors.alreadyExists(target.toString());
        }
        if (there.isPresent() && there.get().isDirectory()) {
            change(target, tree::deleteDirectory);
        } else if (there.isPresent() && forDirectory) {
            change(target, tree::delete);
        }
    }

    void moveTree(S3Path source, S3Path target) throws IOException {
        change(target, to -> change(source, from -> tree.move(from, to, false)));
    }

    void deleteTree(S3Path path) throws IOException {
        change(path, trees::delete);
    }

    WholeTrees trees() {
        return trees;
    }

    FileStat.File stat(S3Path path) throws IOException {
        return Failures.worded(
                path,
                () -> tree.stat(path.file())
                        .map(stat -> stat instanceof FileStat.File file ? file : null)
                        .orElseThrow(() -> FileErrors.noSuchFile(path.toString())));
    }

    Map<String, String> metadata(S3Path path) throws IOException {
        return Failures.worded(path, () -> metadata.of(path.file()));
    }

    void replaceMetadata(S3Path path, Map<String, String> all) throws IOException {
        change(path, file -> metadata.replace(file, all));
    }

    private void change(S3Path path, Change change) throws IOException {
        Failures.worded(path, () -> {
            FilePath file = path.file();
            try {
                change.run(file);
            } finally {
                changes.note(file);
            }
            return true;
        });
    }

    private interface Change {
        void run(FilePath file) throws IOException;
    }
}
