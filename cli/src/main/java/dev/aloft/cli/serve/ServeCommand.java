package dev.aloft.cli.serve;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.ConfigurationFile;
import dev.aloft.cli.configuration.HostPartsOption;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Lifetime;
import dev.aloft.linux.InheritedSockets;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `aloft serve`: agent and edge for existing sites and an existing S3, until stopped by a signal.
@Command(
        name = "serve",
        description = "Runs the agent, and the edge if there is an [edge], for the sites of a configuration.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    @Mixin
    private ConfigurationFile config = new ConfigurationFile();

    @Mixin
    private HostPartsOption only = new HostPartsOption();

    @Override
    public Integer call() throws Failure, IOException {
        Configuration configuration = config.read();
        InheritedSockets sockets = InheritedSockets.in(System.getenv());
        Lifetime.during(lifetime -> new ServerStart(configuration, only.parts(), sockets, lifetime).run());
        return 0;
    }
}
