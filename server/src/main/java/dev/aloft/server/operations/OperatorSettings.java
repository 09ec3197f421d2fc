package dev.aloft.server.operations;

import dev.aloft.server.UrlSecret;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How operators see what an edge does, and act on it.
///
/// @param admin where it answers them, not yet looked up; nowhere unless said
/// @param token that lets somebody purge; without it nobody can
/// @param peers where edges of other hosts answer operators, who are told of this host's changes; all have one token
/// @param accessLog the file that has a line for each request; none unless said
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

    /// Nobody looks.
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

    /// How a line of the access log is written.
    public enum LogForm {
        /// As Apache and nginx write it: the `combined` form.
        COMBINED,
        /// An object with more in it.
        JSON
    }
}
