package dev.aloft.backup;

import dev.aloft.lab.S3Credentials;
import dev.aloft.store.BucketRules;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.testkit.Ceph;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// One Ceph for all test classes of the module, behind a front that counts requests and makes faults. It is started
/// by the first class and ends with the last.
public final class SharedCeph implements BeforeAllCallback {

    private static final AtomicInteger BUCKETS = new AtomicInteger();

    private @Nullable Running running;

    @Override
    public void beforeAll(ExtensionContext context) {
        running = context.getStore(StoreScope.LAUNCHER_SESSION, Namespace.create(SharedCeph.class))
                .computeIfAbsent(Running.class, _ -> Running.start(), Running.class);
    }

    private Running running() {
        return Objects.requireNonNull(running);
    }

    /// A new bucket that keeps no versions yet.
    CephBucket bucket() {
        String name = "bucket" + BUCKETS.incrementAndGet();
        running().ceph().createBucket(name);
        return new CephBucket(running().store(), running().outsider(), name);
    }

    /// A new bucket that keeps versions.
    public CephBucket versionedBucket() {
        CephBucket bucket = bucket();
        bucket.enableVersions();
        return bucket;
    }

    /// A new bucket whose versions can be locked.
    CephBucket lockedBucket() {
        String name = "bucket" + BUCKETS.incrementAndGet();
        running().outsider().createBucket(b -> b.bucket(name).objectLockEnabledForBucket(true));
        return new CephBucket(running().store(), running().outsider(), name);
    }

    /// The rules of a bucket's owner.
    BucketRules rules(CephBucket bucket) {
        return running().store().rules(bucket.bucket());
    }

    /// The front through which the stores go; the outsider's requests do not.
    public S3Front front() {
        return running().front();
    }

    private record Running(Ceph ceph, S3Front front, Store store, S3Client outsider) implements AutoCloseable {

        static Running start() {
            try {
                Ceph ceph = Ceph.start(Files.createTempDirectory("aloft-ceph").resolve("ceph"));
                S3Front front = S3Front.before(ceph.endpoint());
                S3Credentials pair = ceph.credentials();
                AwsBasicCredentials credentials = AwsBasicCredentials.create(pair.accessKey(), pair.secretKey());
                return new Running(
                        ceph,
                        front,
                        Store.open(
                                StoreSettings.at(Provider.CEPH, front.endpoint()), pair.accessKey(), pair.secretKey()),
                        S3Client.builder()
                                .endpointOverride(ceph.endpoint())
                                .region(Region.US_EAST_1)
                                .forcePathStyle(true)
                                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                                .build());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            outsider.close();
            store.close();
            front.close();
            ceph.close();
        }
    }
}
