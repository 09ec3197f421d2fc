package dev.aloft.server.edge;

import dev.aloft.server.UrlSecret;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/// How operators see what an edge does, and act on it.
///
/// @param admin where it answers them, not yet looked up; nowhere unless said
/// @param token that lets somebody purge; without it nobody can
/// @param accessLog the file that has a line for each request; none unless said
public record Oversight(
        Optional<InetSocketAddress> admin, Optional<UrlSecret> token, Optional<Path> accessLog, LogForm logForm) {

    /// Nobody looks.
    public static final Oversight NONE =
            new Oversight(Optional.empty(), Optional.empty(), Optional.empty(), LogForm.COMBINED);

    public Oversight withAdmin(InetSocketAddress address, UrlSecret secret) {
        return new Oversight(Optional.of(address), Optional.of(secret), accessLog, logForm);
    }

    public Oversight withAccessLog(Path file, LogForm form) {
        return new Oversight(admin, token, Optional.of(file), form);
    }

    /// How a line of the access log is written.
    public enum LogForm {
        /// As Apache and nginx write it: the `combined` form.
        COMBINED,
        /// An object with more in it.
        JSON
    }
}
