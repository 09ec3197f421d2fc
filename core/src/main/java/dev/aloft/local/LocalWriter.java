package dev.aloft.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes files into a folder: each appears whole, under its name. A file that was cut off by the end of the process
/// has another name, [#isUnfinished], and the next attempt replaces it. Safe for many threads with different files.
public final class LocalWriter {

    private static final Pattern UNFINISHED = Pattern.compile("(.*/)?\\.aloft-[0-9a-f-]{36}\\.part");

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
    /// @param replaced the file to replace, or null for none
    /// @return false if another file has its name by then, which stays
    public boolean write(String name, InputStream body, Instant modified, @Nullable LocalEntry replaced)
            throws IOException {
        Path target = root.resolve(name);
        makeDirectories(name);
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        Path part = target.resolveSibling(".aloft-" + id + ".part");
        try {
            Files.copy(body, part, StandardCopyOption.REPLACE_EXISTING);
            Files.setLastModifiedTime(part, FileTime.from(modified));
            if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileSystemException(name, null, "a directory has its name");
            }
            if (!folder.find(name).equals(Optional.ofNullable(replaced))) {
                return false;
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /// Makes the directories above a file. None of them may be a symbolic link.
    private void makeDirectories(String name) throws IOException {
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
            Path directory = root.resolve(name.substring(0, slash));
            if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            try {
                Files.createDirectory(directory);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                    throw new FileSystemException(directory.toString(), null, "it is no directory");
                }
            }
        }
    }
}
