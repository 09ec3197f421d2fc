package dev.aloft.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.CommandRun;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.Bucket;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real S3 with a new bucket and a new local folder for each test, and the commands on files.
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FilesTestCase {

    @TempDir
    private static Path data;

    @TempDir
    Path folder;

    final S3Credentials credentials = S3Credentials.random();
    EmbeddedS3 s3;
    Store store;
    Bucket bucket;
    private Path config;
    private int buckets;

    /// Output of a command.
    record Result(int code, String out, String err) {

        List<String> lines() {
            return out.lines().toList();
        }

        List<JsonNode> events() {
            return out.lines().map(JsonMapper.shared()::readTree).toList();
        }
    }

    @BeforeAll
    void start() throws IOException {
        s3 = EmbeddedS3.start(Files.createDirectories(data.resolve(getClass().getSimpleName())), credentials);
        store = Store.open(
                StoreSettings.at(Provider.EMBEDDED, s3.endpoint()), credentials.accessKey(), credentials.secretKey());
        System.setProperty("aws.accessKeyId", credentials.accessKey());
        System.setProperty("aws.secretAccessKey", credentials.secretKey());
    }

    @AfterAll
    void stop() throws IOException {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        store.close();
        s3.close();
    }

    @BeforeEach
    void newBucket() throws IOException {
        String name = "media-" + ++buckets;
        s3.createBucket(name);
        bucket = store.bucket(name);
        config = configure("");
    }

    /// @param more lines of the site's table
    Path configure(String more) throws IOException {
        return Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                provider = "embedded"
                endpoint = "%s"

                [edge]
                listen = "127.0.0.1:0"

                [[site]]
                name = "shop"
                bucket = "%s"
                prefix = "shop"
                socket = "/run/aloft/shop.sock"
                %s
                """.formatted(s3.endpoint(), bucket.name(), more));
    }

    /// Runs a command with the configuration. `BUCKET` and `FOLDER` stand for this test's own.
    Result aloft(String... words) {
        String[] arguments = Stream.concat(
                        Stream.of(words).map(this::expanded), Stream.of("--config", config.toString()))
                .toArray(String[]::new);
        CommandRun run = CommandRun.of(arguments);
        return new Result(run.code(), run.out().replace(bucket.name(), "BUCKET"), run.err());
    }

    private String expanded(String word) {
        return word.replace("BUCKET", bucket.name()).replace("FOLDER", folder.toString());
    }

    /// The same, which must succeed.
    Result done(String... words) {
        Result result = aloft(words);
        assertThat(result.code()).as(String.join(" ", words) + " " + result).isZero();
        return result;
    }

    /// Runs a command with standard streams of its own.
    ///
    /// @return the bytes that it has printed
    byte[] piped(byte[] input, String... words) {
        var in = System.in;
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (PrintStream stream = new PrintStream(printed, false, StandardCharsets.UTF_8)) {
            System.setIn(new ByteArrayInputStream(input));
            System.setOut(stream);
            Result _ = done(words);
        } finally {
            System.setIn(in);
            System.setOut(out);
        }
        return printed.toByteArray();
    }

    void put(String key, String text) throws IOException {
        put(key, text, Map.of());
    }

    void put(String key, String text, Map<String, String> metadata) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var _ = bucket.put(
                ObjectKey.of(key),
                new ByteArrayInputStream(bytes),
                bytes.length,
                new ObjectHeaders("application/octet-stream", null),
                metadata,
                WriteCondition.always());
    }

    StoredObject object(String key) throws IOException {
        return bucket.head(ObjectKey.of(key), Duration.ZERO).orElseThrow();
    }

    /// The texts of all objects below a directory of the bucket, by their names from there.
    Map<String, String> objects(String directory) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        for (StoredObject object : bucket.list(ListQuery.flat(directory)).objects()) {
            try (ObjectContent content =
                    bucket.get(object.key(), null, ReadCondition.any()).orElseThrow()) {
                texts.put(
                        object.key().value().substring(directory.length()),
                        new String(content.body().readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return texts;
    }

    /// Writes a local file, with the directories above it.
    Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    /// The texts of all files below a local directory, by their names from there.
    Map<String, String> files(String directory) throws IOException {
        Path top = folder.resolve(directory);
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> all = Files.walk(top)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                texts.put(top.relativize(file).toString(), Files.readString(file));
            }
        }
        return texts;
    }
}
