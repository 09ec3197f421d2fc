package dev.aloft.store;

import static dev.aloft.store.TestStore.stream;
import static dev.aloft.store.TestStore.zeros;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.store.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Copies inside the store: from other buckets, on conditions, and of large objects in parts.
final class ObjectCopiesTest extends BucketFixture {

    private static final String OTHER = "elsewhere";
    private static final ObjectKey DOG = ObjectKey.of("uploads/dog.jpg");

    private Bucket other() {
        store.outsider().createBucket(b -> b.bucket(OTHER));
        return store.hostOf(OTHER);
    }

    @Test
    void anObjectOfAnotherBucketIsCopiedInOneRequest() throws IOException {
        Bucket other = other();
        StoredObject cat = other.put(
                CAT, stream("miau"), 4, new ObjectHeaders("image/jpeg", "max-age=60"), Map.of("by", "eve"), always());
        s3.reset();

        bucket.copies().copy(CopySource.newest(OTHER, cat), DOG);

        assertThatRequests(s3).are("1 CopyObject");
        StoredObject copy = bucket.head(DOG, Duration.ZERO).orElseThrow();
        assertThat(copy.contentType()).isEqualTo("image/jpeg");
        assertThat(copy.cacheControl()).isEqualTo("max-age=60");
        assertThat(copy.metadata()).isEqualTo(Map.of("by", "eve"));
    }

    @Test
    void aCopyOnAConditionReplacesNothingThatCameBetween() throws IOException {
        Bucket other = other();
        StoredObject cat = other.put(CAT, stream("miau"), 4, ObjectHeaders.ofType("image/jpeg"), always());
        CopySource source = CopySource.newest(OTHER, cat);

        StoredObject copy = bucket.copies().copy(source, DOG, Map.of("by", "eve"), WriteCondition.ifAbsent());
        StoredObject again =
                bucket.copies().copy(source, DOG, Map.of("by", "eve"), WriteCondition.ifVersion(copy.etag()));

        assertThat(copy.etag()).isEqualTo(StoredObject.etagInOnePart(cat.etag()).orElseThrow());
        assertThat(StoredObject.etagInOnePart(copy.etag())).isEmpty();
        assertThat(again.metadata()).isEqualTo(Map.of("by", "eve"));
        assertKind(Kind.PRECONDITION, () -> bucket.copies().copy(source, DOG, Map.of(), WriteCondition.ifAbsent()));
        write(DOG, "woof");
        assertKind(
                Kind.PRECONDITION,
                () -> bucket.copies().copy(source, DOG, Map.of(), WriteCondition.ifVersion(copy.etag())));
        assertThat(text(bucket.read(DOG, null, null, Duration.ZERO))).isEqualTo("woof");
    }

    @Test
    void amazonJudgesTheConditionOfACopy() throws IOException {
        Bucket aws = amazon();
        StoredObject cat = write(CAT, "miau");
        CopySource source = CopySource.newest(TestStore.BUCKET, cat);
        s3.reset();

        StoredObject copy = aws.copies().copy(source, DOG, Map.of(), WriteCondition.ifAbsent());
        StoredObject described = aws.replaceMetadata(cat, Map.of("by", "tom"));
        aws.copies().copy(source, DOG, Map.of("by", "eve"));

        assertThat(copy.etag()).isEqualTo(cat.etag());
        assertThat(described.metadata()).isEqualTo(Map.of("by", "tom"));
        assertThatRequests(s3).are("3 CopyObject");
        assertThat(s3.requests().get(0).conditions()).containsEntry("if-none-match", "*");
        assertThat(s3.requests().get(1).conditions()).containsEntry("if-match", cat.etag());
        assertThat(s3.requests().get(2).conditions()).doesNotContainKeys("if-match", "if-none-match");
        s3.on("CopyObject").answer(412);
        assertKind(Kind.PRECONDITION, () -> aws.copies().copy(source, DOG, Map.of(), WriteCondition.ifAbsent()));
    }

    private Bucket amazon() {
        return store.host(new StoreSettings(Provider.AWS, s3.endpoint(), "us-east-1", true, Duration.ofSeconds(20)));
    }

