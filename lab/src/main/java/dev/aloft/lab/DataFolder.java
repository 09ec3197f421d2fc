package dev.aloft.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The folder that holds everything of one lab: data, logs, sockets, process ids. One process uses it at a time.
///
/// Others may enter it, for servers run as users of their own; what is secret in it is in files and folders that only
/// their user may read. The caller closes it, after the servers in it.
public final class DataFolder implements AutoCloseable {

    /// Linux's limit for the path of a Unix socket: 108 bytes with the closing zero (unix(7)).
    static final int MAX_SOCKET_PATH_BYTES = 107;

    private static final int MAX_SOCKET_NAME_BYTES = 24;

    private final Path path;
    private final FileChannel lock;
    private final Path sockets;

    private DataFolder(Path path, FileChannel lock, Path sockets) {
        this.path = path;
        this.lock = lock;
        this.sockets = sockets;
    }

    /// Opens a folder, which is made when it is missing.
    ///
    /// @throws IOException when another process uses the folder or it cannot be written
    public static DataFolder open(Path folder) throws IOException {
        Path path = makeOpen(folder.toAbsolutePath().normalize()).toRealPath();
        FileChannel lock = lock(path);
        try {
            makeOpen(path.resolve("log"));
            makeOpen(path.resolve("run"));
            return new DataFolder(path, lock, socketFolder(path));
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    /// The folder itself, absolute and without links.
    public Path path() {
        return path;
    }

    /// The log of a server; the file may be missing.
    public Path log(String name) {
        return path.resolve("log").resolve(name + ".log");
    }

    /// Writes a small file of this folder that only our user may read; whole, or not at all.
    public void writeSecret(String name, String text) throws IOException {
        Modes.writeSecret(path.resolve(name), text);
    }

    /// The path for a Unix socket, short enough for the system: when this folder's own is too long, in a short
    /// temporary folder, which is another one after each opening.
    ///
    /// @param name at most 24 bytes with the ending
    public Path socket(String name) {
        if (name.getBytes(UTF_8).length > MAX_SOCKET_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "a socket's name has at most " + MAX_SOCKET_NAME_BYTES + " bytes, got " + name);
        }
        return sockets.resolve(name);
    }

    /// A folder for the socket of a server that makes it as a user of its own; [#socket] says where and how short.
    Path socketFolder(String name, Account account) throws IOException {
        socket(name + "/sock");
        Path folder = makeOpen(sockets.resolve(name));
        account.own(folder);
        return folder;
    }

    /// Stops the servers that an earlier process has left in this folder because it was killed.
    public void stopLeftOvers() throws IOException {
        try (DirectoryStream<Path> servers = Files.newDirectoryStream(path.resolve("run"), "*.pid")) {
            for (Path server : servers) {
                RunningProcess.stopLeftOver(server, Service.STOP_LIMIT);
            }
        }
    }

    /// Lets the next process have the folder.
    @Override
    public void close() throws IOException {
        try (lock) {
            if (!sockets.startsWith(path)) {
                FolderTree.delete(sockets);
            }
        }
    }

    /// File with a server's process id while it runs.
    Path processId(String name) {
        return path.resolve("run").resolve(name + ".pid");
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // held by this very process
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new IOException("cannot use " + path + ": another process uses it; stop that one first");
        }
        return channel;
    }

    private static Path socketFolder(Path path) throws IOException {
        Path own = path.resolve("run");
        if (own.toString().getBytes(UTF_8).length + 1 + MAX_SOCKET_NAME_BYTES <= MAX_SOCKET_PATH_BYTES) {
            return own;
        }
        Path shorter = Files.createTempDirectory("aloft-");
        Modes.set(shorter, "rwxr-xr-x");
        return shorter;
    }

    private static Path makeOpen(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            Modes.set(folder, "rwxr-xr-x");
        }
        return folder;
    }
}
