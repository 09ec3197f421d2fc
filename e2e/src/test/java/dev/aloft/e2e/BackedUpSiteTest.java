package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real WordPress that loses its tables and its bucket, and is brought back by `aloft backup restore`.
@Timeout(1800)
final class BackedUpSiteTest {

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int FILES_A_REQUEST = 50;
    private static final int MEDIA_A_PAGE = 100;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /// Makes attachments, and a post that shows them.
    private static final String MAKE_MEDIA = """
            if (isset($_GET['make'])) {
                add_action('wp_loaded', static function (): never {
                    $links = '';
                    for ($i = (int) $_GET['make'], $end = $i + (int) $_GET['count']; $i < $end; $i++) {
                        $made = wp_upload_bits("file-$i.txt", null, str_repeat(md5("$i") . "\\n", 1 + $i % 50));
                        if ($made['error']) {
                            status_header(500);
                            exit($made['error']);
                        }
                        wp_insert_attachment(
                            ['post_title' => "File $i", 'post_mime_type' => 'text/plain', 'post_status' => 'inherit'],
                            $made['file']
                        );
                        $links .= "<a href='{$made['url']}'>File $i</a>";
                    }
                    wp_insert_post(['post_title' => "Until $i", 'post_content' => $links, 'post_status' => 'publish']);
                    exit('made');
                });
            }
            """;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = OpenFolder.create("aloft-backup");
    }

    @AfterEach
    void removeFolder() throws IOException {
        OpenFolder.delete(folder);
    }

    @Test
    void aSiteComesBackWithEveryPageAndByte() throws Exception {
        try (TestS3 s3 = TestS3.embedded(folder.resolve("s3"))) {
            requireComesBack(s3, 500);
        }
    }

    @Test
    @Tag("slow")
    void aLargeSiteComesBackWithEveryPageAndByte() throws Exception {
        try (TestS3 s3 = TestS3.embedded(folder.resolve("s3"))) {
            requireComesBack(s3, 2_000);
        }
    }

    @Test
    @Tag("slow")
    @Tag("ceph")
    void aSiteOnCephComesBackWithEveryPageAndByte() throws Exception {
        try (TestS3 s3 = TestS3.ceph(folder.resolve("s3"))) {
            requireComesBack(s3, 500);
        }
    }

    private void requireComesBack(TestS3 s3, int media) throws Exception {
        try (ServedSite site = start(s3);
                BucketView bucket = BucketView.open(s3, ServedSite.BUCKET)) {
            WordPress wordPress = site.wordPress();
            WordPress.Answer picture = wordPress.upload("cat.jpg", "image/jpeg", Photo.jpeg(900, 600, 1));
            makeMedia(site, media - 1);
            Map<String, String> before = seen(wordPress);
            assertThat(before).hasSizeGreaterThan(media);
            run(site, "create");
            assertThat(run(site, "verify", "--all")).anyMatch(line -> line.contains("0 failed"));

            site.sql("DROP DATABASE wordpress; CREATE DATABASE wordpress");
            bucket.delete(bucket.keys());
            site.restartAgent();
            assertThat(wordPress.get(picture.urls().getFirst()).statusCode()).isEqualTo(404);
            assertThat(wordPress.get("/").statusCode()).isNotEqualTo(200);

            run(site, "restore", "--yes");

            assertThat(seen(wordPress)).isEqualTo(before);
        }
    }

    @Test
    @Tag("slow")
    @Tag("ceph")
    void aSiteGoesBackToASecondBetweenTwoUploads() throws Exception {
        try (TestS3 s3 = TestS3.ceph(folder.resolve("s3"));
                ServedSite site = start(s3);
                BucketView backups = BucketView.open(s3, "backups")) {
            s3.enableVersions(ServedSite.BUCKET);
            site.sql("GRANT REPLICATION SLAVE, BINLOG MONITOR, BINLOG REPLAY ON *.* TO wordpress@localhost");
            WordPress wordPress = site.wordPress();
            try (AloftProcess follower = site.command("backup", "follow", "--interval", "1")) {
                run(site, "create");
                wordPress.upload("first.jpg", "image/jpeg", Photo.jpeg(900, 600, 1));
                Map<String, String> before = seen(wordPress);
                Instant moment = Instant.now().truncatedTo(ChronoUnit.SECONDS);
                awaitAfter(moment.plusSeconds(1));
                WordPress.Answer second = wordPress.upload("second.jpg", "image/jpeg", Photo.jpeg(900, 600, 2));
                awaitAfter(moment.plusSeconds(3));
                Eventually.await("the log of that second", () -> isComplete(backups, moment.plusSeconds(2)));
                assertThat(follower.isAlive()).isTrue();

                run(site, "restore", "--yes", "--delete", "--to", moment.toString());

                site.restartAgent();
                assertThat(seen(wordPress)).isEqualTo(before);
                assertThat(wordPress.get(second.urls().getFirst()).statusCode()).isEqualTo(404);
            }
        }
    }

    private static boolean isComplete(BucketView backups, Instant moment) {
        String state = "site/binlog/state.json";
        return backups.keys().contains(state)
                && Instant.parse(JsonMapper.shared()
                                .readTree(backups.bytes(state))
                                .path("complete")
                                .asString())
                        .isAfter(moment);
    }

    private static void awaitAfter(Instant moment) throws Exception {
        Eventually.await("a later second", () -> Instant.now().isAfter(moment));
    }

    private ServedSite start(TestS3 s3) throws Exception {
        ServedSite site = ServedSite.start(folder.resolve("site"), s3);
        s3.createBucket("backups");
        site.restartWith("""
                [site.backup]
                bucket = "backups"
                database = "%s"
                """.formatted(site.wpConfig()));
        return site;
    }

    private static List<String> run(ServedSite site, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of("backup"));
        all.addAll(List.of(words));
        try (AloftProcess command = site.command(all.toArray(String[]::new))) {
            assertThat(command.awaitEnd(LIMIT))
                    .as("%s: %s", all, command.errors())
                    .isZero();
            return command.output();
        }
    }

    private static void makeMedia(ServedSite site, int count) throws IOException, InterruptedException {
        site.runFirst(MAKE_MEDIA);
        for (int i = 0; i < count; i += FILES_A_REQUEST) {
            URI make = site.home().resolve("/?make=" + i + "&count=" + Math.min(FILES_A_REQUEST, count - i));
            HttpResponse<String> answer =
                    HTTP.send(HttpRequest.newBuilder(make).timeout(LIMIT).build(), BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("made");
        }
    }

    /// Whatever visitors and editors get: pages, posts, the media library, and the hash of each file.
    private static Map<String, String> seen(WordPress wordPress) throws IOException, InterruptedException {
        Map<String, String> seen = new TreeMap<>();
        seen.put("/", new String(wordPress.get("/").body(), StandardCharsets.UTF_8));
        seen.put("posts", wordPress.ask("/wp/v2/posts?per_page=100").json().toString());
        JsonNode page;
        int number = 0;
        do {
            number++;
            page = wordPress
                    .ask("/wp/v2/media?per_page=" + MEDIA_A_PAGE + "&page=" + number)
                    .json();
            for (JsonNode media : page) {
                seen.put("media " + media.path("id"), media.toString());
                for (String url : new WordPress.Answer(200, media, Duration.ZERO).urls()) {
                    HttpResponse<byte[]> file = wordPress.get(url);
                    seen.put(url, file.statusCode() + " " + sha256(file.body()));
                }
            }
        } while (page.size() == MEDIA_A_PAGE);
        return seen;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
