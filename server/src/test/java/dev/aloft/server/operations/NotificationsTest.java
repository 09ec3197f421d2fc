package dev.aloft.server.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.store.ObjectChanges;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NotificationsTest {

    private static final String TOKEN = "fedcba9876543210fedcba9876543210";
    private static final String BEARER = "Bearer " + TOKEN;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static S3Fixture s3;
    private static Edge edge;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        s3 = new S3Fixture(folder);
        OperatorSettings operators = OperatorSettings.NONE
                .withAdmin(
                        InetSocketAddress.createUnresolved("127.0.0.1", 0),
                        UrlSecret.of("0123456789abcdef0123456789abcdef"))
                .withNotifications(UrlSecret.of(TOKEN));
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, s3.site()).withOperators(operators));
    }

    @AfterAll
    static void stop() throws IOException {
        edge.close();
        s3.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
                "{'Records':[{'eventSource':'aws:s3','eventName':'ObjectCreated:Put','s3':{'bucket':{'name':'media'},"
                        + "'object':{'key':'shop/uploads/a+%C3%A9.txt','size':3,'sequencer':'0055AED6DCD90281E5'}}}]}",
                // docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
                "{'version':'0','source':'aws.s3','detail-type':'Object Created','detail':{'version':'0',"
                        + "'bucket':{'name':'media'},'object':{'key':'shop/uploads/a é.txt','size':3}}}",
                // docs.ceph.com/en/latest/radosgw/notifications
                "{'Records':[{'eventVersion':'2.2','eventSource':'ceph:s3','eventName':'s3:ObjectCreated:Put','s3':"
                        + "{'bucket':{'name':'media'},'object':{'key':'shop/uploads/a é.txt','metadata':[]}}}]}",
                "{'Records':[{'eventSource':'ceph:s3','s3':"
                        + "{'bucket':{'name':'media'},'object':{'key':'shop/uploads/a%20%C3%A9.txt'}}}]}",
                // min.io/docs/minio/linux/administration/monitoring/publish-events-to-webhook.html
                "{'EventName':'s3:ObjectCreated:Put','Key':'media/shop/uploads/a é.txt','Records':[{'eventSource':"
                        + "'minio:s3','s3':{'bucket':{'name':'media'},'object':{'key':'shop%2Fuploads%2Fa+%C3%A9.txt'}}}]}"
            })
    void aChangeByAnotherProgramIsVisibleAtOnce(String message) throws Exception {
        s3.put("a é.txt", "text/plain", "old");
        assertThat(post(json(message), BEARER).statusCode()).isEqualTo(200);
        assertThat(get()).isEqualTo("old");
        s3.put("a é.txt", "text/plain", "new");
        assertThat(get()).as("without a notification").isEqualTo("old");

        HttpResponse<String> answer = post(json(message), BEARER);

        assertThat(answer.body()).isEqualTo("1 of 1 objects are of this server\n");
        assertThat(get()).isEqualTo("new");
    }

    /// Peers, the fleet and CDNs are told by watchers of this process's own changes.
    @Test
    void aChangeByAnotherProgramIsAnnouncedAsAnOwnOne() throws Exception {
        List<ObjectKey> announced = new CopyOnWriteArrayList<>();
        try (ObjectChanges.Watch _ = s3.bucket().changes().watch(announced::add)) {
            post(
                    json("{'source':'aws.s3','detail':{'bucket':{'name':'media'},'object':{'key':'shop/uploads/x'}}}"),
                    BEARER);
        }
        assertThat(announced).containsExactly(ObjectKey.of("shop/uploads/x"));
    }

    @Test
    void objectsOfOtherBucketsAndNamesThatCannotBeAreIgnored() throws Exception {
        String records =
                json("{'Records':[{'eventSource':'aws:s3','s3':{'bucket':{'name':'other'},'object':{'key':'x'}}},"
                        + "{'eventSource':'aws:s3','s3':{'bucket':{'name':'media'},'object':{'key':'../%00'}}},"
                        + "{'eventSource':'aws:s3'},'nonsense',null]}");
        assertThat(post(records, BEARER).body()).isEqualTo("1 of 2 objects are of this server\n");
        assertThat(post(json("{'Service':'Amazon S3','Event':'s3:TestEvent','Bucket':'media'}"), BEARER)
                        .statusCode())
                .isEqualTo(200);
        assertThat(post("[]", BEARER).body()).isEqualTo("no S3 event\n");
    }

    @Test
    void theTokenComesInAHeaderAPasswordOrTheQuery() throws Exception {
        String basic = Base64.getEncoder().encodeToString(("aloft:" + TOKEN).getBytes(StandardCharsets.UTF_8));
        assertThat(post("{}", "Basic " + basic).statusCode()).isEqualTo(200);
        assertThat(Answer.to(edge.adminPort(), "POST", "/notifications?token=" + TOKEN, "Content-Length: 0")
                        .status())
                .as("allowed, without an event")
                .isEqualTo(200);
        assertThat(Answer.to(edge.adminPort(), "POST", "/notifications?token=x" + TOKEN, "Content-Length: 0")
                        .status())
                .isEqualTo(401);
        for (String other : new String[] {"", "Bearer x", "Basic x", "Basic Og==", "Bearer "}) {
            assertThat(post("{}", other).statusCode()).as(other).isEqualTo(401);
        }
        assertThat(Answer.to(edge.port(), "POST", "/notifications?token=" + TOKEN, "Content-Length: 0")
                        .status())
                .as("where visitors are")
                .isEqualTo(404);
    }

    @Test
    void aMessageThatIsTooLargeOrNotJsonIsRefused() throws Exception {
        assertThat(post("{\"a\":\"" + "x".repeat(Notifications.MAX_BYTES) + "\"}", BEARER)
                        .statusCode())
                .isEqualTo(413);
        assertThat(post("{\"Records\":[", BEARER).statusCode()).isEqualTo(400);
        assertThat(post("[".repeat(1000), BEARER).statusCode()).isEqualTo(400);
    }

    private static String get() throws IOException {
        return Answer.to(edge.port(), "GET", "/uploads/a%20%C3%A9.txt").text();
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static HttpResponse<String> post(String body, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + edge.adminPort() + "/notifications"))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
