package dev.aloft.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/// Conditions of writes on Ceph, whose buckets with versions keep none: two hosts write to one bucket, the second
/// behind a front that counts requests and makes faults.
@Tag("ceph")
@Timeout(600)
final class CephConditionsTest extends CephConditionsFixture {

    @Test
    void oneOfManyCreatorsWinsAndNothingIsLeftOfTheOthers() throws Exception {
        for (int round = 0; round < 6; round++) {
            ObjectKey key = ObjectKey.of("uploads/race-" + round);
            int size = round % 2 == 0 ? 9 : 200_000;

            List<Integer> winners =
                    race(RIVALS, (host, rival) -> put(host, key, filled(size, rival), WriteCondition.ifAbsent()));

            assertThat(winners).hasSize(1);
            assertThat(bytes(key)).isEqualTo(filled(size, winners.getFirst()));
            assertThat(one.versions().of(key, 100)).hasSize(1);
        }
    }

    @Test
    void oneOfSeveralCreatorsInPartsWins() throws Exception {
        int size = ObjectUploads.PART_BYTES + 1;

        List<Integer> winners =
                race(3, (host, rival) -> put(host, KEY, filled(size, rival), WriteCondition.ifAbsent()));

        assertThat(winners).hasSize(1);
        assertThat(Arrays.equals(bytes(KEY), filled(size, winners.getFirst()))).isTrue();
        assertThat(versions()).hasSize(1);
    }

    private static byte[] filled(int size, int with) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    @Test
    void oneOfManyCreatorsWinsAfterADeletion() throws Exception {
        put(one, "earlier", WriteCondition.always());
        one.delete(KEY);

        List<Integer> winners = race(RIVALS, (host, rival) -> put(host, "new " + rival, WriteCondition.ifAbsent()));

        assertThat(winners).hasSize(1);
        assertThat(text()).isEqualTo("new " + winners.getFirst());
        assertThat(versions()).hasSize(3);
    }

    @Test
    void noneOfManyCreatorsReplacesAFile() throws Exception {
        put(one, "there", WriteCondition.always());

        assertThat(race(RIVALS, (host, rival) -> put(host, "new " + rival, WriteCondition.ifAbsent())))
                .isEmpty();

        assertThat(text()).isEqualTo("there");
        assertThat(versions()).hasSize(1);
    }

    @Test
    void aFileThatIsWrittenWhileItIsCreatedStays() throws Exception {
        beforePut(1, () -> put(one, "of another", WriteCondition.always()));

        assertThat(isDone(() -> put(other, "mine", WriteCondition.ifAbsent()))).isFalse();

        assertThat(text()).isEqualTo("of another");
        assertThat(versions()).hasSize(1);
    }

    @Test
    void aWriterThatLosesS3BeforeItWithdrawsLeavesBothVersions() throws Exception {
        beforePut(1, () -> put(one, "winner", WriteCondition.ifAbsent()));
        front.on("ListObjectVersions").answer(503);

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> put(other, "loser", WriteCondition.ifAbsent()))
                .matches(e -> e.kind() == Kind.UNAVAILABLE);

