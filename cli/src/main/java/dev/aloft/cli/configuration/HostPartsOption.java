package dev.aloft.cli.configuration;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/// The options that name the one part of the host; common to the commands that serve, ask or check the parts.
public final class HostPartsOption {

    @ArgGroup
    private @Nullable Only only;

    private static final class Only {

        @Option(names = "--agent-only", description = "The agent alone, even if there is an [edge].")
        private boolean agent;

        @Option(names = "--edge-only", description = "The edge alone, and none of the agent's sockets.")
        private boolean edge;
    }

    public HostParts parts() {
        if (only == null || only.agent == only.edge) {
            return HostParts.ALL;
        }
        return only.agent ? HostParts.AGENT : HostParts.EDGE;
    }
}
