package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Behaviour for people when something behind WordPress is down: pages render in their usual time, an upload ends with
/// an error that says why, nothing of it is in the bucket, and one line of the agent's log tells the operator. When it
/// is back, uploads work again without a restart.
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TroubleTest {

    /// Limit of a request to S3, which operators can set. Shorter than the default, because the test waits for it.
    private static final Duration S3_TIMEOUT = Duration.ofSeconds(8);

    /// Limit of a failing upload.
    private static final Duration FAILURE_LIMIT = S3_TIMEOUT.plusSeconds(10);

    /// Tolerated delay of a page.
    private static final Duration TOLERANCE = Duration.ofSeconds(3);

    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);
    private static final String LOG_LINE = "\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z +(INFO|WARNING|SEVERE) .*";

    private Path folder;
    private TestS3 s3;
    private ServedSite site;
    private BucketView bucket;
    private WordPress wordPress;
    private byte[] photo;
    private String post;
    private Duration usual;
    private Set<String> keysBefore;

    @BeforeAll
    void start() throws Exception {
        folder = OpenFolder.create("aloft-trouble");
        s3 = TestS3.embedded(folder.resolve("s3"));
        site = ServedSite.startApart(folder.resolve("site"), s3, S3_TIMEOUT);
        bucket = BucketView.open(s3, ServedSite.BUCKET);
        wordPress = site.wordPress();
        photo = Photo.jpeg(900, 600, 3);
        WordPress.Answer picture = wordPress.upload("healthy.jpg", "image/jpeg", photo);
        assertThat(picture.status()).isEqualTo(201);
        String url = picture.urls().getFirst();
        post = wordPress
                .tell("/wp/v2/posts", """
                        {"title": "With a picture", "status": "publish",
                         "content": "<!-- wp:image {\\"id\\":%1$d} --><figure class=\\"wp-block-image\\"><img src=\\"%2$s\\"
                         class=\\"wp-image-%1$d\\"/></figure><!-- /wp:image -->", "featured_media": %1$d}
                        """.replace("\n", " ").formatted(picture.id(), url))
                .json()
                .path("link")
                .asString();
        assertThat(page(post)).contains(url);
        usual = slowest(5);
        System.err.println("the slowest healthy page took " + usual.toMillis() + " ms");
    }

    @AfterAll
    void stop() throws Exception {
        bucket.close();
        site.close();
        s3.close();
        OpenFolder.delete(folder);
    }

    @BeforeEach
    void lookAround() {
        keysBefore = bucket.keys();
    }

    @AfterEach
    void calm() throws Exception {
        site.s3().calm();
        site.s3().comeUp();
    }

    @Test
    void theAgentIsNotRunning() throws Exception {
        assertThat(site.agent().end("TERM")).isEqualTo(143);
        assertPagesRender();
        assertUploadFails("agent");
        site.restartAgent();
        assertUploadsWorkAgain();
    }

    /// The file is large, so that S3 cannot have the whole of it when the agent dies.
    @Test
    void theAgentIsKilledInTheMiddleOfAnUpload() throws Exception {
        byte[] large = "All work and no play. ".repeat(600_000).getBytes(StandardCharsets.US_ASCII);
        site.s3().reset();
        site.s3().on("PutObject").next(1).delay(Duration.ofSeconds(10));
        FutureTask<WordPress.Answer> upload = inBackground(() -> wordPress.upload("large.txt", "text/plain", large));
        Eventually.await("the upload reaches S3", () -> site.s3().count("PutObject") > 0);
        assertThat(site.agent().end("KILL")).isEqualTo(137);
        assertFailed(upload.get(), "agent");
        assertPagesRender();
        site.restartAgent();
        assertNothingWritten();
        assertUploadsWorkAgain();
    }

    @Test
    void s3IsDown() throws Exception {
        List<String> log = site.agent().errors();
        site.s3().goDown();
        assertPagesRender();
        assertUploadFails("cannot");
        assertUploadFails("cannot");
        assertPagesRender();
        site.s3().comeUp();
        assertNothingWritten();
        assertLogSays(log, "the store is down: cannot reach the bucket");
        assertUploadsWorkAgain();
        assertLogSays(log, "the store answers again");
    }

    @Test
    void s3DoesNotAnswer() throws Exception {
        List<String> log = site.agent().errors();
        site.s3().onEvery().neverAnswer();
        assertUploadFails("time limit");
        assertUploadFails("cannot");
        assertPagesRender();
        site.s3().calm();
        assertNothingWritten();
        assertLogSays(log, "did not answer within the time limit");
        assertUploadsWorkAgain();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 403})
    void s3AnswersEverythingWithAnError(int status) throws Exception {
        List<String> log = site.agent().errors();
        site.s3().onEvery().answer(status);
        assertPagesRender();
        assertUploadFails("S3 answers " + status);
        site.s3().calm();
        assertNothingWritten();
        assertLogSays(log, "S3 answers " + status);
        assertUploadsWorkAgain();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 403})
    void s3AnswersEveryWriteWithAnError(int status) throws Exception {
        List<String> log = site.agent().errors();
        site.s3().on("PutObject").answer(status);
        assertPagesRender();
        assertUploadFails("S3 answers " + status);
        site.s3().calm();
        assertNothingWritten();
        assertLogSays(log, "cannot write s3://media/uploads/", "S3 answers " + status);
        assertUploadsWorkAgain();
    }

    @Test
    void theBucketIsMissing() throws Exception {
        List<String> log = site.agent().errors();
        Path place = folder.resolve("s3").resolve(ServedSite.BUCKET);
        Path away = folder.resolve("bucket-that-was");
        Files.move(place, away);
        try {
            assertPagesRender();
            assertUploadFails("bucket");
            assertPagesRender();
        } finally {
            Files.move(away, place);
        }
        assertNothingWritten();
        assertLogSays(log, "bucket s3://media");
        assertUploadsWorkAgain();
    }

    /// The folder of the embedded S3 gets a disk of its own that is too small for a photograph; only root can do that.
    @Test
    void theDiskOfTheStoreIsFull() throws Exception {
        Path uploads = folder.resolve("s3").resolve(ServedSite.BUCKET).resolve("uploads");
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=32k", "aloft-test", uploads.toString()))
                .as("mounting a small disk, as root may")
                .isZero();
        List<String> log = site.agent().errors();
        try {
            assertUploadFails("S3 answers 507");
            assertPagesRender();
            assertThat(bucket.keys()).isEmpty();
        } finally {
            assertThat(run("umount", uploads.toString())).isZero();
        }
        assertNothingWritten();
        assertLogSays(log, "cannot write s3://media/uploads/", "S3 answers 507");
        assertUploadsWorkAgain();
    }

    private static int run(String... words) throws IOException, InterruptedException {
        return new ProcessBuilder(words).inheritIO().start().waitFor();
    }

    private void assertPagesRender() throws Exception {
        Duration limit = usual.plus(Machine.fair(TOLERANCE));
        assertThat(slowest(2)).as("the time for a page, usually " + usual).isLessThan(limit);
    }

    /// The time of the slowest page.
    private Duration slowest(int rounds) throws Exception {
        Duration slowest = Duration.ZERO;
        for (int i = 0; i < rounds; i++) {
            for (String address : List.of("/", post)) {
                long begin = System.nanoTime();
                page(address);
                Duration took = Duration.ofNanos(System.nanoTime() - begin);
                slowest = took.compareTo(slowest) > 0 ? took : slowest;
            }
        }
        return slowest;
    }

    private String page(String address) throws Exception {
        HttpResponse<byte[]> answer = wordPress.get(address);
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.statusCode()).as(address).isEqualTo(200);
        assertThat(text).as(address).contains("</html>");
        return text;
    }

    private void assertUploadFails(String reason) throws Exception {
        assertFailed(wordPress.upload("trouble.jpg", "image/jpeg", photo), reason);
    }

    private static void assertFailed(WordPress.Answer answer, String reason) {
        System.err.println("failed after " + answer.took().toMillis() + " ms: " + answer.json());
        assertThat(answer.status()).as(answer.json().toString()).isGreaterThanOrEqualTo(400);
        assertThat(answer.json().path("message").asString()).contains("could not be stored", reason);
        assertThat(answer.took()).isLessThan(FAILURE_LIMIT);
    }

    private void assertNothingWritten() {
        assertThat(bucket.keys()).isEqualTo(keysBefore);
        assertThat(bucket.unfinishedUploads()).isEmpty();
    }

    private void assertLogSays(List<String> before, String... texts) throws IOException {
        List<String> log = site.agent().errors();
        List<String> since = log.subList(before.size(), log.size());
        assertThat(since).allMatch(line -> line.matches(LOG_LINE));
        assertThat(since)
                .as("the agent's log")
                .anySatisfy(line -> assertThat(line).contains(texts));
    }

    private void assertUploadsWorkAgain() throws Exception {
        long end = System.nanoTime() + Machine.fair(RECOVERY_LIMIT).toNanos();
        WordPress.Answer answer = wordPress.upload("again.jpg", "image/jpeg", photo);
        while (answer.status() != 201 && System.nanoTime() < end) {
            Thread.sleep(POLL_INTERVAL);
            answer = wordPress.upload("again.jpg", "image/jpeg", photo);
        }
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(201);
        assertThat(wordPress.get(answer.urls().getFirst()).body()).isEqualTo(photo);
        assertThat(wordPress.delete(answer.id()).status()).isEqualTo(200);
        assertThat(bucket.keys()).isEqualTo(keysBefore);
    }

    private static <T> FutureTask<T> inBackground(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }
}
