package dev.aloft.server.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.aloft.files.FileMetadata;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.image.Parameters;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.server.SignedPicture;
import dev.aloft.server.SignedUrl;
import dev.aloft.server.UrlKey;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.agent.RawClient.Answer;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Speaks with an agent byte by byte, and holds it and `docs/reference/agent-protocol.md` together: a status that the
/// page does not name for an exchange fails the exchange, and a status of the page that no test has seen fails them
/// all.
@Timeout(60)
final class AgentProtocolTest {

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    private static final String CAT = "/media/uploads/cat.jpg";
    private static final String DOG = "/media/uploads/dog.jpg";
    private static final String FOLDER = "/media/uploads/11/";
    private static final int MIB = 1 << 20;
    private static final long MAX_FILE_BYTES = 40 * MIB;

    private static ProtocolPage page;
    private static int testsRun;

    @TempDir
    Path data;

    private Path folder;
    private Path socket;
    private EmbeddedS3 embedded;
    private S3Front s3;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private RawClient client;

    @BeforeAll
    static void readPage() throws IOException {
        page = ProtocolPage.read();
        testsRun = 0;
    }

    /// After a run of some of the tests alone there is nothing to demand.
    @AfterAll
    static void everythingOnThePageWasSeen() {
        long tests = Arrays.stream(AgentProtocolTest.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .count();
        if (testsRun == tests) {
            page.requireAllSeen();
        }
    }

    @BeforeEach
    void start() throws IOException {
        testsRun++;
        folder = Files.createTempDirectory(Path.of("/tmp"), "aloft");
        socket = folder.resolve("site.sock");
        embedded = EmbeddedS3.start(data, CREDENTIALS);
        embedded.createBucket("media");
        s3 = S3Front.before(embedded.endpoint());
        opened.add(agent(socket, Duration.ofSeconds(20)));
        client = connect();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
        s3.close();
        embedded.close();
        assertThat(folder).isEmptyDirectory();
        Files.delete(folder);
    }

    private Agent agent(Path at, Duration timeout) throws IOException {
        return Agent.start(List.of(site(at, timeout)));
    }

    private AgentSite site(Path at, Duration timeout) {
        return new AgentSite("test", at, null, files(timeout), MAX_FILE_BYTES)
                .withLocal(new LocalRules(List.of("logs", "*.tmp"), Path.of("/srv/kept here")));
    }

    private FileTree files(Duration timeout) {
        return new FileTree(bucket(timeout), FilePath.of("uploads"));
    }

    private Bucket bucket(Duration timeout) {
        StoreSettings settings =
                StoreSettings.at(Provider.EMBEDDED, s3.endpoint()).withTimeout(timeout);
        Store store = Store.open(settings, CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
        opened.add(store);
        return store.bucket("media");
    }

    private RawClient connect() throws IOException {
        return connect(socket);
    }

    private RawClient connect(Path to) throws IOException {
        RawClient one = RawClient.connect(to);
        opened.add(one);
        return one;
    }

    // GET /

    @Test
    void stateOfTheAgentIsJson() throws IOException {
        Answer state = get("/");

        assertThat(state.status()).isEqualTo(200);
        assertThat(state.header("Content-Type")).isEqualTo("application/json");
        assertThat(state.text())
                .contains("\"site\":\"test\"", "\"bucket\":\"media\"", "\"prefix\":\"uploads\"", "\"writable\":true");
        assertThat(state.text()).contains("\"unkept\":[]", "\"signs\":false", "\"failures\":0", "\"last_failures\":[]");
        assertThat(exchange("HEAD", "/").status()).isEqualTo(200);
        assertThat(exchange("OPTIONS", "/").status()).isEqualTo(400);
    }

    // HEAD

    @Test
    void headOfAFileHasItsSizeTypeVersionAndTime() throws IOException {
        String etag = put(CAT, "meow").header("ETag");
        Answer head = exchange("HEAD", CAT);

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo("4");
        assertThat(head.header("Content-Type")).isEqualTo("image/jpeg");
        assertThat(head.header("ETag")).isEqualTo(etag).matches("\"[^\"]+\"");
        assertThat(head.header("Last-Modified")).endsWith("GMT");
        assertThat(head.header("Aloft-Kind")).isEqualTo("file");
        assertThat(exchange("HEAD", CAT).status())
                .as("the next on the same connection")
                .isEqualTo(200);
    }

    @Test
    void headOfADirectoryTakesEitherForm() throws IOException {
        put("/media/uploads/11/cat.jpg", "meow");

        for (String target : List.of("/media/uploads/11", FOLDER, "/media/uploads", "/media/uploads/", "/media")) {
            Answer head = exchange("HEAD", target);
            assertThat(head.status()).as(target).isEqualTo(200);
            assertThat(head.header("Aloft-Kind")).isEqualTo("directory");
        }
    }

    @Test
    void headOfWhatIsMissingIs404AndSoIsAFileAskedForAsADirectory() throws IOException {
        put(CAT, "meow");

        assertThat(exchange("HEAD", DOG).status()).isEqualTo(404);
        assertThat(exchange("HEAD", CAT + "/").status()).isEqualTo(404);
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(200);
    }

    @Test
    void headAcceptsWhatIsAsOldAsMaxAgeSays() throws Exception {
        put(CAT, "meow");
        s3.reset();
        try (Agent other = agent(folder.resolve("other.sock"), Duration.ofSeconds(20));
                RawClient elsewhere = RawClient.connect(folder.resolve("other.sock"))) {
            elsewhere.send("DELETE " + CAT + " HTTP/1.1\r\nHost: aloft\r\n\r\n");
            assertThat(elsewhere.read("DELETE").status()).isEqualTo(204);
            assertThat(other).isNotNull();
        }
        s3.reset();

        assertThat(exchange("HEAD", CAT, "Cache-Control: max-age=60").status()).isEqualTo(200);
        assertThat(s3.requests()).isEmpty();
        assertThat(exchange("HEAD", CAT, "Cache-Control: max-age=0").status()).isEqualTo(404);
    }

    // GET of a file

    @Test
    void fileIsReadWholeOrInARange() throws IOException {
        put(CAT, "meow");

        Answer whole = get(CAT);
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.text()).isEqualTo("meow");
        assertThat(whole.header("Content-Type")).isEqualTo("image/jpeg");

        Answer part = get(CAT, "Range: bytes=1-2");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("eo");
        assertThat(part.header("Content-Range")).isEqualTo("bytes 1-2/4");
        assertThat(get(CAT, "Range: bytes=-1").text()).isEqualTo("w");
        assertThat(get(CAT, "Range: bytes=2-99").header("Content-Range")).isEqualTo("bytes 2-3/4");
        assertThat(get(CAT, "Range: bytes=0-0,2-3").status()).isEqualTo(200);
    }

    @Test
    void rangeOutsideTheFileIs416WithTheSize() throws IOException {
        put(CAT, "meow");
        put(DOG, "");

        Answer outside = get(CAT, "Range: bytes=4-");
        assertThat(outside.status()).isEqualTo(416);
        assertThat(outside.header("Content-Range")).isEqualTo("bytes */4");
        assertThat(get(DOG, "Range: bytes=0-9").header("Content-Range")).isEqualTo("bytes */0");
        assertThat(get(DOG).status()).isEqualTo(200);
        assertThat(get(DOG).bytes()).isEmpty();
    }

    @Test
    void versionThatTheClientHasIs304WithoutABodyOrItsHeaders() throws IOException {
        String etag = put(CAT, "meow").header("ETag");

        for (String tag : List.of(etag, "\"other\", " + etag, "W/" + etag, "*")) {
            Answer unchanged = get(CAT, "If-None-Match: " + tag);
            assertThat(unchanged.status()).as(tag).isEqualTo(304);
            assertThat(unchanged.header("ETag")).isEqualTo(etag);
            assertThat(unchanged.headers()).doesNotContainKeys("content-type", "content-range");
            assertThat(unchanged.header("Content-Length")).isIn("", "4");
        }
        assertThat(get(CAT, "If-None-Match: \"other\"").text()).isEqualTo("meow");
    }

    @Test
    void versionThatIsNotThereAnyMoreIs412() throws IOException {
        String old = put(CAT, "meow").header("ETag");
        String now = put(CAT, "purr").header("ETag");

        assertThat(get(CAT, "If-Match: " + old).status()).isEqualTo(412);
        assertThat(get(CAT, "If-Match: " + now).text()).isEqualTo("purr");
        assertThat(get(CAT, "If-Match: unquoted").status()).isEqualTo(400);
    }

    @Test
    void missingFileIs404AndADirectory409() throws IOException {
        put("/media/uploads/11/cat.jpg", "meow");

        Answer missing = get(CAT);
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.text()).isEqualTo("s3://media/uploads/cat.jpg: no such file or directory\n");
        assertThat(missing.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(get("/media/uploads/11").status()).isEqualTo(409);
    }

    @Test
    void ownWriteIsReadBackWithoutARequestToS3() throws IOException {
        put(CAT, "meow");
        s3.reset();

        assertThat(get(CAT, "Cache-Control: max-age=60").text()).isEqualTo("meow");
        assertThat(get(CAT, "Cache-Control: max-age=60", "Range: bytes=0-1").text())
                .isEqualTo("me");
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(200);
        assertThat(s3.requests()).isEmpty();
        assertThat(get(CAT).status()).isEqualTo(200);
        assertThat(s3.count("GetObject")).isEqualTo(1);
    }

    @Test
    void readThatBreaksInTheMiddleBreaksTheConnection() throws IOException {
        putBytes(CAT, new byte[20 * MIB]);
        s3.on("GetObject").next(1).truncateAnswerAfter(MIB);

        client.send(request("GET", CAT));
        assertThatIOException().isThrownBy(() -> client.read("GET"));
        assertThat(connect().send(request("GET", CAT)).read("GET").bytes()).hasSize(20 * MIB);
    }

    @Test
    void readThatBreaksBeforeItsFirstByteIs503() throws IOException {
        putBytes(CAT, new byte[20 * MIB]);
        s3.on("GetObject").next(1).truncateAnswerAfter(0);

        Answer broken = get(CAT);
        assertThat(broken.status()).isEqualTo(503);
        assertThat(broken.text()).startsWith("cannot read s3://media/uploads/cat.jpg: ");
        assertThat(broken.headers()).doesNotContainKeys("etag", "aloft-kind");
    }

    // Directories

    @Test
    void directoryIsListedInPages() throws IOException {
        for (String name : List.of("b", "a%20b.jpg", "11/cat.jpg", "c")) {
            put("/media/uploads/" + name, "meow");
        }
        Answer all = get("/media/uploads/");
        assertThat(all.status()).isEqualTo(200);
        assertThat(all.header("Content-Type")).isEqualTo("application/json");
        assertThat(all.text())
                .matches("(?s)\\{\"entries\":\\[\\{\"name\":\"11\",\"kind\":\"directory\"},"
                        + "\\{\"name\":\"a b.jpg\",\"kind\":\"file\",\"size\":4,\"modified\":\\d{10}},.*],"
                        + "\"next\":null}\n");

        String first = get("/media/uploads/?limit=2").text();
        String next = first.replaceFirst("(?s).*\"next\":\"([^\"]+)\".*", "$1");
        assertThat(first).contains("\"11\"", "\"a b.jpg\"").doesNotContain("\"b\"");
        String second = get("/media/uploads/?limit=2&after=" + encode(next)).text();
        assertThat(second).contains("\"b\"", "\"c\"", "\"next\":null").doesNotContain("\"11\"");
        assertThat(get("/media/uploads/?depth=infinity&limit=1").text()).contains("\"name\":\"11/");
        assertThat(get("/media/uploads/?prefix=a%20").text())
                .contains("a b.jpg")
                .doesNotContain("\"b\"");
    }

    @Test
    void directoryThatIsMissingOrAFileIsNotListed() throws IOException {
        put(CAT, "meow");

        assertThat(get("/media/uploads/12/").status()).isEqualTo(404);
        Answer file = get(CAT + "/");
        assertThat(file.status()).isEqualTo(409);
        assertThat(file.text()).isEqualTo("s3://media/uploads/cat.jpg: is not a directory\n");
        assertThat(get("/media/uploads/").status()).as("the top").isEqualTo(200);
    }

    @Test
    void queryOfAPageIsChecked() throws IOException {
        for (String query : List.of(
                "limit=0",
                "depth=1",
                "limit=1001",
                "limit=ten",
                "limit=-1",
                "order=size",
                "prefix=a/b",
                "prefix=a%00",
                "prefix=%0a&depth=infinity",
                "after=%00",
                "after=a%7f",
                "after=a%ef%bf%bf&depth=infinity",
                "limit=%zz",
                "limit=%ff")) {
            assertThat(get("/media/uploads/?" + query).status()).as(query).isEqualTo(400);
        }
    }

    @Test
    void directoryIsMadeAndRemoved() throws IOException {
        assertThat(exchange("MKCOL", FOLDER).status()).isEqualTo(201);
        assertThat(exchange("HEAD", FOLDER).header("Aloft-Kind")).isEqualTo("directory");
        assertThat(get(FOLDER).text()).isEqualTo("{\"entries\":[],\"next\":null}\n");
        assertThat(exchange("MKCOL", FOLDER).status()).isEqualTo(405);

        put("/media/uploads/11/cat.jpg", "meow");
        assertThat(exchange("DELETE", FOLDER).status()).isEqualTo(409);
        exchange("DELETE", "/media/uploads/11/cat.jpg");
        assertThat(exchange("DELETE", FOLDER).status()).isEqualTo(204);
        assertThat(exchange("DELETE", FOLDER).status()).isEqualTo(404);

        put(CAT, "meow");
        assertThat(exchange("MKCOL", CAT + "/").status()).isEqualTo(409);
        assertThat(exchange("DELETE", CAT + "/").status()).isEqualTo(409);
        assertThat(exchange("DELETE", "/media/uploads/").status()).isEqualTo(403);
    }

    // PUT

    @Test
    void fileIsWrittenWithTheClientsTypeOrItsNames() throws IOException {
        Answer written = put(CAT, "meow");
        assertThat(written.status()).isEqualTo(201);
        assertThat(written.header("ETag")).matches("\"[^\"]+\"");

        body("PUT", DOG, "woof".getBytes(UTF_8), "Content-Type: image/x-dog");
        assertThat(exchange("HEAD", DOG).header("Content-Type")).isEqualTo("image/x-dog");
        put("/media/uploads/empty", "");
        assertThat(exchange("HEAD", "/media/uploads/empty").header("Content-Length"))
                .isEqualTo("0");
        put("/media/uploads/%E7%8C%AB%20%3F%23%25.txt", "cat");
        assertThat(get("/media/uploads/").text()).contains("\"猫 ?#%.txt\"");
    }

    @Test
    void fileMayComeInChunks() throws IOException {
        client.send("PUT " + CAT + " HTTP/1.1\r\nHost: aloft\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.send("2\r\nme\r\n").send("2\r\now\r\n").send("0\r\n\r\n");

        assertThat(read("PUT", CAT).status()).isEqualTo(201);
        assertThat(get(CAT).text()).isEqualTo("meow");
    }

    @Test
    void largeFileMayComeInChunksOrWithItsLength() throws IOException {
        byte[] bytes = new byte[18 * MIB];
        Arrays.fill(bytes, (byte) 'm');
        client.send("PUT " + CAT + " HTTP/1.1\r\nHost: aloft\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.send(Integer.toHexString(bytes.length) + "\r\n").send(bytes).send("\r\n0\r\n\r\n");
        assertThat(read("PUT", CAT).status()).isEqualTo(201);
        assertThat(putBytes(DOG, bytes).status()).isEqualTo(201);

        assertThat(get(CAT).bytes()).isEqualTo(bytes);
        assertThat(get(DOG).bytes()).isEqualTo(bytes);
        assertThat(s3.count("CompleteMultipartUpload")).isEqualTo(2);
    }

    @Test
    void bodyWithoutLengthOrChunksIsRefused() throws IOException {
        for (String method : List.of("PUT", "POST")) {
            assertThat(exchange(method, CAT).status()).isEqualTo(400);
        }
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(404);
    }

    @Test
    void conditionalWriteIs412WhereItDoesNotHold() throws IOException {
        String etag = put(CAT, "meow").header("ETag");

        Answer there = body("PUT", CAT, "purr".getBytes(UTF_8), "If-None-Match: *");
        assertThat(there.status()).isEqualTo(412);
        assertThat(there.text()).isEqualTo("s3://media/uploads/cat.jpg: it exists already\n");
        assertThat(body("PUT", CAT, "purr".getBytes(UTF_8), "If-Match: \"other\"")
                        .status())
                .isEqualTo(412);
        assertThat(body("PUT", DOG, "woof".getBytes(UTF_8), "If-Match: " + etag).status())
                .isEqualTo(412);
        assertThat(body("PUT", CAT, "purr".getBytes(UTF_8), "If-Match: " + etag).status())
                .isEqualTo(201);
        assertThat(body("PUT", DOG, "woof".getBytes(UTF_8), "If-None-Match: *").status())
                .isEqualTo(201);
        assertThat(body("PUT", DOG, "woof".getBytes(UTF_8), "If-None-Match: \"x\"")
                        .status())
                .isEqualTo(400);
        assertThat(get(CAT).text()).isEqualTo("purr");
    }

    @Test
    void fileIsNotWrittenToADirectory() throws IOException {
        exchange("MKCOL", FOLDER);

        assertThat(put("/media/uploads/11", "x").status()).isEqualTo(409);
        assertThat(body("POST", "/media/uploads/11", "x".getBytes(UTF_8)).status())
                .isEqualTo(409);
        assertThat(put(FOLDER, "x").status()).isEqualTo(400);
        assertThat(exchange("DELETE", "/media/uploads/11").status()).isEqualTo(409);
    }

    @Test
    void bodyThatEndsEarlyWritesNothing() throws Exception {
        put(CAT, "meow");
        s3.reset();
        for (int announced : new int[] {100, 20 * MIB}) {
            try (RawClient dying = RawClient.connect(socket)) {
                dying.send("PUT " + CAT + " HTTP/1.1\r\nHost: aloft\r\nContent-Length: " + announced + "\r\n\r\n");
                dying.send(new byte[announced - 1]);
            }
            try (RawClient dying = RawClient.connect(socket)) {
                dying.send("PUT " + CAT + " HTTP/1.1\r\nHost: aloft\r\nTransfer-Encoding: chunked\r\n\r\n");
                dying.send(Integer.toHexString(announced) + "\r\n").send(new byte[announced]);
            }
            try (RawClient dying = RawClient.connect(socket)) {
                dying.send("POST " + CAT + " HTTP/1.1\r\nHost: aloft\r\nContent-Length: " + announced + "\r\n\r\nx");
            }
        }
        long limit = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (s3.count("CreateMultipartUpload") < 2
                || s3.count("AbortMultipartUpload") < s3.count("CreateMultipartUpload")) {
            assertThat(System.nanoTime())
                    .as("nanoseconds, with %s", s3.summary())
                    .isLessThan(limit);
            Thread.onSpinWait();
        }

        assertThat(get(CAT).text()).isEqualTo("meow");
        assertThat(s3.count("PutObject")).isZero();
        assertThat(s3.count("CompleteMultipartUpload")).isZero();
    }

    @Test
    void clientThatWaitsForLeaveGetsIt() throws IOException {
        client.send("PUT " + CAT + " HTTP/1.1\r\nHost: aloft\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        assertThat(client.read("PUT").status()).isEqualTo(100);
        client.send("meow");
        assertThat(read("PUT", CAT).status()).isEqualTo(201);
    }

    @Test
    void clientThatWaitsForLeaveIsRefusedBeforeItsBody() throws IOException {
        client.send("PUT /other/cat.jpg HTTP/1.1\r\nHost: aloft\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        assertThat(read("PUT", "/other/cat.jpg").status()).isEqualTo(403);
    }

    @Test
    void clientThatDoesNotWaitReadsWhyItWasRefused() throws IOException {
        Answer refused = putBytes("/other/cat.jpg", new byte[20 * MIB]);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(put(CAT, "meow").status())
                .as("the next on the same connection")
                .isEqualTo(201);
    }

    @Test
    void fileLargerThanTheLimitIs413() throws IOException {
        assertThat(putBytes(CAT, new byte[(int) MAX_FILE_BYTES + 1]).status()).isEqualTo(413);
        client.send("PUT " + CAT + " HTTP/1.1\r\nHost: aloft\r\nTransfer-Encoding: chunked\r\n\r\n");
        byte[] mib = new byte[MIB];
        for (int i = 0; i <= MAX_FILE_BYTES / MIB; i++) {
            client.send("100000\r\n").send(mib).send("\r\n");
        }
        client.send("0\r\n\r\n");
        Answer answer = read("PUT", CAT);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text()).contains("max_file_bytes");
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(404);
        assertThat(s3.count("AbortMultipartUpload")).isEqualTo(1);
    }

    // POST

    @Test
    void appendAddsToTheFileOrMakesIt() throws IOException {
        Answer made = body("POST", "/media/uploads/log", "one\n".getBytes(UTF_8));
        assertThat(made.status()).isEqualTo(200);
        assertThat(made.header("Aloft-Size")).isEqualTo("4");
        Answer longer = body("POST", "/media/uploads/log", "two\n".getBytes(UTF_8));
        assertThat(longer.header("Aloft-Size")).isEqualTo("8");
        assertThat(longer.header("ETag")).isNotEqualTo(made.header("ETag"));

        assertThat(get("/media/uploads/log").text()).isEqualTo("one\ntwo\n");
    }

    @Test
    void appendsAtTheSameMomentAllArrive() throws Exception {
        List<Callable<Integer>> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            RawClient writer = connect();
            writers.add(() -> {
                for (int line = 0; line < 10; line++) {
                    writer.send(request("POST", CAT, "Content-Length: 5") + "line\n");
                    assertThat(writer.read("POST").status()).isEqualTo(200);
                }
                return 0;
            });
        }
        allAtOnce(writers);

        assertThat(get(CAT).text()).isEqualTo("line\n".repeat(80));
    }

    // DELETE

    @Test
    void fileIsRemovedOnce() throws IOException {
        put(CAT, "meow");

        assertThat(exchange("DELETE", CAT).status()).isEqualTo(204);
        assertThat(exchange("DELETE", CAT).status()).isEqualTo(404);
    }

    @Test
    void manyFilesAreRemovedAtOnce() throws IOException {
        put(CAT, "meow");
        put("/media/uploads/a%20b", "x");
        put(DOG, "woof");
        s3.reset();

        Answer report = deleteMany("[\"cat.jpg\",\"a b\",\"missing\"]");
        assertThat(report.status()).isEqualTo(200);
        assertThat(report.text()).isEqualTo("{\"deleted\":3,\"errors\":[]}\n");
        assertThat(s3.summary()).isEqualTo("1 DeleteObjects");
        assertThat(get("/media/uploads/").text()).contains("dog.jpg").doesNotContain("cat.jpg", "a b");
        assertThat(deleteMany("[]").text()).isEqualTo("{\"deleted\":0,\"errors\":[]}\n");
    }

    @Test
    void namesToRemoveAreChecked() throws IOException {
        put(CAT, "meow");
        for (String names : List.of(
                "",
                "{}",
                "cat.jpg",
                "[cat.jpg]",
                "[1]",
                "[null]",
                "[\"cat.jpg\"",
                "[\"\"]",
                "[\"cat.jpg/\"]",
                "[\"../uploads/cat.jpg\"]",
                "[\"a//b\"]",
                "[\"\\ud800\"]")) {
            assertThat(deleteMany(names).status()).as(names).isEqualTo(400);
        }
        assertThat(body("POST", "/media/uploads/", "[]".getBytes(UTF_8)).status())
                .isEqualTo(400);
        assertThat(body("POST", "/media/uploads/?purge", "[]".getBytes(UTF_8)).status())
                .isEqualTo(400);
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(200);
    }

    @Test
    void thousandNamesAreRemovedAndNotOneMore() throws IOException {
        String thousand =
                IntStream.range(0, 1000).mapToObj(i -> "\"n" + i + "\"").collect(Collectors.joining(","));

        assertThat(deleteMany("[" + thousand + "]").text()).startsWith("{\"deleted\":1000,");
        assertThat(deleteMany("[" + thousand + ",\"more\"]").status()).isEqualTo(400);
        assertThat(deleteMany("[\"" + "x".repeat(9 * MIB) + "\"]").status()).isEqualTo(413);
    }

    // COPY and MOVE

    @Test
    void fileIsCopiedAndMoved() throws IOException {
        put(CAT, "meow");

        assertThat(exchange("COPY", CAT, "Destination: " + DOG).status()).isEqualTo(201);
        assertThat(get(DOG).text()).isEqualTo("meow");
        assertThat(exchange("MOVE", CAT, "Destination: /media/uploads/a%20b.jpg")
                        .status())
                .isEqualTo(201);
        assertThat(get("/media/uploads/a%20b.jpg").text()).isEqualTo("meow");
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(404);
        assertThat(exchange("MOVE", DOG, "Destination: http://aloft" + CAT).status())
                .isEqualTo(201);
        assertThat(exchange("MOVE", CAT, "Destination: " + CAT).status()).isEqualTo(201);
        assertThat(get(CAT).text()).isEqualTo("meow");
    }

    @Test
    void targetThatIsThereIs412WhenItMayNotBeReplaced() throws IOException {
        put(CAT, "meow");
        put(DOG, "woof");
        exchange("MKCOL", FOLDER);

        for (String method : List.of("COPY", "MOVE")) {
            assertThat(exchange(method, CAT, "Destination: " + DOG, "Overwrite: F")
                            .status())
                    .isEqualTo(412);
            assertThat(exchange(method, CAT, "Destination: /media/uploads/11").status())
                    .isEqualTo(409);
            assertThat(exchange(method, "/media/uploads/missing", "Destination: " + DOG)
                            .status())
                    .isEqualTo(404);
            assertThat(exchange(method, CAT).status()).as("no Destination").isEqualTo(400);
            assertThat(exchange(method, CAT, "Destination: /").status()).isEqualTo(400);
            assertThat(exchange(method, CAT, "Destination: /other/cat.jpg").status())
                    .isEqualTo(403);
            assertThat(exchange(method, CAT, "Destination: /media/cat.jpg").status())
                    .isEqualTo(403);
            assertThat(exchange(method, CAT, "Destination: " + DOG + "?x").status())
                    .isEqualTo(400);
        }
        assertThat(get(DOG).text()).isEqualTo("woof");
        assertThat(exchange("MOVE", CAT, "Destination: " + DOG).status()).isEqualTo(201);
        assertThat(get(DOG).text()).isEqualTo("meow");
    }

    @Test
    void directoryIsMoved() throws IOException {
        put("/media/uploads/11/a/cat.jpg", "meow");

        assertThat(exchange("MOVE", FOLDER, "Destination: /media/uploads/12/").status())
                .isEqualTo(201);
        assertThat(get("/media/uploads/12/a/cat.jpg").text()).isEqualTo("meow");
        assertThat(exchange("MOVE", "/media/uploads/12/", "Destination: /media/uploads/12/a/b/")
                        .status())
                .isEqualTo(409);
        assertThat(exchange("COPY", "/media/uploads/12/", "Destination: /media/uploads/13/")
                        .status())
                .isEqualTo(409);
    }

    // OPTIONS

    @Test
    void writingIsAllowedWithoutAskingS3() throws IOException {
        exchange("MKCOL", FOLDER);
        s3.reset();

        Answer allowed = exchange("OPTIONS", CAT);
        assertThat(allowed.status()).isEqualTo(204);
        assertThat(allowed.header("Allow")).contains("PUT");
        assertThat(exchange("OPTIONS", "/media/uploads/11").status()).isEqualTo(409);
        assertThat(exchange("OPTIONS", FOLDER).status()).isEqualTo(400);
        assertThat(exchange("OPTIONS", "/media/cat.jpg").status()).isEqualTo(403);
        assertThat(s3.requests()).isEmpty();
    }

    @Test
    void writingIsNotAllowedAfterARefusalOfS3() throws IOException {
        s3.on("PutObject").answer(403);
        assertThat(put(CAT, "meow").status()).isEqualTo(403);
        assertThat(exchange("OPTIONS", DOG).status()).isEqualTo(403);

        s3.calm();
        assertThat(put(CAT, "meow").status()).isEqualTo(201);
        assertThat(exchange("OPTIONS", DOG).status()).isEqualTo(204);
    }

    @Test
    void writingIsNotAllowedWhileTheStoreIsDown() throws IOException {
        put(CAT, "meow");
        s3.goDown();
        Answer down = put(DOG, "woof");
        assertThat(down.status()).isEqualTo(503);
        assertThat(down.header("Retry-After")).isEqualTo("1");
        assertThat(down.text()).startsWith("cannot write s3://media/uploads/dog.jpg: ");
        while (exchange("OPTIONS", CAT).status() != 503) {
            Thread.onSpinWait();
        }
        assertThat(get("/").text()).contains("\"writable\":false");
        assertThat(get(CAT).status()).isEqualTo(503);
        assertThat(get(CAT, "Cache-Control: max-age=60").text()).isEqualTo("meow");

        s3.comeUp();
        while (exchange("OPTIONS", CAT).status() != 204) {
            Thread.onSpinWait();
        }
        assertThat(get(CAT).text()).isEqualTo("meow");
    }

    // Errors

    @Test
    void errorOfS3BecomesAStatus() throws IOException {
        s3.on("PutObject").next(1).answer(507);
        assertThat(put(CAT, "meow").status()).isEqualTo(507);
        s3.on("PutObject").next(1).answer(404, "NoSuchBucket");
        assertThat(put(CAT, "meow").status()).isEqualTo(503);
        s3.on("GetObject").next(1).answer(403);
        Answer refused = get(CAT);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).doesNotContain(CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
    }

    @Test
    void silentStoreIs504() throws Exception {
        Path impatient = folder.resolve("impatient.sock");
        try (Agent agent = agent(impatient, Duration.ofSeconds(1));
                RawClient hasty = RawClient.connect(impatient)) {
            s3.onEvery().neverAnswer();
            hasty.send(request("GET", CAT));
            Answer late = hasty.read("GET");
            page.see("GET", CAT, late.status());
            assertThat(late.status()).isEqualTo(504);
            assertThat(agent).isNotNull();
        }
    }

    @Test
    void answerOfS3ThatMakesNoSenseIs503() throws IOException {
        s3.on("HeadObject").answerOkWithError("Nonsense");

        assertThat(exchange("HEAD", CAT).status()).isEqualTo(503);
        s3.calm();
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(404);
    }

    /// Nothing is known that brings the agent to it, so the fault is handed to what would answer it.
    @Test
    void unforeseenFaultIs500() {
        int status = Problem.of(new IllegalStateException("unforeseen")).status();

        assertThat(status).isEqualTo(500);
        page.see("HEAD", CAT, status);
    }

    @Test
    void methodThatThePageDoesNotNameIs405() throws IOException {
        for (String method : List.of("PATCH", "PROPFIND", "PROPPATCH", "TRACE")) {
            Answer unknown = exchange(method, CAT);
            assertThat(unknown.status()).as(method).isEqualTo(405);
            assertThat(unknown.header("Allow")).contains("MKCOL");
        }
    }

    @Test
    void targetOutsideTheSiteIs403UnderEveryEncoding() throws IOException {
        List<String> outside = List.of(
                "/other/uploads/cat.jpg",
                "/media/backup/cat.jpg",
                "/media/cat.jpg",
                "/media/uploads2/cat.jpg",
                "/media/uploadsX",
                "/%6dedia/%62ackup/cat.jpg",
                "/media%2Fbackup%2Fcat.jpg",
                "/media/Uploads/cat.jpg",
                "/MEDIA/uploads/cat.jpg",
                "/media/uploads%252Fcat.jpg",
                "//media/uploads/cat.jpg",
                "/%2Fmedia/uploads/cat.jpg",
                "http://aloft/media/backup/cat.jpg");
        s3.reset();
        for (String target : outside) {
            for (String method : List.of("GET", "HEAD", "DELETE", "OPTIONS", "MKCOL")) {
                assertThat(exchange(method, target).status())
                        .as(method + " " + target)
                        .isEqualTo(403);
            }
            assertThat(put(target, "x").status()).as("PUT " + target).isEqualTo(403);
        }
        assertThat(deleteMany("/media/", "[\"backup\"]").status()).isEqualTo(403);
        assertThat(get("/media/").status()).isEqualTo(403);
        assertThat(s3.requests()).isEmpty();
    }

    @Test
    void pathThatCannotBeAFilesIs400UnderEveryEncoding() throws IOException {
        List<String> impossible = List.of(
                "/media/uploads/../backup/cat.jpg",
                "/media/uploads/%2e%2e/backup/cat.jpg",
                "/media/uploads/%2E./backup/cat.jpg",
                "/media/uploads%2F..%2Fbackup%2Fcat.jpg",
                "/media/uploads/./cat.jpg",
                "/media/uploads//cat.jpg",
                "/media/uploads//",
                "/media//uploads/cat.jpg",
                "/media/uploads/%00",
                "/media/uploads/a%0Ab",
                "/media/uploads/a%0D%0Ab",
                "/media/uploads/%ff",
                "/media/uploads/%c0%ae%c0%ae/backup",
                "/media/uploads/%ed%a0%80",
                "/media/uploads/%",
                "/media/uploads/%4",
                "/media/uploads/%zz",
                "/media/uploads/" + "x".repeat(1024),
                "/media/uploads/cat.jpg?version=1");
        s3.reset();
        for (String target : impossible) {
            for (String method : List.of("GET", "HEAD", "DELETE", "OPTIONS")) {
                assertThat(exchange(method, target).status())
                        .as(method + " " + target)
                        .isEqualTo(400);
            }
            assertThat(put(target, "x").status()).as("PUT " + target).isEqualTo(400);
            assertThat(exchange("MOVE", CAT, "Destination: " + target).status()).isIn(400, 404);
        }
        assertThat(s3.count("PutObject") + s3.count("DeleteObject") + s3.count("GetObject"))
                .isZero();
    }

    @Test
    void requestThatCannotBeReadIsAnsweredInALine() throws IOException {
        for (String nonsense : List.of(
                "GET\r\n\r\n",
                "GET " + CAT + " HTTP/1.1\r\nHost aloft\r\n\r\n",
                "GET " + CAT + " HTTP/1.1\r\nHost: aloft\r\nContent-Length: ten\r\n\r\n",
                "GET cat.jpg HTTP/1.1\r\nHost: aloft\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: aloft\r\n\r\n",
                "CONNECT aloft:80 HTTP/1.1\r\nHost: aloft\r\n\r\n",
                "PUT " + CAT + " HTTP/1.1\r\nHost: aloft\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")) {
            try (RawClient confused = RawClient.connect(socket)) {
                confused.send(nonsense);
                Answer answer = confused.read("GET");
                assertThat(answer.status()).as(nonsense).isEqualTo(400);
                assertThat(answer.text()).as(nonsense).matches("[^\\n<]+\\n");
                assertThat(answer.header("Content-Type")).startsWith("text/plain");
            }
        }
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(404);
    }

    @Test
    void headOfARequestMayHave16KiB() throws IOException {
        assertThat(exchange("HEAD", CAT, "X-Pad: " + "x".repeat(15 << 10)).status())
                .isEqualTo(404);

        client.send(request("HEAD", CAT, "X-Pad: " + "x".repeat(17 << 10)));
        assertThat(read("HEAD", CAT).status()).isEqualTo(431);
        assertThat(exchange("HEAD", "/media/uploads/" + "x".repeat(17 << 10)).status())
                .isEqualTo(414);
        assertThat(exchange("HEAD", CAT).status()).as("on a new connection").isEqualTo(404);
    }

    // Connections

    @Test
    void requestsMayBePipelined() throws IOException {
        client.send(request("PUT", CAT, "Content-Length: 4")
                + "meow"
                + request("GET", CAT)
                + request("DELETE", CAT)
                + request("HEAD", CAT));

        assertThat(read("PUT", CAT).status()).isEqualTo(201);
        assertThat(read("GET", CAT).text()).isEqualTo("meow");
        assertThat(read("DELETE", CAT).status()).isEqualTo(204);
        assertThat(read("HEAD", CAT).status()).isEqualTo(404);
    }

    @Test
    void clientThatLeavesInTheMiddleOfAReadLeavesNothingBehind() throws IOException {
        putBytes(CAT, new byte[20 * MIB]);
        for (int i = 0; i < 20; i++) {
            try (RawClient leaving = RawClient.connect(socket)) {
                leaving.send(request("GET", CAT)).skipHead();
            }
        }
        assertThat(get(CAT).bytes()).hasSize(20 * MIB);
    }

    @Test
    void writeUnderWayEndsBeforeTheAgentDoes() throws Exception {
        Path own = folder.resolve("own.sock");
        Agent agent = agent(own, Duration.ofSeconds(20));
        s3.on("PutObject").delay(Duration.ofSeconds(1));
        RawClient writer = connect(own);
        writer.send(request("PUT", CAT, "Content-Length: 4") + "meow");
        while (s3.count("PutObject") == 0) {
            Thread.onSpinWait();
        }
        agent.close();

        assertThat(writer.read("PUT").status()).isEqualTo(201);
        assertThat(own).doesNotExist();
    }

    /// The pauses of the body are longer than the second that Jetty gives connections when it stops.
    @Test
    void stoppingAgentAnswersASlowRequestAndClosesIdleConnections() throws Exception {
        Path own = folder.resolve("own.sock");
        Agent agent = agent(own, Duration.ofSeconds(20));
        RawClient idle = connect(own);
        assertThat(idle.send(request("GET", "/")).read("GET").status()).isEqualTo(200);
        RawClient writer = connect(own);
        writer.send(request("PUT", CAT, "Content-Length: 4", "Expect: 100-continue"));
        assertThat(writer.read("PUT").status()).isEqualTo(100);
        writer.send("me");
        CompletableFuture<Void> closing = CompletableFuture.runAsync(agent::close);

        assertThat(idle.isEnded())
                .as("the idle connection has ended without a word")
                .isTrue();
        assertThat(own).doesNotExist();
        assertThat(closing).isNotDone();
        Thread.sleep(1500); // the pause itself
        writer.send("o");
        try (Agent next = agent(own, Duration.ofSeconds(20))) {
            Thread.sleep(1500);
            writer.send("w");
            Answer answer = writer.readFinal("PUT");
            assertThat(answer.status()).as(answer.text()).isEqualTo(201);
            closing.join();
            assertThat(writer.isEnded()).isTrue();
            assertThat(connect(own).send(request("GET", CAT)).read("GET").text())
                    .isEqualTo("meow");
            assertThat(next).isNotNull();
        }
    }

    @Test
    void clientThatStallsIsToldSoInWords() throws Exception {
        Path own = folder.resolve("own.sock");
        try (Agent agent = Agent.start(List.of(site(own, Duration.ofSeconds(20))), Duration.ofSeconds(1))) {
            RawClient writer = connect(own);
            writer.send(request("PUT", CAT, "Content-Length: 4") + "me");
            Answer answer = writer.readFinal("PUT");
            page.see("PUT", CAT, 408);
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.text()).isEqualTo("the rest of the request did not arrive in time\n");
            assertThat(writer.isEnded()).isTrue();
            assertThat(agent).isNotNull();
        }
        assertThat(get(CAT).status()).isEqualTo(404);
    }

    @Test
    void secondAgentOnASocketIsRefusedAndTheFirstStays() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> agent(socket, Duration.ofSeconds(1)))
                .withMessage("cannot listen on " + socket + ": another agent answers there");

        assertThat(connect().send(request("GET", "/")).read("GET").status()).isEqualTo(200);
    }

