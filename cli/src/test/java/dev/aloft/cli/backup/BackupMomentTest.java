package dev.aloft.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.Main;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.testkit.ListedVersions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// The commands of `aloft backup` that need the versions of a bucket, as far as they go without a store of versions.
final class BackupMomentTest {

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void setProperties() {
        System.setProperty("aws.accessKeyId", CREDENTIALS.accessKey());
        System.setProperty("aws.secretAccessKey", CREDENTIALS.secretKey());
    }

    @AfterEach
    void forgetProperties() {
        Stream.of("aws.accessKeyId", "aws.secretAccessKey").forEach(System::clearProperty);
    }

    private int run(URI endpoint, String... words) throws IOException {
        Path config = folder.resolve("aloft.toml");
        Files.writeString(
                config,
                "[s3]\nprovider = \"other\"\nendpoint = \"" + endpoint + "\"\n\n[[site]]\nname = \"shop\"\nsocket = \""
                        + folder.resolve("agent")
                        + "\"\nbucket = \"media\"\nprefix = \"shop\"\n\n[site.backup]\nbucket = \"backups\"\n");
        CommandLine line = Main.command();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return line.execute(Stream.concat(
                        Stream.concat(Stream.of("backup"), Stream.of(words)), Stream.of("--config", config.toString()))
                .toArray(String[]::new));
    }

    @Test
    void theVersionsOfAFileAreListedTheNewestFirst() throws IOException {
        try (ListedVersions s3 = ListedVersions.start()) {
            s3.addWrite("shop/uploads/cat.jpg", "v3", NOON.plusSeconds(2), "e3");
            s3.addDeletion("shop/uploads/cat.jpg", "v2", NOON.plusSeconds(1));
            s3.addWrite("shop/uploads/cat.jpg", "v1", NOON, "e1");
            s3.addWrite("shop/uploads/cat.jpg.bak", "v4", NOON, "e4");

            assertThat(run(s3.endpoint(), "versions", "uploads/cat.jpg")).isZero();

            assertThat(out.toString().lines().map(line -> line.replaceAll("\\s+", " ")))
                    .containsExactly(
                            "2026-11-29T12:00:02Z current 1 B v3",
                            "2026-11-29T12:00:01Z deleted v2",
                            "2026-11-29T12:00:00Z older 1 B v1");
        }
    }

    @Test
    void theVersionsOfAFileAreListedInJson() throws IOException {
        try (ListedVersions s3 = ListedVersions.start()) {
            s3.addWrite("shop/uploads/cat.jpg", "v1", NOON, "e1");

            assertThat(run(s3.endpoint(), "versions", "uploads/cat.jpg", "--json"))
                    .isZero();

            assertThat(out.toString().strip())
                    .isEqualTo("{\"event\":\"version\",\"modified\":\"2026-11-29T12:00:00Z\",\"state\":\"current\","
                            + "\"bytes\":1,\"version\":\"v1\"}");
        }
    }

    @Test
    void aFileThatNeverWasIsAnError() throws IOException {
        try (ListedVersions s3 = ListedVersions.start()) {
            assertThat(run(s3.endpoint(), "versions", "uploads/dog.jpg")).isEqualTo(7);
            assertThat(err.toString()).contains("s3://media/shop/ has no version of uploads/dog.jpg", "check the path");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "restore --to 2020-01-01T12:00:00Z --yes, cannot go back to a moment: s3://media keeps no versions",
        "versions uploads/cat.jpg, cannot list versions of uploads/cat.jpg: s3://media keeps no versions",
        "create --in-place, cannot make a snapshot in place: versioning of s3://media is off"
    })
    void aBucketWithoutVersionsIsRefusedWithWhatToDo(String command, String found) throws IOException {
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder.resolve("s3"), CREDENTIALS)) {
            s3.createBucket("media");
            s3.createBucket("backups");

            assertThat(run(s3.endpoint(), command.split(" "))).isEqualTo(7);

            assertThat(err.toString()).contains(found, "enable versioning on the bucket");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "restore --to yesterday, --to: yesterday is no moment",
        "restore --to 2999-01-01T00:00:00Z, --to 2999-01-01T00:00:00Z is in the future",
        "restore 20261129T120000Z-00000000 --to 2020-01-01T12:00:00Z, and not both",
        "versions a//b, a//b is no path of a file"
    })
    void aWrongCommandLineIsRefusedBeforeS3IsAsked(String command, String found) throws IOException {
        assertThat(run(URI.create("http://127.0.0.1:1"), command.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(found);
    }
}
