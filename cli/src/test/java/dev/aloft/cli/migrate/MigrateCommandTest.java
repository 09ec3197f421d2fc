package dev.aloft.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.CommandRun;
import dev.aloft.cli.CommandStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `aloft migrate` on a real S3. `HowToTest` runs the commands of its page.
@Timeout(300)
final class MigrateCommandTest {

    @TempDir
    private Path folder;

    private CommandStore s3;
    private Path uploads;
    private Path config;

    @BeforeEach
    void start() throws IOException {
        s3 = CommandStore.start(folder, "media");
        uploads = folder.resolve("uploads");
        Files.createDirectories(uploads.resolve("2026/11"));
        config = Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                provider = "embedded"
                endpoint = "%s"

                [edge]
                listen = "127.0.0.1:0"

                [[site]]
                name = "shop"
                bucket = "media"
                prefix = "shop"
                socket = "/run/aloft/shop.sock"
                local = ["uploads/cache"]
                local_folder = "/srv/www/example/wp-content"
                """.formatted(s3.endpoint()));
    }

    @AfterEach
    void stop() throws IOException {
        s3.close();
    }

    private CommandRun aloft(String... words) {
        return CommandRun.of(Stream.concat(Stream.of(words), Stream.of("--config", config.toString()))
                .toArray(String[]::new));
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(uploads)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.put(uploads.relativize(file).toString(), Files.readString(file));
            }
        }
        return texts;
    }

    @Test
    void whatFailsIsListedAndTheCodeSaysSo() throws IOException {
        Files.writeString(uploads.resolve("cat.jpg"), "cat");
        Files.writeString(uploads.resolve("shell.php"), "<?php");
        Files.createDirectory(uploads.resolve("cache"));
        Files.writeString(uploads.resolve("cache/page.html"), "stays on the host");
        Files.createSymbolicLink(uploads.resolve("link"), Path.of("/etc"));

        CommandRun result = aloft("migrate", "in", uploads.toString(), "--json");

        assertThat(result.code()).isEqualTo(9);
        List<JsonNode> events = result.out()
                .lines()
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
        assertThat(events)
                .extracting(event -> event.path("event").asString() + " "
                        + event.path("file").asString(""))
                .containsExactly("failure link", "warning shell.php", "done ");
        assertThat(events.getLast().path("copied").asInt()).isEqualTo(2);
        assertThat(events.getLast().path("failed").asInt()).isEqualTo(1);
    }

    @Test
    void onlyNamedFilesTakePart() throws IOException {
        Files.writeString(uploads.resolve("2026/11/cat.jpg"), "cat");
        Files.writeString(uploads.resolve("2026/11/cat.bak"), "cat");
        Files.writeString(uploads.resolve("other.jpg"), "other");

        CommandRun result =
                aloft("migrate", "in", uploads.toString(), "--include", "2026", "--exclude", "**/*.bak", "--dry-run");

        assertThat(result.out()).startsWith("would copy 1 files");
    }

    private void upload(String name, String text) throws IOException {
        s3.write("media", "shop/uploads/" + name, text);
    }

    @Test
    void removingLocalFilesUploadsNone() throws IOException {
        Files.writeString(uploads.resolve("deleted-by-an-editor.txt"), "text");
        Files.writeString(uploads.resolve("same.txt"), "same");
        upload("same.txt", "same");

        CommandRun result = aloft("migrate", "in", uploads.toString(), "--remove-local", "--yes");

        assertThat(result.code()).isEqualTo(9);
        assertThat(result.out())
                .contains("deleted-by-an-editor.txt: is not in S3")
                .contains("removed 1 local files, 1 stay");
        assertThat(files()).containsOnlyKeys("deleted-by-an-editor.txt");
        assertThat(aloft("migrate", "out", folder.resolve("back").toString()).out())
                .startsWith("copied 1 files");
    }

    @Test
    void programsAreLeftOutOnTheWayBackUnlessRequested() throws IOException {
        upload("cat.jpg", "cat");
        upload("shell.php", "<?php");

        CommandRun result = aloft("migrate", "out", uploads.toString());
        assertThat(result.code()).isEqualTo(9);
        assertThat(result.out())
                .contains("shell.php: is not served by the edge")
                .contains("--unserved");
        assertThat(files()).containsOnlyKeys("cat.jpg");

        assertThat(aloft("migrate", "out", uploads.toString(), "--unserved").code())
                .isZero();
        assertThat(files()).containsOnlyKeys("cat.jpg", "shell.php");
    }

    @Test
    void anEmptyBucketDeletesNoFolder() throws IOException {
        Files.writeString(uploads.resolve("2026/11/cat.jpg"), "cat");

        CommandRun result = aloft("migrate", "out", uploads.toString(), "--delete", "--yes");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("S3 has no upload of the site").contains("check the site's bucket");
        assertThat(files()).containsOnlyKeys("2026/11/cat.jpg");
    }

    @Test
    void deletionsOfTheWayBackAreAskedFor() throws IOException {
        upload("new.txt", "new");
        Files.writeString(uploads.resolve("2026/11/cat.jpg"), "cat");

        CommandRun unasked = aloft("migrate", "out", uploads.toString(), "--delete");
        assertThat(unasked.code()).isEqualTo(2);
        assertThat(files()).containsOnlyKeys("2026/11/cat.jpg", "new.txt");

        assertThat(aloft("migrate", "out", uploads.toString(), "--delete", "--yes")
                        .code())
                .isZero();
        assertThat(files()).containsOnlyKeys("new.txt");
    }
}
