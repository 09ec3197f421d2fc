package dev.aloft.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.lab.Command;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/// A real WordPress with `wordpress/object-cache.php`, and the agent as its object cache.
@Timeout(900)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ObjectCacheTest {

    private static final Duration LIMIT = Duration.ofMinutes(8);
    private static final Pattern EXCHANGES = Pattern.compile("<!-- exchanges: (\\d+), away: (\\d) -->");
    private static final int WARM_PAGE_EXCHANGES = 2;
    private static final int WORKERS = 4;
    private static final int CHANGES = 500;

    /// Begins a PHP request anew, as far as the object cache can tell.
    private static final String BEGIN = """
            <?php
            $_SERVER['HTTP_HOST'] = getenv('SITE_HOST');
            require getenv('SITE_CODE') . '/wp-load.php';
            function begin(): void
            {
                wp_cache_init();
                wp_cache_add_non_persistent_groups(['counts', 'plugins', 'theme_json']);
            }
            """;

    private Path folder;
    private TestS3 s3;
    private Fleet fleet;

    @BeforeAll
    void start() throws IOException {
        folder = OpenFolder.create("aloft-object-cache");
        s3 = TestS3.embedded(folder.resolve("s3"));
        fleet = Fleet.start(folder.resolve("servers"), s3, 1, Fleet.newestTree(), Map.of());
        Path content = fleet.site().documentRoot().resolve("wp-content");
        Files.copy(
                Checkout.folder("wordpress/object-cache.php"),
                content.resolve("object-cache.php"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(content.resolve("mu-plugins/count-exchanges.php"), """
                <?php
                add_action('shutdown', function (): void {
                    $cache = $GLOBALS['wp_object_cache'];
                    defined('REST_REQUEST') || printf('<!-- exchanges: %d, away: %d -->', $cache->exchanges(), $cache->isAway());
                }, PHP_INT_MAX);
                """);
    }

    @AfterAll
    void stop() throws IOException {
        fleet.close();
        s3.close();
        OpenFolder.delete(folder);
    }

    @Test
    void warmPageTakesAtMostTwoExchanges() throws Exception {
        WordPress visitor = fleet.wordPress(0);
        AdminSession admin = AdminSession.logIn(
                fleet.site().home(), fleet.site().user(), fleet.site().password());
        List<Page> pages = List.of(
                () -> new String(visitor.get(fleet.site().home() + "/").body(), UTF_8),
                () -> body(admin.get("/wp-admin/")),
                () -> body(admin.get("/wp-admin/edit.php")));
        for (Page page : pages) {
            String cold = page.load();
            page.load();
            int warm = exchanges(page.load());
            System.err.printf("exchanges of a page: %d cold, %d warm%n", exchanges(cold), warm);
            assertThat(warm).isBetween(1, WARM_PAGE_EXCHANGES);
        }
    }

    @Test
    void changesOfOptionsByManyWorkersAreNeverLost() throws Exception {
        String worker = BEGIN + """
                $name = 'race_' . getenv('WORKER');
                for ($i = 1; $i <= (int) getenv('CHANGES'); $i++) {
                    begin();
                    update_option($name, $i, true);
                    update_option($name . '_alone', $i, false);
                    update_option('race_of_all', getenv('WORKER') . " $i", true);
                    begin();
                    foreach ([$name, $name . '_alone'] as $each) {
                        if ((int) get_option($each) !== $i) {
                            exit("$each is " . get_option($each) . ", and not $i");
                        }
                    }
                }
                echo 'done';
                """;
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> results = new ArrayList<>();
            for (int number = 0; number < WORKERS; number++) {
                String name = String.valueOf(number);
                results.add(workers.submit(() -> php(worker, name)));
            }
            for (Future<String> result : results) {
                assertThat(result.get()).startsWith("done");
            }
        }
        assertThat(php(BEGIN + """
                begin();
                $rows = $wpdb->get_results("SELECT option_name, option_value FROM $wpdb->options WHERE option_name LIKE 'race%'");
                count($rows) === 2 * (int) getenv('WORKERS') + 1 || exit('rows: ' . count($rows));
                foreach ($rows as $row) {
                    if ((string) get_option($row->option_name) !== $row->option_value) {
                        exit("$row->option_name is $row->option_value, cached as " . get_option($row->option_name));
                    }
                }
                echo 'done';
                """, "")).startsWith("done");
    }

    @Test
    void editedPostIsNeverOldOnThePage() throws Exception {
        WordPress editor = fleet.wordPress(0);
        int id = editor.tell("/wp/v2/posts", "{\"title\": \"Edition 0\", \"status\": \"publish\"}")
                .id();
        for (int edition = 1; edition <= 10; edition++) {
            editor.tell("/wp/v2/posts/" + id, "{\"title\": \"Edition %d\"}".formatted(edition));
            String page = new String(editor.get(fleet.site().home() + "/").body(), UTF_8);
            assertThat(page).contains("Edition " + edition + "<").doesNotContain("Edition " + (edition - 1) + "<");
        }
    }

    private interface Page {
        String load() throws Exception;
    }

    private static String body(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static int exchanges(String page) {
        Matcher comment = EXCHANGES.matcher(page);
        assertThat(comment.find()).as(page).isTrue();
        assertThat(comment.group(2)).as("the agent is away").isEqualTo("0");
        return Integer.parseInt(comment.group(1));
    }

    private String php(String code, String worker) throws IOException {
        return Command.of("php8.2", "-d", "display_errors=stderr")
                .withInput(code)
                .withEnvironment("SITE_CODE", fleet.site().documentRoot().toString())
                .withEnvironment("SITE_HOST", fleet.site().home().getAuthority())
                .withEnvironment("WORKER", worker)
                .withEnvironment("WORKERS", String.valueOf(WORKERS))
                .withEnvironment("CHANGES", String.valueOf(CHANGES))
                .withLimit(LIMIT)
                .run();
    }
}
