package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.bulk.OperationFiles;
import dev.aloft.bulk.Progress;
import dev.aloft.testkit.Browser;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.WordPressAdmin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Tools → Aloft in a browser: on wide and narrow screens, in both colour schemes. What the browser showed is in
/// `e2e/target/screenshots`.
@Timeout(600)
final class OperatorPageTest {

    private static final String PAGE = "tools.php?page=aloft";
    private static final int HEIGHT = 900;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.onEmbeddedS3();

    private final Fleet fleet;

    @TempDir
    private Path folder;

    OperatorPageTest(Fleet fleet) {
        this.fleet = fleet;
    }

    @Test
    void pageFitsEveryScreen() throws Exception {
        Path dropIn = fleet.site().documentRoot().resolve("wp-content/object-cache.php");
        Files.copy(Checkout.folder("wordpress/object-cache.php"), dropIn);
        Path photo = Files.write(folder.resolve("pier.jpg"), Photo.ofTwelveMegapixels(11));
        Progress progress = new Progress();
        progress.begin("copying files into S3");
        progress.copied(3 << 20);
        try (Browser browser = Browser.start();
                OperationFiles.Shown _ = fleet.server(0).operations().show("migrate in", progress)) {
            WordPressAdmin admin = logIn(browser);
            long id = admin.uploadOnMediaPage(photo);
            try {
                Eventually.await("the agent has reported and counted the files, on a busy machine", () -> {
                    admin.open(PAGE);
                    String text = browser.text();
                    return text.contains("Under way")
                            && !text.contains("Not known now")
                            && !text.contains("still counting");
                });
                assertFits(browser, admin, 1280, false);
                assertFits(browser, admin, 1280, true);
                assertFits(browser, admin, 390, false);
                assertFits(browser, admin, 390, true);
            } finally {
                Files.delete(dropIn);
                fleet.wordPress(0).delete(Math.toIntExact(id));
            }
            assertThat(browser.consoleErrors())
                    .as("errors other than WordPress's pictures of users, which are not on this machine")
                    .allMatch(error -> error.contains("gravatar.com"));
        }
    }

    private WordPressAdmin logIn(Browser browser) {
        return WordPressAdmin.logIn(
                browser, fleet.site().home(), fleet.site().user(), fleet.site().password());
    }

    @Test
    void operationsUnderWayRefreshThemselvesUntilTheyEnd() throws Exception {
        Progress progress = new Progress();
        progress.begin("copying files into S3");
        try (Browser browser = Browser.start()) {
            WordPressAdmin admin = logIn(browser);
            try (OperationFiles.Shown _ = fleet.server(0).operations().show("migrate in", progress)) {
                Eventually.await("the operation is shown", () -> {
                    admin.open(PAGE);
                    return browser.text().contains("Under way");
                });
                browser.evaluate("window.isSamePage = true");
                progress.copied(5 << 20);
                browser.await(
                        "the progress",
                        LIMIT,
                        "document.body.innerText.includes('Files done: 1, copied or read: 5.0 MB')");
            }
            browser.await("the end", LIMIT, "!document.querySelector('.aloft-under-way')");
            assertThat(browser.evaluate("window.isSamePage")).isEqualTo(true);
        }
    }

    private static void assertFits(Browser browser, WordPressAdmin admin, int width, boolean isDark) throws Exception {
        browser.view(width, HEIGHT, isDark);
        admin.open(PAGE);
        String name = "operator-page-" + width + (isDark ? "-dark" : "");

        browser.view(width, number(browser, "document.documentElement.scrollHeight"), isDark);
        browser.screenshot(Checkout.folder("e2e/target/screenshots").resolve(name + ".png"));

        assertThat(number(browser, "document.documentElement.scrollWidth - window.innerWidth"))
                .as("horizontal scrolling in " + name)
                .isNotPositive();
        assertThat(number(
                        browser,
                        "[...document.querySelectorAll('.aloft-page *')].filter(element =>"
                                + " element.getBoundingClientRect().right > window.innerWidth + 1"
                                + " && !element.closest('.aloft-table')).length"))
                .as("elements that are cut off in " + name)
                .isZero();
        assertThat(number(browser, "document.querySelectorAll('.aloft-chart svg[role=img]').length"))
                .as("charts: requests, answers, their time, files")
                .isEqualTo(4);
        assertThat(browser.text())
                .contains("Uploads work", "Requests to S3", "sizes of images")
                .contains("migrate in: copying files into S3", "Files done: 1, copied or read: 3.0 MB")
                .contains("Object cache hits", "Largest values", "Slowest exchanges", "options/alloptions");
    }

    private static int number(Browser browser, String expression) {
        return ((Number) Objects.requireNonNull(browser.evaluate(expression))).intValue();
    }
}
