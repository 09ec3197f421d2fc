package dev.aloft.store;

import static dev.aloft.store.TestStore.stream;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.store.ObjectVersions.Versioning;
import dev.aloft.store.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Copies from other buckets of the store, and what a store without versions says of them.
final class CopyFromTest extends BucketFixture {

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

        bucket.copyFrom(CopySource.newest(OTHER, cat), DOG);

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

        StoredObject copy = bucket.copyFrom(source, DOG, Map.of("by", "eve"), WriteCondition.ifAbsent());
        StoredObject again = bucket.copyFrom(source, DOG, Map.of("by", "eve"), WriteCondition.ifVersion(copy.etag()));

        assertThat(copy.etag()).isEqualTo(StoredObject.etagInOnePart(cat.etag()).orElseThrow());
        assertThat(StoredObject.etagInOnePart(copy.etag())).isEmpty();
        assertThat(again.metadata()).isEqualTo(Map.of("by", "eve"));
        assertKind(Kind.PRECONDITION, () -> bucket.copyFrom(source, DOG, Map.of(), WriteCondition.ifAbsent()));
        write(DOG, "woof");
        assertKind(
                Kind.PRECONDITION, () -> bucket.copyFrom(source, DOG, Map.of(), WriteCondition.ifVersion(copy.etag())));
        assertThat(text(bucket.read(DOG, null, null, Duration.ZERO))).isEqualTo("woof");
    }

    @Test
    void amazonJudgesTheConditionOfACopy() throws IOException {
        Bucket aws = amazon();
        StoredObject cat = write(CAT, "miau");
        CopySource source = CopySource.newest(TestStore.BUCKET, cat);
        s3.reset();

        StoredObject copy = aws.copyFrom(source, DOG, Map.of(), WriteCondition.ifAbsent());
        StoredObject described = aws.replaceMetadata(cat, Map.of("by", "tom"));
        aws.copyFrom(source, DOG, Map.of("by", "eve"));

        assertThat(copy.etag()).isEqualTo(cat.etag());
        assertThat(described.metadata()).isEqualTo(Map.of("by", "tom"));
        assertThatRequests(s3).are("3 CopyObject");
        assertThat(s3.requests().get(0).conditions()).containsEntry("if-none-match", "*");
        assertThat(s3.requests().get(1).conditions()).containsEntry("if-match", cat.etag());
        assertThat(s3.requests().get(2).conditions()).doesNotContainKeys("if-match", "if-none-match");
        s3.on("CopyObject").answer(412);
        assertKind(Kind.PRECONDITION, () -> aws.copyFrom(source, DOG, Map.of(), WriteCondition.ifAbsent()));
    }

    private Bucket amazon() {
        return store.host(new StoreSettings(Provider.AWS, s3.endpoint(), "us-east-1", true, Duration.ofSeconds(20)));
    }

    @Test
    void amazonCopiesTheHeadersOfACreation() throws IOException {
        StoredObject cat = write(CAT, "miau");

        amazon().copy(cat, DOG, WriteCondition.ifAbsent());

        assertThat(s3.requests().getLast().conditions()).containsEntry("if-none-match", "*");
        assertThat(s3.requests().getLast().headers()).containsEntry("x-amz-metadata-directive", "COPY");
    }

    @Test
    void aCopyWhoseAnswerIsLostIsFoundAlthoughItsETagIsAnother() throws IOException {
        CopySource source = ofParts();
        s3.on("CopyObject").next(1).loseAnswer();
        s3.on("CopyObject").nth(2).answer(412);

        StoredObject copy = amazon().copyFrom(source, DOG, WriteCondition.ifAbsent());

        assertThat(copy.etag()).isNotEqualTo(source.object().etag());
        assertThat(text(bucket.read(DOG, null, null, Duration.ZERO))).isEqualTo("miau");
    }

    @Test
    void anObjectOfAnotherIsNotTakenForTheCopy() throws IOException {
        CopySource source = ofParts();
        s3.on("CopyObject").next(1).answer(503);
        s3.on("CopyObject").nth(2).answer(412);
        write(DOG, "purr");
        assertKind(Kind.PRECONDITION, () -> amazon().copyFrom(source, DOG, WriteCondition.ifAbsent()));

        s3.calm();
        s3.on("CopyObject").next(1).answer(503);
        s3.on("CopyObject").nth(2).answer(412);
        bucket.put(DOG, stream("miau"), 4, "image/png", always());
        assertKind(Kind.PRECONDITION, () -> amazon().copyFrom(source, DOG, WriteCondition.ifAbsent()));
    }

    /// An object whose ETag is that of an upload in parts.
    private CopySource ofParts() throws IOException {
        StoredObject cat = write(ObjectKey.of("first"), "miau");
        StoredObject copy =
                bucket.copyFrom(CopySource.newest(TestStore.BUCKET, cat), CAT, Map.of(), WriteCondition.ifAbsent());
        return CopySource.newest(TestStore.BUCKET, copy);
    }

    @Test
    void aTargetThatIsGoneIsAConditionThatDoesNotHoldAndASourceIsNot() throws IOException {
        CopySource source = CopySource.newest(TestStore.BUCKET, write(CAT, "miau"));
        StoredObject dog = write(DOG, "woof");
        WriteCondition replaces = WriteCondition.ifVersion(dog.etag());
        s3.on("CopyObject").answer(404);
        assertKind(Kind.NOT_FOUND, () -> amazon().copyFrom(source, DOG, replaces));
        assertKind(Kind.NOT_FOUND, () -> amazon().copyFrom(source, DOG, Map.of(), replaces));

        bucket.delete(DOG);
        assertKind(Kind.PRECONDITION, () -> amazon().copyFrom(source, DOG, replaces));
        assertKind(Kind.PRECONDITION, () -> amazon().copyFrom(source, DOG, Map.of(), replaces));
        assertKind(Kind.NOT_FOUND, () -> amazon().copyFrom(source, DOG, WriteCondition.ifAbsent()));
    }

    /// As [Bucket#keeps] says of the same size.
    @Test
    void theLargestPutIsAPutWhereOnlyThatKeepsACondition() throws IOException {
        Bucket ceph = store.host(Provider.CEPH);
        byte[] bytes = bytes(ObjectUploads.PART_BYTES);
        StoredObject cat = bucket.put(CAT, new ByteArrayInputStream(bytes), bytes.length, "image/jpeg", always());

        ceph.copyFrom(CopySource.newest(TestStore.BUCKET, cat), DOG, Map.of(), WriteCondition.ifAbsent());

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

        bucket.copyFrom(CopySource.newest(OTHER, listed), DOG, 5 * MIB);

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

        assertKind(Kind.PRECONDITION, () -> bucket.copyFrom(CopySource.newest(TestStore.BUCKET, first), DOG));
        assertKind(Kind.PRECONDITION, () -> bucket.copyFrom(CopySource.newest(TestStore.BUCKET, first), DOG, 1));
        assertThat(bucket.head(DOG, Duration.ZERO)).isEmpty();
    }

    @Test
    void aStoreWithoutVersionsSaysSo() throws IOException {
        write(CAT, "miau");

        assertThat(bucket.versions().state()).isEqualTo(Versioning.OFF);
        assertKind(Kind.INVALID, () -> bucket.versions().list("", 1000, null));
    }

    private static WriteCondition always() {
        return WriteCondition.always();
    }
}
