package dev.aloft.cli.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.aloft.cli.FrontServer;
import dev.aloft.cli.Main;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import tools.jackson.databind.json.JsonMapper;

/// Output of `aloft cdn --bucket`: well formed, and, for the servers that Debian has, run with requests through it to
/// an S3. This S3 has no policies of buckets; each object is made public instead.
final class CdnBucketTest {

    private static final String HOST = "shop.test";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "APACHE")
    void everyConfigurationHasNoPlaceLeftAndSaysWhatIsLostAndWhatTheBucketNeeds(CdnTemplate kind) {
        String bucket = kind == CdnTemplate.VARNISH
                ? "http://media.s3.eu-central-1.amazonaws.com/shop"
                : kind == CdnTemplate.CLOUDFLARE
                        ? "https://media.s3.eu-central-1.amazonaws.com"
                        : "https://media.s3.eu-central-1.amazonaws.com/shop";
        String keys = kind == CdnTemplate.CLOUDFLARE ? "uploads/" : "shop/uploads/";

        assertThat(run(kind, bucket, "http://10.0.0.8")).isZero();

        assertThat(out + err.toString())
                .contains(
                        "media.s3.eu-central-1.amazonaws.com",
                        "everything below " + keys + " is public",
                        "private attachments are public",
                        "\"Resource\": \"arn:aws:s3:::media/" + keys + "*\"")
                .doesNotContainPattern("@[A-Z_]+");
        if (!kind.hasComments()) {
            assertThat(JsonMapper.shared().readTree(out.toString()).isObject()).isTrue();
        } else {
            assertThat(err.toString()).isEmpty();
        }
        if (kind == CdnTemplate.CLOUDFRONT) {
            assertThat(err.toString()).contains("cloudfront.amazonaws.com").doesNotContain("\"Principal\": \"*\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nginx,      ftp://x/media,                          not a bucket's address",
        "nginx,      http://x/media/a;b,                     not a bucket's address",
        "nginx,      http://10.0.0.9:9000,                   no bucket in --bucket",
        "apache,     https://media.s3.amazonaws.com,         no such configuration of Apache",
        "varnish,    https://media.s3.amazonaws.com,         Varnish does not encrypt",
        "cloudflare, https://media.s3.amazonaws.com/shop,    such a rule of Cloudflare changes no paths"
    })
    void whatCannotBeIsRefused(String kind, String bucket, String found) {
        int code = command().execute("cdn", kind, "--host", HOST, "--bucket", bucket, "--site", "http://10.0.0.8");
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains(found);
    }

    @Test
    void aBucketNeedsASiteAndGoesWithoutAnEdge() {
        String bucket = "http://10.0.0.9:9000/media";
        assertThat(command().execute("cdn", "nginx", "--host", HOST, "--bucket", bucket))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--site");
        assertThat(command()
                        .execute(
                                "cdn",
                                "nginx",
                                "--host",
                                HOST,
                                "--bucket",
                                bucket,
                                "--php-socket",
                                "/a",
                                "--root",
                                "/b"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--bucket needs --site");
        assertThat(command().execute("cdn", "nginx", "--host", HOST, "--bucket", bucket, "--edge", "http://10.0.0.7"))
                .isEqualTo(2);
        assertThat(command().execute("cdn", "nginx", "--host", HOST, "--site", "http://10.0.0.8"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"NGINX", "VARNISH", "CADDY"})
    @Tag("slow")
    void aServerThatDebianHasFetchesUploadsFromTheBucketAndTheRestFromTheSite(CdnTemplate kind) throws Exception {
        S3Credentials credentials = S3Credentials.random();
        HttpServer site = site();
        try (EmbeddedS3 s3 = EmbeddedS3.start(Files.createDirectories(folder.resolve("s3")), credentials);
                S3Client client = client(s3.endpoint(), credentials)) {
            s3.createBucket("media");
            put(client, "shop/uploads/a b.jpg", ObjectCannedACL.PUBLIC_READ);
            put(client, "shop/uploads/2026/\u00e9%2f.jpg", ObjectCannedACL.PUBLIC_READ);
            put(client, "shop/uploads/closed.jpg", ObjectCannedACL.PRIVATE);
            put(client, "shop/backups/a.sql", ObjectCannedACL.PUBLIC_READ);
            int code = run(
                    kind,
                    s3.endpoint().resolve("/media/shop").toString(),
                    "http://127.0.0.1:" + site.getAddress().getPort());
            assertThat(code).isZero();
            try (FrontServer front = FrontServer.start(kind.toString(), out.toString(), HOST, folder)) {
                FrontServer.Answer answer = front.get("/uploads/a%20b.jpg?response-content-type=text/html");
                assertThat(answer.status()).as(answer.text()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("shop/uploads/a b.jpg");
                assertThat(answer.header("Content-Type")).hasValue("image/jpeg");
                assertThat(answer.header("X-Content-Type-Options")).hasValue("nosniff");
                assertThat(front.get("/wp-content/uploads/2026/%C3%A9%252f.jpg?ver=2")
                                .text())
                        .isEqualTo("shop/uploads/2026/\u00e9%2f.jpg");
                assertThat(front.ask("HEAD", "/uploads/a%20b.jpg").status()).isEqualTo(200);
                assertThat(front.get("/uploads/none.jpg").status()).isBetween(403, 404);
                assertThat(front.get("/uploads/closed.jpg").status()).isEqualTo(403);
                assertThat(front.get("/uploads/../backups/a.sql").text()).doesNotContain("shop/backups");
                assertThat(front.get("/uploads/%2e%2e/backups/a.sql").text()).doesNotContain("shop/backups");
                assertThat(front.ask("DELETE", "/uploads/a%20b.jpg").status()).isBetween(403, 405);
                assertThat(front.get("/uploadsx").text()).isEqualTo("site /uploadsx");
                assertThat(front.get("/?p=1").text()).isEqualTo("site /?p=1");
            }
        } finally {
            site.stop(0);
        }
    }

    private static HttpServer site() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] text = ("site " + exchange.getRequestURI()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static S3Client client(URI endpoint, S3Credentials credentials) {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(credentials.accessKey(), credentials.secretKey())))
                .build();
    }

    private static void put(S3Client client, String key, ObjectCannedACL acl) {
        client.putObject(
                put -> put.bucket("media").key(key).contentType("image/jpeg").acl(acl), RequestBody.fromString(key));
    }

    private int run(CdnTemplate kind, String bucket, String site) {
        return command().execute("cdn", kind.toString(), "--host", HOST, "--bucket", bucket, "--site", site);
    }

    private CommandLine command() {
        return Main.command().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    }
}
