package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.SiteConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `docs/how-to/containers.md` and the files that it names: the configurations are valid, the commands of the page
/// print the web server's configurations, and the files agree with each other and with the version.
@Tag("unit")
final class ContainersPageTest {

    private static final Path HOME = Path.of(System.getProperty("aloft.root"));
    private static final Path PACKAGING = HOME.resolve("packaging");

    private static final Pattern NGINX = Pattern.compile("(?m)^docker run --rm aloft:\\S+ (cdn nginx .*)$");
    private static final Pattern VARIABLE = Pattern.compile("(?m)^ *(ALOFT_[A-Z_]+): *([^$\\n]+)$");
    private static final Pattern DEFINED = Pattern.compile("define\\('(ALOFT_\\w+)', '([^']+)'\\)");
    private static final Pattern VERSION = Pattern.compile("(?:\\baloft:|newTag: )([0-9][\\w.-]*)");
    private static final Pattern FILE =
            Pattern.compile("(?m)^  - (\\w+\\.yaml)$|(?:\\[|=)([a-z.]+\\.(?:toml|conf))\\]");

    @ParameterizedTest
    @ValueSource(strings = {"compose/compose.yaml", "kubernetes/wordpress.yaml"})
    void theConfigurationIsValidAndWordPressFitsIt(String containers) throws Exception {
        Path file = PACKAGING.resolve(containers);
        Map<String, String> variables = new HashMap<>();
        for (String name : List.of("compose/.env.example", "kubernetes/secret.yaml")) {
            if (name.startsWith(containers.substring(0, 4))) {
                String text = Files.readString(PACKAGING.resolve(name)).replace("=", ": ");
                found(VARIABLE, text).forEach(match -> variables.put(match.group(1), match.group(2)));
            }
        }
        variables.remove("ALOFT_IMAGE"); // of the compose file, not of Aloft
        assertThat(variables).isNotEmpty();

        Configuration configuration = Configuration.read(file.resolveSibling("aloft.toml"), Map.copyOf(variables));

        SiteConfiguration site = configuration.sites().getFirst();
        Map<String, String> defined = new HashMap<>();
        found(DEFINED, Files.readString(file)).forEach(match -> defined.put(match.group(1), match.group(2)));
        assertThat(defined)
                .containsEntry("ALOFT_BUCKET", site.bucket())
                .containsEntry("ALOFT_SOCKET", site.agent().socket().toString());
        assertThat(configuration.edge().orElseThrow().operators().admin()).isPresent();
        assertThat(configuration.edge().orElseThrow().listen().port()).isEqualTo(8080);
    }

    @Test
    void theCommandsPrintTheWebServersConfigurations() throws IOException {
        List<String> printed = found(NGINX, page())
                .map(command -> CommandRun.done(command.group(1).split(" ")))
                .toList();
        assertThat(printed)
                .containsExactly(
                        Files.readString(PACKAGING.resolve("compose/nginx.conf")),
                        Files.readString(PACKAGING.resolve("kubernetes/nginx.conf")));
    }

    @Test
    void theKustomizationNamesEveryFile() throws IOException {
        Path folder = PACKAGING.resolve("kubernetes");
        List<String> named = found(FILE, Files.readString(folder.resolve("kustomization.yaml")))
                .map(match -> match.group(1) != null ? match.group(1) : match.group(2))
                .toList();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("kustomization.yaml")))
                    .containsExactlyInAnyOrderElementsOf(named);
        }
    }

    @Test
    void everyVersionOfTheImageIsThatOfTheBuild() throws IOException {
        String build = found(
                        Pattern.compile("<version>([^<]+)</version>"), Files.readString(HOME.resolve("cli/pom.xml")))
                .findFirst()
                .orElseThrow()
                .group(1);
        for (String file : List.of(
                "wordpress/Dockerfile",
                "compose/compose.yaml",
                "compose/.env.example",
                "kubernetes/kustomization.yaml")) {
            assertThat(found(VERSION, Files.readString(PACKAGING.resolve(file))).map(match -> match.group(1)))
                    .as(file)
                    .isNotEmpty()
                    .containsOnly(build);
        }
        assertThat(found(VERSION, page()).map(match -> match.group(1))).containsOnly(build);
    }

    private static String page() throws IOException {
        return Files.readString(HOME.resolve("docs/how-to/containers.md"));
    }

    private static Stream<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }
}
