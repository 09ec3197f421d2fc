package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// Habits of plugins with uploads, shown by small plugins of our own that are written as real ones are
/// (`wordpress/tests/plugins`), in a real WordPress.
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PluginHabitsTest {

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.onEmbeddedS3();

    private final Fleet fleet;
    private final BucketView bucket;
    private final WordPress wordPress;
    private final List<Path> installed = new ArrayList<>();
    private Set<String> keysBefore = Set.of();

    PluginHabitsTest(Fleet fleet, BucketView bucket) {
        this.fleet = fleet;
        this.bucket = bucket;
        this.wordPress = fleet.wordPress(0);
    }

    @BeforeAll
    void install() throws Exception {
        try (Stream<Path> files = Files.list(Checkout.folder("wordpress/tests/plugins"))) {
            for (Path file : files.toList()) {
                Path plugin = plugins().resolve(file.getFileName());
                installed.add(Files.copy(file, plugin, StandardCopyOption.REPLACE_EXISTING));
                setStatus(plugin, "active");
            }
        }
    }

    @AfterAll
    void uninstall() throws Exception {
        for (Path plugin : installed) {
            setStatus(plugin, "inactive");
            Files.delete(plugin);
        }
    }

    private Path plugins() {
        return fleet.site().documentRoot().resolve("wp-content/plugins");
    }

    private void setStatus(Path plugin, String status) throws IOException, InterruptedException {
        String name = plugin.getFileName().toString().replace(".php", "");
        WordPress.Answer answer = wordPress.tell("/wp/v2/plugins/" + name, "{\"status\": \"" + status + "\"}");
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    }

    @BeforeEach
    void lookAround() {
        keysBefore = bucket.keys();
    }

    /// Changes S3 directly. Aloft may be up to a second behind, so no two tests use the same names.
    @AfterEach
    void cleanUp() {
        bucket.delete(bucket.keysSince(keysBefore));
    }

    @Test
    void exporterAppendsBatchByBatch() throws Exception {
        long before = 0;
        for (int batch = 1; batch <= 5; batch++) {
            long bytes = run("orders-export?batch=" + batch).path("bytes").asLong();
            assertThat(bytes).as("the file grows by each batch").isGreaterThan(before);
            before = bytes;
        }
        JsonNode end = run("orders-export");

        assertThat(end.path("rows").asInt()).isEqualTo(501);
        assertThat(end.path("left").asBoolean()).isFalse();
        assertThat(text("uploads/orders-export/orders.csv").lines())
                .hasSize(501)
                .startsWith("Order,Customer,Total")
                .contains("500,\"Customer \"\"500\"\"\",595.00");
    }

    @Test
    void pageBuilderReadsBackAtOnceAndVisitorsGetTheNewest() throws Exception {
        for (String color : List.of("red", "green")) {
            JsonNode styles = run("page-styles?page=7&color=" + color);

            assertThat(styles.path("written").asBoolean()).isTrue();
            assertThat(styles.path("readable").asBoolean()).isTrue();
            assertThat(styles.path("same").asBoolean()).isTrue();
            assertThat(styles.path("size").asInt()).isEqualTo(color.length() + 18);
            assertThat(styles.path("listed").toString()).contains("page-7.css");
            HttpResponse<byte[]> seen = wordPress.get(styles.path("url").asString());
            assertThat(new String(seen.body(), StandardCharsets.UTF_8)).contains(color);
            assertThat(seen.headers().firstValue("Content-Type").orElse("")).startsWith("text/css");
        }
    }

    @Test
    void loggersOfManyRequestsLoseNoLine() throws Exception {
        List<Callable<JsonNode>> requests = new ArrayList<>();
        for (String who : List.of("ann", "bob", "cy", "dee")) {
            requests.add(() -> run("activity-log?who=" + who));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<JsonNode> request : threads.invokeAll(requests)) {
                assertThat(request.get()).isNotNull();
            }
        }

        assertThat(text("uploads/activity-log/activity.log").lines())
                .hasSize(40)
                .allMatch(
                        Pattern.compile("\\d{4}-\\S+ (ann|bob|cy|dee) did \\d").asMatchPredicate());
    }

    @Test
    void backupWalksAndPacksEverything() throws Exception {
        run("upload-guard?folder=guarded-backup");
        run("page-styles?page=1&color=blue");
        JsonNode backup = run("site-backup");

        assertThat(backup.path("sent").asBoolean()).as(backup.toString()).isTrue();
        Set<String> packed = new TreeSet<>();
        byte[] zip = bucket.bytes("uploads/site-backup/backup.zip");
        assertThat(zip).hasSize(backup.path("size").asInt());
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                packed.add("uploads/" + entry.getName());
            }
        }
        Set<String> expected = new TreeSet<>(bucket.keys());
        expected.removeIf(key -> key.endsWith("/") || key.contains("site-backup"));
        assertThat(packed).isEqualTo(expected);
    }

    @Test
    void importerUnpacksAmongTheUploads() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : List.of("readme.txt", "data/a.csv", "data/deep/er/b.json")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(name.repeat(1000).getBytes(StandardCharsets.UTF_8));
            }
        }
        WordPress.Answer upload = wordPress.upload("bundle.zip", "application/zip", bytes.toByteArray());
        assertThat(upload.status()).as(upload.json().toString()).isEqualTo(201);
        String key = BucketView.key(upload.urls().getFirst());

        JsonNode imported = run("bundle-importer?archive=" + key.substring("uploads/".length()));

        assertThat(imported.path("found").propertyNames())
                .as(imported.toString())
                .containsExactlyInAnyOrder("readme.txt", "data/a.csv", "data/deep/er/b.json");
        assertThat(imported.path("bytes").asInt()).isEqualTo(1000 * (10 + 10 + 19));
        assertThat(text("uploads/bundle-importer/bundle/data/deep/er/b.json")).startsWith("data/deep/er/b.jsondata");
        assertThat(wordPress.delete(upload.id()).status()).isEqualTo(200);
    }

    @Test
    void importFormTakesAFileAndIsTidiedUpAfter() throws Exception {
        byte[] xml = ("<words>" + "<word>meow</word>".repeat(500) + "</words>").getBytes(StandardCharsets.UTF_8);

        WordPress.Answer answer = wordPress.submit("/habits/v1/words-importer", "import", "words.xml", xml);

        JsonNode imported = answer.json();
        assertThat(answer.status()).as(imported.toString()).isEqualTo(200);
        assertThat(imported.path("words").asInt()).as(imported.toString()).isEqualTo(500);
        assertThat(imported.path("status").asString()).isEqualTo("private");
        assertThat(imported.path("file").asString()).matches("s3://media/uploads/.*/words\\.xml_?\\.txt");
        assertThat(imported.path("cleanup").asBoolean()).isTrue();
        assertThat(imported.path("stored").asBoolean()).isTrue();
        assertThat(imported.path("left").asBoolean()).isFalse();
        assertThat(bucket.keysSince(keysBefore)).isEmpty();
    }

    @Test
    void pluginThatAsksForTheDirectoryWhileItIsLoadedHasTheRightOne() throws Exception {
        JsonNode gallery = run("early-gallery");

        assertThat(gallery.path("directory").asString()).isEqualTo("s3://media/uploads/early-gallery");
        assertThat(gallery.path("same").asBoolean()).isTrue();
        assertThat(wordPress.get(gallery.path("url").asString()).body())
                .asString()
                .isEqualTo("{\"pictures\": 3}");
    }

    @Test
    void guardPutsItsStubsEverywhereAndNoVisitorSeesThem() throws Exception {
        JsonNode guard = run("upload-guard?folder=upload-guard");

        assertThat(guard.path("marked").asBoolean()).as(guard.toString()).isTrue();
        assertThat(guard.path("times").asInt()).isEqualTo(1);
        assertThat(guard.path("rules")).hasSize(3);
        assertThat(bucket.keys()).contains("uploads/upload-guard/.htaccess", "uploads/upload-guard/forms/a/index.php");
        for (String stub : List.of("/uploads/upload-guard/index.php", "/uploads/upload-guard/.htaccess")) {
            assertThat(wordPress.get(stub).body()).asString().doesNotContain("Silence", "deny from all");
        }
        assertThat(wordPress.get("/uploads/upload-guard/cover.jpg").body())
                .asString()
                .isEqualTo("The cover");
        assertThat(wordPress.get("/uploads/upload-guard/sold/book.pdf").statusCode())
                .isEqualTo(404);
    }

    private JsonNode run(String habit) throws IOException, InterruptedException {
        WordPress.Answer answer = wordPress.ask("/habits/v1/" + habit);
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
        return answer.json();
    }

    private String text(String key) {
        return new String(bucket.bytes(key), StandardCharsets.UTF_8);
    }
}
