package dev.aloft.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.CommandRun;
import dev.aloft.cli.CommandStore;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// `aloft migrate between` on two S3 with credentials of their own. `HowToTest` runs the commands of its pages.
@Timeout(300)
final class MigrateBetweenCommandTest {

    @TempDir
    private Path folder;

    private CommandStore s3;
    private EmbeddedS3 oldS3;
    private CommandStore old;

    @BeforeEach
    void start() throws IOException {
        S3Credentials credentials = S3Credentials.random();
        oldS3 = EmbeddedS3.start(Files.createDirectory(folder.resolve("old")), credentials);
        oldS3.createBucket("attic");
        old = CommandStore.of(oldS3, credentials);
        s3 = CommandStore.start(folder, "media");
        Path profiles = Files.writeString(
                folder.resolve("credentials"), """
                [old]
                aws_access_key_id = %s
                aws_secret_access_key = %s
                """.formatted(credentials.accessKey(), credentials.secretKey()));
        System.setProperty("aws.sharedCredentialsFile", profiles.toString());
    }

    @AfterEach
    void stop() throws IOException {
        System.clearProperty("aws.sharedCredentialsFile");
        s3.close();
        old.close();
    }

    private CommandRun aloft(String fallback, String... words) throws IOException {
        Path config = Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                provider = "embedded"
                endpoint = "%s"

                [[site]]
                name = "shop"
                bucket = "media"
                socket = "/run/aloft/shop.sock"

                %s
                """.formatted(s3.endpoint(), fallback));
        return CommandRun.of(Stream.concat(Stream.of(words), Stream.of("--config", config.toString()))
                .toArray(String[]::new));
    }

    private String fallback() {
        return """
                [site.fallback]
                provider = "embedded"
                endpoint = "%s"
                bucket = "attic"
                uploads = "shop/uploads"
                profile = "old"
                """.formatted(oldS3.endpoint());
    }

    @Test
    void theFilesOfTheOldBucketAreThoseOfTheSite() throws IOException {
        old.write("attic", "shop/uploads/2026/11/cat.jpg", "cat");

        assertThat(aloft(fallback(), "ls", "--recursive", "shop:").out()).contains("2026/11/cat.jpg");
        Path copy = folder.resolve("cat.jpg");
        assertThat(aloft(fallback(), "cp", "shop:2026/11/cat.jpg", copy.toString())
                        .code())
                .isZero();
        assertThat(copy).hasContent("cat");
        assertThat(aloft(fallback(), "rm", "--yes", "shop:2026/11/cat.jpg").code())
                .isZero();
        CommandRun result = aloft(fallback(), "migrate", "between", "--json");

        assertThat(JsonMapper.shared()
                        .readTree(result.out().lines().toList().getLast())
                        .path("deleted")
                        .asInt())
                .as(result.toString())
                .isEqualTo(1);
        assertThat(s3.keys("media", "uploads/")).isEmpty();
        assertThat(old.keys("attic", "")).containsExactly(ObjectKey.of("shop/uploads/2026/11/cat.jpg"));
    }

    @Test
    void aSiteWithoutAnOldBucketAndWrongCredentialsAreExplained() throws IOException {
        CommandRun none = aloft("", "migrate", "between");
        CommandRun wrong = aloft(fallback().replace("\"old\"", "\"missing\""), "migrate", "between");

        assertThat(none.code()).isEqualTo(2);
        assertThat(none.err()).contains("the site shop has no bucket to move from", "[site.fallback]");
        assertThat(wrong.code()).isEqualTo(6);
        assertThat(wrong.err()).contains("missing");
    }
}
