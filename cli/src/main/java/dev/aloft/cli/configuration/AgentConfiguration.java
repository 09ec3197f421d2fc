package dev.aloft.cli.configuration;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// Table `[agent]` of `aloft.toml`: what all sites of the agent share.
///
/// @param admin the address for operators, not yet resolved
public record AgentConfiguration(Optional<InetSocketAddress> admin) {

    private static final List<String> KEYS = List.of("admin");

    static AgentConfiguration read(Section section) {
        section.requireOnly(KEYS);
        return new AgentConfiguration(
                section.value("admin", key -> ListenAddress.ofOperators(section, key), Optional.empty()));
    }
}
