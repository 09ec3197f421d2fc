package dev.aloft.e2e;

import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.Provider;
import dev.aloft.store.StoreSettings;
import dev.aloft.testkit.Ceph;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/// The S3 that a test runs on: the embedded one, or a Ceph of its own.
record TestS3(
        Provider provider,
        URI endpoint,
        String accessKey,
        String secretKey,
        Consumer<String> bucketMaker,
        Closeable server)
        implements AutoCloseable {

    static TestS3 embedded(Path folder) throws IOException {
        S3Credentials keys = S3Credentials.random();
        EmbeddedS3 s3 = EmbeddedS3.start(Files.createDirectories(folder), keys);
        return new TestS3(
                Provider.EMBEDDED, s3.endpoint(), keys.accessKey(), keys.secretKey(), s3::createBucket, s3::close);
    }

    static TestS3 ceph(Path folder) throws IOException {
        Ceph s3 = Ceph.start(Files.createDirectories(folder));
        S3Credentials keys = s3.credentials();
        return new TestS3(
                Provider.CEPH, s3.endpoint(), keys.accessKey(), keys.secretKey(), s3::createBucket, s3::close);
    }

    void createBucket(String name) {
        bucketMaker.accept(name);
    }

    /// Has a bucket keep versions from now on; not the embedded one's.
    void enableVersions(String bucket) {
        setVersioning(bucket, BucketVersioningStatus.ENABLED);
    }

    /// Has a bucket keep no new versions from now on.
    void suspendVersions(String bucket) {
        setVersioning(bucket, BucketVersioningStatus.SUSPENDED);
    }

    private void setVersioning(String bucket, BucketVersioningStatus status) {
        try (S3Client client = S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)))
                .build()) {
            client.putBucketVersioning(b -> b.bucket(bucket).versioningConfiguration(v -> v.status(status)));
        }
    }

    /// Settings of a client that reaches it through a front.
    StoreSettings settings(URI front) {
        return StoreSettings.at(provider, front);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
