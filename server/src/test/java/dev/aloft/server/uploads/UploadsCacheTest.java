package dev.aloft.server.uploads;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.SettableTime;
import dev.aloft.server.SignedUrl;
import dev.aloft.server.UrlKey;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.Eventually;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests for uploads through the cache; time passes when the test says so.
final class UploadsCacheTest {

    private static final UrlSecret SECRET = UrlSecret.of("0123456789abcdef0123456789abcdef");
    private static final UrlKey KEY = S3Fixture.key(SECRET);

    private static S3Fixture s3;
    private static Edge edge;
    private static final SettableTime TIME = new SettableTime();

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        s3 = new S3Fixture(folder);
        EdgeSite site = EdgeSite.of(s3.uploads().withSecret(SECRET));
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, site), TIME);
    }

    @AfterAll
    static void stop() throws IOException {
        edge.close();
        s3.close();
    }

    @BeforeEach
    void beCalm() throws Exception {
        TIME.pass(Duration.ofMinutes(1)); // so that no failure of before is remembered
        s3.recover();
    }

    @Test
    void whatIsFreshIsAnsweredWithoutS3() throws IOException {
        s3.put("hit.jpg", "image/jpeg", "meow");
        assertThat(get("hit.jpg").header("cache-status")).isEqualTo("aloft; fwd=uri-miss; fwd-status=200; stored");
        TIME.pass(Duration.ofSeconds(10));
        Answer hit = get("hit.jpg");
        assertThat(hit.text()).isEqualTo("meow");
        assertThat(hit.header("age")).isEqualTo("10");
        assertThat(hit.header("cache-status")).matches("aloft; hit; ttl=(9|10)");
        assertThat(hit.headers()).doesNotContainKey("aloft-cache-control");
        assertThatRequests(s3.front()).are("GetObject", 1);
    }

    @Test
    void aThousandMissesOfOneKeyAreOneGet() throws Exception {
        s3.put("herd.jpg", "image/jpeg", "meow");
        s3.front().onEvery().delay(Duration.ofMillis(300));
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = IntStream.range(0, 1000)
                    .mapToObj(_ -> clients.submit(() -> get("herd.jpg").text()))
                    .toList();
            for (Future<String> answer : answers) {
                assertThat(answer.get(90, TimeUnit.SECONDS)).isEqualTo("meow");
            }
        }
        assertThatRequests(s3.front()).are("GetObject", 1);
    }

    @Test
    void missesOfManyKeysAreOneGetOfEach() throws Exception {
        int keys = 150;
        for (int i = 0; i < keys; i++) {
            s3.put("herd" + i + ".jpg", "image/jpeg", "meow");
        }
        s3.front().onEvery().delay(Duration.ofMillis(200));
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = IntStream.range(0, 3 * keys)
                    .mapToObj(i ->
                            clients.submit(() -> get("herd" + i % keys + ".jpg").text()))
                    .toList();
            for (Future<String> answer : answers) {
                assertThat(answer.get(90, TimeUnit.SECONDS)).isEqualTo("meow");
            }
        }
        assertThatRequests(s3.front()).are("GetObject", keys);
    }

    @Test
    void aStaleUploadIsServedWhileS3IsAsked() throws Exception {
        s3.put("stale.jpg", "image/jpeg", "old");
        get("stale.jpg");
        s3.put("stale.jpg", "image/jpeg", "new");
        TIME.pass(UploadsOrigin.FRESH.plusSeconds(1));
        assertThat(get("stale.jpg").text()).isEqualTo("old");
        Eventually.await("revalidation", () -> get("stale.jpg").text().equals("new"));
    }

    @Test
    void aChangeThatNobodyAnnouncesIsVisibleToTheFirstVisitorAfter30Seconds() throws Exception {
        s3.put("unannounced.jpg", "image/jpeg", "old");
        get("unannounced.jpg");
        s3.put("unannounced.jpg", "image/jpeg", "new");
        TIME.pass(Duration.ofSeconds(30));
        assertThat(get("unannounced.jpg").text()).isEqualTo("new");
    }

    @Test
    void anUploadThatHasNotChangedIsConfirmedByAHead() throws Exception {
        s3.put("same.jpg", "image/jpeg", "same");
        get("same.jpg");
        s3.front().reset();
        TIME.pass(UploadsOrigin.FRESH.plus(UploadsOrigin.WHILE_ASKING).plusSeconds(1));
        Answer confirmed = get("same.jpg");
        assertThat(confirmed.text()).isEqualTo("same");
        assertThat(confirmed.header("cache-status")).isEqualTo("aloft; fwd=stale; fwd-status=304; stored");
        assertThat(confirmed.header("age")).isEqualTo("0");
        assertThatRequests(s3.front()).are("HeadObject", 1);
    }

    @ParameterizedTest
    @CsvSource({"GET,", "HEAD,", "GET,gzip", "HEAD,gzip"})
    void changedContentEncodingIsAChangeThoughTheETagIsTheSame(String method, @Nullable String before)
            throws Exception {
        String after = before == null ? "gzip" : null;
        String name = method + before + ".css";
        StoredObject stored = put(name, before);
        assertThat(get(name).headers().get("content-encoding")).isEqualTo(before);
        assertThat(put(name, after).etag()).isEqualTo(stored.etag());
        Eventually.await(
                "the other encoding",
                () -> { // A HEAD may be a second old.
                    TIME.pass(
                            UploadsOrigin.FRESH.plus(UploadsOrigin.WHILE_ASKING).plusSeconds(1));
                    Answer answer = Answer.to(edge.port(), method, "/uploads/" + name);
                    return Objects.equals(answer.headers().get("content-encoding"), after);
                });
        assertThat(get(name).headers().get("content-encoding")).isEqualTo(after);
    }

    private static StoredObject put(String name, @Nullable String encoding) throws IOException {
        byte[] bytes = "body { color: red }".getBytes(StandardCharsets.UTF_8);
        return s3.bucketOfAnotherHost()
                .put(
                        S3Fixture.key(name),
                        new ByteArrayInputStream(bytes),
                        bytes.length,
                        new ObjectHeaders("text/css", null, encoding),
                        Map.of(),
                        WriteCondition.always());
    }

    @Test
    void whileS3IsDownWhatIsHeldIsServedWithoutWaiting() throws Exception {
        s3.put("down.jpg", "image/jpeg", "held");
        get("down.jpg");
        TIME.pass(Duration.ofHours(3));
        s3.front().goDown();
        for (int i = 0; i < 3; i++) {
            Answer answer = get("down.jpg");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("held");
            assertThat(answer.header("cache-status")).matches("aloft; hit; ttl=-\\d+; detail=origin-\\w+");
        }
        assertThat(get("never-seen.jpg").status()).isEqualTo(503);
    }

    @Test
    void whatIsMissingIsKnownForASecondOrTwo() throws IOException {
        assertThat(get("later.jpg").status()).isEqualTo(404);
        assertThat(get("later.jpg").status()).isEqualTo(404);
        assertThatRequests(s3.front()).are("GetObject", 1);
        s3.put("later.jpg", "image/jpeg", "here");
        TIME.pass(UploadsOrigin.MISSING);
        assertThat(get("later.jpg").status()).isEqualTo(200);
    }

    @Test
    void nothingIsMissingLongerThanThatWhileS3IsSlow() throws IOException {
        assertThat(get("late.jpg").status()).isEqualTo(404);
        s3.put("late.jpg", "image/jpeg", "here");
        TIME.pass(UploadsOrigin.MISSING);
        s3.front().onEvery().delay(Duration.ofSeconds(2));
        assertThat(get("late.jpg").status()).isEqualTo(200);
    }

    @Test
    void whatThisProcessChangesIsSeenAtOnce() throws IOException {
        StoredObject old = s3.put("own.jpg", "image/jpeg", "old");
        assertThat(get("own.jpg").text()).isEqualTo("old");
        s3.change("own.jpg", "new");
        assertThat(get("own.jpg").text()).isEqualTo("new");
        s3.bucket().delete(old.key());
        assertThat(get("own.jpg").status()).isEqualTo(404);
        s3.change("own.jpg", "again");
        assertThat(get("own.jpg").text()).isEqualTo("again");
    }

    @Test
    void aPrivateUploadIsForSignedRequestsOnly() throws IOException {
        StoredObject object = s3.put("secret.pdf", "application/pdf", "secret");
        s3.bucket()
                .replaceMetadata(
                        s3.bucket().head(object.key(), Duration.ZERO).orElseThrow(), Map.of("aloft-private", "1"));
        SignedUrl url = SignedUrl.sign(KEY, "secret.pdf", Instant.now().plusSeconds(60));
        SignedUrl past = SignedUrl.sign(KEY, "secret.pdf", Instant.now().minusSeconds(1));
        for (int i = 0; i < 2; i++) { // as a miss and as a hit
            Answer open = get("secret.pdf?" + url.query());
            assertThat(open.text()).isEqualTo("secret");
            assertThat(open.header("cache-control")).isEqualTo("private, no-store");
            assertThat(open.headers()).doesNotContainKey("aloft-private");
            for (String query : new String[] {"", "?" + past.query(), "?" + url.query() + "x"}) {
                Answer hidden = get("secret.pdf" + query);
                assertThat(hidden.status()).as(query).isEqualTo(404);
                assertThat(hidden.headers()).doesNotContainKeys("etag", "cache-status", "aloft-private");
            }
        }
    }

    @Test
    void anotherSitesSignatureReadsNoPrivateUpload() throws IOException {
        s3.hide(s3.put("of-one-site.pdf", "application/pdf", "secret".getBytes(StandardCharsets.US_ASCII)));
        UrlKey other = UrlKey.of(SECRET, s3.bucket().name(), S3Fixture.TOP.resolve("another"));
        Instant soon = Instant.now().plusSeconds(60);
        assertThat(get("of-one-site.pdf?"
                                + SignedUrl.sign(KEY, "of-one-site.pdf", soon).query())
                        .status())
                .isEqualTo(200);
        assertThat(get("of-one-site.pdf?"
                                + SignedUrl.sign(other, "of-one-site.pdf", soon).query())
                        .status())
                .isEqualTo(404);
    }

    private static Answer get(String name, String... fields) throws IOException {
        return Answer.to(edge.port(), "GET", "/uploads/" + name, fields);
    }
}
