package dev.aloft.server.operations;

import dev.aloft.server.AgentFigures;
import dev.aloft.server.UrlSecret;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// An edge's admin address, access log and peers.
///
/// @param admin the address for operators, not yet resolved; none by default
/// @param token required to purge; without one, purging is off
/// @param notificationToken required of S3 event notifications; without one, none are taken
/// @param peers admin addresses of the edges on other hosts, which are notified of this host's changes; all share one
///     token
/// @param accessLog the file with a line for each request; none by default
/// @param agents read for each answer of the metrics
/// @param backups read for each answer of the metrics
public record OperatorSettings(
        Optional<InetSocketAddress> admin,
        Optional<UrlSecret> token,
        Optional<UrlSecret> notificationToken,
        Optional<Path> accessLog,
        LogForm logForm,
        List<URI> peers,
        Supplier<List<AgentFigures>> agents,
        Supplier<List<BackupFigures>> backups) {

    /// @throws IllegalArgumentException for peers without a token
    public OperatorSettings {
        peers = List.copyOf(peers);
        if (!peers.isEmpty() && token.isEmpty()) {
            throw new IllegalArgumentException("notifying edges of other hosts requires the token");
        }
    }

    /// The default: no admin address, no log, no peers, no agent, no backups.
    public static final OperatorSettings NONE = new OperatorSettings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            LogForm.COMBINED,
            List.of(),
            List::of,
            List::of);

    /// The same with an admin address.
    ///
    /// @param secret the token for purges, the same on all peers
    public OperatorSettings withAdmin(InetSocketAddress address, UrlSecret secret) {
        return new OperatorSettings(
                Optional.of(address),
                Optional.of(secret),
                notificationToken,
                accessLog,
                logForm,
                peers,
                agents,
                backups);
    }

    /// The same with an access log; the file is created if it is missing, see [AccessLog#create].
    public OperatorSettings withAccessLog(Path file, LogForm form) {
        return new OperatorSettings(admin, token, notificationToken, Optional.of(file), form, peers, agents, backups);
    }

    /// The same with edges on other hosts, after [#withAdmin].
    ///
    /// @param admins their admin addresses: `http://10.0.0.2:9090`
    public OperatorSettings withPeers(List<URI> admins) {
        return new OperatorSettings(admin, token, notificationToken, accessLog, logForm, admins, agents, backups);
    }

    /// The same with S3 event notifications, after [#withAdmin].
    ///
    /// @param secret the token that notifications carry
    public OperatorSettings withNotifications(UrlSecret secret) {
        return new OperatorSettings(admin, token, Optional.of(secret), accessLog, logForm, peers, agents, backups);
    }

    /// The same with metrics of an agent in the same process.
    public OperatorSettings withAgents(Supplier<List<AgentFigures>> figures) {
        return new OperatorSettings(admin, token, notificationToken, accessLog, logForm, peers, figures, backups);
    }

    /// The same with metrics of scheduled backups.
    public OperatorSettings withBackups(Supplier<List<BackupFigures>> figures) {
        return new OperatorSettings(admin, token, notificationToken, accessLog, logForm, peers, agents, figures);
    }

    /// The format of the access log.
    public enum LogForm {
        /// The `combined` format of Apache and nginx.
        COMBINED,
        /// A JSON object with more fields.
        JSON
    }
}