    @Test
    void amazonCopiesTheHeadersOfACreation() throws IOException {
        StoredObject cat = write(CAT, "miau");

        amazon().copies().copy(cat, DOG, WriteCondition.ifAbsent());

        assertThat(s3.requests().getLast().conditions()).containsEntry("if-none-match", "*");
        assertThat(s3.requests().getLast().headers()).containsEntry("x-amz-metadata-directive", "COPY");
    }

    @Test
    void aCopyWhoseAnswerIsLostIsFoundAlthoughItsETagIsAnother() throws IOException {
        CopySource source = ofParts();
        s3.on("CopyObject").next(1).loseAnswer();
        s3.on("CopyObject").nth(2).answer(412);

        StoredObject copy = amazon().copies().copyOver(source, DOG, WriteCondition.ifAbsent());

        assertThat(copy.etag()).isNotEqualTo(source.object().etag());
        assertThat(text(bucket.read(DOG, null, null, Duration.ZERO))).isEqualTo("miau");
    }

    @Test
    void anObjectOfAnotherIsNotTakenForTheCopy() throws IOException {
        CopySource source = ofParts();
        s3.on("CopyObject").next(1).answer(503);
        s3.on("CopyObject").nth(2).answer(412);
        write(DOG, "purr");
        assertKind(Kind.PRECONDITION, () -> amazon().copies().copyOver(source, DOG, WriteCondition.ifAbsent()));

        s3.calm();
        s3.on("CopyObject").next(1).answer(503);
        s3.on("CopyObject").nth(2).answer(412);
        bucket.put(DOG, stream("miau"), 4, "image/png", always());
        assertKind(Kind.PRECONDITION, () -> amazon().copies().copyOver(source, DOG, WriteCondition.ifAbsent()));
    }

    /// An object whose ETag is that of an upload in parts.
    private CopySource ofParts() throws IOException {
        StoredObject cat = write(ObjectKey.of("first"), "miau");
        StoredObject copy = bucket.copies()
                .copy(CopySource.newest(TestStore.BUCKET, cat), CAT, Map.of(), WriteCondition.ifAbsent());
        return CopySource.newest(TestStore.BUCKET, copy);
    }

    @Test
    void aTargetThatIsGoneIsAConditionThatDoesNotHoldAndASourceIsNot() throws IOException {
        CopySource source = CopySource.newest(TestStore.BUCKET, write(CAT, "miau"));
        StoredObject dog = write(DOG, "woof");
        WriteCondition replaces = WriteCondition.ifVersion(dog.etag());
        s3.on("CopyObject").answer(404);
        assertKind(Kind.NOT_FOUND, () -> amazon().copies().copyOver(source, DOG, replaces));
        assertKind(Kind.NOT_FOUND, () -> amazon().copies().copy(source, DOG, Map.of(), replaces));

        bucket.delete(DOG);
        assertKind(Kind.PRECONDITION, () -> amazon().copies().copyOver(source, DOG, replaces));
        assertKind(Kind.PRECONDITION, () -> amazon().copies().copy(source, DOG, Map.of(), replaces));
        assertKind(Kind.NOT_FOUND, () -> amazon().copies().copyOver(source, DOG, WriteCondition.ifAbsent()));
    }

    /// As [Bucket#keeps] says of the same size.
    @Test
    void theLargestPutIsAPutWhereOnlyThatKeepsACondition() throws IOException {
        Bucket ceph = store.host(Provider.CEPH);
        byte[] bytes = bytes(ObjectUploads.PART_BYTES);
        StoredObject cat = bucket.put(CAT, new ByteArrayInputStream(bytes), bytes.length, "image/jpeg", always());

        ceph.copies().copy(CopySource.newest(TestStore.BUCKET, cat), DOG, Map.of(), WriteCondition.ifAbsent());

        assertThat(s3.requests()).noneMatch(request -> request.operation().contains("Multipart"));
        assertThat(bucket.head(DOG, Duration.ZERO)).map(StoredObject::size).contains((long) bytes.length);
    }

