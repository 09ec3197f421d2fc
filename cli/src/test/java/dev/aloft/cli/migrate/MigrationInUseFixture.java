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
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A site `shop` in use while commands move its library: it writes, replaces and deletes files, and a visitor reads
/// others through the edge. The base of the tests whose commands are killed at moments of a seeded schedule.
@Timeout(900)
abstract class MigrationInUseFixture {

    static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    static final FilePath UPLOADS = FilePath.of("shop/uploads");

    private static final int PER_DIRECTORY = 50;

    /// Least number of the site's changes, and of visits.
    private static final int MIN_ROUNDS = 20;

    @TempDir
    Path temp;

    final long seed = System.nanoTime();
    final Random random = new Random(seed);

    /// The files that there must be at the end.
    final Map<String, String> wanted = new ConcurrentSkipListMap<>();

    private final int paceMillis;
    private final Map<String, Integer> edits = new HashMap<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<AutoCloseable> open = new ArrayList<>();

    /// The site's S3, and the way of the commands to it.
    EmbeddedS3 s3;

    S3Front front;

    /// @param paceMillis between two changes and between two visits, which leaves time, or files, to the commands
    MigrationInUseFixture(int paceMillis) {
        this.paceMillis = paceMillis;
    }

    @BeforeEach
    void start() throws IOException {
        s3 = startS3("s3", CREDENTIALS, "media");
        front = frontOf(s3);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        open.add(part);
        return part;
    }

    EmbeddedS3 startS3(String folder, S3Credentials credentials, String bucket) throws IOException {
        EmbeddedS3 server = keep(EmbeddedS3.start(Files.createDirectory(temp.resolve(folder)), credentials));
        server.createBucket(bucket);
        return server;
    }

    S3Front frontOf(EmbeddedS3 server) throws IOException {
        return keep(S3Front.before(server.endpoint()));
    }

    /// A bucket as one more process sees it.
    Bucket bucket(URI endpoint, S3Credentials credentials, String name) {
        StoreSettings settings = StoreSettings.at(Provider.EMBEDDED, endpoint).withTimeout(Duration.ofMinutes(2));
        return keep(Store.open(settings, credentials.accessKey(), credentials.secretKey()))
                .bucket(name);
    }

    /// Name of the file of a number: half of the files are only `read`, the others `edited`.
    static String name(int number) {
        return name(number % 2 == 0 ? "read" : "edited", number);
    }

    private static String name(String kind, int number) {
        return "%s/%03d/file-%05d.txt".formatted(kind, number / PER_DIRECTORY, number);
    }

    static String text(int number) {
        return "of the library, " + number;
    }

    /// The site: replaces a file, deletes one, or renames one away and back, at random, and writes a new one. None is
    /// replaced twice with the same size within a second, which copies to a folder cannot tell apart.
    private void edit(FileTree site, int files, int round) throws IOException {
        String name = name(random.nextInt(files / 2) * 2 + 1);
        FilePath path = UPLOADS.resolve(name);
        switch (random.nextInt(3)) {
            case 0 -> write(site, name, "edited in round " + round + "!".repeat(edits.merge(name, 1, Integer::sum)));
            case 1 -> {
                if (wanted.remove(name) != null) {
                    site.delete(path);
                }
            }
            default -> {
                if (wanted.containsKey(name)) {
                    site.move(path, UPLOADS.resolve("away.txt"), true);
                    site.move(UPLOADS.resolve("away.txt"), path, true);
                }
            }
        }
        write(site, name("new", round), "new in round " + round);
    }

    private void write(FileTree site, String name, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        Object _ = site.write(
                UPLOADS.resolve(name),
                new ByteArrayInputStream(bytes),
                bytes.length,
                WriteHeaders.NONE,
                WriteCondition.always());
        wanted.put(name, text);
    }

    private void visit(Edge edge, int number) throws IOException, InterruptedException {
        String name = name(number);
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(edge.uri() + "/uploads/" + name))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(name).isEqualTo(200);
        assertThat(answer.body()).as(name).isEqualTo(text(number));
    }

    /// Moves a library of so many files while the site is in use.
    void inUse(Fallback library, int files, Action move) throws Exception {
        Bucket bucket = bucket(s3.endpoint(), CREDENTIALS, "media").withFallback(library);
        FileTree site = new FileTree(bucket, FilePath.of("shop"));
        Edge edge = keep(Edge.start(EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(bucket, FilePath.of("shop")))));
        AtomicBoolean ended = new AtomicBoolean();
        Random visitor = new Random(seed);
        List<FutureTask<Integer>> users = List.of(
                user(ended, round -> edit(site, files, round)),
                user(ended, _ -> visit(edge, visitor.nextInt(files / 2) * 2)));
        try {
            move.run();
        } finally {
            ended.set(true);
            for (FutureTask<Integer> user : users) {
                assertThat(user.get()).as("seed %d", seed).isGreaterThanOrEqualTo(MIN_ROUNDS);
            }
        }
    }

    private FutureTask<Integer> user(AtomicBoolean ended, Round round) {
        FutureTask<Integer> user = new FutureTask<>(() -> {
            int rounds = 0;
            for (; !ended.get() || rounds < MIN_ROUNDS; rounds++) {
                round.run(rounds);
                TimeUnit.MILLISECONDS.sleep(paceMillis);
            }
            return rounds;
        });
        Thread.ofVirtual().start(user);
        return user;
    }

    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    @FunctionalInterface
    private interface Round {
        void run(int number) throws Exception;
    }

    /// Starts `aloft migrate` with the site's configuration.
    ///
    /// @param more of the site's table
    Process migrate(List<String> words, String more, Map<String, String> environment) throws IOException {
        Path config = Files.writeString(temp.resolve("aloft.toml"), """
                [s3]
                provider = "embedded"
                endpoint = "%s"
                timeout = "2m"

                [[site]]
                name = "shop"
                bucket = "media"
                prefix = "shop"
                socket = "/run/aloft/shop.sock"
                """.formatted(front.endpoint()) + more);
        List<String> all = new ArrayList<>(List.of("migrate"));
        all.addAll(words);
        all.addAll(List.of("--config", config.toString()));
        ProcessBuilder command = new ProcessBuilder(JavaCommand.of(all.toArray(String[]::new)));
        command.environment().put("AWS_ACCESS_KEY_ID", CREDENTIALS.accessKey());
        command.environment().put("AWS_SECRET_ACCESS_KEY", CREDENTIALS.secretKey());
        command.environment().putAll(environment);
        return command.redirectErrorStream(true)
                .redirectOutput(temp.resolve("output").toFile())
                .start();
    }

    String output() throws IOException {
        return Files.readString(temp.resolve("output"));
    }

    void assertSuccess(Process command) throws IOException, InterruptedException {
        assertThat(command.waitFor()).as("seed %d: %s", seed, output()).isZero();
    }
}
