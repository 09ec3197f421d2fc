package dev.aloft.server.agent;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// One site as its agent serves it: a socket, and the files that may be reached through it.
///
/// A process that can connect to the socket can read and write the site's files. So only the socket's owner and `group`
/// may connect.
///
/// @param name for messages
/// @param group the group of the users that PHP runs as, or null for this process's own
/// @param maxFileBytes the largest file that may be written
/// @param local what PHP keeps on the host instead
/// @param signer signs URLs of private files, or null where the site has no secret for them
public record AgentSite(
        String name,
        Path socket,
        @Nullable String group,
        FileTree files,
        long maxFileBytes,
        LocalRules local,
        @Nullable UrlSigner signer) {

    /// The longest path that a Unix socket can have, in bytes.
    public static final int MAX_SOCKET_PATH_BYTES = 107;

    /// A site that keeps everything in S3, without a secret for URLs.
    public AgentSite(String name, Path socket, @Nullable String group, FileTree files, long maxFileBytes) {
        this(name, socket, group, files, maxFileBytes, LocalRules.NONE, null);
    }

    /// @throws IllegalArgumentException for a relative or too long path of the socket, or a largest file below one
    ///     byte
    public AgentSite {
        if (!socket.isAbsolute()) {
            throw new IllegalArgumentException("the socket of site " + name + " is not an absolute path: " + socket);
        }
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_SOCKET_PATH_BYTES) {
            throw new IllegalArgumentException("the socket of site " + name + " has a path of " + length
                    + " bytes, and a Unix socket's has at most " + MAX_SOCKET_PATH_BYTES + ": " + socket);
        }
        if (maxFileBytes < 1) {
            throw new IllegalArgumentException("site " + name + " could not store a file: " + maxFileBytes + " bytes");
        }
    }

    /// The name of a file in messages.
    String uri(FilePath path) {
        return "s3://" + files.name() + "/" + path;
    }

    /// The same site, with its files for one of several who use the store.
    AgentSite withFiles(FileTree tree) {
        return new AgentSite(name, socket, group, tree, maxFileBytes, local, signer);
    }

    /// The same site, with these paths kept on the host.
    public AgentSite withLocal(LocalRules rules) {
        return new AgentSite(name, socket, group, files, maxFileBytes, rules, signer);
    }

    /// The same site, whose URLs of private files are signed.
    public AgentSite withSigner(UrlSigner urlSigner) {
        return new AgentSite(name, socket, group, files, maxFileBytes, local, urlSigner);
    }
}
