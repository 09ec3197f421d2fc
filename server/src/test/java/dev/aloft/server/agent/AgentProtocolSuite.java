package dev.aloft.server.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.server.agent.RawClient.Answer;
import dev.aloft.store.Bucket;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Speaks with an agent byte by byte, and holds it and `docs/reference/agent-protocol.md` together: a status that the
/// page does not name for an exchange fails the exchange, and a status of the page that none of the tests below has
/// seen fails the last of their classes.
@Timeout(60)
abstract sealed class AgentProtocolSuite
        permits AgentConnectionsTest,
                AgentDeletingTest,
                AgentDirectoriesTest,
                AgentFiguresTest,
                AgentLocksTest,
                AgentMovingTest,
                AgentObjectCacheTest,
                AgentPrivateFilesTest,
                AgentReadingTest,
                AgentRenditionsTest,
                AgentSnapshotVersionsTest,
                AgentStateTest,
                AgentTargetsTest,
                AgentVersionsTest,
                AgentWritingTest {

    static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    static final String CAT = "/media/uploads/cat.jpg";
    static final String DOG = "/media/uploads/dog.jpg";
    static final String FOLDER = "/media/uploads/11/";
    static final int MIB = 1 << 20;
    static final long MAX_FILE_BYTES = 40 * MIB;

    private static final ProtocolPage PAGE = ProtocolPage.read();
    private static final Set<Method> TESTS_RUN = new HashSet<>();

    @TempDir
    Path data;

    Path folder;
    Path socket;
    EmbeddedS3 embedded;
    S3Front s3;
    final List<AutoCloseable> opened = new ArrayList<>();
    RawClient client;

    /// After a run of some of the tests alone, the page is not required to be complete.
    @AfterAll
    static void everythingOnThePageWasSeen() {
        List<Method> tests = Stream.of(AgentProtocolSuite.class.getPermittedSubclasses())
                .flatMap(part -> Stream.of(part.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class))
                .toList();
        if (TESTS_RUN.containsAll(tests)) {
            PAGE.requireAllSeen();
        }
    }

    @BeforeEach
    void start(TestInfo test) throws IOException {
        TESTS_RUN.add(test.getTestMethod().orElseThrow());
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

    Agent agent(Path at, Duration timeout) throws IOException {
        return Agent.start(List.of(site(at, timeout)));
    }

    AgentSite site(Path at, Duration timeout) {
        return new AgentSite("test", at, null, files(timeout), MAX_FILE_BYTES)
                .withLocal(new AgentSite.LocalRules(List.of("logs", "*.tmp"), Path.of("/srv/kept here")));
    }

    FileTree files(Duration timeout) {
        return new FileTree(bucket(timeout), FilePath.of("uploads"));
    }

    Bucket bucket(Duration timeout) {
        StoreSettings settings =
                StoreSettings.at(Provider.EMBEDDED, s3.endpoint()).withTimeout(timeout);
        Store store = Store.open(settings, CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
        opened.add(store);
        return store.bucket("media");
    }

    RawClient connect() throws IOException {
        return connect(socket);
    }

    RawClient connect(Path to) throws IOException {
        RawClient one = RawClient.connect(to);
        opened.add(one);
        return one;
    }

    Answer get(String target, String... headers) throws IOException {
        return exchange("GET", target, headers);
    }

    Answer put(String target, String text) throws IOException {
        return putBytes(target, text.getBytes(UTF_8));
    }

    Answer putBytes(String target, byte[] bytes) throws IOException {
        return body("PUT", target, bytes);
    }

    Answer body(String method, String target, byte[] bytes, String... headers) throws IOException {
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

    Answer deleteMany(String directory, String names) throws IOException {
        return body("POST", directory + "?delete", names.getBytes(UTF_8));
    }

    Answer exchange(String method, String target, String... headers) throws IOException {
        client.send(request(method, target, headers));
        return read(method, target);
    }

    Answer read(String method, String target) throws IOException {
        Answer answer = client.readFinal(method);
        see(method, target, answer.status());
        if (answer.status() >= 400 && !method.equals("HEAD")) {
            assertThat(answer.text()).as(method + " " + target).matches("[^\\n]+\\n");
        }
        if (answer.header("Connection").equals("close")) {
            client = connect();
        }
        return answer;
    }

    /// Notes an exchange that went past [#read].
    static void see(String method, String target, int status) {
        PAGE.see(method, target, status);
    }

    static String request(String method, String target, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: aloft\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }
}
