package dev.aloft.cli.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.FrontServer;
import dev.aloft.files.FilePath;
import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.server.PurgeSwitch;
import dev.aloft.server.cdn.CdnApi;
import dev.aloft.server.cdn.CdnNotifier;
import dev.aloft.server.cdn.CdnSettings;
import dev.aloft.server.cdn.SiteUrls;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.tachyon.PictureSettings;
import dev.aloft.server.tachyon.Pictures;
import dev.aloft.server.uploads.UploadPath;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.Eventually;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Debian's Varnish with the configuration of `aloft cdn varnish`, before an edge, and purged by the host that writes.
final class CdnPurgeVarnishTest {

    private static final String HOST = "shop.test";
    private static final FilePath TOP = FilePath.of("shop");
    private static final List<String> URLS = List.of(
            "/uploads/2026/11/cat.jpg",
            "/wp-content/uploads/2026/11/cat.jpg?ver=1",
            "/tachyon/2026/11/cat.jpg?w=20",
            "/tachyon/2026/11/cat.jpg?w=10");

    @TempDir
    private Path folder;

    @Test
    void aChangeDropsTheOriginalUnderAllItsUrlsWithItsRenditionsAndNothingElse() throws Exception {
        S3Credentials credentials = new S3Credentials("tester", "tester-secret");
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder.resolve("s3"), credentials)) {
            s3.createBucket("media");
            StoreSettings settings = StoreSettings.at(Provider.EMBEDDED, s3.endpoint());
            try (Store store = Store.open(settings, credentials.accessKey(), credentials.secretKey());
                    RenderPool pool = RenderPool.open(RenderPoolSettings.standard());
                    Edge edge = edge(store.bucket("media"), pool);
                    FrontServer varnish = FrontServer.start("varnish", vcl(edge.port()), HOST, folder)) {
                purge(store.bucket("media"), varnish);
            }
        }
    }

    private void purge(Bucket bucket, FrontServer varnish) throws Exception {
        put(bucket, "cat.jpg", 40);
        put(bucket, "dog.jpg", 40);
        List<FrontServer.Answer> before = get(varnish);
        String dog = varnish.get("/uploads/2026/11/dog.jpg").text();
        SiteUrls site = new SiteUrls("site", TOP, Set.of(HOST), UploadPath.OF_EVERY_SITE);
        CdnApi api = CdnApi.varnish(URI.create("http://127.0.0.1:" + varnish.port()));
        try (CdnNotifier cdns =
                CdnNotifier.open(List.of(new CdnSettings("front", folder.resolve("queues"), List.of(site), api)))) {
            PurgeSwitch purges = new PurgeSwitch();
            cdns.join(bucket, site, purges);
            purges.set(true);
            put(bucket, "dog.jpg", 80);
            purges.set(false);
            put(bucket, "cat.jpg", 80);
            Eventually.await("Varnish has banned it", () -> cdns.statistics().waiting() == 0);
        }
        List<FrontServer.Answer> after = get(varnish);
        for (int i = 0; i < URLS.size(); i++) {
            assertThat(after.get(i).header("Age")).as(URLS.get(i)).contains("0");
            assertThat(after.get(i).header("ETag"))
                    .as(URLS.get(i))
                    .isNotEqualTo(before.get(i).header("ETag"));
            assertThat(after.get(i).header("Surrogate-Key")).isEmpty();
        }
        FrontServer.Answer kept = varnish.get("/uploads/2026/11/dog.jpg");
        assertThat(kept.text()).isEqualTo(dog);
        assertThat(kept.header("X-Varnish").orElseThrow())
                .as("the id of a hit and of its object")
                .contains(" ");
    }

    @Test
    void purgesOfOtherHostsAndThoseWithoutKeysAreRefused() throws Exception {
        String vcl = vcl(1);
        HttpClient client = HttpClient.newHttpClient();
        try (FrontServer varnish = FrontServer.start("varnish", vcl, HOST, folder)) {
            assertThat(ban(client, varnish, "site")).isEqualTo(200);
            assertThat(ban(client, varnish, "site|.*")).isEqualTo(400);
        }
        String closed = vcl.replace("    \"127.0.0.1\";", "    \"10.255.255.1\";");
        try (FrontServer varnish = FrontServer.start("varnish", closed, HOST, folder)) {
            assertThat(ban(client, varnish, "site")).isEqualTo(403);
        }
    }

    private static int ban(HttpClient client, FrontServer varnish, String keys) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + varnish.port() + "/"))
                .header("Surrogate-Key", keys)
                .method("BAN", HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static List<FrontServer.Answer> get(FrontServer varnish) throws IOException {
        List<FrontServer.Answer> answers = new ArrayList<>();
        for (String url : URLS) {
            FrontServer.Answer answer = varnish.get(url);
            assertThat(answer.status()).as(url).isEqualTo(200);
            answers.add(answer);
        }
        return answers;
    }

    private static Edge edge(Bucket bucket, RenderPool pool) throws IOException {
        Pictures pictures = new Pictures("site", bucket, TOP, pool, PictureSettings.DEFAULT);
        EdgeSite site =
                EdgeSite.of(UploadsSite.of(bucket, TOP)).withPictures(pictures).withSurrogateKeys();
        return Edge.start(EdgeSettings.of("127.0.0.1", 0, site));
    }

    private static void put(Bucket bucket, String name, int width) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, 30, BufferedImage.TYPE_INT_RGB), "jpg", bytes);
        bucket.put(
                ObjectKey.of("shop/uploads/2026/11/" + name),
                new ByteArrayInputStream(bytes.toByteArray()),
                bytes.size(),
                "image/jpeg",
                WriteCondition.always());
    }

    private static String vcl(int port) {
        CdnSite site = new CdnSite(HOST, new CdnSite.Server(URI.create("http://127.0.0.1:1")));
        return CdnTemplate.VARNISH.fill(site, List.of(URI.create("http://127.0.0.1:" + port)));
    }
}
