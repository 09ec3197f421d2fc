package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Alert rules, dashboard and `docs/how-to/operate.md`: their metrics are those of `docs/reference/edge-admin.md`,
/// which another test compares with an edge, and the log lines of the page are in the sources.
@Tag("unit")
final class MonitoringTest {

    private static final Path HOME = Path.of(System.getProperty("aloft.root"));
    private static final Path RULES = HOME.resolve("packaging/prometheus/aloft.rules.yml");
    private static final Path DASHBOARD = HOME.resolve("packaging/grafana/aloft.json");
    private static final Path PAGE = HOME.resolve("docs/how-to/operate.md");

    private static final Pattern METRIC = Pattern.compile("\\b(aloft_[a-z0-9_]+?)(?:_bucket|_sum|_count)?\\b");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

    @Test
    void everyMetricExists() throws IOException {
        Set<String> known = found(ROW, HOME.resolve("docs/reference/edge-admin.md"));
        assertThat(found(METRIC, RULES)).hasSizeGreaterThan(5).allMatch(known::contains);
        assertThat(found(METRIC, DASHBOARD)).hasSizeGreaterThan(10).allMatch(known::contains);
        known.add("aloft_s3_prices"); // a filter of the plugin
        assertThat(found(METRIC, PAGE)).allMatch(known::contains);
    }

    @Test
    void thePageExplainsEveryAlertAndNoOther() throws IOException {
        Set<String> explained =
                found(ROW, PAGE).stream().filter(row -> row.startsWith("Aloft")).collect(Collectors.toSet());
        assertThat(found(ALERT, RULES)).containsExactlyInAnyOrderElementsOf(explained);
    }

    @Test
    void everyLineOfTheLogIsInTheSources() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (String module : List.of("core", "image", "server", "backup", "cli")) {
            try (Stream<Path> files = Files.walk(HOME.resolve(module + "/src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    sources.append(Files.readString(file));
                }
            }
        }
        String page = Files.readString(PAGE);
        String log = page.substring(page.indexOf("## Log"), page.indexOf("## Sizes"));
        assertThat(ROW.matcher(log).results().map(row -> row.group(1)))
                .hasSizeGreaterThan(10)
                .allSatisfy(line -> assertThat(sources.indexOf(line)).as(line).isNotNegative());
    }

    @Test
    void theDashboardIsValidJsonWithAQueryInEachPanel() throws IOException {
        assertThat(JsonMapper.shared()
                        .readTree(Files.readString(DASHBOARD))
                        .path("panels")
                        .values())
                .hasSizeGreaterThan(5)
                .allSatisfy(panel -> assertThat(
                                panel.path("targets").path(0).path("expr").asString())
                        .contains("aloft_"));
    }

    private static Set<String> found(Pattern pattern, Path file) throws IOException {
        return pattern.matcher(Files.readString(file))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
