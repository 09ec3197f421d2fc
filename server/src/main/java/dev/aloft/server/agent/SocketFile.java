package dev.aloft.server.agent;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import org.jspecify.annotations.Nullable;

/// The file of a Unix socket. Only the leftover of a dead process is removed, and only the owner and one group may
/// connect. For one thread.
final class SocketFile {

    private SocketFile() {}

    /// Sees to it that a socket can be opened at this path: its folder is there, and no file.
    ///
    /// @throws IOException when another process answers there, or when a file of another kind is there
    static void makeWay(Path socket) throws IOException {
        Path folder = socket.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("cannot listen on " + socket + ": there is a file that is no socket");
        }
        if (isAnswered(socket)) {
            throw new IOException("cannot listen on " + socket + ": another agent answers there");
        }
        Files.delete(socket);
    }

    /// A socket whose queue is full is in use, too.
    private static boolean isAnswered(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            throw new IOException("cannot listen on " + socket + ": something is there: " + e.getMessage(), e);
        }
    }

    /// Lets only the owner and this group connect.
    ///
    /// @param group null for the group that the file has
    static void restrict(Path socket, @Nullable String group) throws IOException {
        if (group != null) {
            Files.getFileAttributeView(socket, PosixFileAttributeView.class).setGroup(principal(socket, group));
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    }

    private static GroupPrincipal principal(Path socket, String group) throws IOException {
        try {
            return socket.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
        } catch (UserPrincipalNotFoundException e) {
            throw new IOException("cannot give " + socket + " to the group " + group + ": there is no such group", e);
        }
    }
}
