package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.server.agent.RawClient.Answer;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Bucket;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A site whose clients take all that they can get and stall, beside another on the same bucket: the other does not
/// notice, and a client of its own that waits gets the place of one that stalls.
@Timeout(120)
final class GreedySiteTest {

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    private static final int MIB = 1 << 20;

    /// The connections that one site alone can use.
    private static final int SHARE = 256;

    private static final int MANY = 300;

    @TempDir
    Path data;

    private Path folder;
    private EmbeddedS3 s3;
    private S3Front front;
    private Store store;
    private Agent agent;
    private final List<RawClient> clients = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "aloft");
        s3 = EmbeddedS3.start(data, CREDENTIALS);
        s3.createBucket("media");
        front = S3Front.before(s3.endpoint());
        store = Store.open(
                StoreSettings.at(Provider.EMBEDDED, front.endpoint()),
                CREDENTIALS.accessKey(),
                CREDENTIALS.secretKey());
        Bucket media = store.bucket("media");
        agent = Agent.start(List.of(site("greedy", media), site("innocent", media)));
        put("greedy", "film.mp4", 17 * MIB);
        put("innocent", "cat.jpg", 1);
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient each : clients) {
            each.close();
        }
        agent.close();
        store.close();
        front.close();
        s3.close();
        Files.delete(folder);
    }

    private AgentSite site(String name, Bucket bucket) {
        FileTree files = new FileTree(bucket, FilePath.of(name));
        return new AgentSite(name, folder.resolve(name), null, files, 64L * MIB);
    }

    @Test
    void readersThatStallGiveTheirPlacesUpWhileOthersOfTheirSiteWait() throws IOException {
        for (int i = 0; i < MANY; i++) {
            client("greedy").send("GET /media/greedy/film.mp4 HTTP/1.1\r\nHost: aloft\r\n\r\n");
        }

        requireWorks("innocent");
        requireWorks("greedy");
    }

    @Test
    void bodiesThatStallGiveTheirRoomUpWhileOthersOfTheirSiteWait() throws IOException {
        stall("PUT /media/greedy/slow-%d", 16 * MIB, MIB, 40);

        requireWorks("innocent");
        requireWorks("greedy");
    }

    @Test
    void bodiesOfAFewBytesHoldNothing() throws IOException {
        stall("PUT /media/greedy/slow-%d", 16 * MIB, 3, MANY);

        requireWorks("innocent");
        requireWorks("greedy");
    }

    @Test
    void unfinishedListsOfNamesTakeTheirOwnSitesRoomAlone() throws IOException {
        stall("POST /media/greedy/?delete", 8 * MIB, MIB, 60);

        requireWorks("innocent");
        requireWorks("greedy");
    }

    @Test
    void theEdgeServesOtherSitesWhileOneFloodsItsSocketAndItsUrls() throws Exception {
        put("innocent", "uploads/cat.jpg", 1);
        front.on(request -> request.key().startsWith("greedy/uploads/")).delay(Duration.ofMinutes(2));
        List<Socket> visitors = new ArrayList<>();
        try (Edge edge =
                Edge.start(EdgeSettings.of("127.0.0.1", 0, List.of(edgeSite("greedy"), edgeSite("innocent"))))) {
            for (int i = 0; i < MANY; i++) {
                Socket visitor = new Socket(InetAddress.getLoopbackAddress(), edge.port());
                visitors.add(visitor);
                String request = "GET /uploads/slow" + i + ".jpg HTTP/1.1\r\nHost: greedy.test\r\n\r\n";
                visitor.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            }
            Eventually.await(
                    "the site's whole share is in use",
                    () -> front.requests().stream()
                                    .filter(request -> request.key().startsWith("greedy/uploads/"))
                                    .count()
                            >= SHARE);
            for (int i = 0; i < MANY; i++) {
                client("greedy").send("GET /media/greedy/film.mp4 HTTP/1.1\r\nHost: aloft\r\n\r\n");
            }

            assertThat(dev.aloft.server.Answer.to(edge.port(), "GET", "/uploads/cat.jpg", "Host: innocent.test")
                            .text())
                    .isEqualTo("x");
            requireWorks("innocent");
        } finally {
            for (Socket visitor : visitors) {
                visitor.close();
            }
        }
    }

    private EdgeSite edgeSite(String name) {
        return EdgeSite.of(
                        UploadsSite.of(store.bucket("media"), FilePath.of(name)).withName(name))
                .withHosts(Set.of(name + ".test"));
    }

    /// Each announces a body and sends the first bytes of it.
    private void stall(String request, int announced, int sent, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            client("greedy")
                    .send(request.formatted(i) + " HTTP/1.1\r\nHost: aloft\r\nContent-Length: " + announced
                            + "\r\n\r\n")
                    .send("[\"" + "x".repeat(Math.max(1, sent - 2)));
        }
    }

    /// Large writes, small ones, reads, lists and removals.
    private void requireWorks(String site) throws IOException {
        for (int round = 0; round < 3; round++) {
            put(site, "photo.jpg", 15 * MIB);
            put(site, "thumbnail.jpg", 1000);
            assertThat(exchange(site, "GET /media/" + site + "/photo.jpg", "").bytes())
                    .hasSize(15 * MIB);
            assertThat(exchange(site, "GET /media/" + site + "/", "").text()).contains("thumbnail.jpg");
            String names = "[\"photo.jpg\",\"thumbnail.jpg\"]";
            assertThat(exchange(site, "POST /media/" + site + "/?delete", names).text())
                    .contains("\"deleted\":2");
        }
    }

    private void put(String site, String name, int bytes) throws IOException {
        Answer answer = exchange(site, "PUT /media/" + site + "/" + name, "x".repeat(bytes));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    private Answer exchange(String site, String request, String body) throws IOException {
        try (RawClient client = RawClient.connect(folder.resolve(site))) {
            client.send(request + " HTTP/1.1\r\nHost: aloft\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            Answer answer = client.read(request.substring(0, request.indexOf(' ')));
            while (answer.status() == 102) {
                answer = client.read("PUT");
            }
            return answer;
        }
    }

    private RawClient client(String site) throws IOException {
        RawClient client = RawClient.connect(folder.resolve(site));
        clients.add(client);
        return client;
    }
}
