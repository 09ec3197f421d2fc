package dev.aloft.server.agent;

import dev.aloft.bulk.OperationFiles;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.files.PathRules;
import dev.aloft.server.PercentCoding;
import dev.aloft.server.PurgeSwitch;
import dev.aloft.server.SiteFigures;
import dev.aloft.server.UrlKey;
import dev.aloft.server.editor.PictureEditor;
import dev.aloft.server.objectcache.ObjectCache;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One site of an agent: a socket, and the files that it gives access to.
///
/// A process that can connect to the socket can read and write the site's files. Only the socket's owner and `group`
/// may connect.
///
/// @param name for messages
/// @param group the group of the users that PHP runs as, or null for this process's own
/// @param maxFileBytes the largest file that may be written
/// @param local paths that PHP keeps on the host instead
/// @param services of the agent other than the files
public record AgentSite(
        String name,
        Path socket,
        @Nullable String group,
        FileTree files,
        long maxFileBytes,
        LocalRules local,
        SiteServices services) {

    /// The longest path that a Unix socket can have, in bytes.
    public static final int MAX_SOCKET_PATH_BYTES = 107;

    /// A site that keeps everything in S3, without a secret for URLs.
    public AgentSite(String name, Path socket, @Nullable String group, FileTree files, long maxFileBytes) {
        this(name, socket, group, files, maxFileBytes, LocalRules.NONE, SiteServices.none());
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

    /// True for a path that PHP keeps on the host instead of in S3.
    boolean keepsOnHost(FilePath path) {
        return local.covering(files.top(), path).isPresent();
    }

    /// The same site for one tenant of the store.
    AgentSite withFiles(FileTree tree) {
        return new AgentSite(name, socket, group, tree, maxFileBytes, local, services);
    }

    /// The same site, with these paths kept on the host.
    public AgentSite withLocal(LocalRules rules) {
        return new AgentSite(name, socket, group, files, maxFileBytes, rules, services);
    }

    /// The same site, with signed URLs of pictures and private files; by default none are signed.
    ///
    /// @param key the key by which the edge checks signatures
    public AgentSite withUrlKey(UrlKey key) {
        return withSigner(new UrlSigner(key, InstantSource.system()));
    }

    AgentSite withSigner(UrlSigner urlSigner) {
        return with(services.withSigner(urlSigner));
    }

    /// The same site, with an object cache for WordPress; by default it has none.
    public AgentSite withObjectCache(ObjectCache cache) {
        return with(services.withObjectCache(cache));
    }

    /// The same site, with pictures made for WordPress's image editor; by default PHP makes them.
    public AgentSite withEditor(PictureEditor pictures) {
        return with(services.withEditor(pictures));
    }

    /// The same site, with counts that it shares with its edge.
    public AgentSite withFigures(SiteFigures common) {
        return with(services.withFigures(common));
    }

    /// The same site, with the snapshots of its backups; by default it has none.
    public AgentSite withSnapshots(SnapshotSource source) {
        return with(services.withSnapshots(source));
    }

    /// The same site, with a switch that it shares with the purges of CDNs.
    public AgentSite withPurges(PurgeSwitch common) {
        return with(services.withPurges(common));
    }

    /// The same site, with migrations, backups and restorations that run on this host; by default none are shown.
    public AgentSite withOperations(OperationFiles running) {
        return with(services.withOperations(running));
    }

    private AgentSite with(SiteServices other) {
        return new AgentSite(name, socket, group, files, maxFileBytes, local, other);
    }

    /// The paths of a site that PHP keeps on the host instead of in S3, with their local folders.
    ///
    /// @param folder contains them on the host, at their paths relative to the prefix
    public record LocalRules(PathRules rules, Path folder) {

        /// The default: every path is in S3.
        public static final LocalRules NONE = new LocalRules(PathRules.NONE, Path.of("/nonexistent"));

        /// @throws IllegalArgumentException for a relative folder
        public LocalRules {
            if (!folder.isAbsolute()) {
                throw new IllegalArgumentException("not an absolute path: " + folder);
            }
        }

        /// @throws IllegalArgumentException for a rule that is no path, or covers everything
        public LocalRules(List<String> rules, Path folder) {
            this(new PathRules(rules), folder);
        }

        /// The rule that covers a path, the first of several.
        ///
        /// @param prefix the site's
        public Optional<String> covering(FilePath prefix, FilePath path) {
            return prefix.contains(path) && !path.equals(prefix)
                    ? rules.covering(prefix.relativize(path))
                    : Optional.empty();
        }

        /// The local path of a URL-style path that a rule covers.
        public String place(FilePath prefix, FilePath path) {
            return "file://" + PercentCoding.encode(folder + "/" + prefix.relativize(path));
        }
    }
}
