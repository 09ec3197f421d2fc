package dev.aloft.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes files into a folder: each appears whole, under its name. A file that was cut off by the end of the process
/// has another name, [#isUnfinished], and the next attempt replaces it. Safe for many threads with different files.
public final class LocalWriter {

    private static final Pattern UNFINISHED = Pattern.compile("(.*/)?\\.aloft-[0-9a-f-]{36}\\.part");

    private static final FileAttribute<Set<PosixFilePermission>> SECRET =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final LocalFolder folder;
    private final Path root;

    /// A writer of files below the folder.
    public LocalWriter(LocalFolder folder) {
        this.folder = folder;
        this.root = folder.root();
    }

    /// True for the name of a file that was not written to its end.
    public static boolean isUnfinished(String name) {
        return UNFINISHED.matcher(name).matches();
    }

    /// Writes a file with the time of its last change.
    ///
    /// @param name below the folder, as of an object: without `.` and `..`
    /// @param replaced the file to replace, or null for none; its mode is kept
    /// @return false if another file has its name by then, which stays
    public boolean write(String name, InputStream body, Instant modified, @Nullable LocalEntry replaced)
            throws IOException {
        return write(name, body, modified, replaced, false);
    }

    /// The same, on the disk before it returns, for a source that is deleted then.
    public boolean writeDurably(String name, InputStream body, Instant modified, @Nullable LocalEntry replaced)
            throws IOException {
        return write(name, body, modified, replaced, true);
    }

    private boolean write(
            String name, InputStream body, Instant modified, @Nullable LocalEntry replaced, boolean isDurable)
            throws IOException {
        Path target = root.resolve(name);
        makeDirectories(name, isDurable);
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        Path part = target.resolveSibling(".aloft-" + id + ".part");
        try {
            Files.deleteIfExists(part);
            save(body, part, replaced != null, isDurable);
            Files.setLastModifiedTime(part, FileTime.from(modified));
            if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileSystemException(name, null, "a directory has its name");
            }
            if (!folder.find(name).equals(Optional.ofNullable(replaced))) {
                return false;
            }
            if (replaced != null) {
                Files.setPosixFilePermissions(part, Files.getPosixFilePermissions(target, LinkOption.NOFOLLOW_LINKS));
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            if (isDurable) {
                force(target.resolveSibling(""));
            }
            return true;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /// @param isSecret true to let only this user read it
    private static void save(InputStream body, Path part, boolean isSecret, boolean isDurable) throws IOException {
        FileAttribute<?>[] mode = isSecret ? new FileAttribute<?>[] {SECRET} : new FileAttribute<?>[0];
        try (FileChannel channel =
                        FileChannel.open(part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode);
                OutputStream out = Channels.newOutputStream(channel)) {
            body.transferTo(out);
            if (isDurable) {
                channel.force(true);
            }
        }
    }

    /// Brings the names of a directory to the disk.
    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Makes the directories above a file. None of them may be a symbolic link.
    private void makeDirectories(String name, boolean isDurable) throws IOException {
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
            Path directory = root.resolve(name.substring(0, slash));
            if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            try {
                Files.createDirectory(directory);
                if (isDurable) {
                    force(directory.resolveSibling(""));
                }
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                    throw new FileSystemException(directory.toString(), null, "it is no directory");
                }
            }
        }
    }
}
