package dev.aloft.server.operations;

import dev.aloft.server.UrlSecret;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An edge's admin address, access log and peers.
///
/// @param admin the address for operators, not yet resolved; none by default
/// @param token required to purge; without one, purging is off
/// @param peers admin addresses of the edges on other hosts, which are notified of this host's changes; all share one
///     token
/// @param accessLog the file with a line for each request; none by default
public record OperatorSettings(
        Optional<InetSocketAddress> admin,
        Optional<UrlSecret> token,
        Optional<Path> accessLog,
        LogForm logForm,
        List<URI> peers) {

    public OperatorSettings {
        peers = List.copyOf(peers);
        if (!peers.isEmpty() && token.isEmpty()) {
            throw new IllegalArgumentException("edges of other hosts are told of changes only with the token");
        }
    }

    /// The default: no admin address, no log, no peers.
    public static final OperatorSettings NONE =
            new OperatorSettings(Optional.empty(), Optional.empty(), Optional.empty(), LogForm.COMBINED, List.of());

    public OperatorSettings withAdmin(InetSocketAddress address, UrlSecret secret) {
        return new OperatorSettings(Optional.of(address), Optional.of(secret), accessLog, logForm, peers);
    }

    public OperatorSettings withAccessLog(Path file, LogForm form) {
        return new OperatorSettings(admin, token, Optional.of(file), form, peers);
    }

    public OperatorSettings withPeers(List<URI> admins) {
        return new OperatorSettings(admin, token, accessLog, logForm, admins);
    }

    /// The format of the access log.
    public enum LogForm {
        /// The `combined` format of Apache and nginx.
        COMBINED,
        /// A JSON object with more fields.
        JSON
    }
}