    @Test
    void aLargeObjectIsCopiedInPartsWithItsHeaders() throws IOException {
        Bucket other = other();
        byte[] bytes = bytes(6 * MIB);
        other.put(
                CAT,
                new ByteArrayInputStream(bytes),
                bytes.length,
                new ObjectHeaders("image/jpeg", "max-age=60"),
                Map.of("by", "eve"),
                always());
        StoredObject listed = other.list(ListQuery.flat("")).objects().getFirst();
        s3.reset();

        bucket.copies().copyOver(CopySource.newest(OTHER, listed), DOG, always(), 5 * MIB);

        assertThatRequests(s3)
                .are("1 HeadObject, 1 CreateMultipartUpload, 1 UploadPartCopy, 1 CompleteMultipartUpload");
        StoredObject copy = bucket.head(DOG, Duration.ZERO).orElseThrow();
        assertThat(copy.size()).isEqualTo(bytes.length);
        assertThat(copy.contentType()).isEqualTo("image/jpeg");
        assertThat(copy.metadata()).isEqualTo(Map.of("by", "eve"));
    }

    @Test
    void aSourceThatWasReplacedIsNotCopied() throws IOException {
        StoredObject first = write(CAT, "miau");
        write(CAT, "purr");

        assertKind(Kind.PRECONDITION, () -> bucket.copies().copy(CopySource.newest(TestStore.BUCKET, first), DOG));
        assertKind(
                Kind.PRECONDITION,
                () -> bucket.copies().copyOver(CopySource.newest(TestStore.BUCKET, first), DOG, always(), 1));
        assertThat(bucket.head(DOG, Duration.ZERO)).isEmpty();
    }

    @Test
    void copyOfALargeObjectGoesInPartsSideBySideAndKeepsWhatItsWriterSaid() throws IOException {
        int size = (int) ObjectUploads.MAX_COPY_BYTES + 1;
        ObjectHeaders headers = new ObjectHeaders("video/mp4", "max-age=60");
        StoredObject source =
                bucket.put(CAT, zeros(size), size, headers, Map.of("title", "A cat"), WriteCondition.always());
        s3.reset();

        ObjectKey target = ObjectKey.of("copy.mp4");
        bucket.copies().copy(source, target);

        assertThatRequests(s3).are("3 UploadPartCopy, 1 CreateMultipartUpload, 1 CompleteMultipartUpload");
        assertThat(s3.requests())
                .filteredOn(r -> r.operation().equals("UploadPartCopy"))
                .allSatisfy(r -> assertThat(r.conditions()).containsKey("x-amz-copy-source-if-match"));
        StoredObject copy = store.host().head(target, Duration.ZERO).orElseThrow();
        assertThat(copy.size()).isEqualTo(size);
        assertThat(copy.contentType()).isEqualTo("video/mp4");
        assertThat(copy.cacheControl()).isEqualTo("max-age=60");
        assertThat(copy.metadata()).containsEntry("title", "A cat");

        s3.reset();
        s3.on("UploadPartCopy").nth(2).answer(403);
        assertKind(Kind.DENIED, () -> bucket.copies().copy(source, ObjectKey.of("second.mp4")));
        assertThatRequests(s3).include("AbortMultipartUpload", 1).include("CompleteMultipartUpload", 0);
        assertThat(bucket.head(ObjectKey.of("second.mp4"), Duration.ZERO)).isEmpty();
    }

    @Test
    void partsThatAreCopiedAreOfOneSizeAndCoverTheObject() {
        long size = (5L << 30) + 1;

        List<ByteRange> parts = ObjectUploads.copiedParts(size);

        assertThat(parts).hasSize(41);
        assertThat(ObjectUploads.copiedParts(5L << 40)).hasSizeLessThan(ObjectUploads.MAX_PARTS);
        assertThat(ObjectUploads.copiedParts(6 * MIB)).hasSize(1);
        assertThat(parts.getFirst().first()).isZero();
        for (int i = 1; i < parts.size(); i++) {
            assertThat(parts.get(i).first()).isEqualTo(parts.get(i - 1).last() + 1);
        }
        assertThat(parts.getLast().last()).isEqualTo(size - 1);
        assertThat(parts).allMatch(part -> part.length() >= ObjectUploads.MIN_PART_BYTES);
    }

    private static WriteCondition always() {
        return WriteCondition.always();
    }
}