        assertThat(text()).isEqualTo("loser");
        assertThat(versions()).hasSize(2);
        assertThat(isDone(() -> put(one, "again", WriteCondition.ifAbsent()))).isFalse();
    }

    @Test
    void aWriteWhoseAnswerIsLostIsDoneOnce() throws Exception {
        front.on("PutObject").next(1).loseAnswer();

        put(other, "mine", WriteCondition.ifAbsent());

        assertThat(text()).isEqualTo("mine");
        assertThat(versions()).hasSize(1);
        assertThat(one.head(KEY, Duration.ZERO).orElseThrow().metadata()).isEqualTo(Map.of("own", "kept"));
    }

    /// The rival between the two sendings finds the first beneath, and withdraws its version.
    @Test
    void aRepeatedWriteWinsByItsFirstSending() throws Exception {
        front.on("PutObject").next(1).loseAnswer();
        beforePut(2, () -> put(one, "rival", WriteCondition.always()));

        assertThat(isDone(() -> put(other, "mine", WriteCondition.ifAbsent()))).isTrue();
        withdrawNewest();

        assertThat(text()).isEqualTo("mine");
        assertThat(versions()).hasSize(1);
    }

    @Test
    void nothingIsLeftOfAnySendingOfARefusedWrite() throws Exception {
        front.on("PutObject").next(1).loseAnswer();
        beforePut(1, () -> put(one, "winner", WriteCondition.ifAbsent()));
        beforePut(2, () -> put(one, "rival", WriteCondition.always()));

        assertThat(isDone(() -> put(other, "loser", WriteCondition.ifAbsent()))).isFalse();
        withdrawNewest();

        assertThat(text()).isEqualTo("winner");
        assertThat(versions()).hasSize(1);
    }

    /// Writes right before the PutObject of this number reaches S3.
    private static void beforePut(int number, Callable<StoredObject> write) {
        AtomicInteger puts = new AtomicInteger();
        front.on(request -> {
                    if (request.operation().equals("PutObject") && puts.incrementAndGet() == number) {
                        try {
                            StoredObject _ = write.call();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    }
                    return false;
                })
                .delay(Duration.ZERO);
    }

    /// What a rival does when it finds its version on another one.
    private void withdrawNewest() throws IOException {
        assertThat(text()).isEqualTo("rival");
        String newest = versions().getFirst().id();
        outsider.deleteObject(b -> b.bucket(one.name()).key(KEY.value()).versionId(newest));
    }

    @Test
    void aCreationCostsFourRequestsAndARefusalOne() throws Exception {
        put(other, ObjectKey.of("uploads/first"), new byte[1], WriteCondition.ifAbsent());
        front.reset();

        put(other, "mine", WriteCondition.ifAbsent());
        assertThat(front.count("HeadObject")).isEqualTo(2);
        assertThat(front.count("PutObject")).isEqualTo(1);
        assertThat(front.count("ListObjectVersions")).isEqualTo(1);
        assertThat(front.count("GetBucketVersioning")).isLessThanOrEqualTo(1);
        assertThat(front.requests()).hasSizeLessThanOrEqualTo(5);
        front.reset();

        assertThat(isDone(() -> put(other, "again", WriteCondition.ifAbsent()))).isFalse();
        assertThat(front.count("PutObject")).isZero();
        assertThat(front.requests()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aReplacementOfAVersionIsRefusedAndReported() throws Exception {
        StoredObject first = put(other, "first", WriteCondition.ifAbsent());
        front.reset();

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> put(other, "second", WriteCondition.ifVersion(first.etag())))
                .matches(e -> e.kind() == Kind.INVALID)
                .withMessageContaining("appends to files");

        assertThat(front.count("PutObject")).isZero();
        assertThat(other.unsupported()).singleElement().asString().contains("appends to files");
    }

    /// Ceph refuses more than it should, and replaces nothing.
    @Test
    void aBucketWhoseVersioningIsSuspendedReplacesNothing() throws Exception {
        StoredObject first = put(one, "with an id", WriteCondition.always());
        set(one.name(), BucketVersioningStatus.SUSPENDED);
        Bucket host = open(true, one.name());

        assertThat(isDone(() -> put(host, "new", WriteCondition.ifAbsent()))).isFalse();
        assertThat(isDone(() -> put(host, "next", WriteCondition.ifVersion(first.etag()))))
                .isFalse();
        assertThat(text()).isEqualTo("with an id");
        host.delete(KEY);
        assertThat(isDone(() -> put(host, "new", WriteCondition.ifAbsent()))).isFalse();
    }

    /// As Ceph keeps the condition of a PUT.
    @Test
    void aSmallCopyOnAConditionIsAPut() throws Exception {
        String plain = "copies" + buckets++;
        ceph.createBucket(plain);
        Bucket host = open(true, plain);
        StoredObject source = put(host, "small", WriteCondition.always());
        ObjectKey target = ObjectKey.of("uploads/copy.txt");
        CopySource copied = CopySource.newest(plain, source);

        StoredObject copy = host.copies().copy(copied, target, Map.of(), WriteCondition.ifAbsent());

        assertThat(copy.etag()).isEqualTo(source.etag());
        assertThat(isDone(() -> host.copies().copy(copied, target, Map.of(), WriteCondition.ifAbsent())))
                .isFalse();
        assertThat(isDone(() -> host.copies().copy(copied, target, Map.of(), WriteCondition.ifVersion("\"0\""))))
                .isFalse();
        assertThat(front.requests()).noneMatch(request -> request.operation().contains("Multipart"));
    }

    /// Without versions, too, Ceph 16.2 keeps no condition of an upload in parts.
    @Test
    void anUploadInPartsLooksBeforeItsEnd() throws Exception {
        String plain = "parts" + buckets++;
        ceph.createBucket(plain);
        Bucket host = open(true, plain);
        Bucket second = open(false, plain);
        byte[] large = filled(ObjectUploads.PART_BYTES + 1, 1);
        front.on(request -> {
                    if (request.operation().equals("UploadPart")
                            && "2".equals(request.query().get("partNumber"))) {
                        try {
                            put(second, "of another", WriteCondition.always());
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        assertThat(isDone(() -> put(host, KEY, large, WriteCondition.ifAbsent())))
                .isFalse();
        StoredObject there = second.head(KEY, Duration.ZERO).orElseThrow();
        assertThat(there.size()).isEqualTo("of another".length());
        assertThat(isDone(() -> put(host, KEY, large, WriteCondition.ifVersion("\"0\""))))
                .isFalse();
        front.calm();
        StoredObject written = put(host, KEY, large, WriteCondition.ifVersion(there.etag()));

        assertThat(written.etag())
                .isEqualTo(second.head(KEY, Duration.ZERO).orElseThrow().etag());
    }

    @Test
    void credentialsThatCannotWithdrawAreReportedAndCopyNothingFromAFallback() throws Exception {
        Bucket old = open(false, one.name());
        put(old, ObjectKey.of("old/a.txt"), "old".getBytes(UTF_8), WriteCondition.always());
        front.on("DeleteObject").answer(403);
        Bucket limited = open(true, one.name());

        limited.probeConditions("");

        assertThat(limited.unsupported()).hasSize(2).first().asString().contains("s3:DeleteObjectVersion");
        Bucket moving = limited.withFallback(Fallback.of(old, "old/", "uploads/", "migration/deleted/uploads/"));
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> moving.head(KEY, Duration.ZERO))
                .withMessageContaining("s3:DeleteObjectVersion");
        assertThat(versions()).isEmpty();
    }

    @Test
    void aFileOfAFallbackIsCopiedAndNeverReplacesWhatTheSiteWrites() throws Exception {
        put(one, ObjectKey.of("old/a.txt"), "old".getBytes(UTF_8), WriteCondition.always());
        Bucket moving = other.withFallback(
                Fallback.of(open(false, one.name()), "old/", "uploads/", "migration/deleted/uploads/"));
        beforePut(1, () -> put(one, "of the site", WriteCondition.always()));

        assertThat(moving.head(KEY, Duration.ZERO)).isPresent();
        assertThat(text()).isEqualTo("of the site");
        one.delete(KEY);
        assertThat(moving.head(KEY, Duration.ZERO)).isPresent();
        assertThat(text()).isEqualTo("old");
    }

    @Test
    void copiesAskForTheVersioningOnceInASecond() throws Exception {
        String plain = "plain" + buckets++;
        ceph.createBucket(plain);
        Bucket bucket = open(true, plain);
        put(bucket, "text", WriteCondition.always());
        StoredObject source = bucket.head(KEY, Duration.ZERO).orElseThrow();
        front.reset();

        race(4, (_, rival) -> bucket.copies().copy(source, ObjectKey.of("copy-" + rival)));
        int asked = front.count("GetBucketVersioning");
        long began = System.nanoTime();
        int copies = 0;
        for (; copies < 8; copies++) {
            bucket.copies().copy(source, ObjectKey.of("later-" + copies));
        }
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();

        assertThat(front.count("CopyObject")).isEqualTo(12);
        assertThat(front.count("GetBucketVersioning") - asked).isLessThanOrEqualTo((int) seconds + 1);

        front.reset();
        StoredObject versioned = put(other, "text", WriteCondition.always());
        other.copies().copy(versioned, ObjectKey.of("copy"));
        Thread.sleep(KnownVersioning.MAX_AGE);
        other.copies().copy(versioned, ObjectKey.of("copy"));
        assertThat(front.count("GetBucketVersioning"))
                .as("a bucket that has had versions keeps them")
                .isZero();
    }
}
