package dev.aloft.cli.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `aloft sync` on a real S3 and local folders; one test compares it with a model over random changes.
final class SyncCommandTest extends FilesTestCase {

    private static final int ROUNDS = 6;
    private static final int CHANGES = 8;
    private static final String[] NAMES = {"a", "a.txt", "b/c", "b/d/e.jpg", "b-c", "ü", "z z.tmp", "b/f"};

    @Test
    void copiesWhatIsMissingOrDifferentAndLooksAtNothingElse() throws IOException {
        write("from/cat.jpg", "cat");
        write("from/2026/dog.jpg", "dog");

        assertThat(done("sync", "FOLDER/from", "shop:").out()).contains("copied 2 files (6 B), 0 unchanged");
        assertThat(done("sync", "FOLDER/from", "shop:").out()).contains("copied 0 files (0 B), 2 unchanged");
        assertThat(done("sync", "shop:", "FOLDER/to").out()).contains("copied 2 files");
        assertThat(done("sync", "shop:", "FOLDER/to").out()).contains("copied 0 files (0 B), 2 unchanged");
        assertThat(done("sync", "shop:", "s3://BUCKET/copy").out()).contains("copied 2 files");
        assertThat(done("sync", "shop:", "s3://BUCKET/copy").out()).contains("copied 0 files (0 B), 2 unchanged");
        assertThat(done("sync", "FOLDER/to", "FOLDER/local").out()).contains("copied 2 files");
        assertThat(done("sync", "FOLDER/to", "FOLDER/local").out()).contains("copied 0 files (0 B), 2 unchanged");
        write("from/cat.jpg", "dog");
        assertThat(done("sync", "FOLDER/from", "shop:").out()).contains("copied 1 files");
        assertThat(files("local")).isEqualTo(Map.of("cat.jpg", "cat", "2026/dog.jpg", "dog"));
    }

    /// The walk of the source has passed the top folder when the destination is listed.
    @Test
    void directoryThatTheSourceHasByThenIsNotDeletedFromTheDestination() throws IOException {
        write("from/cat.jpg", "cat");
        put("shop/uploads/2025/a.jpg", "a");
        put("shop/uploads/2025/b.jpg", "b");
        AtomicBoolean copied = new AtomicBoolean();
        try (S3Front front = S3Front.before(s3.endpoint())) {
            Path file = folder.resolve("aloft.toml");
            Files.writeString(
                    file,
                    Files.readString(file)
                            .replace(s3.endpoint().toString(), front.endpoint().toString()));
            front.on(request -> {
                        if (request.operation().equals("PutObject")) {
                            copied.set(true);
                        } else if (request.operation().equals("ListObjectsV2") && copied.get()) {
                            writeNow("from/2025/a.jpg");
                        }
                        return false;
                    })
                    .delay(Duration.ZERO);

            Result _ = done("sync", "--delete", "--yes", "FOLDER/from", "shop:");
        }
        assertThat(objects("shop/uploads/")).isEqualTo(Map.of("2025/a.jpg", "a", "cat.jpg", "cat"));
    }

