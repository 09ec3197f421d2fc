package dev.aloft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A real Ceph, through a front.
@Tag("ceph")
final class CephTest {

    private static final String BUCKET = "media";

    private static Ceph ceph;
    private static S3Front front;
    private static S3Client client;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        Ceph.requirePackages(System.err::println);
        ceph = Ceph.start(folder.resolve("ceph"));
        ceph.createBucket(BUCKET);
        front = S3Front.before(ceph.endpoint());
        client = S3Client.builder()
                .endpointOverride(front.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        ceph.credentials().accessKey(), ceph.credentials().secretKey())))
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .build();
    }

    @AfterAll
    static void stop() throws IOException {
        client.close();
        front.close();
        ceph.close();
    }

    @Test
    void putsGetsAndLists() {
        client.putObject(b -> b.bucket(BUCKET).key("2026/11/a b+ü.txt"), RequestBody.fromString("hello"));
        assertThat(client.getObjectAsBytes(b -> b.bucket(BUCKET).key("2026/11/a b+ü.txt"))
                        .asUtf8String())
                .isEqualTo("hello");
        assertThat(client.listObjectsV2(b -> b.bucket(BUCKET).prefix("2026/")).contents())
                .extracting(S3Object::key)
                .containsExactly("2026/11/a b+ü.txt");
        assertThat(front.count("ListObjectsV2")).isEqualTo(1);
    }

    @Test
    void createsAnObjectOnlyOnce() {
        client.putObject(b -> b.bucket(BUCKET).key("once").ifNoneMatch("*"), RequestBody.fromString("1"));
        assertThatThrownBy(() -> client.putObject(
                        b -> b.bucket(BUCKET).key("once").ifNoneMatch("*"), RequestBody.fromString("2")))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
        assertThat(client.getObjectAsBytes(b -> b.bucket(BUCKET).key("once")).asUtf8String())
                .isEqualTo("1");
    }

    @Test
    void makingABucketTwiceIsFine() {
        ceph.createBucket(BUCKET);
    }

    @Test
    void aFolderHoldsOneClusterOnce(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("ceph.conf"), "");
        assertThatThrownBy(() -> Ceph.start(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not empty");
    }
}
