package dev.aloft.local;

import dev.aloft.local.LocalEntry.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A local folder, read without following symbolic links below it. The folder itself may be one. Safe for many threads.
///
/// Names are paths below the folder in the form of object keys: no empty, `.` or `..` segments.
public final class LocalFolder {

    /// The longest name of a file on Linux.
    private static final int MAX_NAME_BYTES = 255;

    private final Path root;

    private LocalFolder(Path root) {
        this.root = root;
    }

    /// Work in one directory.
    private interface Work<T> {
        T in(SecureDirectoryStream<Path> directory) throws IOException;
    }

    /// @throws IOException if there is no such folder
    public static LocalFolder at(Path folder) throws IOException {
        Path real = folder.toRealPath();
        if (!Files.isDirectory(real)) {
            throw new NotDirectoryException(folder.toString());
        }
        return new LocalFolder(real);
    }

    /// The folder without symbolic links.
    public Path root() {
        return root;
    }

    /// Looks up a regular file; empty for anything else, and behind a symbolic link.
    public Optional<LocalEntry> find(String name) throws IOException {
        try {
            return isTooLong(last(name))
                    ? Optional.empty()
                    : Optional.of(within(parent(name), directory -> entry(name, attributes(directory, last(name)))))
                            .filter(LocalEntry::isFile);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        }
    }

    /// The time at which a file was last written, replaced, or given another name, mode or owner (`ctime`). Tools that
    /// preserve [LocalEntry#modified] cannot preserve this one.
    public Instant changed(LocalEntry file) throws IOException {
        Object time = Files.getAttribute(root.resolve(file.name()), "unix:ctime", LinkOption.NOFOLLOW_LINKS);
        return ((FileTime) time).toInstant();
    }

    /// Opens a file that was found.
    public InputStream read(LocalEntry file) throws IOException {
        return read(file, 0);
    }

    /// Opens a file that was found, from an offset.
    public InputStream read(LocalEntry file, long offset) throws IOException {
        return within(
                parent(file.name()),
                directory -> Channels.newInputStream(directory
                        .newByteChannel(last(file.name()), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))
                        .position(offset)));
    }

    /// Deletes a file, unless it has changed.
    ///
    /// @return false if it has changed or is not there
    public boolean delete(LocalEntry file) throws IOException {
        if (!find(file.name()).filter(file::equals).isPresent()) {
            return false;
        }
        return within(parent(file.name()), directory -> {
            directory.deleteFile(last(file.name()));
            return true;
        });
    }

    /// The entries of a directory in the order of their keys, where a directory counts with a slash at its end.
    ///
    /// @param directory its name; empty for the folder
    /// @throws NoSuchFileException if there is no such directory
    public List<LocalEntry> list(String directory) throws IOException {
        List<LocalEntry> entries = within(directory, stream -> {
            List<LocalEntry> found = new ArrayList<>();
            try {
                for (Path child : stream) {
                    child(directory, stream, child.getFileName()).ifPresent(found::add);
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            return found;
        });
        entries.sort(Comparator.comparing(LocalFolder::order, Arrays::compareUnsigned));
        return entries;
    }

    /// @return empty if it has been removed
    private static Optional<LocalEntry> child(String directory, SecureDirectoryStream<Path> stream, Path child)
            throws IOException {
        String name = directory.isEmpty() ? child.toString() : directory + "/" + child;
        try {
            LocalEntry entry = entry(name, attributes(stream, child));
            boolean isUtf8 = Path.of(child.toString()).equals(child);
            return Optional.of(isUtf8 ? entry : new LocalEntry(name, Kind.UNNAMED, 0, entry.modified()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static byte[] order(LocalEntry entry) {
        return (entry.kind() == Kind.DIRECTORY ? entry.name() + "/" : entry.name()).getBytes(StandardCharsets.UTF_8);
    }

    private static LocalEntry entry(String name, BasicFileAttributes attributes) {
        Kind kind = attributes.isRegularFile()
                ? Kind.FILE
                : attributes.isDirectory() ? Kind.DIRECTORY : attributes.isSymbolicLink() ? Kind.LINK : Kind.OTHER;
        return new LocalEntry(
                name,
                kind,
                kind == Kind.FILE ? attributes.size() : 0,
                attributes.lastModifiedTime().toInstant());
    }

    private static BasicFileAttributes attributes(SecureDirectoryStream<Path> directory, Path child)
            throws IOException {
        return directory
                .getFileAttributeView(child, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    /// @throws NotDirectoryException for a symbolic link, too
    private <T> T within(String directory, Work<T> work) throws IOException {
        try (DirectoryStream<Path> top = Files.newDirectoryStream(root)) {
            if (!(top instanceof SecureDirectoryStream<Path> secure)) {
                throw new FileSystemException(
                        root.toString(), null, "this file system cannot open files relative to a directory");
            }
            return within(secure, directory.isEmpty() ? List.of() : List.of(directory.split("/")), work);
        }
    }

    private static <T> T within(SecureDirectoryStream<Path> top, List<String> below, Work<T> work) throws IOException {
        if (below.isEmpty()) {
            return work.in(top);
        }
        Path next = Path.of(below.getFirst());
        if (isTooLong(next) || !attributes(top, next).isDirectory()) {
            throw new NotDirectoryException(next.toString());
        }
        try (SecureDirectoryStream<Path> directory = top.newDirectoryStream(next, LinkOption.NOFOLLOW_LINKS)) {
            return within(directory, below.subList(1, below.size()), work);
        }
    }

    /// A key can have longer names than a local file.
    private static boolean isTooLong(Path segment) {
        return segment.toString().getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES;
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }

    private static Path last(String name) {
        return Path.of(name.substring(name.lastIndexOf('/') + 1));
    }

    /// All entries below a directory but directories, in the order of their keys' UTF-8 bytes.
    ///
    /// @param directory its name; empty for all of the folder
    public Walk walk(String directory) throws IOException {
        return new Walk(directory);
    }

    /// A walk through a directory. Holds the entries of one directory for each level. For one thread.
    public final class Walk {

        private final Deque<Iterator<LocalEntry>> levels = new ArrayDeque<>();

        private Walk(String directory) throws IOException {
            levels.push(list(directory).iterator());
        }

        /// The next entry; null after the last. A directory that cannot be read is an entry, and one that disappears is
        /// not.
        public @Nullable LocalEntry next() throws IOException {
            while (!levels.isEmpty()) {
                if (!levels.element().hasNext()) {
                    levels.pop();
                    continue;
                }
                LocalEntry entry = levels.element().next();
                if (entry.kind() != Kind.DIRECTORY) {
                    return entry;
                }
                try {
                    levels.push(list(entry.name()).iterator());
                } catch (AccessDeniedException e) {
                    return new LocalEntry(entry.name(), Kind.UNREADABLE, 0, entry.modified());
                } catch (NoSuchFileException | NotDirectoryException e) {
                    levels.push(List.<LocalEntry>of().iterator());
                }
            }
            return null;
        }
    }
}
