package dev.aloft.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.lab.Command;
import dev.aloft.lab.DebianPackages;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.objectcache.ObjectCache;
import dev.aloft.server.redis.RedisAddress;
import dev.aloft.store.Store;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /// Changes options, and reads them back in the next request.
    private static final String CHANGER = BEGIN + """
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
        Path socket = fleet.server(0).socket();
        changeOptions(List.of(socket), () -> {});
        assertOptionsAsInTheDatabase(socket);
    }

    /// Two agents of hosts of their own, whose cache is on one server, which is killed meanwhile.
    @Test
    void changesOfOptionsOnTwoHostsAreNeverLost() throws Exception {
        DebianPackages.of("redis-server").require(System.err::println);
        try (RedisServer redis = RedisServer.start(folder.resolve("redis"));
                Store store = Store.open(s3.settings(s3.endpoint()), s3.accessKey(), s3.secretKey());
                ObjectCache one = cache(redis);
                ObjectCache other = cache(redis);
                Agent _ = Agent.start(List.of(host("one", store, one), host("other", store, other)))) {
            List<Path> sockets = List.of(folder.resolve("one.sock"), folder.resolve("other.sock"));
            changeOptions(sockets, () -> {
                Eventually.await("the cache is used", () -> one.statistics().hits() > WORKERS * CHANGES / 4);
                redis.stop();
                redis.start();
            });
            for (Path socket : sockets) {
                Eventually.await(
                        "its agent has the cache again",
                        () -> php(BEGIN + """
                        begin();
                        wp_cache_get('any');
                        echo (int) $wp_object_cache->isAway();
                        """, "", socket).startsWith("0"));
            }
            sockets.forEach(this::assertOptionsAsInTheDatabase);
        }
        php(BEGIN + "wp_cache_flush();", "", fleet.server(0).socket());
    }

    private static ObjectCache cache(RedisServer redis) {
        RedisAddress address = RedisAddress.parse("redis://127.0.0.1:" + redis.port());
        FleetSettings fleet = new FleetSettings(address, FleetSettings.DEFAULT_NAME);
        return ObjectCache.ofFleet(fleet, "site", 64L << 20, Optional.empty());
    }

    private AgentSite host(String name, Store store, ObjectCache cache) {
        FileTree files = new FileTree(store.bucket(Fleet.BUCKET), FilePath.ROOT);
        return new AgentSite(name, folder.resolve(name + ".sock"), null, files, 1L << 30).withObjectCache(cache);
    }

    private interface Meanwhile {
        void run() throws Exception;
    }

    private void changeOptions(List<Path> sockets, Meanwhile meanwhile) throws Exception {
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> results = new ArrayList<>();
            for (int number = 0; number < WORKERS; number++) {
                String name = String.valueOf(number);
                Path socket = sockets.get(number % sockets.size());
                results.add(workers.submit(() -> php(CHANGER, name, socket)));
            }
            meanwhile.run();
            for (Future<String> result : results) {
                assertThat(result.get()).startsWith("done");
            }
        }
    }

    private void assertOptionsAsInTheDatabase(Path socket) {
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
                """, "", socket)).startsWith("done");
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

    private String php(String code, String worker, Path socket) {
        try {
            return command(code, worker, socket).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Command command(String code, String worker, Path socket) {
        return Command.of("php8.2", "-d", "display_errors=stderr")
                .withInput(code)
                .withEnvironment("SITE_CODE", fleet.site().documentRoot().toString())
                .withEnvironment("SITE_HOST", fleet.site().home().getAuthority())
                .withEnvironment("WORKER", worker)
                .withEnvironment("WORKERS", String.valueOf(WORKERS))
                .withEnvironment("CHANGES", String.valueOf(CHANGES))
                .withEnvironment("ALOFT_SOCKET", socket.toString())
                .withLimit(LIMIT);
    }
}
