package dev.aloft.cli.migrate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.bulk.Progress;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.files.HeaderRules;
import dev.aloft.files.WriteHeaders;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.local.LocalFolder;
import dev.aloft.migrate.Migration;
import dev.aloft.migrate.Migration.OutSelection;
import dev.aloft.migrate.MigrationSides;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.store.Bucket;
import dev.aloft.store.Fallback;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A library that is moved into S3 and back while the site writes, replaces and deletes files and a visitor reads them
/// through the edge.
@Timeout(900)
final class MigrationInUseTest {

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    private static final FilePath UPLOADS = FilePath.of("shop/uploads");
    private static final int PER_MONTH = 100;

    @TempDir
    private Path temp;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final HttpClient client = HttpClient.newHttpClient();

    /// The files that there must be at the end; the visitor reads those of the first letter.
    private final Map<String, String> wanted = new ConcurrentSkipListMap<>();

    private final Map<String, Integer> edits = new HashMap<>();

    private Path uploads;
    private EmbeddedS3 s3;
    private Store store;
    private Bucket bucket;
    private FileTree site;
    private Edge edge;

    @BeforeEach
    void start() throws IOException {
        s3 = EmbeddedS3.start(Files.createDirectory(temp.resolve("s3")), CREDENTIALS);
        s3.createBucket("media");
        store = open();
        uploads = Files.createDirectory(temp.resolve("uploads"));
        bucket = store.bucket("media")
                .withFallback(Fallback.of(
                        LocalFolder.at(uploads),
                        "shop/uploads/",
                        "shop/migration/deleted/uploads/",
                        key -> HeaderRules.NONE.headers(FilePath.of(key.value()))));
        site = new FileTree(bucket, FilePath.of("shop"));
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(bucket, FilePath.of("shop"))));
    }

    @AfterEach
    void stop() throws IOException {
        edge.close();
        store.close();
        s3.close();
        client.close();
    }

    private Store open() {
        StoreSettings settings =
                StoreSettings.at(Provider.EMBEDDED, s3.endpoint()).withTimeout(Duration.ofMinutes(2));
        return Store.open(settings, CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
    }

    private static String name(String kind, int number) {
        return "%s/%02d/file-%05d.txt".formatted(kind, number / PER_MONTH, number);
    }

    /// Files of a year ago: `read` is only read, `edited` is replaced or deleted by the site.
    private void fill(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String name = name(i % 2 == 0 ? "read" : "edited", i);
            Path file = uploads.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "local " + i);
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(365))));
            wanted.put(name, "local " + i);
        }
    }

    /// The site: replaces a file, deletes one, and writes a new one, each at random. No file is replaced twice with the
    /// same size within a second, which copies cannot tell apart.
    private void edit(int count, int round) throws IOException {
        String old = name("edited", random.nextInt(count / 2) * 2 + 1);
        if (random.nextBoolean()) {
            write(old, "edited in round " + round + "!".repeat(edits.merge(old, 1, Integer::sum)));
        } else if (wanted.remove(old) != null) {
            site.delete(UPLOADS.resolve(old));
        }
        write(name("new", round), "new in round " + round);
    }

    private void write(String name, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        Object _ = site.write(
                UPLOADS.resolve(name),
                new ByteArrayInputStream(bytes),
                bytes.length,
                WriteHeaders.NONE,
                WriteCondition.always());
        wanted.put(name, text);
    }

    private void visit(int number) throws IOException, InterruptedException {
        String name = name("read", number);
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(edge.uri() + "/uploads/" + name))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(name).isEqualTo(200);
        assertThat(answer.body()).as(name).isEqualTo("local " + number);
    }

    private Migration migration(Store other, Path folder) throws IOException {
        Bucket own = other.bucket("media");
        MigrationSides sides = MigrationSides.of(
                LocalFolder.at(folder), new FileTree(own, FilePath.of("shop")), own, UPLOADS, _ -> true);
        return new Migration(sides, 16, new Progress(), finding -> {
            throw new IllegalStateException(finding.toString());
        });
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

    @Test
    void nothingIsMissedAndNothingIsLost() throws Exception {
        moveInAndOut(1000);
    }

    @Test
    @Tag("slow")
    void nothingIsMissedAndNothingIsLostOfManyFiles() throws Exception {
        moveInAndOut(5000);
    }

    private void moveInAndOut(int count) throws Exception {
        fill(count);
        AtomicBoolean ended = new AtomicBoolean();
        List<FutureTask<Integer>> users = new ArrayList<>();
        users.add(new FutureTask<>(() -> {
            int round = 0;
            for (; !ended.get() || round < 20; round++) {
                edit(count, round);
            }
            return round;
        }));
        users.add(new FutureTask<>(() -> {
            Random visitor = new Random(seed);
            int visits = 0;
            for (; !ended.get() || visits < 20; visits++) {
                visit(visitor.nextInt(count / 2) * 2);
            }
            return visits;
        }));
        users.forEach(user -> Thread.ofVirtual().start(user));
        Path back = Files.createDirectory(temp.resolve("back"));
        try (Store other = open()) {
            Migration.Report in = migration(other, uploads).in(false);
            assertThat(in.done() + in.unchanged() + in.kept() + in.deleted()).isEqualTo(count);
            assertThat(migration(other, back).out(false, OutSelection.ALL).done())
                    .isPositive();
        } finally {
            ended.set(true);
            for (FutureTask<Integer> user : users) {
                assertThat(user.get()).as("seed %d", seed).isGreaterThanOrEqualTo(20);
            }
        }
        try (Store other = open()) {
            Migration.Report rest = migration(other, uploads).in(false);
            assertThat(rest.done()).isZero();
            assertThat(migration(other, uploads).verify(true, false).failed()).isZero();
            assertThat(migration(other, back).out(false, OutSelection.ALL).failed())
                    .isZero();
            assertThat(migration(other, back).deleteExtra().failed()).isZero();
        }
        assertThat(texts(back)).as("seed %d", seed).isEqualTo(wanted);
    }
}
