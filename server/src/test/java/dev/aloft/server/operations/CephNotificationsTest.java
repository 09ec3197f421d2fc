package dev.aloft.server.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.lab.S3Credentials;
import dev.aloft.server.Answer;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.store.AwsSignature;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.testkit.Ceph;
import dev.aloft.testkit.Eventually;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Event;
import software.amazon.awssdk.services.s3.model.TopicConfiguration;

/// Notifications that Ceph itself sends.
@Tag("ceph")
final class CephNotificationsTest {

    private static final String TOKEN = "fedcba9876543210fedcba9876543210";

    @TempDir
    private Path folder;

    @Test
    void aForeignWriteIsVisibleWhenCephHasNotifiedTheEdge() throws Exception {
        try (Ceph ceph = Ceph.start(folder.resolve("ceph"))) {
            ceph.createBucket("media");
            S3Credentials pair = ceph.credentials();
            OperatorSettings operators = OperatorSettings.NONE
                    .withAdmin(
                            InetSocketAddress.createUnresolved("127.0.0.1", 0),
                            UrlSecret.of("0123456789abcdef0123456789abcdef"))
                    .withNotifications(UrlSecret.of(TOKEN));
            StoreSettings settings = StoreSettings.at(Provider.CEPH, ceph.endpoint());
            try (Store store = Store.open(settings, pair.accessKey(), pair.secretKey());
                    Edge edge = Edge.start(
                            EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(store.bucket("media"), FilePath.ROOT))
                                    .withOperators(operators));
                    S3Client foreign = foreign(ceph)) {
                notify(foreign, topic(ceph, edge));
                put(foreign, "old");
                assertThat(get(edge)).isEqualTo("old");
                put(foreign, "new");
                Eventually.await("the edge forgets it", () -> get(edge).equals("new"));
                foreign.deleteObject(r -> r.bucket("media").key("uploads/a é+.txt"));
                Eventually.await("the edge misses it", () -> get(edge).equals("Not Found\n"));
            }
        }
    }

    private static S3Client foreign(Ceph ceph) {
        S3Credentials pair = ceph.credentials();
        return S3Client.builder()
                .endpointOverride(ceph.endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(pair.accessKey(), pair.secretKey())))
                .build();
    }

    /// @return its name in AWS's form
    private static String topic(Ceph ceph, Edge edge) throws Exception {
        String endpoint = "http://127.0.0.1:" + edge.adminPort() + Notifications.PATH + "?token=" + TOKEN;
        String form = "Action=CreateTopic&Name=edge&Attributes.entry.1.key=push-endpoint&Attributes.entry.1.value="
                + URLEncoder.encode(endpoint, StandardCharsets.UTF_8);
        S3Credentials pair = ceph.credentials();
        URI url = ceph.endpoint().resolve("/");
        Map<String, String> headers = AwsSignature.of("s3", "us-east-1", pair.accessKey(), pair.secretKey())
                .sign(
                        "POST",
                        url,
                        Map.of("Content-Type", "application/x-www-form-urlencoded"),
                        form.getBytes(StandardCharsets.UTF_8));
        HttpRequest.Builder request = HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofString(form));
        headers.forEach(request::header);
        HttpResponse<String> answer =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        Matcher arn = Pattern.compile("<TopicArn>(.+)</TopicArn>").matcher(answer.body());
        assertThat(arn.find()).as(answer.statusCode() + " " + answer.body()).isTrue();
        return arn.group(1);
    }

    private static void notify(S3Client foreign, String topic) {
        foreign.putBucketNotificationConfiguration(r -> r.bucket("media")
                .notificationConfiguration(n -> n.topicConfigurations(TopicConfiguration.builder()
                        .id("edge")
                        .topicArn(topic)
                        .events(Event.S3_OBJECT_CREATED, Event.S3_OBJECT_REMOVED)
                        .build())));
    }

    private static void put(S3Client foreign, String text) {
        foreign.putObject(r -> r.bucket("media").key("uploads/a é+.txt"), RequestBody.fromString(text));
    }

    private static String get(Edge edge) throws Exception {
        return Answer.to(edge.port(), "GET", "/uploads/a%20%C3%A9+.txt").text();
    }
}
