package dev.aloft.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

@Timeout(60)
final class EmbeddedS3Test {

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    private static final String BUCKET = "media";
    private static final int WRITERS = 8;
    private static final int ROUNDS = 10;

    @TempDir
    Path data;

    private EmbeddedS3 s3;
    private S3Client client;

    @BeforeEach
    void start() throws IOException {
        s3 = EmbeddedS3.start(data, CREDENTIALS);
        s3.createBucket(BUCKET);
        client = client(CREDENTIALS);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        s3.close();
    }

    @Test
    void objectIsReadBackWithItsMetadata() {
        client.putObject(
                put -> put.bucket(BUCKET)
                        .key("uploads/a b.txt")
                        .contentType("text/plain")
                        .cacheControl("max-age=60"),
                RequestBody.fromString("hello"));

        ResponseBytes<GetObjectResponse> read =
                client.getObjectAsBytes(get -> get.bucket(BUCKET).key("uploads/a b.txt"));

        assertThat(read.asUtf8String()).isEqualTo("hello");
        assertThat(read.response().contentType()).isEqualTo("text/plain");
        assertThat(read.response().cacheControl()).isEqualTo("max-age=60");
    }

    @Test
    void listingHasEveryObjectOnce() {
        List.of("b/2", "a", "b/1", "empty").forEach(key -> put(key, key.equals("empty") ? "" : key));

        assertThat(keys()).containsExactly("a", "b/1", "b/2", "empty");
    }

    @Test
    void objectsSurviveARestart() throws IOException {
        String etag = put("uploads/cat.jpg", "meow");
        client.close();
        s3.close();

        start();

        assertThat(read("uploads/cat.jpg")).isEqualTo("meow");
        assertThat(client.headObject(head -> head.bucket(BUCKET).key("uploads/cat.jpg"))
                        .eTag())
                .isEqualTo(etag);
    }

    @Test
    void wrongSecretIsRefused() {
        try (S3Client stranger = client(new S3Credentials("aloft", "guessed"))) {
            assertThatExceptionOfType(S3Exception.class)
                    .isThrownBy(() -> stranger.listObjectsV2(list -> list.bucket(BUCKET)))
                    .satisfies(refusal -> assertThat(refusal.statusCode()).isEqualTo(403));
        }
    }

    @Test
    void unsignedRequestIsRefused() throws Exception {
        put("a", "secret");
        URI object = s3.endpoint().resolve("/" + BUCKET + "/a");

        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(HttpRequest.newBuilder(object).build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void oneOfManyCreatorsWins() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String key = "create/" + round;
            assertThat(statuses(writer -> () -> put(key, "writer " + writer, null, "*")))
                    .containsOnly(200, 412)
                    .containsOnlyOnce(200);
        }
    }

    @Test
    void oneOfManyWritersOverTheSameVersionWins() throws Exception {
        String etag = put("counter", "start");
        for (int round = 0; round < ROUNDS; round++) {
            String version = etag;
            String mark = "round " + round + " writer ";
            assertThat(statuses(writer -> () -> put("counter", mark + writer, version, null)))
                    .containsOnly(200, 412)
                    .containsOnlyOnce(200);
            etag = client.headObject(head -> head.bucket(BUCKET).key("counter")).eTag();
            assertThat(etag).isNotEqualTo(version);
        }
    }

    @Test
    void oneOfManyCompletionsOverTheSameVersionWins() throws Exception {
        String etag = put("log", "start");
        for (int round = 0; round < ROUNDS; round++) {
            String version = etag;
            String mark = "round " + round + " writer ";
            assertThat(statuses(writer -> () -> complete("log", mark + writer, version)))
                    .containsOnly(200, 412)
                    .containsOnlyOnce(200);
            etag = client.headObject(head -> head.bucket(BUCKET).key("log")).eTag();
        }
    }

    @Test
    void writeAndRemovalOverTheSameVersionDoNotBothWin() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String key = "either/" + round;
            String version = put(key, "start");
            List<Integer> answers = statuses(writer -> () -> {
                if (writer == 0) {
                    client.deleteObject(delete -> delete.bucket(BUCKET).key(key).ifMatch(version));
                    return "";
                }
                return put(key, "writer " + writer, version, null);
            });
            long winners = answers.stream().filter(status -> status == 200).count();

