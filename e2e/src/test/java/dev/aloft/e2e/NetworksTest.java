package dev.aloft.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.lab.Command;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.DebianPackages;
import dev.aloft.lab.MariaDb;
import dev.aloft.lab.Network;
import dev.aloft.lab.PhpFpm;
import dev.aloft.lab.PhpPool;
import dev.aloft.lab.SiteSettings;
import dev.aloft.lab.WebServerKind;
import dev.aloft.lab.WordPressSite;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.edge.TrustedProxies;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import dev.aloft.testkit.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Real networks of WordPress behind each web server, as `aloft cdn` configures it: their second site has pages, its
/// administration and its own uploads, and nothing redirects for ever.
@Timeout(600)
final class NetworksTest {

    private static final String HOST = "network.test";
    private static final String BUCKET = "media";
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    @ParameterizedTest
    @EnumSource
    void theSecondSiteOfANetworkHasPagesAdministrationAndUploads(Network network) throws IOException {
        DebianPackages.forWordPress().and("apache2-bin", "caddy").require(NetworksTest::progress);
        Path folder = OpenFolder.create("aloft-network");
        try (TestS3 s3 = TestS3.embedded(folder.resolve("s3"));
                DataFolder data = DataFolder.open(folder.resolve("site"));
                MariaDb mariaDb = MariaDb.start(data, NetworksTest::progress)) {
            s3.createBucket(BUCKET);
            Path socket = data.socket("agent");
            WordPressSite site = WordPressSite.install(
                    data,
                    new SiteSettings(
                                    Fleet.newestTree(),
                                    mariaDb.database("wordpress"),
                                    Checkout.folder("wordpress"),
                                    URI.create("http://" + HOST + ":80"),
                                    Map.of("ALOFT_BUCKET", BUCKET, "ALOFT_SOCKET", socket.toString()))
                            .withNetwork(network),
                    NetworksTest::progress);
            try (Store store = Store.open(s3.settings(s3.endpoint()), s3.accessKey(), s3.secretKey());
                    var _ = startAgent(store.bucket(BUCKET), socket);
                    Edge edge = startEdge(store.bucket(BUCKET));
                    PhpFpm php =
                            PhpFpm.start(data, new PhpPool("network", Map.of(), Map.of()), NetworksTest::progress)) {
                Second second = addSite(site, network);
                for (WebServerKind kind : WebServerKind.values()) {
                    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.next());
                    Front front =
                            new Front(HOST, listen, edge.uri(), Front.phpOrigin(site.documentRoot(), php.socket()));
                    try (var _ = front.start(data, kind, "network", "--network", network.toString())) {
                        assertServed(kind, site, second, listen);
                    }
                }
            }
        } finally {
            OpenFolder.delete(folder);
        }
    }

    /// @param path of its front page, with a slash at both ends
    private record Second(String host, String path) {}

    private static void progress(String line) {
        System.err.println(line);
    }

    private static Agent startAgent(Bucket bucket, Path socket) throws IOException {
        FileTree files = new FileTree(bucket, FilePath.ROOT);
        return Agent.start(
                List.of(new AgentSite("network", socket, PhpFpm.workerGroup().orElse(null), files, 1L << 30)));
    }

    private static Edge startEdge(Bucket bucket) throws IOException {
        return Edge.start(EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(bucket, FilePath.ROOT))
                .withTrustedProxies(TrustedProxies.of(List.of("127.0.0.1"))));
    }

    private static Second addSite(WordPressSite site, Network network) throws IOException {
        Second second = switch (network) {
            case DIRECTORIES -> new Second(HOST, "/two/");
            case SUBDOMAINS -> new Second("two." + HOST, "/");
        };
        Command.of("php8.2", "-d", "display_errors=stderr")
                .withInput("""
                        <?php
                        $_SERVER['HTTP_HOST'] = '%s';
                        $_SERVER['REQUEST_URI'] = '/';
                        require getenv('SITE_CODE') . '/wp-load.php';
                        $made = wp_insert_site([
                            'domain' => '%s', 'path' => '%s', 'title' => 'The second site', 'user_id' => 1,
                        ]);
                        is_wp_error($made) && exit($made->get_error_message());
                        """.formatted(HOST, second.host(), second.path()))
                .withEnvironment("SITE_CODE", site.documentRoot().toString())
                .run();
        return second;
    }

    private static void assertServed(WebServerKind kind, WordPressSite site, Second second, InetSocketAddress listen)
            throws IOException {
        RawClient client = new RawClient(listen, second.host(), ANSWER_LIMIT);
        String path = second.path();

        assertThat(client.get(path))
                .as(kind + " front page")
                .startsWith("HTTP/1.1 200")
                .contains("The second site");
        assertThat(client.get(path + "wp-login.php"))
                .as(kind + " login")
                .startsWith("HTTP/1.1 200")
                .contains("user_pass");
        assertThat(client.get(path + "wp-admin/"))
                .as(kind + " administration")
                .startsWith("HTTP/1.1 302")
                .contains(second.host() + path + "wp-login.php");
        assertThat(client.get(path + "wp-includes/css/buttons.css"))
                .as(kind + " styles")
                .startsWith("HTTP/1.1 200");

        byte[] photo = Photo.jpeg(640, 480, kind.name().length());
        JsonNode uploaded = upload(client, site, path, kind + ".jpg", photo);
        URI url = URI.create(uploaded.path("source_url").asString());
        assertThat(url.getPath()).as(kind + " URL").contains("/uploads/sites/2/");
        RawClient visitor = new RawClient(listen, url.getHost(), ANSWER_LIMIT);
        assertThat(visitor.get(url.getPath()))
                .as(kind + " " + url)
                .startsWith("HTTP/1.1 200")
                .endsWith(new String(photo, ISO_8859_1));
        String name = url.getPath().replaceFirst(".*/uploads/", "");
        assertThat(client.get(path + "wp-content/uploads/" + name))
                .as(kind + " old URL of " + name)
                .startsWith("HTTP/1.1 200")
                .endsWith(new String(photo, ISO_8859_1));
    }

    private static JsonNode upload(RawClient client, WordPressSite site, String path, String name, byte[] bytes)
            throws IOException {
        String user = site.user() + ":" + site.applicationPassword();
        String answer = client.request(
                "POST " + path + "wp-json/wp/v2/media HTTP/1.1",
                "Authorization: Basic " + Base64.getEncoder().encodeToString(user.getBytes(UTF_8)) + "\r\n"
                        + "Content-Type: image/jpeg\r\n"
                        + "Content-Disposition: attachment; filename=\"" + name + "\"\r\n"
                        + "Content-Length: " + bytes.length + "\r\n",
                new String(bytes, ISO_8859_1));
        assertThat(answer).startsWith("HTTP/1.1 201");
        return JsonMapper.shared().readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }
}
