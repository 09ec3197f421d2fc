package dev.aloft.cli.configuration;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aloft.cli.console.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/// The smallest valid configuration, and reading one from a file.
abstract class ConfigurationFixture {

    static final String SMALLEST = """
            [s3]
            region = "eu-central-1"

            [[site]]
            name = "example"
            bucket = "media"
            socket = "/run/aloft/example.sock"
            """;

    @TempDir
    Path folder;

    Configuration read(String text, Map<String, String> environment) throws Exception {
        return Configuration.read(Files.writeString(folder.resolve("aloft.toml"), text), environment);
    }

    Failure failure(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("aloft.toml"), text);
        return catchThrowableOfType(Failure.class, () -> Configuration.read(file, Map.of()));
    }
}
