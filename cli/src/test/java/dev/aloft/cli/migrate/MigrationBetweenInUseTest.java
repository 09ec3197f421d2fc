package dev.aloft.cli.migrate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.JavaCommand;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.files.WriteHeaders;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.store.Bucket;
import dev.aloft.store.Fallback;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.Provider;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A library that moves from one S3 to another by a command that is killed again and again, while the site writes,
/// replaces and deletes files and a visitor reads them through the edge. The line to the old S3 breaks at times.
@Timeout(900)
final class MigrationBetweenInUseTest {

    private static final S3Credentials OLD = new S3Credentials("old", "not-a-secret");
    private static final S3Credentials NEW = new S3Credentials("new", "not-a-secret");
    private static final FilePath UPLOADS = FilePath.of("shop/uploads");
    private static final int FILES = 600;
    /// Leaves files to the command, which starts slower than the site's users read and write.
    private static final int PACE_MILLIS = 20;

    private static final int KILLS = 3;

    @TempDir
    private Path temp;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    /// Held while a command runs that will be killed: a file that the site deletes right before its copy is written
    /// comes back if nothing is left to withdraw the copy.
    private final ReentrantLock deletions = new ReentrantLock();

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<AutoCloseable> open = new ArrayList<>();

    /// The files that there must be at the end.
    private final Map<String, String> wanted = new ConcurrentSkipListMap<>();

    private S3Front oldFront;
    private S3Front front;
    private EmbeddedS3 s3;
    private Bucket old;
    private FileTree site;
    private Edge edge;

