package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.lab.S3Credentials;
import dev.aloft.store.ObjectVersion.Written;
import dev.aloft.store.ObjectVersions.Page.Marker;
import dev.aloft.store.ObjectVersions.Versioning;
import dev.aloft.testkit.Ceph;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/// Versions on Ceph, an S3 that keeps them.
@Tag("ceph")
final class CephVersionsTest {

    @TempDir
    static Path data;

    private static Ceph ceph;
    private static Store store;
    private static S3Client outsider;
    private static int buckets;

    @BeforeAll
    static void start() throws IOException {
        ceph = Ceph.start(data.resolve("ceph"));
        S3Credentials pair = ceph.credentials();
        store = Store.open(StoreSettings.at(Provider.CEPH, ceph.endpoint()), pair.accessKey(), pair.secretKey());
        outsider = S3Client.builder()
                .endpointOverride(ceph.endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(pair.accessKey(), pair.secretKey())))
                .build();
    }

    @AfterAll
    static void stop() throws IOException {
        outsider.close();
        store.close();
        ceph.close();
    }

    private static Bucket bucket() {
        String name = "versions" + buckets++;
        ceph.createBucket(name);
        return store.bucket(name);
    }

    private static Bucket versioned() {
        Bucket bucket = bucket();
        set(bucket, BucketVersioningStatus.ENABLED);
        return bucket;
    }

    private static void set(Bucket bucket, BucketVersioningStatus status) {
        outsider.putBucketVersioning(b -> b.bucket(bucket.name()).versioningConfiguration(v -> v.status(status)));
    }

    private static StoredObject write(Bucket bucket, String key, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bucket.put(
                ObjectKey.of(key),
                new ByteArrayInputStream(bytes),
                bytes.length,
                new ObjectHeaders("text/plain", "max-age=60"),
                Map.of("text", text),
                WriteCondition.always());
    }

    private static List<ObjectVersion> all(Bucket bucket, int limit) throws IOException {
        List<ObjectVersion> all = new ArrayList<>();
        @Nullable Marker next = null;
        do {
            ObjectVersions.Page page = bucket.versions().list("", limit, next);
            assertThat(page.versions()).hasSizeLessThanOrEqualTo(limit);
            all.addAll(page.versions());
            next = page.next();
        } while (next != null);
        return all;
    }

    private static String text(Bucket bucket, ObjectVersion version) throws IOException {
        try (ObjectContent content = bucket.versions().read(version.key(), version.id(), null, ReadCondition.any())) {
            return new String(content.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String text(Bucket bucket, ObjectKey key) throws IOException {
        try (ObjectContent content = bucket.get(key, null, ReadCondition.any()).orElseThrow()) {
            return new String(content.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theStateOfABucketIsRead() throws IOException {
        Bucket bucket = bucket();
        assertThat(bucket.versions().state()).isEqualTo(Versioning.OFF);
        set(bucket, BucketVersioningStatus.ENABLED);
        assertThat(bucket.versions().state()).isEqualTo(Versioning.ENABLED);
        set(bucket, BucketVersioningStatus.SUSPENDED);
        assertThat(bucket.versions().state()).isEqualTo(Versioning.SUSPENDED);
    }

    /// A Ceph on which this fails has learned it, and [ExclusiveCreation] goes.
    @Test
    void aBucketThatKeepsVersionsKeepsNoConditions() throws IOException {
        Bucket bucket = versioned();
        StoredObject first = write(bucket, "a.txt", "first");

        outsider.putObject(
                b -> b.bucket(bucket.name()).key("a.txt").ifNoneMatch("*"), RequestBody.fromString("second"));

        assertThatThrownBy(() -> outsider.putObject(
                        b -> b.bucket(bucket.name()).key("a.txt").ifMatch(first.etag()),
                        RequestBody.fromString("third")))
                .hasMessageContaining("412");
        assertThat(all(bucket, 1000)).hasSize(2);
    }

    @Test
    void theNewestVersionOfAKeyComesFirst() throws IOException {
        Bucket bucket = versioned();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            if (i % 3 == 2) {
                bucket.delete(ObjectKey.of("a.txt"));
                expected.addFirst("deleted");
            } else {
                write(bucket, "a.txt", "text " + i);
                expected.addFirst("text " + i);
            }
        }

        List<String> found = new ArrayList<>();
        for (ObjectVersion version : all(bucket, 1000)) {
            found.add(version instanceof Written ? text(bucket, version) : "deleted");
        }

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void pagesOfOneEntryGiveTheSameListing() throws IOException {
        Bucket bucket = versioned();
        for (String key : List.of("a", "a b+ü.txt", "a/b", "b%2F", "z\uD83D\uDE00")) {
            write(bucket, key, "1");
            write(bucket, key, "2");
            bucket.delete(ObjectKey.of(key));
            write(bucket, key, "3");
        }

        List<ObjectVersion> whole = all(bucket, 1000);

        assertThat(whole).hasSize(20);
        assertThat(all(bucket, 1)).isEqualTo(whole);
        assertThat(all(bucket, 3)).isEqualTo(whole);
    }

    @Test
    void pagesFullOfDeleteMarkersAreNoEnd() throws IOException {
        Bucket bucket = versioned();
        for (int i = 0; i < 7; i++) {
            bucket.delete(ObjectKey.of("never-there" + i));
        }
        write(bucket, "z", "1");

        assertThat(all(bucket, 2)).hasSize(8).last().isInstanceOf(Written.class);
    }

    @Test
    void aVersionIsCopiedUpInOneRequestOrInParts() throws IOException {
        Bucket bucket = versioned();
        write(bucket, "a.txt", "first");
        write(bucket, "a.txt", "second");
        Written first = (Written) all(bucket, 1000).getLast();

        bucket.copies().copy(first.in(bucket.name()), ObjectKey.of("a.txt"));
        assertThat(text(bucket, all(bucket, 1000).getFirst())).isEqualTo("first");
        bucket.copies().copyOver(first.in(bucket.name()), ObjectKey.of("b.txt"), WriteCondition.always(), 1);

        StoredObject copy = bucket.head(ObjectKey.of("b.txt"), Duration.ZERO).orElseThrow();
        assertThat(copy.metadata()).isEqualTo(Map.of("text", "first"));
        assertThat(copy.cacheControl()).isEqualTo("max-age=60");
        assertThat(all(bucket, 1000)).hasSize(4);
        assertThat(bucket.versions().head(first.key(), first.id())).isPresent();
    }

    @Test
    void theNullVersionIsReadAndCopied() throws IOException {
        Bucket bucket = bucket();
        write(bucket, "a.txt", "before");
        set(bucket, BucketVersioningStatus.ENABLED);
        write(bucket, "a.txt", "after");

        Written old = (Written) all(bucket, 1000).getLast();

        assertThat(old.isNull()).isTrue();
        assertThat(text(bucket, old)).isEqualTo("before");
        bucket.copies().copy(old.in(bucket.name()), ObjectKey.of("a.txt"));
        assertThat(text(bucket, all(bucket, 1000).getFirst())).isEqualTo("before");
    }

    /// What S3 copies of such a version makes the copy read what its source reads later.
    @Test
    void aCopyOfWhatWasWrittenWhileVersioningWasSuspendedIsNoLink() throws IOException {
        Bucket bucket = versioned();
        write(bucket, "a.txt", "with an id");
        set(bucket, BucketVersioningStatus.SUSPENDED);
        write(bucket, "a.txt", "without an id");
        StoredObject source = ((Written) all(bucket, 1000).getFirst()).object();
        List<Bucket> targets = List.of(bucket, bucket(), versioned());
        ObjectKey copy = ObjectKey.of("copy.txt");
        ObjectKey named = ObjectKey.of("named.txt");
        for (Bucket target : targets) {
            target.copies().copy(CopySource.newest(bucket.name(), source), copy);
            target.copies().copy(CopySource.version(bucket.name(), source, ObjectVersion.NULL_ID), named);
        }

        write(bucket, "a.txt", "replaced");
        for (Bucket target : targets) {
            assertThat(text(target, copy)).isEqualTo("without an id");
            assertThat(text(target, named)).isEqualTo("without an id");
        }
        bucket.delete(source.key());
        for (Bucket target : targets) {
            assertThat(text(target, copy)).isEqualTo("without an id");
            StoredObject head = target.head(copy, Duration.ZERO).orElseThrow();
            assertThat(head.metadata()).isEqualTo(Map.of("text", "without an id"));
            assertThat(head.cacheControl()).isEqualTo("max-age=60");
            assertThat(head.type()).contains("text/plain");
        }
    }

    @Test
    void aVersionThatIsGoneIsNotCopied() throws IOException {
        Bucket bucket = versioned();
        write(bucket, "a.txt", "first");
        Written first = (Written) all(bucket, 1000).getFirst();
        outsider.deleteObject(b -> b.bucket(bucket.name()).key("a.txt").versionId(first.id()));

        assertThat(bucket.versions().head(first.key(), first.id())).isEmpty();
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> bucket.copies().copy(first.in(bucket.name()), ObjectKey.of("b.txt")))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.NOT_FOUND));
    }
}
