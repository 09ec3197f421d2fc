package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import dev.aloft.lab.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files for Compose and Kubernetes against the schemas of both, which Python packages carry.
@Tag("slow")
final class ContainerFormsTest {

    /// The first with sidecars that outlive the other containers.
    private static final String KUBERNETES = "1.29";

    @TempDir
    private Path packages;

    @Test
    void everyFileHasTheFormOfItsKind() throws Exception {
        assumeThatCode(() -> {
                    install("kubernetes-validate==1.37.0");
                    install("--no-deps", "docker-compose==1.29.2");
                })
                .as("the schemas, from a registry of Python packages")
                .doesNotThrowAnyException();

        String report = Command.of(
                        "python3",
                        Checkout.folder("e2e/src/test/resources/container-forms.py")
                                .toString(),
                        Checkout.folder("packaging").toString(),
                        KUBERNETES,
                        packages.resolve("compose/config/compose_spec.json").toString())
                .withEnvironment("PYTHONPATH", packages.toString())
                .withEnvironment("PYTHONDONTWRITEBYTECODE", "1")
                .accepting(1)
                .run();

        assertThat(report)
                .doesNotContain("invalid:")
                .contains(
                        "valid: Deployment aloft-edge",
                        "valid: Deployment wordpress",
                        "valid: NetworkPolicy",
                        "read: Compose");
    }

    private void install(String... words) throws IOException {
        Command.of(Stream.concat(
                                Stream.of(
                                        "python3", "-m", "pip", "install", "--quiet", "--target", packages.toString()),
                                Stream.of(words))
                        .toList())
                .withLimit(Duration.ofMinutes(10))
                .run();
    }
}
