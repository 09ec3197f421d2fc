package dev.aloft.e2e;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.testkit.Browser;
import dev.aloft.testkit.WordPressAdmin;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A photograph uploaded as people do it, with a browser, in both ways that WordPress 7.1 has: the browser makes the
/// sizes, or the server does. What the browser showed is in `e2e/target/screenshots`.
@Timeout(600)
final class BrowserUploadTest {

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.onEmbeddedS3();

    private static final String SENT_WITH = "performance.getEntriesByType('resource')"
            + ".filter(request => new URL(request.name).pathname.endsWith(arguments[0])).length";

    private final Fleet fleet;
    private final BucketView bucket;

    @TempDir
    private Path folder;

    BrowserUploadTest(Fleet fleet, BucketView bucket) {
        this.fleet = fleet;
        this.bucket = bucket;
    }

    @Test
    void theEditorOnLocalhostMakesTheSizesInTheBrowser() throws Exception {
        Set<String> keysBefore = bucket.keys();
        Path photo = Files.write(folder.resolve("pier.jpg"), Photo.ofTwelveMegapixels(7));
        try (Browser browser = Browser.start()) {
            WordPressAdmin admin = logIn(browser, "localhost");
            admin.openEditor();
            assertThat(admin.resizesInBrowser()).isTrue();
            var _ = browser.evaluate(
                    "(performance.clearResourceTimings(), performance.setResourceTimingBufferSize(10000))");
            fleet.s3().reset();

            long id = admin.uploadInEditor(photo);

            report("in the editor on localhost");
            assertThat(browser.evaluate(SENT_WITH, "/wp/v2/media/" + id + "/sideload"))
                    .as("the scaled one and six sizes, made by the browser")
                    .isEqualTo(7L);
            assertThat(browser.evaluate(SENT_WITH, "/wp/v2/media/" + id + "/finalize"))
                    .isEqualTo(1L);
            browser.screenshot(screenshot("editor-localhost.png"));
            assertInBucketAndServed(id, keysBefore, photo);
            assertShown(browser, admin, id, "library-localhost.png");
            assertDeletable(id, keysBefore);
        }
    }

    @Test
    void theMediaPageOn127001LeavesTheSizesToTheServer() throws Exception {
        Set<String> keysBefore = bucket.keys();
        Path photo = Files.write(folder.resolve("garden.jpg"), Photo.ofTwelveMegapixels(8));
        try (Browser browser = Browser.start()) {
            WordPressAdmin admin = logIn(browser, "127.0.0.1");
            fleet.s3().reset();

            long id = admin.uploadOnMediaPage(photo);

            report("on the media page on 127.0.0.1");
            browser.screenshot(screenshot("media-page-127001.png"));
            assertInBucketAndServed(id, keysBefore, photo);
            assertShown(browser, admin, id, "library-127001.png");
            assertDeletable(id, keysBefore);
        }
    }

    private WordPressAdmin logIn(Browser browser, String host) {
        URI home = URI.create("http://" + host + ":" + fleet.site().home().getPort());
        return WordPressAdmin.logIn(
                browser, home, fleet.site().user(), fleet.site().password());
    }

    private void assertInBucketAndServed(long id, Set<String> keysBefore, Path photo) throws Exception {
        WordPress visitor = fleet.wordPress(0);
        WordPress.Answer attachment = visitor.media(Math.toIntExact(id));
        assertThat(attachment.urls())
                .as("the original, the scaled one, six sizes")
                .hasSize(8);
        assertThat(bucket.keysSince(keysBefore))
                .containsExactlyInAnyOrderElementsOf(
                        attachment.urls().stream().map(BucketView::key).toList());
        for (String url : attachment.urls()) {
            HttpResponse<byte[]> served = visitor.get(url);
            assertThat(served.statusCode()).as(url).isEqualTo(200);
            assertThat(served.headers().firstValue("Content-Type")).as(url).hasValue("image/jpeg");
            assertThat(served.body()).as(url).isEqualTo(bucket.bytes(BucketView.key(url)));
        }
        assertThat(bucket.bytes(BucketView.key(attachment.urls().getLast())))
                .as("the original")
                .isEqualTo(Files.readAllBytes(photo));
    }

    /// Includes the reads of the page itself through the edge.
    private void report(String where) {
        System.err.println("upload of a photograph " + where + ": " + fleet.s3().summary());
        assertThatRequests(fleet.s3()).include("PutObject", 8).include("ListObjectsV2", 1);
    }

    private static void assertShown(Browser browser, WordPressAdmin admin, long id, String screenshot)
            throws Exception {
        admin.openLibrary(id);
        browser.screenshot(screenshot(screenshot));
        assertThat(browser.consoleErrors()).noneMatch(error -> error.contains("/uploads/"));
    }

    private void assertDeletable(long id, Set<String> keysBefore) throws Exception {
        assertThat(fleet.wordPress(0).delete(Math.toIntExact(id)).status()).isEqualTo(200);
        assertThat(bucket.keys()).isEqualTo(keysBefore);
    }

    private static Path screenshot(String name) {
        return Checkout.folder("e2e/target/screenshots").resolve(name);
    }
}