            // A conditional removal of what is gone already is answered as done.
            assertThat(winners).isBetween(1L, keys().contains(key) ? 1L : 2L);
            assertThat(answers).isSubsetOf(200, 404, 412);
        }
    }

    @Test
    void unconditionalWritesAllSucceed() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(statuses(writer -> () -> {
                        String etag = put("same", "writer " + writer);
                        client.headObject(head -> head.bucket(BUCKET).key("same"));
                        return etag;
                    }))
                    .containsOnly(200);
        }
    }

    @Test
    void writeInFlightIsNotListedAndDelaysNobody() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService sender = Executors.newSingleThreadExecutor()) {
            Future<?> slow = sender.submit(() -> client.putObject(
                    put -> put.bucket(BUCKET).key("slow"),
                    RequestBody.fromInputStream(new GatedBody(1 << 20, begun, go), 1 << 20)));
            try {
                assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
                put("slow", "overtaken");
                client.deleteObject(delete -> delete.bucket(BUCKET).key("slow"));
                assertThat(keys()).isEmpty();
            } finally {
                go.countDown();
            }
            slow.get(20, TimeUnit.SECONDS);
            assertThat(keys()).containsExactly("slow");
        }
    }

    @Test
    void halfWrittenFilesOfADeadProcessAreRemoved() throws IOException {
        put("kept-0b9f7a52-7a3c-4b51-9b3e-1f3a5a1c2d3e", "named like a hidden file");
        Files.writeString(data.resolve(BUCKET).resolve("cat.jpg-7d3f7a52-7a3c-4b51-9b3e-1f3a5a1c2d3e"), "half");
        client.close();
        s3.close();

        start();

        assertThat(keys()).containsExactly("kept-0b9f7a52-7a3c-4b51-9b3e-1f3a5a1c2d3e");
    }

    @Test
    void takenPortIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThatThrownBy(() -> EmbeddedS3.start(data, CREDENTIALS, taken.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void bucketNameThatIsTooShortIsRefused() {
        assertThatThrownBy(() -> s3.createBucket("ab")).hasMessageContaining("\"ab\"");
    }

    @Test
    void credentialsDoNotPrintTheirSecret() {
        assertThat(CREDENTIALS).asString().contains("aloft").doesNotContain("not-a-secret");
    }

    private S3Client client(S3Credentials credentials) {
        return S3Client.builder()
                .endpointOverride(s3.endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(credentials.accessKey(), credentials.secretKey())))
                .httpClientBuilder(Apache5HttpClient.builder())
                // A repetition would hide what went wrong the first time.
                .overrideConfiguration(client -> client.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    private String put(String key, String text) {
        return put(key, text, null, null);
    }

    private String put(String key, String text, @Nullable String ifMatch, @Nullable String ifNoneMatch) {
        return client.putObject(
                        put -> put.bucket(BUCKET).key(key).ifMatch(ifMatch).ifNoneMatch(ifNoneMatch),
                        RequestBody.fromString(text))
                .eTag();
    }

    private String complete(String key, String text, String ifMatch) {
        String upload = client.createMultipartUpload(
                        create -> create.bucket(BUCKET).key(key))
                .uploadId();
        String part = client.uploadPart(
                        request ->
                                request.bucket(BUCKET).key(key).uploadId(upload).partNumber(1),
                        RequestBody.fromBytes(text.getBytes(UTF_8)))
                .eTag();
        return client.completeMultipartUpload(request -> request.bucket(BUCKET)
                        .key(key)
                        .uploadId(upload)
                        .ifMatch(ifMatch)
                        .multipartUpload(parts -> parts.parts(
                                CompletedPart.builder().partNumber(1).eTag(part).build())))
                .eTag();
    }

    private String read(String key) {
        return client.getObjectAsBytes(get -> get.bucket(BUCKET).key(key)).asUtf8String();
    }

    private List<String> keys() {
        return client.listObjectsV2(list -> list.bucket(BUCKET)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    /// The statuses for several writers that start at the same moment.
    private static List<Integer> statuses(WriterWork work) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            List<Future<Integer>> answers = IntStream.range(0, WRITERS)
                    .mapToObj(writer -> writers.submit(() -> {
                        start.await();
                        return status(work.of(writer));
                    }))
                    .toList();
            start.countDown();
            List<Integer> statuses = new ArrayList<>();
            for (Future<Integer> answer : answers) {
                statuses.add(answer.get(30, TimeUnit.SECONDS));
            }
            return statuses;
        }
    }

    private static int status(Callable<String> request) throws Exception {
        try {
            request.call();
            return 200;
        } catch (S3Exception refusal) {
            return refusal.statusCode();
        }
    }

    private interface WriterWork {
        Callable<String> of(int writer);
    }
}
