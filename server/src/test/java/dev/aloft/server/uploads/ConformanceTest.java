package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The edge's cache before the origin of the public suite for HTTP caches, and `docs/reference/cache-conformance.md`,
/// which says how it does.
final class ConformanceTest {

    /// The best of the published implementations passes 202.
    private static final int LEAST_PASSES = 203;

    private static final Pattern ROW = Pattern.compile(
            "^\\| `([A-Za-z0-9-]+)` \\| (\\d+) \\| (\\d+) \\| (\\d+) \\| (\\d+) \\|", Pattern.MULTILINE);
    private static final Pattern NOT_PASSED =
            Pattern.compile("^\\| `([^`]+)` \\| (required|optimal) \\|", Pattern.MULTILINE);

    @Test
    void theCacheFailsNothingThatTheSuiteRequires() throws Exception {
        Path root = Path.of(System.getProperty("aloft.root"));
        Map<String, String> results;
        try (HttpCacheSuite suite = HttpCacheSuite.start(root.resolve("server/target/http-cache-tests"));
                CachingProxy proxy = CachingProxy.before(suite.origin())) {
            results = suite.run(proxy.uri());
        }
        long passes = results.entrySet().stream()
                .filter(e -> !isCheck(e.getKey()) && e.getValue().equals("pass"))
                .count();
        System.out.println("http-cache-tests " + HttpCacheSuite.VERSION + ": " + passes + " pass");
        assertThat(results.entrySet().stream()
                        .filter(e -> e.getKey().contains(" required ")
                                && e.getValue().equals("fail"))
                        .map(e -> e.getKey().split(" ", -1)[2])
                        .filter(test -> !HttpCacheSuite.isPublished() || !isTurnedRound(test)))
                .as("required tests that fail")
                .isEmpty();
        assertThat(passes).isGreaterThanOrEqualTo(LEAST_PASSES);
        if (HttpCacheSuite.isPublished()) {
            demandPage(results, passes);
        }
    }

    /// Requirements of the published package that the suite has dropped since. RFC 9111 (5.1) says the opposite of
    /// those on `Age`; and no proxy can send the header of the suite in place of an answer that never came.
    private static boolean isTurnedRound(String test) {
        return (test.startsWith("age-parse-") && !test.contains("suffix") && !test.equals("age-parse-prefix"))
                || test.startsWith("stale-close-");
    }

    private static void demandPage(Map<String, String> results, long passes) throws IOException {
        Path root = Path.of(System.getProperty("aloft.root"));
        String page = Files.readString(root.resolve("docs/reference/cache-conformance.md"));
        assertThat(ROW.matcher(page).results().map(ConformanceTest::row)).containsExactlyElementsOf(rows(results));
        assertThat(NOT_PASSED.matcher(page).results().map(m -> m.group(2) + " " + m.group(1)))
                .containsExactlyInAnyOrderElementsOf(notPassed(results));
        assertThat(page).contains(passes + " tests pass");
    }

    private static boolean isCheck(String key) {
        return key.contains(" check ");
    }

    private static String row(MatchResult row) {
        return row.group(1) + " " + row.group(2) + " " + row.group(3) + " " + row.group(4) + " " + row.group(5);
    }

    /// A row for each suite: required tests and those passed, optimal tests and those passed.
    private static List<String> rows(Map<String, String> results) {
        Map<String, int[]> suites = new TreeMap<>();
        results.forEach((key, result) -> {
            String[] parts = key.split(" ", -1);
            int[] counts = suites.computeIfAbsent(parts[0], _ -> new int[4]);
            if (!isCheck(key)) {
                int column = parts[1].equals("required") ? 0 : 2;
                counts[column]++;
                counts[column + 1] += result.equals("pass") ? 1 : 0;
            }
        });
        List<String> rows = new ArrayList<>();
        suites.forEach((suite, c) -> rows.add(suite + " " + c[0] + " " + c[1] + " " + c[2] + " " + c[3]));
        return rows;
    }

    private static List<String> notPassed(Map<String, String> results) {
        return results.entrySet().stream()
                .filter(e -> !isCheck(e.getKey()) && !e.getValue().equals("pass"))
                .map(e -> e.getKey().split(" ", -1)[1] + " " + e.getKey().split(" ", -1)[2])
                .toList();
    }
}
