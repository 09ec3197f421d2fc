package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import java.util.Optional;

/// The parts of a configuration that run on one host.
public enum HostParts {
    /// The agent, and the edge if the configuration has one.
    ALL,
    /// The agent alone.
    AGENT,
    /// The edge alone.
    EDGE;

    public boolean hasAgent() {
        return this != EDGE;
    }

    /// The configuration of the host's edge, if it has one.
    ///
    /// @throws Failure for an edge alone that is not configured
    public Optional<EdgeConfiguration> edge(Configuration configuration) throws Failure {
        if (this == EDGE && configuration.edge().isEmpty()) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "there is no [edge] for --edge-only",
                    "add [edge] with a listen address, or omit --edge-only");
        }
        return this == AGENT ? Optional.empty() : configuration.edge();
    }
}
