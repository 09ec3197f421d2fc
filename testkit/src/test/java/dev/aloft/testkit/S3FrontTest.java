package dev.aloft.testkit;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// The AWS SDK through a front, to the embedded S3.
final class S3FrontTest {

    private static final S3Credentials CREDENTIALS = new S3Credentials("front-test", "front-test-secret");
    private static final String BUCKET = "media";
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);

    @TempDir
    private static Path data;

    private static EmbeddedS3 store;
    private S3Front front;
    private S3Client once;

    @BeforeAll
    static void startStore() throws IOException {
        store = EmbeddedS3.start(data, CREDENTIALS);
        store.createBucket(BUCKET);
    }

    @AfterAll
    static void stopStore() throws IOException {
        store.close();
    }

    @BeforeEach
    void startFront() throws IOException {
        front = S3Front.before(store.endpoint());
        once = client(front.endpoint(), 1, ANSWER_LIMIT, true);
    }

    @AfterEach
    void stopFront() {
        once.close();
        front.close();
    }

    @Test
    void namesEveryRequestAsS3Does() {
        put("a b+ü.txt", "hello");
        read("a b+ü.txt");
        once.headObject(b -> b.bucket(BUCKET).key("a b+ü.txt"));
        once.copyObject(b -> b.sourceBucket(BUCKET)
                .sourceKey("a b+ü.txt")
                .destinationBucket(BUCKET)
                .destinationKey("copy"));
        once.listObjectsV2(b -> b.bucket(BUCKET));
        once.headBucket(b -> b.bucket(BUCKET));
        once.listBuckets();
        once.deleteObjects(b -> b.bucket(BUCKET)
                .delete(d -> d.objects(ObjectIdentifier.builder().key("copy").build())));
        once.deleteObject(b -> b.bucket(BUCKET).key("a b+ü.txt"));

        assertThatRequests(front)
                .are("1 PutObject, 1 GetObject, 1 HeadObject, 1 CopyObject, 1 ListObjectsV2, 1 HeadBucket, "
                        + "1 ListBuckets, 1 DeleteObjects, 1 DeleteObject");
        S3Request put = front.requests().getFirst();
        assertThat(put.bucket()).isEqualTo(BUCKET);
        assertThat(put.key()).isEqualTo("a b+ü.txt");
        assertThat(put.status()).isEqualTo(200);
        assertThat(put.headers()).containsEntry("x-amz-decoded-content-length", "5");
        assertThat(put.bytesIn()).isGreaterThan(5);
        assertThat(front.requests().get(1).bytesOut()).isEqualTo(5);
    }

    @Test
    void namesTheRequestsOfAMultipartUpload() {
        byte[] part = bytes(5 * 1024 * 1024);
        String id = once.createMultipartUpload(b -> b.bucket(BUCKET).key("big")).uploadId();
        String first = once.uploadPart(
                        b -> b.bucket(BUCKET).key("big").uploadId(id).partNumber(1), RequestBody.fromBytes(part))
                .eTag();
        put("tail", "tail");
        String second = once.uploadPartCopy(b -> b.sourceBucket(BUCKET)
                        .sourceKey("tail")
                        .destinationBucket(BUCKET)
                        .destinationKey("big")
                        .uploadId(id)
                        .partNumber(2))
                .copyPartResult()
                .eTag();
        once.listMultipartUploads(b -> b.bucket(BUCKET));
        once.listParts(b -> b.bucket(BUCKET).key("big").uploadId(id));
        once.completeMultipartUpload(b -> b.bucket(BUCKET)
                .key("big")
                .uploadId(id)
                .multipartUpload(m -> m.parts(
                        CompletedPart.builder().partNumber(1).eTag(first).build(),
                        CompletedPart.builder().partNumber(2).eTag(second).build())));
        String other =
                once.createMultipartUpload(b -> b.bucket(BUCKET).key("other")).uploadId();
        once.abortMultipartUpload(b -> b.bucket(BUCKET).key("other").uploadId(other));

        assertThatRequests(front)
                .are("2 CreateMultipartUpload, 1 UploadPart, 1 PutObject, 1 UploadPartCopy, 1 ListMultipartUploads, "
                        + "1 ListParts, 1 CompleteMultipartUpload, 1 AbortMultipartUpload");
        assertThat(once.headObject(b -> b.bucket(BUCKET).key("big")).contentLength())
                .isEqualTo(part.length + 4L);
    }

    @Test
    void largeBodiesGoThroughUnchangedInBothDirections() {
        byte[] photo = bytes(12_345_678);
        once.putObject(b -> b.bucket(BUCKET).key("photo"), RequestBody.fromBytes(photo));
        byte[] back = once.getObjectAsBytes(b -> b.bucket(BUCKET).key("photo")).asByteArray();

        assertThat(Arrays.equals(photo, back)).isTrue();
        assertThat(front.requests()).extracting(S3Request::bytesOut).containsExactly(0L, 12_345_678L);
    }

    @Test
    void checksummedBodiesOfUnknownLengthGoThrough() {
        try (S3Client checking = client(front.endpoint(), 1, ANSWER_LIMIT, false)) {
            byte[] photo = bytes(3_000_000);
            checking.putObject(
                    b -> b.bucket(BUCKET).key("checked"),
                    RequestBody.fromContentProvider(() -> new ByteArrayInputStream(photo), "image/jpeg"));
            assertThat(checking.getObjectAsBytes(b -> b.bucket(BUCKET).key("checked"))
                            .asByteArray())
                    .isEqualTo(photo);
        }
    }

    @Test
    void showsTheConditionsOfARequest() {
        once.putObject(b -> b.bucket(BUCKET).key("once").ifNoneMatch("*"), RequestBody.fromString("1"));
        assertThatThrownBy(() ->
                        once.putObject(b -> b.bucket(BUCKET).key("once").ifNoneMatch("*"), RequestBody.fromString("2")))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));

        assertThat(front.requests()).extracting(S3Request::status).containsExactly(200, 412);
        assertThat(front.requests().getFirst().conditions()).isEqualTo(Map.of("if-none-match", "*"));
    }

    @Test
    void aConnectionServesManyRequestsAndAnswersWithoutABody() {
        put("kept", "1");
        once.deleteObject(b -> b.bucket(BUCKET).key("kept"));
        assertThatThrownBy(() -> once.headObject(b -> b.bucket(BUCKET).key("kept")))
                .isInstanceOf(NoSuchKeyException.class);
        put("kept", "2");
        String etag = once.headObject(b -> b.bucket(BUCKET).key("kept")).eTag();
        assertThatThrownBy(() ->
                        once.getObjectAsBytes(b -> b.bucket(BUCKET).key("kept").ifNoneMatch(etag)))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(304));
        assertThat(read("kept")).isEqualTo("2");

        assertThat(front.requests()).extracting(S3Request::status).containsExactly(200, 204, 404, 200, 200, 304, 200);
        assertThat(front.requests().getFirst().headers()).containsKey("amz-sdk-request");
        assertThat(front.requests().getFirst().headers()).doesNotContainKey("Authorization");
    }

    @Test
    void theNextTwoWritesAreAnswered503AndTheThirdSucceeds() {
        Occasion trouble = front.on("PutObject").next(2).answer(503);
        try (S3Client patient = client(front.endpoint(), 3, ANSWER_LIMIT, true)) {
            patient.putObject(b -> b.bucket(BUCKET).key("busy"), RequestBody.fromString("x"));
        }
        assertThat(front.requests()).extracting(S3Request::status).containsExactly(503, 503, 200);
        assertThat(trouble.met()).isEqualTo(2);
    }

    @Test
    void errorsAreWordedAsS3WordsThem() {
        front.on("GetObject").nth(1).answer(403);
        front.on("GetObject").nth(1).answer(500);
        front.on("GetObject").nth(1).answer(503, "ServiceUnavailable");
        put("worded", "x");

        assertThat(refused(() -> read("worded"))).isEqualTo("403 AccessDenied");
        assertThat(refused(() -> read("worded"))).isEqualTo("500 InternalError");
        assertThat(refused(() -> read("worded"))).isEqualTo("503 ServiceUnavailable");
        assertThat(read("worded")).isEqualTo("x");
    }

    @Test
    void aLargeWriteThatWaitsForContinueIsAnswered503AtOnce() {
        front.on("PutObject").next(1).answer(503);
        assertThat(refused(() ->
                        once.putObject(b -> b.bucket(BUCKET).key("large"), RequestBody.fromBytes(bytes(4_000_000)))))
                .isEqualTo("503 SlowDown");
        S3Request put = front.requests().getFirst();
        assertThat(put.headers()).containsEntry("Expect", "100-continue");
        assertThat(put.bytesIn()).isZero();
    }

    @Test
    void aCopyFailsWithinA200() {
        put("source", "x");
        front.on("CopyObject").answerOkWithError("InternalError");
        assertThatThrownBy(() -> once.copyObject(b -> b.sourceBucket(BUCKET)
                        .sourceKey("source")
                        .destinationBucket(BUCKET)
                        .destinationKey("never")))
                .isInstanceOf(S3Exception.class)
                .hasMessageContaining("InternalError");
        front.calm();
        assertThat(exists("never")).isFalse();
    }

    @Test
    void aWriteThatIsResetHalfwayLeavesNothing() {
        Occasion trouble = front.on("PutObject").resetRequestAfter(100_000);
        assertThatThrownBy(() ->
                        once.putObject(b -> b.bucket(BUCKET).key("half"), RequestBody.fromBytes(bytes(5_000_000))))
                .isInstanceOf(SdkClientException.class);
        assertThat(trouble.met()).isEqualTo(1);
        assertThat(front.requests().getFirst().bytesIn()).isEqualTo(100_000);
        assertThat(exists("half")).isFalse();
    }

    @Test
    void aDeleteThatIsResetDoesNotReachTheStore() {
        put("stays", "x");
        front.on("DeleteObject").resetRequestAfter(0);
        assertThatThrownBy(() -> once.deleteObject(b -> b.bucket(BUCKET).key("stays")))
                .isInstanceOf(SdkClientException.class);
        assertThat(exists("stays")).isTrue();
    }

    @Test
    void aWriteWhoseAnswerIsLostHasHappened() {
        front.on("PutObject").next(1).loseAnswer();
        assertThatThrownBy(() -> put("done", "x")).isInstanceOf(SdkClientException.class);
        assertThat(front.requests().getFirst().status()).isZero();
        assertThat(read("done")).isEqualTo("x");
    }

    @Test
    void anAnswerIsTruncatedOrReset() {
        once.putObject(b -> b.bucket(BUCKET).key("long"), RequestBody.fromBytes(bytes(300_000)));
        front.on("GetObject").next(1).truncateAnswerAfter(1_000);
        front.on("GetObject").next(1).resetAnswerAfter(2_000);

        assertThatThrownBy(() -> read("long")).isInstanceOf(SdkClientException.class);
        assertThatThrownBy(() -> read("long")).isInstanceOf(SdkClientException.class);
        assertThat(read("long")).hasSizeGreaterThan(100_000);
        assertThat(front.requests()).extracting(S3Request::bytesOut).containsExactly(0L, 1_000L, 2_000L, 300_000L);
    }

    @Test
    void delaysAddUpAndLeaveTheAnswerAlone() {
        put("slow", "x");
        front.onEvery().delay(Duration.ofMillis(60));
        front.on("GetObject").delay(Duration.ofMillis(60));
        long start = System.nanoTime();
        assertThat(read("slow")).isEqualTo("x");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(120));
    }

    @Test
    void anAnswerDrips() {
        once.putObject(b -> b.bucket(BUCKET).key("drip"), RequestBody.fromBytes(bytes(1_000)));
        front.on("GetObject").dripAnswer(100, Duration.ofMillis(15));
        long start = System.nanoTime();
        assertThat(once.getObjectAsBytes(b -> b.bucket(BUCKET).key("drip")).asByteArray())
                .isEqualTo(bytes(1_000));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
    }

    @Test
    void anAnswerNeverComes() {
        Occasion trouble = front.on("GetObject").neverAnswer();
        try (S3Client hasty = client(front.endpoint(), 1, Duration.ofMillis(300), true)) {
            assertThatThrownBy(
                            () -> hasty.getObjectAsBytes(b -> b.bucket(BUCKET).key("any")))
                    .isInstanceOf(SdkClientException.class);
        }
        assertThat(trouble.met()).isEqualTo(1);
    }

    @Test
    void aStoreThatIsDownRefusesAndComesBackOnTheSamePort() throws IOException {
        put("before", "x");
        URI endpoint = front.endpoint();
        front.goDown();
        assertThatThrownBy(() -> read("before")).isInstanceOf(SdkClientException.class);
        assertThat(refusesConnections()).isTrue();
        assertThatRequests(front).are("PutObject", 1);

        front.comeUp();
        assertThat(front.endpoint()).isEqualTo(endpoint);
        assertThat(read("before")).isEqualTo("x");
    }

    @Test
    void aStoreThatFlapsIsDownAndUpAtOnce() throws IOException {
        try (S3Client patient = client(front.endpoint(), 3, ANSWER_LIMIT, true)) {
            for (int i = 0; i < 20; i++) {
                patient.putObject(b -> b.bucket(BUCKET).key("flapping"), RequestBody.fromString("x"));
                front.goDown();
                assertThat(refusesConnections()).isTrue();
                front.comeUp();
            }
        }
        assertThatRequests(front).are("PutObject", 20);
    }

    @Test
    void aClientThatIsRefusedForItsClockSetsItRight() {
        front.on("PutObject").next(1).refuseClock(Duration.ofHours(1));
        try (S3Client patient = client(front.endpoint(), 3, ANSWER_LIMIT, true)) {
            patient.putObject(b -> b.bucket(BUCKET).key("clock"), RequestBody.fromString("x"));
        }
        // An hour off for the store, whose own refusal puts the client's clock back.
        assertThat(front.requests()).extracting(S3Request::status).containsExactly(403, 403, 200);
    }

    @Test
    void theDateOfAnAnswerIsShifted() {
        put("dated", "x");
        front.onEvery().shiftDate(Duration.ofMinutes(-30));
        String date = once.headObject(b -> b.bucket(BUCKET).key("dated"))
                .sdkHttpResponse()
                .firstMatchingHeader("Date")
                .orElseThrow();
        Duration behind = Duration.between(ErrorAnswer.moment(date), Instant.now());
        assertThat(behind).isBetween(Duration.ofMinutes(29), Duration.ofMinutes(31));
    }

    @Test
    void theNthRequestIsCountedFromWhenItsFaultWasNamed() {
        put("counted", "x");
        Occasion third =
                front.on(request -> request.key().equals("counted")).nth(3).answer(500);
        read("counted");
        put("counted", "y");
        assertThat(refused(() -> read("counted"))).isEqualTo("500 InternalError");
        assertThat(read("counted")).isEqualTo("y");
        assertThat(third.met()).isEqualTo(1);
    }

    @Test
    void resetForgetsRequestsAndFaults() {
        front.onEvery().answer(500);
        assertThat(refused(() -> put("forgotten", "x"))).isEqualTo("500 InternalError");
        front.reset();
        assertThatRequests(front).areNone();
        assertThat(front.summary()).isEqualTo("no requests");
        put("forgotten", "x");
        assertThat(front.summary()).isEqualTo("1 PutObject");
        assertThat(front.count("PutObject")).isEqualTo(1);
    }

    @Test
    void aMisspeltOperationIsAnError() {
        assertThatThrownBy(() -> front.count("PutObjects")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> front.on("putObject")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> assertThatRequests(front).are("1 Put")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFailedAssertionListsWhatWasSeen() {
        put("seen", "x");
        read("seen");
        assertThatThrownBy(() -> assertThatRequests(front).are("PutObject", 1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected 1 PutObject and nothing else, found 1 GetObject, 1 PutObject")
                .hasMessageContaining("GetObject media/seen -> 200, 0 in, 1 out");
        assertThatRequests(front)
                .include("GetObject", 1)
                .include("HeadObject", 0)
                .areAtMost(2);
        assertThatThrownBy(() -> assertThatRequests(front).areAtMost(1)).isInstanceOf(AssertionError.class);
    }

    @Test
    void closeLeavesNoThreadAndNoPort(@TempDir Path dumps) throws IOException {
        put("last", "x");
        front.onEvery().neverAnswer();
        front.onEvery().delay(Duration.ofHours(1));
        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> read("last"));
        awaitRequests(2);
        assertThat(threads(dumps.resolve("open"))).contains("s3-front-");

        front.close();
        assertThat(threads(dumps.resolve("closed"))).doesNotContain("s3-front-");
        assertThat(refusesConnections()).isTrue();
        assertThat(waiting).failsWithin(ANSWER_LIMIT).withThrowableThat().withRootCauseInstanceOf(IOException.class);
    }

    private boolean refusesConnections() throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), front.endpoint().getPort())) {
            return !socket.isConnected();
        } catch (ConnectException e) {
            return true;
        }
    }

    private void awaitRequests(int count) {
        long limit = System.nanoTime() + ANSWER_LIMIT.toNanos();
        while (front.requests().size() < count) {
            assertThat(System.nanoTime()).isLessThan(limit);
            Thread.onSpinWait();
        }
    }

    private static String threads(Path file) throws IOException {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
        return Files.readString(file);
    }

    private void put(String key, String text) {
        once.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromString(text));
    }

    private String read(String key) {
        return once.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)).asString(StandardCharsets.ISO_8859_1);
    }

    private boolean exists(String key) {
        try {
            once.headObject(b -> b.bucket(BUCKET).key(key));
            return true;
        } catch (NoSuchKeyException e) {
            return false;
        }
    }

    private static String refused(Runnable call) {
        S3Exception refusal = catchThrowableOfType(S3Exception.class, call::run);
        return refusal.statusCode() + " " + refusal.awsErrorDetails().errorCode();
    }

    /// The same bytes for the same size.
    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static S3Client client(URI endpoint, int attempts, Duration patience, boolean plainBodies) {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(CREDENTIALS.accessKey(), CREDENTIALS.secretKey())))
                .forcePathStyle(true)
                .requestChecksumCalculation(
                        plainBodies
                                ? RequestChecksumCalculation.WHEN_REQUIRED
                                : RequestChecksumCalculation.WHEN_SUPPORTED)
                .responseChecksumValidation(
                        plainBodies
                                ? ResponseChecksumValidation.WHEN_REQUIRED
                                : ResponseChecksumValidation.WHEN_SUPPORTED)
                .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(attempts)
                        .build()))
                .httpClientBuilder(Apache5HttpClient.builder().socketTimeout(patience))
                .build();
    }
}
