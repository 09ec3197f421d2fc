package dev.aloft.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.JavaCommand;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `aloft migrate in` and `out` as processes that are killed at moments of a seeded schedule, and run again.
@Timeout(600)
final class MigrationKilledTest {

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    private static final int FILES = 200;

    @TempDir
    private Path temp;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void aKilledMigrationContinuesInBothDirections() throws Exception {
        Map<String, String> wanted = new TreeMap<>();
        for (int i = 0; i < FILES; i++) {
            String name = "%02d/file-%03d.txt".formatted(i / 50, i);
            Path file = temp.resolve("uploads").resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "text " + i);
            wanted.put(name, "text " + i);
        }
        try (EmbeddedS3 s3 = EmbeddedS3.start(Files.createDirectory(temp.resolve("s3")), CREDENTIALS);
                S3Front front = S3Front.before(s3.endpoint())) {
            s3.createBucket("media");
            Path config = Files.writeString(
                    temp.resolve("aloft.toml"), """
                    [s3]
                    provider = "embedded"
                    endpoint = "%s"

                    [[site]]
                    name = "shop"
                    bucket = "media"
                    socket = "%s"
                    """.formatted(front.endpoint(), temp.resolve("shop.sock")));

            for (String way : new String[] {"in", "out"}) {
                String operation = way.equals("in") ? "PutObject" : "GetObject";
                Path folder = temp.resolve(way.equals("in") ? "uploads" : "back");
                int kills = 0;
                while (kills < 3) {
                    Process command = migrate(config, way, folder.toString());
                    await(front, operation, front.count(operation) + 1 + random.nextInt(FILES / 5), command);
                    command.destroyForcibly().waitFor();
                    kills++;
                }
                assertThat(migrate(config, way, folder.toString()).waitFor())
                        .as("%s, seed %d: %s", way, seed, Files.readString(temp.resolve("output")))
                        .isZero();
            }
            assertThat(migrate(config, "verify", temp.resolve("back").toString(), "--all")
                            .waitFor())
                    .as("seed %d: %s", seed, Files.readString(temp.resolve("output")))
                    .isZero();
        }

        assertThat(texts(temp.resolve("back"))).as("seed %d", seed).isEqualTo(wanted);
        assertThat(texts(temp.resolve("uploads"))).isEqualTo(wanted);
    }

    /// Waits until the command has made its next requests, of which the last run leaves enough.
    private void await(S3Front front, String operation, int count, Process command) throws Exception {
        while (front.count(operation) < count) {
            assertThat(command.isAlive())
                    .as("seed %d: %s", seed, Files.readString(temp.resolve("output")))
                    .isTrue();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private Process migrate(Path config, String... words) throws IOException {
        String[] all = Stream.concat(
                        Stream.of("migrate"),
                        Stream.concat(Stream.of(words), Stream.of("--parallel", "4", "--config", config.toString())))
                .toArray(String[]::new);
        ProcessBuilder command = new ProcessBuilder(JavaCommand.of(all));
        command.environment()
                .putAll(Map.of(
                        "AWS_ACCESS_KEY_ID",
                        CREDENTIALS.accessKey(),
                        "AWS_SECRET_ACCESS_KEY",
                        CREDENTIALS.secretKey()));
        return command.redirectErrorStream(true)
                .redirectOutput(temp.resolve("output").toFile())
                .start();
    }

    private static Map<String, String> texts(Path folder) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return texts;
    }
}
