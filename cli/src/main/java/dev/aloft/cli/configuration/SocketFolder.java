package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/// The folder of a site's socket: made if it is missing, and checked for what the agent does there, so that a missing
/// permission is reported with its remedy.
///
/// @param site its name, for messages
record SocketFolder(String site, Path path) {

    private static final String USER = System.getProperty("user.name");

    static SocketFolder of(SiteConfiguration site) {
        Path socket = site.agent().socket();
        Path folder = socket.getParent();
        return new SocketFolder(site.name(), folder == null ? socket : folder);
    }

    /// @throws Failure when the process cannot create a socket there
    void requireUsable() throws Failure {
        try {
            Files.createDirectories(path);
        } catch (FileAlreadyExistsException e) {
            throw new Failure(Failure.Code.ADDRESS, on(Failure.messageOf(e)), "choose another socket", e);
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    on("the user " + USER + " cannot create the socket's folder " + path + reason(e)),
                    "as root: install -d -o " + USER + " " + path + " (in a systemd unit: RuntimeDirectory=); or choose"
                            + " another socket",
                    e);
        }
        if (!Files.isWritable(path)) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    on("the user " + USER + " cannot create a socket in " + path),
                    "as root: chown " + USER + " " + path + "; or choose another socket");
        }
    }

    /// Gives a file to the group, as the agent does with its socket.
    ///
    /// @throws Failure when there is no such group, or the user is not a member
    void requireGroup(String name) throws Failure, IOException {
        GroupPrincipal group = group(name);
        Path probe = Files.createTempFile(path, ".aloft", null);
        try {
            Files.getFileAttributeView(probe, PosixFileAttributeView.class).setGroup(group);
        } catch (FileSystemException e) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    on("the user " + USER + " cannot give the socket to the group " + name + reason(e)),
                    "as root: usermod -a -G " + name + " " + USER + ", and start again; or set socket_group to a group"
                            + " of that user",
                    e);
        } finally {
            Files.delete(probe);
        }
    }

    private GroupPrincipal group(String name) throws Failure, IOException {
        try {
            return path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
        } catch (UserPrincipalNotFoundException e) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    on("there is no group " + name),
                    "set socket_group to the group that PHP runs as",
                    e);
        }
    }

    private String on(String found) {
        return "[site " + site + "] " + found;
    }

    private static String reason(IOException e) {
        return e instanceof FileSystemException failed && failed.getReason() != null ? ": " + failed.getReason() : "";
    }
}
