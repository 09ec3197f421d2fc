package dev.aloft.cli.migrate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.bulk.Progress;
import dev.aloft.cli.JavaCommand;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.files.HeaderRules;
import dev.aloft.files.WriteHeaders;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.local.LocalFolder;
import dev.aloft.local.LocalWriter;
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
import dev.aloft.testkit.S3Front;
import dev.aloft.testkit.S3Request;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A library that is moved into S3 and back by commands that are killed in several phases, at moments of a seeded
/// schedule, and run again, while the site writes, replaces and deletes files and a visitor reads them through the
/// edge.
@Timeout(900)
final class MigrationInUseTest {

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    private static final FilePath UPLOADS = FilePath.of("shop/uploads");
    private static final int PER_MONTH = 100;

    /// Leaves time to the commands.
    private static final int PACE_MILLIS = 10;

    @TempDir
    private Path temp;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final HttpClient client = HttpClient.newHttpClient();

    /// Held while a command runs that will be killed: a file that the site deletes right before its copy is written
    /// comes back if nothing is left to withdraw the copy.
    private final ReentrantLock deletions = new ReentrantLock();

    /// The files that there must be at the end; the visitor reads those of the first letter.
    private final Map<String, String> wanted = new ConcurrentSkipListMap<>();

    private final Map<String, Integer> edits = new HashMap<>();

    private Path uploads;
    private EmbeddedS3 s3;

    /// The way of the commands.
    private S3Front front;

    private Path config;
    private Store store;
    private Bucket bucket;
    private FileTree site;
    private Edge edge;

    @BeforeEach
    void start() throws IOException {
        s3 = EmbeddedS3.start(Files.createDirectory(temp.resolve("s3")), CREDENTIALS);
        s3.createBucket("media");
        front = S3Front.before(s3.endpoint());
        config = Files.writeString(temp.resolve("aloft.toml"), """
                [s3]
                provider = "embedded"
                endpoint = "%s"
                timeout = "2m"

                [[site]]
                name = "shop"
                bucket = "media"
                prefix = "shop"
                socket = "/run/aloft/shop.sock"
                """.formatted(front.endpoint()));
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
        front.close();
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
        } else if (deletions.tryLock()) {
            try {
                if (wanted.remove(old) != null) {
                    site.delete(UPLOADS.resolve(old));
                }
            } finally {
                deletions.unlock();
            }
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

    private Process migrate(String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of("migrate"));
        all.addAll(List.of(words));
        all.addAll(List.of("--config", config.toString()));
        ProcessBuilder command = new ProcessBuilder(JavaCommand.of(all.toArray(String[]::new)));
        command.environment().put("AWS_ACCESS_KEY_ID", CREDENTIALS.accessKey());
        command.environment().put("AWS_SECRET_ACCESS_KEY", CREDENTIALS.secretKey());
        return command.redirectErrorStream(true)
                .redirectOutput(output().toFile())
                .start();
    }

    private Path output() {
        return temp.resolve("output");
    }

    /// Kills the command at a request of a kind.
    private void killAt(int number, Predicate<S3Request> kind, String... words) throws Exception {
        CountDownLatch reached = new CountDownLatch(number);
        front.on(request -> {
                    if (kind.test(request)) {
                        reached.countDown();
                    }
                    return false;
                })
                .delay(Duration.ZERO);
        Process command = migrate(words);
        while (!reached.await(10, TimeUnit.MILLISECONDS)) {
            assertThat(command.isAlive())
                    .as("seed %d: %s ended before request %d: %s", seed, words[0], number, Files.readString(output()))
                    .isTrue();
        }
        command.destroyForcibly().waitFor();
        front.reset();
    }

    private void complete(String... words) throws Exception {
        assertThat(migrate(words).waitFor())
                .as("seed %d: %s", seed, Files.readString(output()))
                .isZero();
        front.reset();
    }

    private static Predicate<S3Request> operation(String name) {
        return request -> request.operation().equals(name);
    }

    private static boolean isLook(S3Request request) {
        return request.query().getOrDefault("prefix", "").startsWith("shop/migration/deleted/uploads/edited/");
    }

    /// The files without what killed commands have left of those that the site deleted afterwards.
    private static Map<String, String> texts(Path folder) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = folder.relativize(file).toString();
                if (!LocalWriter.isUnfinished(name)) {
                    texts.put(name, Files.readString(file));
                }
            }
        }
        return texts;
    }

    @Test
    void nothingIsMissedAndNothingIsLost() throws Exception {
        moveInAndOut(2000, false);
    }

    @Test
    @Tag("slow")
    void nothingIsMissedAndNothingIsLostOfManyFiles() throws Exception {
        moveInAndOut(20_000, true);
    }

    /// @param everyPhase true to kill a command also while it lists, and while it verifies
    private void moveInAndOut(int count, boolean everyPhase) throws Exception {
        fill(count);
        AtomicBoolean ended = new AtomicBoolean();
        List<FutureTask<Integer>> users = new ArrayList<>();
        users.add(new FutureTask<>(() -> {
            int round = 0;
            for (; !ended.get() || round < 20; round++) {
                edit(count, round);
                TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
            }
            return round;
        }));
        users.add(new FutureTask<>(() -> {
            Random visitor = new Random(seed);
            int visits = 0;
            for (; !ended.get() || visits < 20; visits++) {
                visit(visitor.nextInt(count / 2) * 2);
                TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
            }
            return visits;
        }));
        users.forEach(user -> Thread.ofVirtual().start(user));
        Path back = temp.resolve("back");
        try {
            moveIn(count / 10, everyPhase);
            moveOut(count / 10, back.toString());
        } finally {
            ended.set(true);
            for (FutureTask<Integer> user : users) {
                assertThat(user.get()).as("seed %d", seed).isGreaterThanOrEqualTo(20);
            }
        }
        try (Store other = open()) {
            assertThat(migration(other, uploads).in(false).done()).isZero();
            assertThat(migration(other, uploads).verify(false, false).failed()).isZero();
            assertThat(migration(other, back).out(false, OutSelection.ALL).failed())
                    .isZero();
            assertThat(migration(other, back).deleteExtra().failed()).isZero();
        }
        assertThat(texts(back)).as("seed %d", seed).isEqualTo(wanted);
    }

    /// @param most limit of the files that a killed command copies
    private void moveIn(int most, boolean everyPhase) throws Exception {
        String folder = uploads.toString();
        deletions.lock();
        try {
            if (everyPhase) {
                killAt(1 + random.nextInt(2), operation("ListObjectsV2"), "in", folder);
            }
            killAt(1 + random.nextInt(most), operation("PutObject"), "in", folder);
            killAt(1 + random.nextInt(2), MigrationInUseTest::isLook, "in", folder);
        } finally {
            deletions.unlock();
        }
        complete("in", folder);
        if (everyPhase) {
            killAt(1 + random.nextInt(most), operation("GetObject"), "verify", folder, "--all");
        }
    }

    private void moveOut(int most, String folder) throws Exception {
        killAt(1 + random.nextInt(most), operation("GetObject"), "out", folder);
        complete("out", folder);
        killAt(1 + random.nextInt(5), operation("ListObjectsV2"), "out", folder, "--delete", "--yes");
    }
}
