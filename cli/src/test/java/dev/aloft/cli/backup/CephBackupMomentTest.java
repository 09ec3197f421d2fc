package dev.aloft.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.Main;
import dev.aloft.cli.ShellBlocks;
import dev.aloft.testkit.Ceph;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A site's way back to a moment by the commands of `aloft backup`, on Ceph.
@Tag("ceph")
final class CephBackupMomentTest {

    @TempDir
    private Path folder;

    private Ceph ceph;
    private S3Client client;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void start() throws IOException {
        ceph = Ceph.start(folder.resolve("ceph"));
        String key = ceph.credentials().accessKey();
        String secret = ceph.credentials().secretKey();
        client = S3Client.builder()
                .endpointOverride(ceph.endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret)))
                .build();
        Stream.of("media", "backups", "staging").forEach(ceph::createBucket);
        client.putBucketVersioning(
                b -> b.bucket("media").versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
        System.setProperty("aws.accessKeyId", key);
        System.setProperty("aws.secretAccessKey", secret);
        Files.writeString(
                folder.resolve("aloft.toml"),
                "[s3]\nprovider = \"ceph\"\nendpoint = \"" + ceph.endpoint()
                        + "\"\n\n[[site]]\nname = \"shop\"\nsocket = \""
                        + folder.resolve("agent")
                        + "\"\nbucket = \"media\"\nprefix = \"shop\"\n\n[site.backup]\nbucket = \"backups\"\n");
    }

    @AfterEach
    void stop() throws IOException {
        Stream.of("aws.accessKeyId", "aws.secretAccessKey").forEach(System::clearProperty);
        client.close();
        ceph.close();
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

    private void write(String name, String text) {
        client.putObject(b -> b.bucket("media").key("shop/uploads/" + name), RequestBody.fromString(text));
    }

    /// S3's time of the newest version.
    private String moment(String name) {
        return client.listObjectVersions(b -> b.bucket("media").prefix("shop/uploads/" + name))
                .versions()
                .getFirst()
                .lastModified()
                .toString();
    }

    private Map<String, String> files(String bucket, String prefix) {
        Map<String, String> files = new TreeMap<>();
        for (S3Object object :
                client.listObjectsV2(b -> b.bucket(bucket).prefix(prefix)).contents()) {
            files.put(
                    object.key().substring(prefix.length()),
                    client.getObjectAsBytes(b -> b.bucket(bucket).key(object.key()))
                            .asUtf8String());
        }
        return files;
    }

    @Test
    void aSiteGoesBackToAMomentAndToASnapshotInPlace() {
        write("cat.jpg", "cat");
        write("dog.jpg", "dog");
        String then = moment("dog.jpg");
        write("cat.jpg", "broken");
        client.deleteObject(b -> b.bucket("media").key("shop/uploads/dog.jpg"));
        write("new.jpg", "new");

        assertThat(run("create --in-place")).contains("0 files copied");
        assertThat(run("versions uploads/dog.jpg")).contains("deleted", "older");

        assertThat(run("restore --dry-run --delete --to " + then).lines().map(line -> line.replaceAll(" \\(.*", "")))
                .containsExactly("replace uploads/cat.jpg", "create uploads/dog.jpg", "delete uploads/new.jpg");
        assertThat(files("media", "shop/uploads/")).containsOnlyKeys("cat.jpg", "new.jpg");

        run("restore --yes --to-bucket staging --to-prefix copy --to " + then);
        assertThat(files("staging", "copy/uploads/")).isEqualTo(Map.of("cat.jpg", "cat", "dog.jpg", "dog"));

        run("restore --yes --path uploads/dog.jpg --to " + then);
        assertThat(files("media", "shop/uploads/"))
                .isEqualTo(Map.of("cat.jpg", "broken", "dog.jpg", "dog", "new.jpg", "new"));

        run("restore --yes --delete --to " + then);
        assertThat(files("media", "shop/uploads/")).isEqualTo(Map.of("cat.jpg", "cat", "dog.jpg", "dog"));

        assertThat(run("verify latest")).contains("0 failed");
        run("restore latest --yes --delete");
        assertThat(files("media", "shop/uploads/")).isEqualTo(Map.of("cat.jpg", "broken", "new.jpg", "new"));

        run("restore --undo --yes");
        assertThat(files("media", "shop/uploads/")).isEqualTo(Map.of("cat.jpg", "cat", "dog.jpg", "dog"));
    }

    /// `HowToTest` follows the other pages.
    @Test
    void theHowToWorksAsWritten() {
        write("2026/11/cat.jpg", "cat");
        String then = moment("2026/11/cat.jpg");
        write("2026/11/cat.jpg", "broken");
        Path page = Path.of(System.getProperty("aloft.root"), "docs/how-to/any-second.md");
        String local = Instant.parse(then).atOffset(ZoneOffset.ofHours(1)).toString();

        ShellBlocks.lines(page, "sh")
                .map(line -> ShellBlocks.of("aloft", line).orElseThrow())
                .map(words -> String.join(" ", words.subList(1, words.size()))
                        .replace("2026-11-29T14:03:07Z", then)
                        .replace("2026-11-29T15:03:07+01:00", local))
                .forEach(words -> run(words.replace("restore ", "restore --yes ")));

        assertThat(files("media", "shop/uploads/2026/11/")).isEqualTo(Map.of("cat.jpg", "cat"));
        assertThat(files("staging", "shop/uploads/2026/11/")).isEqualTo(Map.of("cat.jpg", "cat"));
    }
}
