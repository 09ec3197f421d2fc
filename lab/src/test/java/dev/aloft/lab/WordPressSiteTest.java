package dev.aloft.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class WordPressSiteTest {

    private static final URI HOME = URI.create("http://127.0.0.1:8099");
    private static final Duration SECOND_START_LIMIT = Duration.ofSeconds(15);

    /// Kept until the next clean build.
    private static final Path TREES = Path.of("target/wordpress-trees");

    private static final Pattern REPORT = Pattern.compile("\\[report: [^]]*]");
    private static final Pattern URL = Pattern.compile("(?:src|href)=\"(http[^\"]+/wp-(?:json|includes)/[^\"]*)\"");

    @TempDir
    static Path top;

    private static Path plugin;
    private static WordPressTree tree;

    /// One started lab: a database, a site, and two servers of its fleet.
    private record Fleet(DataFolder data, MariaDb mariaDb, WordPressSite site, PhpFpm first, PhpFpm second)
            implements AutoCloseable {

        static Fleet start(Path folder) throws IOException {
            DataFolder data = DataFolder.open(folder);
            MariaDb mariaDb = MariaDb.start(data, WordPressSiteTest::progress);
            SiteSettings settings = new SiteSettings(
                    tree,
                    mariaDb.database("wordpress"),
                    plugin,
                    HOME,
                    Map.of("ALOFT_SOCKET", "/none", "ALOFT_BUCKET", "media"));
            WordPressSite site = WordPressSite.install(data, settings, WordPressSiteTest::progress);
            return new Fleet(data, mariaDb, site, pool(data, "a"), pool(data, "b"));
        }

        private static PhpFpm pool(DataFolder data, String name) throws IOException {
            Map<String, String> environment =
                    Map.of("ALOFT_SOCKET", data.socket(name + ".sock").toString());
            return PhpFpm.start(
                    data,
                    new PhpPool(name, environment, Map.of("max_execution_time", "77")),
                    WordPressSiteTest::progress);
        }

        String page(PhpFpm server, String script, String host) throws IOException {
            return FastCgi.get(server.socket(), site.documentRoot(), script, Map.of("HTTP_HOST", host));
        }

        @Override
        public void close() throws IOException {
            try (data;
                    mariaDb;
                    first) {
                second.close();
            }
        }
    }

    @BeforeAll
    static void prepare() throws IOException {
        DebianPackages.forWordPress().require(WordPressSiteTest::progress);
        Files.setPosixFilePermissions(top, PosixFilePermissions.fromString("rwxr-xr-x"));
        tree = WordPressTree.newest(TREES, WordPressSiteTest::progress);
        plugin = Files.createDirectories(top.resolve("plugin"));
        Files.createDirectories(plugin.resolve("src"));
        Files.createDirectories(plugin.resolve("tests"));
        Files.writeString(plugin.resolve("tests/SomeTest.php"), "<?php");
        Files.writeString(
                plugin.resolve("src/Report.php"),
                "<?php\nreturn 'socket=' . ALOFT_SOCKET . ' bucket=' . ALOFT_BUCKET;\n");
        Files.writeString(plugin.resolve("aloft.php"), """
                <?php
                add_action('wp_head', function () {
                    $code = [__FILE__, __DIR__, ABSPATH, WP_CONTENT_DIR, dirname(ABSPATH) . '/wp-config.php'];
                    echo '[report: ', require __DIR__ . '/src/Report.php',
                        ' user=', posix_getpwuid(posix_geteuid())['name'],
                        ' writable=', count(array_filter($code, 'is_writable')),
                        ' time=', ini_get('max_execution_time'), ']';
                });
                """);
    }

    @Test
    void siteAnswersAndIsFoundAgainByASecondStart() throws IOException {
        Path folder = top.resolve("data");
        Instant before = Instant.now();
        String password;
        String applicationPassword;
        try (Fleet fleet = Fleet.start(folder)) {
            progress("first start: " + Duration.between(before, Instant.now()).toMillis() + " ms");
            password = fleet.site().password();
            applicationPassword = fleet.site().applicationPassword();
            answersUnderBothNames(fleet);
            serversHaveSocketsOfTheirOwn(fleet);
            codeHasNoLinksAndNoTests(fleet);
            nothingButPhpRuns(fleet);
            assertThat(fleet.site().toString()).doesNotContain(password).doesNotContain(applicationPassword);
        }
        Instant again = Instant.now();
        try (Fleet fleet = Fleet.start(folder)) {
            Duration taken = Duration.between(again, Instant.now());
            progress("second start: " + taken.toMillis() + " ms");
            assertThat(taken).isLessThan(SECOND_START_LIMIT);
            assertThat(fleet.site().password()).isEqualTo(password);
            assertThat(fleet.site().applicationPassword()).isEqualTo(applicationPassword);
            answersUnderBothNames(fleet);
        }
    }

    private static void answersUnderBothNames(Fleet fleet) throws IOException {
        for (String host : List.of("127.0.0.1:8099", "localhost:8099")) {
            assertThat(urls(fleet.page(fleet.first(), "index.php", host)))
                    .isNotEmpty()
                    .allMatch(url -> url.startsWith("http://" + host + "/"));
        }
        assertThat(urls(fleet.page(fleet.first(), "index.php", "elsewhere.example:8099")))
                .isNotEmpty()
                .allMatch(url -> url.startsWith(HOME + "/"));
    }

    private static void serversHaveSocketsOfTheirOwn(Fleet fleet) throws IOException {
        String others = " bucket=media user=" + Account.of("www-data").user() + " writable=0 time=77]";
        assertThat(report(fleet.page(fleet.first(), "index.php", "127.0.0.1:8099")))
                .isEqualTo("[report: socket=" + fleet.data().socket("a.sock") + others);
        assertThat(report(fleet.page(fleet.second(), "index.php", "127.0.0.1:8099")))
                .isEqualTo("[report: socket=" + fleet.data().socket("b.sock") + others);
    }

    private static List<String> urls(String page) {
        return URL.matcher(page).results().map(url -> url.group(1)).toList();
    }

    private static String report(String page) {
        Matcher report = REPORT.matcher(page);
        return report.find() ? report.group() : "no report in a page of " + page.length() + " characters";
    }

    private static void codeHasNoLinksAndNoTests(Fleet fleet) throws IOException {
        try (Stream<Path> paths = Files.walk(fleet.site().documentRoot())) {
            assertThat(paths).noneMatch(Files::isSymbolicLink);
        }
        assertThat(fleet.site().documentRoot().resolve("wp-content/mu-plugins"))
                .isDirectoryContaining("glob:**/aloft.php")
                .isDirectoryNotContaining("glob:**/tests");
    }

    private static void nothingButPhpRuns(Fleet fleet) throws IOException {
        assertThat(fleet.page(fleet.first(), "readme.html", "127.0.0.1:8099")).startsWith("Status: 403");
        assertThat(fleet.page(fleet.first(), "readme.html/x.php", "127.0.0.1:8099"))
                .startsWith("Status: 404");
    }

    private static void progress(String line) {
        System.err.println("  " + line);
    }
}
