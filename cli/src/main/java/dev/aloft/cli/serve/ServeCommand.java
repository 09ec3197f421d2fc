package dev.aloft.cli.serve;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.ConfigurationFile;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Lifetime;
import dev.aloft.linux.InheritedSockets;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `aloft serve`: agent and edge for existing sites and an existing S3, until stopped by a signal.
@Command(
        name = "serve",
        description = "Runs the agent, and the edge if there is an [edge], for the sites of a configuration.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    @Mixin
    private ConfigurationFile config = new ConfigurationFile();

    @ArgGroup
    private @Nullable Only only;

    /// The one part that runs.
    static final class Only {

        @Option(names = "--agent-only", description = "Runs no edge, even if there is an [edge].")
        private boolean agent;

        @Option(names = "--edge-only", description = "Runs no agent and opens none of its sockets.")
        private boolean edge;

        ServedParts parts() {
            return edge ? ServedParts.EDGE : agent ? ServedParts.AGENT : ServedParts.ALL;
        }
    }

    @Override
    public Integer call() throws Failure, IOException {
        Configuration configuration = config.read();
        ServedParts parts = only == null ? ServedParts.ALL : only.parts();
        InheritedSockets sockets = InheritedSockets.in(System.getenv());
        Lifetime.during(lifetime -> new ServerStart(configuration, parts, sockets, lifetime).run());
        return 0;
    }
}