    @BeforeEach
    void start() throws IOException {
        EmbeddedS3 oldS3 = s3("old-s3", OLD, "attic");
        s3 = s3("s3", NEW, "media");
        oldFront = S3Front.before(oldS3.endpoint());
        front = S3Front.before(s3.endpoint());
        open.add(oldFront);
        open.add(front);
        old = bucket(oldS3.endpoint(), OLD, "attic");
        Bucket bucket = bucket(s3.endpoint(), NEW, "media")
                .withFallback(Fallback.of(
                        bucket(oldFront.endpoint(), OLD, "attic"),
                        "uploads/",
                        "shop/uploads/",
                        "shop/migration/deleted/uploads/"));
        site = new FileTree(bucket, FilePath.of("shop"));
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(bucket, FilePath.of("shop"))));
        open.add(edge);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private EmbeddedS3 s3(String folder, S3Credentials credentials, String name) throws IOException {
        EmbeddedS3 server = EmbeddedS3.start(Files.createDirectory(temp.resolve(folder)), credentials);
        open.add(server);
        server.createBucket(name);
        return server;
    }

    private Bucket bucket(URI endpoint, S3Credentials credentials, String name) {
        StoreSettings settings = StoreSettings.at(Provider.EMBEDDED, endpoint).withTimeout(Duration.ofMinutes(2));
        Store store = Store.open(settings, credentials.accessKey(), credentials.secretKey());
        open.add(store);
        return store.bucket(name);
    }

    private static String name(String kind, int number) {
        return "%s/%02d/file-%05d.txt".formatted(kind, number / 50, number);
    }

    /// `read` is only read, `edited` is replaced or deleted by the site.
    private void fill() throws IOException {
        for (int i = 0; i < FILES; i++) {
            String name = name(i % 2 == 0 ? "read" : "edited", i);
            byte[] bytes = ("old " + i).getBytes(UTF_8);
            StoredObject _ = old.put(
                    ObjectKey.of("uploads/" + name),
                    new ByteArrayInputStream(bytes),
                    bytes.length,
                    "text/plain",
                    WriteCondition.always());
            wanted.put(name, "old " + i);
        }
    }

    /// The site: replaces a file or deletes one, and writes a new one, each at random.
    private void edit(int round) throws IOException {
        String name = name("edited", random.nextInt(FILES / 2) * 2 + 1);
        if (random.nextBoolean()) {
            write(name, "edited in round " + round);
        } else if (deletions.tryLock()) {
            try {
                if (wanted.remove(name) != null) {
                    site.delete(UPLOADS.resolve(name));
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
        assertThat(answer.body()).as(name).isEqualTo("old " + number);
    }

    private Process migrate(String... options) throws IOException {
        Path profiles = Files.writeString(temp.resolve("credentials"), """
                [old]
                aws_access_key_id = %s
                aws_secret_access_key = %s
                """.formatted(OLD.accessKey(), OLD.secretKey()));
        Path config =
                Files.writeString(temp.resolve("aloft.toml"), """
                [s3]
                provider = "embedded"
                endpoint = "%s"
                timeout = "2m"

                [[site]]
                name = "shop"
                bucket = "media"
                prefix = "shop"
                socket = "/run/aloft/shop.sock"

                [site.fallback]
                provider = "embedded"
                endpoint = "%s"
                timeout = "2m"
                bucket = "attic"
                uploads = "uploads"
                profile = "old"
                """.formatted(front.endpoint(), oldFront.endpoint()));
        List<String> words =
                new ArrayList<>(List.of("migrate", "between", "--parallel", "4", "--config", config.toString()));
        words.addAll(List.of(options));
        ProcessBuilder command = new ProcessBuilder(JavaCommand.of(words.toArray(String[]::new)));
        command.environment()
                .putAll(Map.of(
                        "AWS_ACCESS_KEY_ID",
                        NEW.accessKey(),
                        "AWS_SECRET_ACCESS_KEY",
                        NEW.secretKey(),
                        "AWS_SHARED_CREDENTIALS_FILE",
                        profiles.toString()));
        return command.redirectErrorStream(true)
                .redirectOutput(temp.resolve("output").toFile())
                .start();
    }

    /// Kills the command after some more files were written. Returns false if it ended before that.
    private boolean killAfter(int writes) throws Exception {
        int before = front.count("PutObject");
        Process command = migrate();
        while (front.count("PutObject") < before + writes) {
            if (!command.isAlive()) {
                assertThat(command.exitValue())
                        .as("seed %d: %s", seed, Files.readString(temp.resolve("output")))
                        .isZero();
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        command.destroyForcibly().waitFor();
        return true;
    }

    private Map<String, String> files() throws IOException {
        Bucket bucket = bucket(s3.endpoint(), NEW, "media");
        Map<String, String> texts = new TreeMap<>();
        ListQuery query = ListQuery.flat("shop/uploads/");
        for (Page page = bucket.list(query); ; page = bucket.list(query.after(page.next()))) {
            for (StoredObject object : page.objects()) {
                try (ObjectContent content =
                        bucket.get(object.key(), null, ReadCondition.any()).orElseThrow()) {
                    texts.put(
                            object.key().value().substring("shop/uploads/".length()),
                            new String(content.body().readAllBytes(), UTF_8));
                }
            }
            if (page.next() == null) {
                return texts;
            }
        }
    }

    @Test
    void nothingIsMissedLostOrBroughtBackAlthoughTheCommandIsKilled() throws Exception {
        fill();
        oldFront.on("GetObject").nth(40).resetAnswerAfter(2);
        AtomicBoolean ended = new AtomicBoolean();
        List<FutureTask<Integer>> users = new ArrayList<>();
        users.add(new FutureTask<>(() -> {
            int round = 0;
            for (; !ended.get() || round < 20; round++) {
                edit(round);
                TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
            }
            return round;
        }));
        users.add(new FutureTask<>(() -> {
            Random visitor = new Random(seed);
            int visits = 0;
            for (; !ended.get() || visits < 20; visits++) {
                visit(visitor.nextInt(FILES / 2) * 2);
                TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
            }
            return visits;
        }));
        users.forEach(user -> Thread.ofVirtual().start(user));
        try {
            int kills = 0;
            deletions.lock();
            try {
                for (int i = 0; i < KILLS; i++) {
                    kills += killAfter(1 + random.nextInt(40)) ? 1 : 0;
                }
            } finally {
                deletions.unlock();
            }
            assertThat(kills).as("seed %d", seed).isPositive();
            assertThat(migrate().waitFor())
                    .as("seed %d: %s", seed, Files.readString(temp.resolve("output")))
                    .isZero();
        } finally {
            ended.set(true);
            for (FutureTask<Integer> user : users) {
                assertThat(user.get()).as("seed %d", seed).isGreaterThanOrEqualTo(20);
            }
        }

        assertThat(migrate("--verify", "all").waitFor())
                .as("seed %d: %s", seed, Files.readString(temp.resolve("output")))
                .isZero();

        assertThat(files()).as("seed %d", seed).isEqualTo(wanted);
    }
}
