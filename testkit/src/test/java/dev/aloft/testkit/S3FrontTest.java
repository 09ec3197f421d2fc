package dev.aloft.testkit;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// The AWS SDK through a front, to the embedded S3: requests as they are passed, named and counted.
final class S3FrontTest extends S3FrontFixture {

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
}