    private void writeNow(String name) {
        try {
            write(name, "a");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void fileThatWasMadePrivateSinceIsMadePrivateInTheOtherBucket() throws IOException {
        put("shop/uploads/cat.jpg", "cat");
        put("shop/uploads/dog.jpg", "dog");
        assertThat(done("sync", "shop:", "s3://BUCKET/copy").out()).contains("copied 2 files");
        bucket.replaceMetadata(object("shop/uploads/cat.jpg"), Map.of(PrivateMark.NAME, PrivateMark.VALUE));

        assertThat(done("sync", "shop:", "s3://BUCKET/copy").out()).contains("copied 1 files (3 B), 1 unchanged");
        assertThat(PrivateMark.isOn(object("copy/cat.jpg"))).isTrue();
        assertThat(done("sync", "shop:", "s3://BUCKET/copy").out()).contains("copied 0 files (0 B), 2 unchanged");
        assertThat(done("sync", "s3://BUCKET/copy", "shop:").out()).contains("copied 0 files (0 B), 2 unchanged");
    }

    @Test
    void changedContentEncodingIsAChange() throws IOException {
        put("shop/uploads/style.css", "css");
        assertThat(done("sync", "shop:", "s3://BUCKET/copy").out()).contains("copied 1 files");
        StoredObject plain = object("shop/uploads/style.css");
        ObjectHeaders encoded = new ObjectHeaders(plain.type().orElseThrow(), plain.cacheControl(), "gzip");
        bucket.put(
                plain.key(),
                new ByteArrayInputStream("css".getBytes(UTF_8)),
                3,
                encoded,
                plain.metadata(),
                WriteCondition.always());

        assertThat(done("sync", "shop:", "s3://BUCKET/copy").out()).contains("copied 1 files (3 B), 0 unchanged");
        assertThat(object("copy/style.css").contentEncoding()).isEqualTo("gzip");
    }

    @Test
    void deletesOnlyWithTheOptionAfterAQuestionAndNotByAnEmptySource() throws IOException {
        write("from/cat.jpg", "cat");
        put("shop/uploads/extra.jpg", "extra");
        put("shop/uploads/keep.tmp", "excluded");

        assertThat(done("sync", "FOLDER/from", "shop:", "--exclude", "*.tmp").out())
                .contains("1 not in the source");
        assertThat(done("sync", "--dry-run", "--delete", "FOLDER/from", "shop:", "--exclude", "*.tmp")
                        .out())
                .contains("would delete shop:extra.jpg");
        assertThat(aloft("sync", "--delete", "FOLDER/from", "shop:").code()).isEqualTo(2);
        Files.createDirectory(folder.resolve("empty"));
        assertThat(aloft("sync", "--delete", "--yes", "FOLDER/empty", "shop:").code())
                .isEqualTo(2);
        assertThat(aloft("sync", "--delete", "--yes", "FOLDER/none", "shop:").code())
                .isEqualTo(10);
        assertThat(objects("shop/uploads/").keySet()).containsExactly("cat.jpg", "extra.jpg", "keep.tmp");

        done("sync", "--delete", "--yes", "FOLDER/from", "shop:", "--exclude", "*.tmp");

        assertThat(objects("shop/uploads/").keySet()).containsExactly("cat.jpg", "keep.tmp");
    }

    @Test
    void deletesNothingAfterAFailure() throws IOException {
        write("from/cat.jpg", "cat");
        Files.createSymbolicLink(folder.resolve("from/link"), Path.of("cat.jpg"));
        put("shop/uploads/link", "the source seems to lack it");

        Result result = aloft("sync", "--delete", "--yes", "FOLDER/from", "shop:");

        assertThat(result.code()).isEqualTo(9);
        assertThat(objects("shop/uploads/").keySet()).containsExactly("cat.jpg", "link");
    }

    static LongStream seeds() {
        return LongStream.of(1, 2, System.nanoTime());
    }

    /// Random changes of all sides, and a random direction in each round. Without `--checksum` each change has its own
    /// size, as a file of the same size that was not changed later counts as the same.
    @ParameterizedTest
    @MethodSource("seeds")
    void makesBothSidesAsTheModelSays(long seed) throws IOException {
        Random random = new Random(seed);
        String[] places = {"FOLDER/one", "shop:one", "s3://BUCKET/two"};
        boolean checksum = random.nextBoolean();
        List<Map<String, String>> model = new ArrayList<>();
        for (String _ : places) {
            model.add(new TreeMap<>());
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < CHANGES; i++) {
                change(random, round * CHANGES + i + 1, checksum, model);
            }
            int from = random.nextInt(places.length);
            int to = (from + 1 + random.nextInt(places.length - 1)) % places.length;
            boolean delete = random.nextBoolean() && !model.get(from).isEmpty();
            List<String> words = new ArrayList<>(List.of("sync", "--yes", places[from], places[to]));
            if (checksum) {
                words.add("--checksum");
            }
            if (delete) {
                words.add("--delete");
                model.get(to).clear();
            }
            model.get(to).putAll(model.get(from));
            Files.createDirectories(folder.resolve("one"));
            if (from == 0 || !model.get(from).isEmpty()) {
                done(words.toArray(String[]::new));
            }
            assertThat(List.of(files("one"), objects("shop/uploads/one/"), objects("two/")))
                    .as("seed " + seed + ", round " + round + ": " + words)
                    .isEqualTo(model);
        }
    }

    private void change(Random random, int size, boolean checksum, List<Map<String, String>> model) throws IOException {
        int side = random.nextInt(model.size());
        String name = NAMES[random.nextInt(NAMES.length)];
        String text = checksum ? Long.toHexString(random.nextLong() | Long.MIN_VALUE) : "x".repeat(size);
        model.get(side).put(name, text);
        switch (side) {
            case 0 -> write("one/" + name, text);
            case 1 -> put("shop/uploads/one/" + name, text);
            default -> put("two/" + name, text);
        }
    }
}
