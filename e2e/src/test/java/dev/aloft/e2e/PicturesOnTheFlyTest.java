package dev.aloft.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.testkit.Browser;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/// Posts with pictures, as a browser shows them: with sizes stored and made on the fly, with sizes on the fly alone,
/// and without any of it again. No post breaks on the way.
@Timeout(600)
final class PicturesOnTheFlyTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String SECRET = "url_secret = \"a secret of at least 32 bytes, for tests\"\n";

    /// State of every image of the page, once all have loaded or failed.
    private static final String IMAGES = """
            Array.from(document.querySelectorAll('.entry-content img, main img')).map(i => ({
                src: i.currentSrc || i.src, width: i.naturalWidth, shown: i.width, srcset: i.srcset, done: i.complete
            }))""";

    private Path folder;

    @BeforeEach
    void makeFolder() throws Exception {
        folder = OpenFolder.create("aloft-pictures");
    }

    @AfterEach
    void removeFolder() throws Exception {
        OpenFolder.delete(folder);
    }

    @Test
    void everyPictureIsShownHoweverTheSizesAreMade() throws Exception {
        try (TestS3 s3 = TestS3.embedded(folder.resolve("s3"));
                ServedSite site = ServedSite.start(folder.resolve("site"), s3);
                BucketView bucket = BucketView.open(s3, ServedSite.BUCKET);
                Browser browser = Browser.start()) {
            String onTheFly = "define('TACHYON_URL', '" + site.home() + "/tachyon');";
            site.runFirst(onTheFly);
            URI before = post(site, upload(site, "one.jpg", 1), upload(site, "two.jpg", 2));
            List<Shown> images = assertShown(browser, before, "pictures-stored-sizes.png");
            assertThat(images).allSatisfy(image -> {
                assertThat(image.src()).contains("/tachyon/").containsAnyOf("resize=", "fit=", "w=");
                assertThat(image.src()).doesNotContain("-300x").doesNotContain("-1024x");
            });

            site.runFirst(onTheFly + "define('ALOFT_DYNAMIC_ONLY', true);");
            Set<String> keys = bucket.keys();
            URI after = post(site, upload(site, "three.jpg", 3), upload(site, "four.jpg", 4));
            assertThat(bucket.keysSince(keys))
                    .as("an upload is stored once, with the size that wp-admin's lists have")
                    .hasSize(4)
                    .allMatch(key -> key.matches(".*/(three|four)(-150x150)?\\.jpg"));
            images = assertShown(browser, after, "pictures-dynamic-only.png");
            assertThat(images).allSatisfy(image -> {
                assertThat(image.src()).contains("/tachyon/").contains("?");
                assertThat(image.srcset()).contains("/tachyon/").contains("resize=");
            });
            assertShown(browser, before, "pictures-stored-before.png");

            site.runFirst("");
            for (URI post : List.of(before, after)) {
                images = assertShown(browser, post, "pictures-off.png");
                assertThat(images)
                        .allSatisfy(image ->
                                assertThat(image.src()).contains("/uploads/").doesNotContain("tachyon"));
            }
        }
    }

    @Test
    void everyPictureIsShownWhereOthersNeedASignature() throws Exception {
        try (TestS3 s3 = TestS3.embedded(folder.resolve("s3"));
                ServedSite site = ServedSite.start(folder.resolve("site"), s3);
                Browser browser = Browser.start()) {
            String onTheFly = "define('TACHYON_URL', '" + site.home() + "/tachyon');";
            site.runFirst(onTheFly + "define('ALOFT_SIGNED_PICTURES', true);");
            site.restartWith(SECRET + "picture_sizes = []");
            URI post = post(site, upload(site, "one.jpg", 1), upload(site, "two.jpg", 2), upload(site, "three.jpg", 3));
            List<Shown> images = assertShown(browser, post, "pictures-signed.png");
            assertThat(images).allSatisfy(image -> {
                assertThat(image.src()).contains("/tachyon/").contains("&s=");
                assertThat(image.srcset()).contains("&s=");
            });
            String picture = images.getFirst().src();
            assertThat(status(picture)).isEqualTo(200);
            assertThat(status(picture.replaceFirst("&s=.*", ""))).isEqualTo(403);
            assertThat(status(picture.replaceFirst("(resize|fit|w)=\\d", "$1=7")))
                    .isEqualTo(403);

            long before = exchanges(site);
            assertThat(status(post.toString())).isEqualTo(200);
            long signing = exchanges(site) - before - 1;
            assertThat(signing)
                    .as("once for each picture, and once for the post")
                    .isBetween(1L, images.size() + 2L);

            site.restartWith(SECRET + "picture_sizes = [\"300x300\"]");
            assertShown(browser, post, "pictures-listed.png");
            assertThat(status(picture.replaceFirst("\\?.*", "?fit=300,300"))).isEqualTo(200);
            assertThat(status(picture.replaceFirst("\\?.*", "?fit=301,300"))).isEqualTo(403);
        }
    }

    private static int status(String url) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
                    .statusCode();
        }
    }

    /// Number of the agent's exchanges, including this one.
    private static long exchanges(ServedSite site) throws Exception {
        try (SocketChannel agent = SocketChannel.open(UnixDomainSocketAddress.of(site.socket()))) {
            Channels.newOutputStream(agent)
                    .write("GET / HTTP/1.1\r\nHost: aloft\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
            String answer = new String(Channels.newInputStream(agent).readAllBytes(), UTF_8);
            Matcher count = Pattern.compile("\"exchanges\":(\\d+)").matcher(answer);
            assertThat(count.find()).as(answer).isTrue();
            return Long.parseLong(count.group(1));
        }
    }

    private record Upload(int id, String url) {}

    private static Upload upload(ServedSite site, String name, int seed) throws Exception {
        WordPress.Answer answer = site.wordPress().upload(name, "image/jpeg", Photo.jpeg(1600, 1200, seed));
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(201);
        WordPress.Answer saved = site.wordPress().media(answer.id());
        return new Upload(answer.id(), saved.json().path("source_url").asString());
    }

    /// A post as the block editor saves one: an image in a size of its own, and a gallery of all.
    private static URI post(ServedSite site, Upload... uploads) throws Exception {
        StringBuilder gallery = new StringBuilder();
        for (Upload upload : uploads) {
            gallery.append(image(upload, "size-full", ""));
        }
        String content = image(uploads[0], "size-large is-resized", " width=\"400\" height=\"300\"")
                + "<!-- wp:gallery {\"linkTo\":\"none\"} --><figure class=\"wp-block-gallery has-nested-images"
                + " columns-default is-cropped\">" + gallery + "</figure><!-- /wp:gallery -->";
        String json = JSON.writeValueAsString(Map.of(
                "title", "Pictures", "status", "publish", "content", content, "featured_media", uploads[0].id()));
        WordPress.Answer answer = site.wordPress().tell("/wp/v2/posts", json);
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(201);
        return URI.create(answer.json().path("link").asString());
    }

    private static String image(Upload upload, String classes, String attributes) {
        return "<!-- wp:image {\"id\":%1$d} --><figure class=\"wp-block-image %2$s\"><img src=\"%3$s\" alt=\"\" class=\"wp-image-%1$d\"%4$s/></figure><!-- /wp:image -->"
                .formatted(upload.id(), classes, upload.url(), attributes);
    }

    /// An image of a page, as the browser has it.
    private record Shown(String src, String srcset, long width) {

        static Shown of(Object image) {
            Map<?, ?> fields = (Map<?, ?>) image;
            return new Shown(
                    String.valueOf(fields.get("src")),
                    String.valueOf(fields.get("srcset")),
                    Long.parseLong(String.valueOf(fields.get("width"))));
        }
    }

    private static List<Shown> assertShown(Browser browser, URI post, String screenshot) throws Exception {
        browser.open(post);
        var _ = browser.evaluate("document.querySelectorAll('img').forEach(i => i.loading = 'eager')");
        browser.await("every picture", Duration.ofSeconds(60), IMAGES + ".every(i => i.done && i.width > 0)");
        List<Shown> images = ((List<?>) Objects.requireNonNull(browser.evaluate(IMAGES)))
                .stream().map(Shown::of).toList();
        browser.screenshot(Checkout.folder("e2e/target/screenshots").resolve(screenshot));
        assertThat(images).hasSizeGreaterThanOrEqualTo(3);
        return images;
    }
}
