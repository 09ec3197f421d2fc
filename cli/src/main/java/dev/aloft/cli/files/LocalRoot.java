package dev.aloft.cli.files;

import dev.aloft.local.LocalEntry;
import dev.aloft.local.LocalFolder;
import dev.aloft.local.LocalWriter;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A local folder. It need not exist: then it is empty, and the first write creates it. It may itself be a symbolic
/// link. Safe for many threads.
final class LocalRoot implements FileRoot {

    private final Path path;
    private final String label;
    private @Nullable LocalFolder opened;

    /// @param label the folder as its user names it, with a slash at its end; empty for the working directory
    LocalRoot(Path path, String label) {
        this.path = path;
        this.label = label;
    }

    private synchronized Optional<LocalFolder> folder() throws IOException {
        if (opened == null && Files.exists(path)) {
            opened = LocalFolder.at(path);
        }
        return Optional.ofNullable(opened);
    }

    private LocalFolder existing() throws IOException {
        return folder().orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    @Override
    public Entry.Source walk(String start) throws IOException {
        Optional<LocalFolder> folder = folder();
        if (folder.isEmpty()) {
            return Entry.Source.of(List.of());
        }
        LocalFolder.Walk walk;
        try {
            walk = folder.get().walk(start.substring(0, Math.max(0, start.lastIndexOf('/'))));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Entry.Source.of(List.of());
        }
        return new Entry.Source() {
            @Override
            public @Nullable Entry next() throws IOException {
                LocalEntry local = walk.next();
                while (local != null && (!local.name().startsWith(start) || LocalWriter.isUnfinished(local.name()))) {
                    local = walk.next();
                }
                return local == null ? null : entry(local);
            }
        };
    }

    @Override
    public Entry.Source list(String directory) throws IOException {
        return Entry.Source.of(existing().list(directory).stream()
                .filter(local -> !LocalWriter.isUnfinished(local.name()))
                .map(LocalRoot::entry)
                .toList());
    }

    private static Entry entry(LocalEntry local) {
        Instant modified = local.modified();
        return switch (local.kind()) {
            case FILE -> {
                Optional<String> defect = defect(local.name());
                yield defect.isEmpty()
                        ? Entry.file(local.name(), local.size(), modified, "")
                        : new Entry(local.name(), Entry.Kind.UNFIT, local.size(), modified, "", defect.get());
            }
            case DIRECTORY -> Entry.directory(local.name() + "/", modified);
            case LINK -> unfit(local, "is a symbolic link, which is not followed");
            case UNREADABLE -> unfit(local, "is a directory that this user may not read");
            case UNNAMED -> unfit(local, "has a name that is not UTF-8");
            case OTHER -> unfit(local, "is no regular file");
        };
    }

    private static Entry unfit(LocalEntry local, String reason) {
        return new Entry(local.name(), Entry.Kind.UNFIT, 0, local.modified(), "", reason);
    }

    private static Optional<String> defect(String name) {
        try {
            ObjectKey _ = ObjectKey.of(name);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("has a name that S3 does not take: " + e.getMessage());
        }
    }

    @Override
    public Optional<Entry> find(String name) throws IOException {
        return local(name).map(LocalRoot::entry);
    }

    /// A file as the file system has it.
    Optional<LocalEntry> local(String name) throws IOException {
        Optional<LocalFolder> folder = folder();
        return folder.isEmpty() ? Optional.empty() : folder.get().find(name);
    }

    @Override
    public boolean hasDirectory(String name) {
        return name.isEmpty()
                ? Files.isDirectory(path)
                : Files.isDirectory(path.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public InputStream read(String name) throws IOException {
        return read(local(name).orElseThrow(() -> new NoSuchFileException(shown(name))));
    }

    InputStream read(LocalEntry file) throws IOException {
        return read(file, 0);
    }

    InputStream read(LocalEntry file, long offset) throws IOException {
        return existing().read(file, offset);
    }

    /// A writer of files below the root, which is made if it is not there.
    LocalWriter writer() throws IOException {
        Files.createDirectories(path);
        return new LocalWriter(existing());
    }

    /// True if anything has this name, also a symbolic link that leads nowhere.
    boolean exists(String name) {
        return Files.exists(path.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /// Writes a file whole.
    ///
    /// @param replace true to replace a file that is there
    /// @return false if a file is there that stays
    boolean write(String name, InputStream body, Instant modified, boolean replace) throws IOException {
        return (replace || !exists(name))
                && writer().write(name, body, modified, local(name).orElse(null));
    }

    @Override
    public boolean delete(Entry entry) throws IOException {
        Optional<LocalFolder> folder = folder();
        return folder.isPresent()
                && folder.get()
                        .delete(new LocalEntry(entry.name(), LocalEntry.Kind.FILE, entry.size(), entry.modified()));
    }

    /// Deletes the directories below the root that are empty, and the root if it is then.
    void deleteEmptyDirectories() throws IOException {
        Optional<LocalFolder> folder = folder();
        if (folder.isEmpty()) {
            return;
        }
        Files.walkFileTree(folder.get().root(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                try {
                    Files.delete(directory);
                } catch (DirectoryNotEmptyException | AccessDeniedException e) {
                    return FileVisitResult.CONTINUE; // it holds something that was left, and reported
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /// True if a file of another folder is the one of a name here, under another path: by a second mount, a link, or
    /// a file system that does not distinguish case.
    boolean isSameFile(String name, LocalRoot other, String otherName) throws IOException {
        Path one = path.resolve(name);
        Path two = other.path.resolve(otherName);
        return Files.exists(one) && Files.exists(two) && Files.isSameFile(one, two);
    }

    /// True if another folder is this one or lies inside it, under any path. Neither need exist.
    boolean contains(LocalRoot other) throws IOException {
        Path own = real();
        for (Path each = other.real(); each != null; each = each.getParent()) {
            if (each.equals(own) || (Files.exists(own) && Files.exists(each) && Files.isSameFile(own, each))) {
                return true;
            }
        }
        return false;
    }

    /// The path without symbolic links, also of a folder that is not there yet.
    Path real() throws IOException {
        Path above = path.toAbsolutePath();
        Path missing = Path.of("");
        while (!Files.exists(above) && above.getParent() != null) {
            missing = above.getFileName().resolve(missing);
            above = above.getParent();
        }
        return above.toRealPath().resolve(missing).normalize();
    }

    @Override
    public FileRoot below(String directory) {
        return new LocalRoot(path.resolve(directory), label + directory + "/");
    }

    @Override
    public String shown(String name) {
        return label + name;
    }
}