    @Test
    void socketThatADeadAgentLeftIsReplaced() throws Exception {
        Path stale = folder.resolve("stale.sock");
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(stale));
        }
        assertThat(stale).exists();

        try (Agent agent = agent(stale, Duration.ofSeconds(1));
                RawClient visitor = RawClient.connect(stale)) {
            assertThat(visitor.send(request("GET", "/")).read("GET").status()).isEqualTo(200);
            assertThat(agent).isNotNull();
        }
        assertThat(stale).doesNotExist();
    }

    // LOCK, UNLOCK

    @Test
    void lockIsHeldOffOthersUntilItIsGivenBack() throws IOException {
        RawClient owner = client;
        assertThat(lock("exclusive").status()).isEqualTo(204);
        client = connect();
        assertThat(lock("shared").status()).isEqualTo(423);
        assertThat(exchange("UNLOCK", CAT).status()).isEqualTo(409);
        client = owner;
        assertThat(exchange("UNLOCK", DOG).status()).isEqualTo(409);
        assertThat(lock("shared").status())
                .as("a second lock of one connection")
                .isEqualTo(409);
        assertThat(exchange("UNLOCK", CAT).status()).isEqualTo(204);
        assertThat(client).as("another connection, because the lock's ended").isNotSameAs(owner);
        assertThat(lock("shared").status()).isEqualTo(204);
        client = connect();
        assertThat(lock("shared").status()).isEqualTo(204);
    }

    @Test
    void lockEndsWithItsConnection() throws IOException {
        RawClient owner = client;
        assertThat(lock("exclusive").status()).isEqualTo(204);
        RawClient waiting = connect().send(request("LOCK", CAT, "Aloft-Lock: exclusive", "Prefer: wait=20"));
        waiting.close();
        client = connect().send(request("LOCK", CAT, "Aloft-Lock: exclusive", "Prefer: wait=20"));
        owner.close();

        assertThat(read("LOCK", CAT).status()).isEqualTo(204);
    }

    @Test
    void lockIsOfAPathOfTheSiteAndOfAKind() throws IOException {
        assertThat(exchange("LOCK", "/media/other", "Aloft-Lock: shared").status())
                .isEqualTo(403);
        assertThat(exchange("LOCK", CAT).status()).isEqualTo(400);
        assertThat(exchange("LOCK", CAT, "Aloft-Lock: shared", "Prefer: respond-async")
                        .status())
                .isEqualTo(400);
    }

    private Answer lock(String kind) throws IOException {
        return exchange("LOCK", CAT, "Aloft-Lock: " + kind);
    }

    // What is kept on the host

    @Test
    void pathThatARuleKeepsOnTheHostIsAnsweredWithItsPlace() throws IOException {
        for (String method : List.of("GET", "HEAD", "DELETE", "OPTIONS", "LOCK", "MKCOL", "MOVE")) {
            Answer answer = exchange(method, "/media/uploads/logs/caf%C3%A9%20%25.log");
            assertThat(answer.status()).as(method).isEqualTo(307);
            assertThat(answer.header("Location")).isEqualTo("file:///srv/kept%20here/logs/caf%C3%A9%20%25.log");
        }
        assertThat(put("/media/uploads/a.tmp", "x").header("Location")).isEqualTo("file:///srv/kept%20here/a.tmp");
        put(CAT, "meow");
        assertThat(exchange("MOVE", CAT, "Destination: /media/uploads/logs/cat.jpg")
                        .status())
                .isEqualTo(409);
        assertThat(get(CAT).text()).isEqualTo("meow");
        assertThat(get("/media/uploads/logs.txt").status()).isEqualTo(404);
    }

    // 102

    @Test
    void longExchangeGivesSignsOfLife() throws IOException {
        put(CAT, "meow");
        s3.on("CopyObject").next(1).delay(Progress.PROGRESS_INTERVAL.plusSeconds(1));
        client.send(request("MOVE", CAT, "Destination: " + DOG));

        assertThat(client.read("MOVE").status()).isEqualTo(102);
        assertThat(read("MOVE", CAT).status()).isEqualTo(201);
        assertThat(get(DOG).text()).isEqualTo("meow");
    }

    // The socket

    @Test
    void fileThatIsNoSocketIsNotReplaced() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious"), "text");

        assertThatIOException()
                .isThrownBy(() -> agent(precious, Duration.ofSeconds(1)))
                .withMessageContaining("no socket");
        assertThat(precious).hasContent("text");
        Files.delete(precious);
    }

    @Test
    void socketIsOpenToItsOwnerAndGroupOnly() throws IOException {
        assertThat(Files.getPosixFilePermissions(socket)).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
    }

    @Test
    void stateOfTheAgentTellsTheLastFailures() throws IOException {
        for (int i = 0; i < ExchangeLog.MAX_FAILURES + 5; i++) {
            assertThat(get("/other/" + i).status()).isEqualTo(403);
        }
        assertThat(get(CAT).status())
                .as("the client's own mistake is no failure")
                .isEqualTo(404);

        String state = get("/").text();

        assertThat(state).contains("\"failures\":25", "\"exchanges\":27");
        assertThat(state).contains("\"what\":\"GET /other/24\",\"status\":403,\"why\":\"s3://other: ");
        assertThat(state.split("\"what\"", -1)).as("no more than the last").hasSize(ExchangeLog.MAX_FAILURES + 1);
    }

    // POST to a directory, ?private, ?public, ?sign

    @Test
    void filesAreMadePrivateAndPublicAgain() throws IOException {
        put(CAT, "cat");
        FileMetadata seen = new FileMetadata(files(Duration.ofSeconds(20)));

        Answer marked = many("private", "[\"cat.jpg\",\"missing\"]");
        assertThat(marked.status()).isEqualTo(200);
        assertThat(marked.text()).startsWith("{\"marked\":1,\"errors\":[{\"name\":\"missing\",\"reason\":");
        assertThat(seen.of(FilePath.of("uploads/cat.jpg"))).containsEntry(SignedUrl.PRIVATE, "1");
        assertThat(get(CAT).text()).isEqualTo("cat");

        s3.reset();
        assertThat(many("private", "[\"cat.jpg\"]").text()).isEqualTo("{\"marked\":1,\"errors\":[]}\n");
        assertThat(s3.count("CopyObject")).as("it has the mark already").isZero();

        assertThat(many("public", "[\"cat.jpg\"]").text()).isEqualTo("{\"marked\":1,\"errors\":[]}\n");
        assertThat(new FileMetadata(files(Duration.ofSeconds(20))).of(FilePath.of("uploads/cat.jpg")))
                .isEmpty();
    }

    @Test
    void aFileIsBornPrivate() throws IOException {
        s3.reset();
        assertThat(exchange("PUT", CAT, "Aloft-Private: 1", "Content-Length: 0").status())
                .isEqualTo(201);
        assertThat(exchange("POST", DOG, "Aloft-Private: 1", "Content-Length: 0")
                        .status())
                .isEqualTo(200);

        assertThat(s3.count("CopyObject")).as("marked in the PUT itself").isZero();
        for (String name : List.of("cat.jpg", "dog.jpg")) {
            assertThat(metadata("uploads/" + name)).containsEntry(SignedUrl.PRIVATE, "1");
        }
        assertThat(exchange("POST", DOG, "Content-Length: 0").status()).isEqualTo(200);
        assertThat(metadata("uploads/dog.jpg")).as("an append keeps the mark").isNotEmpty();
        assertThat(put(CAT, "anew").status()).isEqualTo(201);
        assertThat(metadata("uploads/cat.jpg")).isEmpty();
        assertThat(exchange("PUT", CAT, "Aloft-Private: yes", "Content-Length: 0")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aWriterSaysForHowLongItsFileMayBeKept() throws IOException {
        for (String control :
                List.of("max-age=600", "public, max-age=31536000, immutable", "no-cache=\"Set-Cookie\"")) {
            assertThat(exchange("PUT", CAT, "Cache-Control: " + control, "Content-Length: 0")
                            .status())
                    .isEqualTo(201);
            assertThat(bucket(Duration.ofSeconds(20))
                            .head(ObjectKey.of("uploads/cat.jpg"), Duration.ZERO)
                            .orElseThrow()
                            .cacheControl())
                    .isEqualTo(control);
        }
        for (String bad : List.of("a b", "max-age=-1", "x".repeat(201), "max-age=1;x", "é")) {
            assertThat(exchange("PUT", CAT, "Cache-Control: " + bad, "Content-Length: 0")
                            .status())
                    .as(bad)
                    .isEqualTo(400);
        }
    }

    private Map<String, String> metadata(String key) throws IOException {
        return new FileMetadata(files(Duration.ofSeconds(20))).of(FilePath.of(key));
    }

    @Test
    void urlsAreSignedForManyFilesInOneExchangeWithoutAskingS3() throws IOException {
        Instant now = Instant.ofEpochSecond(1_800_000_123);
        UrlKey key = UrlKey.of(UrlSecret.of("0123456789abcdef0123456789abcdef"), "media", FilePath.of("uploads"));
        signingAgent(new UrlSigner(key, InstantSource.fixed(now)));
        s3.reset();

        Answer signed = body("POST", "/media/uploads/uploads/?sign=600", "[\"11/a b.jpg\",\"c.jpg\"]".getBytes(UTF_8));

        assertThat(signed.status()).isEqualTo(200);
        List<String> queries = Pattern.compile("aloft-[^\"]+")
                .matcher(signed.text())
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(queries).hasSize(2);
        SignedUrl first = SignedUrl.of("11/a b.jpg", queries.getFirst()).orElseThrow();
        assertThat(first.isValid(key, now.plusSeconds(600)))
                .as("as long as asked")
                .isTrue();
        assertThat(first.expires()).as("at most a sixth longer").isBeforeOrEqualTo(now.plusSeconds(700));
        assertThat(SignedUrl.of("c.jpg", queries.getLast()).orElseThrow().isValid(key, now))
                .isTrue();
        assertThat(s3.requests()).isEmpty();
        for (String seconds : List.of("59", "2592001")) {
            assertThat(body("POST", "/media/uploads/uploads/?sign=" + seconds, "[]".getBytes(UTF_8))
                            .status())
                    .as(seconds)
                    .isEqualTo(400);
        }
        assertThat(many("sign=600", "[\"not-an-upload.jpg\"]").status()).isEqualTo(400);
    }

    @Test
    void picturesAreSignedForEverWithoutAskingS3() throws IOException {
        UrlKey key = UrlKey.of(UrlSecret.of("0123456789abcdef0123456789abcdef"), "media", FilePath.of("uploads"));
        signingAgent(new UrlSigner(key, InstantSource.system()));
        s3.reset();

        Answer signed = body(
                "POST",
                "/media/uploads/uploads/?pictures",
                "[\"11/a ?b.jpg?resize=300%2C200&aloft-expires=1\",\"c.jpg?\"]".getBytes(UTF_8));

        assertThat(signed.status()).isEqualTo(200);
        List<String> queries = Pattern.compile("s=[^\"]+")
                .matcher(signed.text())
                .results()
                .map(MatchResult::group)
                .toList();
        Parameters first = Parameters.of("resize=300,200&" + queries.getFirst());
        assertThat(SignedPicture.isSigned(key, "11/a ?b.jpg", first)).isTrue();
        assertThat(SignedPicture.isSigned(key, "c.jpg", Parameters.of(queries.getLast())))
                .isTrue();
        assertThat(s3.requests()).isEmpty();
        assertThat(body("POST", "/media/uploads/uploads/?pictures", "[\"c.jpg\"]".getBytes(UTF_8))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aFilesUrlStaysTheSameForAWhile() {
        UrlKey key = UrlKey.of(UrlSecret.of("0123456789abcdef0123456789abcdef"), "media", FilePath.of("uploads"));
        Duration hour = Duration.ofHours(1);
        Instant window = Instant.ofEpochSecond(1_800_000_000);
        Instant first = new UrlSigner(key, InstantSource.fixed(window.plusSeconds(1))).expiry(hour);

        assertThat(new UrlSigner(key, InstantSource.fixed(window.plusSeconds(600))).expiry(hour))
                .isEqualTo(first);
        assertThat(new UrlSigner(key, InstantSource.fixed(window.plusSeconds(601))).expiry(hour))
                .isEqualTo(first.plusSeconds(600));
    }

    @Test
    void nothingIsSignedWithoutASecret() throws IOException {
        Answer refused = body("POST", "/media/uploads/uploads/?sign=600", "[\"a.jpg\"]".getBytes(UTF_8));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text()).contains("no secret");
        assertThat(body("POST", "/media/uploads/uploads/?pictures", "[\"a.jpg?w=9\"]".getBytes(UTF_8))
                        .status())
                .isEqualTo(409);
    }

    private void signingAgent(UrlSigner signer) throws IOException {
        Path at = folder.resolve("signing.sock");
        AgentSite site = new AgentSite("signing", at, null, files(Duration.ofSeconds(20)), MAX_FILE_BYTES);
        opened.add(Agent.start(List.of(site.withSigner(signer))));
        client = connect(at);
    }

    private Answer many(String query, String names) throws IOException {
        return body("POST", "/media/uploads/?" + query, names.getBytes(UTF_8));
    }

    private Answer get(String target, String... headers) throws IOException {
        return exchange("GET", target, headers);
    }

    private Answer put(String target, String text) throws IOException {
        return putBytes(target, text.getBytes(UTF_8));
    }

    private Answer putBytes(String target, byte[] bytes) throws IOException {
        return body("PUT", target, bytes);
    }

    private Answer deleteMany(String names) throws IOException {
        return deleteMany("/media/uploads/", names);
    }

    private Answer deleteMany(String directory, String names) throws IOException {
        return body("POST", directory + "?delete", names.getBytes(UTF_8));
    }

    private Answer body(String method, String target, byte[] bytes, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Content-Length: " + bytes.length);
        byte[] head = request(method, target, all.toArray(String[]::new)).getBytes(UTF_8);
        // In one piece: an agent that refuses the head may have closed before a second piece is sent.
        client.send(ByteBuffer.allocate(head.length + bytes.length)
                .put(head)
                .put(bytes)
                .array());
        return read(method, target);
    }

    private Answer exchange(String method, String target, String... headers) throws IOException {
        client.send(request(method, target, headers));
        return read(method, target);
    }

    private Answer read(String method, String target) throws IOException {
        Answer answer = client.readFinal(method);
        page.see(method, target, answer.status());
        if (answer.status() >= 400 && !method.equals("HEAD")) {
            assertThat(answer.text()).as(method + " " + target).matches("[^\\n]+\\n");
        }
        if (answer.header("Connection").equals("close")) {
            client = connect();
        }
        return answer;
    }

    private static String request(String method, String target, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: aloft\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, UTF_8);
    }

    private static <T> void allAtOnce(List<Callable<T>> calls) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> future : threads.invokeAll(calls)) {
                future.get();
            }
        }
    }
}
