package dev.aloft.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.Main;
import dev.aloft.testkit.Ceph;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.S3Object;

/// The text of `aloft backup prune` on a bucket of Ceph whose Object Lock retains every version.
@Tag("ceph")
final class CephPruneCommandTest {

    private static final int DEFAULT_DAYS = 3;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Ceph ceph;
    private S3Front front;
    private S3Client owner;

    @BeforeEach
    void start() throws IOException {
        ceph = Ceph.start(folder.resolve("ceph"));
        front = S3Front.before(ceph.endpoint());
        String key = ceph.credentials().accessKey();
        String secret = ceph.credentials().secretKey();
        owner = S3Client.builder()
                .endpointOverride(ceph.endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret)))
                .build();
        ceph.createBucket("media");
        owner.createBucket(b -> b.bucket("vault").objectLockEnabledForBucket(true));
        owner.putObjectLockConfiguration(b -> b.bucket("vault")
                .objectLockConfiguration(c -> c.objectLockEnabled("Enabled")
                        .rule(r -> r.defaultRetention(
                                d -> d.mode(ObjectLockRetentionMode.GOVERNANCE).days(DEFAULT_DAYS)))));
        System.setProperty("aws.accessKeyId", key);
        System.setProperty("aws.secretAccessKey", secret);
        Files.writeString(folder.resolve("aloft.toml"), """
            [s3]
            provider = "ceph"
            endpoint = "%s"

            [[site]]
            name = "shop"
            socket = "%s"
            bucket = "media"

            [site.backup]
            bucket = "vault"
            keep_last = 1
            """.formatted(front.endpoint(), folder.resolve("agent")));
    }

    @AfterEach
    void stop() throws IOException {
        Stream.of("aws.accessKeyId", "aws.secretAccessKey").forEach(System::clearProperty);
        owner.close();
        front.close();
        ceph.close();
    }

    @Test
    void thePruneSaysUntilWhenVersionsAreRetainedAndWhichForLonger() {
        write("old");
        run("create");
        String content = contents().getFirst();
        Instant longer = Instant.now().plus(Duration.ofDays(300)).truncatedTo(ChronoUnit.SECONDS);
        owner.putObjectRetention(b -> b.bucket("vault")
                .key(content)
                .retention(r -> r.mode(ObjectLockRetentionMode.GOVERNANCE).retainUntilDate(longer)));
        write("new");
        run("create");

        assertThat(run("prune")).contains("1 dropped; 0 objects deleted (0 B)");
        front.on(request -> request.operation().equals("HeadObject")
                        && request.key().endsWith("clock.json"))
                .shiftModified(Duration.ofDays(2));
        List<String> lines = run("prune").lines().toList();

        assertThat(lines)
                .containsOnlyOnce("retained until " + longer + ": " + content)
                .last()
                .asString()
                .contains("versions retained until " + longer + " at most by Object Lock");
        assertThat(contents()).hasSize(1).doesNotContain(content);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 500})
    void whereS3DoesNotTellTheRetentionOfAnObjectTheDefaultIsReported(int status) {
        write("old");
        run("create");
        write("new");
        run("create");
        run("prune");
        front.on(request -> request.operation().equals("HeadObject")
                        && request.key().endsWith("clock.json"))
                .shiftModified(Duration.ofDays(2));
        front.on("GetObjectRetention").answer(status);

        String until =
                Instant.now().plus(Duration.ofDays(DEFAULT_DAYS)).toString().substring(0, "2026-11-30".length());
        assertThat(run("prune"))
                .contains("versions retained until " + until, "by the bucket's default")
                .doesNotContain("longer");
    }

    /// @param words parted by spaces
    private String run(String words) {
        out.getBuffer().setLength(0);
        CommandLine line = Main.command();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        String[] arguments = ("backup " + words + " --config " + folder.resolve("aloft.toml")).split(" ");
        assertThat(line.execute(arguments)).as("%s: %s", words, err).isZero();
        return out.toString();
    }

    private void write(String text) {
        owner.putObject(b -> b.bucket("media").key("uploads/cat.jpg"), RequestBody.fromString(text));
    }

    private List<String> contents() {
        return owner.listObjectsV2(b -> b.bucket("vault").prefix("shop/content/")).contents().stream()
                .map(S3Object::key)
                .toList();
    }
}
