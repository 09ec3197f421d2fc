package dev.aloft.cli.edge;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.console.Failure;
import java.io.Console;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `aloft edge top`: activity of an edge, refreshed every second until interrupted.
@Command(
        name = "top",
        description = "Shows the activity of an edge every second: requests, hits, bytes, S3, the cache, and the most"
                + " requested paths.",
        mixinStandardHelpOptions = true)
final class EdgeTopCommand implements Callable<Integer> {

    static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final String CLEAR = "\033[H\033[2J";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration of the edge (default: ${DEFAULT-VALUE}).",
            defaultValue = Configuration.DEFAULT_FILE)
    private Path config = Path.of("aloft.toml");

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description = "Admin address of the edge (default: that of the configuration).")
    private @Nullable URI admin;

    @Option(names = "--once", description = "Prints one second and exits.")
    private boolean once;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Failure {
        Configuration configuration = Configuration.read(config, System.getenv());
        EdgeAdmin edge = EdgeAdmin.of(configuration, admin);
        PrintWriter out = spec.commandLine().getOut();
        boolean inPlace = !once
                && Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .isPresent();
        try {
            MetricsSnapshot last = edge.read();
            do {
                Thread.sleep(INTERVAL);
                MetricsSnapshot now = edge.read();
                out.print((inPlace ? CLEAR : "") + now.since(last) + (once || inPlace ? "" : "\n"));
                out.flush();
                last = now;
            } while (!once && !out.checkError());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Interrupted: the end.
        }
        return 0;
    }
}
