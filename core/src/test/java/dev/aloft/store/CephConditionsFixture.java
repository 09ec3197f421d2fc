package dev.aloft.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.lab.S3Credentials;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.testkit.Ceph;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/// Two clients of a bucket of Ceph that keeps versions, one of them behind a front, for tests of conditions.
abstract class CephConditionsFixture {

    static final int RIVALS = 8;
    static final ObjectKey KEY = ObjectKey.of("uploads/a.txt");

    @TempDir
    static Path data;

    static Ceph ceph;
    static S3Front front;
    static S3Client outsider;
    static int buckets;

    final List<Store> stores = new ArrayList<>();
    Bucket one;
    Bucket other;

    @BeforeAll
    static void startCeph() throws IOException {
        ceph = Ceph.start(data.resolve("ceph"));
        front = S3Front.before(ceph.endpoint());
        S3Credentials pair = ceph.credentials();
        outsider = S3Client.builder()
                .endpointOverride(ceph.endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(pair.accessKey(), pair.secretKey())))
                .build();
    }

    @AfterAll
    static void stopCeph() throws IOException {
        outsider.close();
        front.close();
        ceph.close();
    }

    @BeforeEach
    void start() throws IOException {
        front.calm();
        String name = "conditions" + buckets++;
        ceph.createBucket(name);
        set(name, BucketVersioningStatus.ENABLED);
        one = open(false, name);
        other = open(true, name);
        one.probeConditions("");
        other.probeConditions("");
        front.reset();
    }

    @AfterEach
    void stop() {
        stores.forEach(Store::close);
    }

    Bucket open(boolean behindFront, String bucket) {
        StoreSettings settings = StoreSettings.at(Provider.CEPH, behindFront ? front.endpoint() : ceph.endpoint())
                .withTimeout(Duration.ofSeconds(60));
        Store store = Store.open(
                settings, ceph.credentials().accessKey(), ceph.credentials().secretKey());
        stores.add(store);
        return store.bucket(bucket);
    }

    static void set(String bucket, BucketVersioningStatus status) {
        outsider.putBucketVersioning(b -> b.bucket(bucket).versioningConfiguration(v -> v.status(status)));
    }

    static StoredObject put(Bucket bucket, String text, WriteCondition condition) throws IOException {
        return put(bucket, KEY, text.getBytes(UTF_8), condition);
    }

    static StoredObject put(Bucket bucket, ObjectKey key, byte[] bytes, WriteCondition condition) throws IOException {
        return bucket.put(
                key,
                new ByteArrayInputStream(bytes),
                bytes.length,
                ObjectHeaders.ofType("text/plain"),
                Map.of("own", "kept"),
                condition);
    }

    byte[] bytes(ObjectKey key) throws IOException {
        try (ObjectContent content = one.get(key, null, ReadCondition.any()).orElseThrow()) {
            return content.body().readAllBytes();
        }
    }

    String text() throws IOException {
        return new String(bytes(KEY), UTF_8);
    }

    List<ObjectVersion> versions() throws IOException {
        return one.versions().of(KEY, 1000);
    }

    static boolean isDone(Callable<StoredObject> write) throws Exception {
        try {
            write.call();
            return true;
        } catch (StoreException e) {
            assertThat(e.kind()).as(String.valueOf(e)).isEqualTo(Kind.PRECONDITION);
            return false;
        }
    }

    interface Write {
        StoredObject by(Bucket host, int rival) throws IOException;
    }

    /// The numbers of the rivals that win, of which every second writes from the other host.
    List<Integer> race(int rivals, Write write) throws Exception {
        CyclicBarrier start = new CyclicBarrier(rivals);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> results = IntStream.range(0, rivals)
                    .mapToObj(i -> threads.submit(() -> {
                        start.await();
                        return isDone(() -> write.by(i % 2 == 0 ? one : other, i));
                    }))
                    .toList();
            List<Integer> winners = new ArrayList<>();
            for (int i = 0; i < rivals; i++) {
                if (results.get(i).get()) {
                    winners.add(i);
                }
            }
            return winners;
        }
    }
}
