package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The option that names the configuration; common to the commands that read it.
public final class ConfigurationFile {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration (default: ${DEFAULT-VALUE}).",
            defaultValue = Configuration.DEFAULT_FILE)
    private Path path = Path.of(Configuration.DEFAULT_FILE);

    public Path path() {
        return path;
    }

    /// @throws Failure for a configuration that is missing or invalid
    public Configuration read() throws Failure {
        return Configuration.read(path, System.getenv());
    }
}
