package dev.aloft.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.testkit.Browser;
import dev.aloft.testkit.WordPressAdmin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Versions of a file in the media library on a bucket without versioning, from snapshots of `aloft backup create`.
@Timeout(900)
final class SnapshotVersionsTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String BRING_BACK = ".wrap form button";
    private static final String DOWNLOADED =
            "fetch(document.querySelector('.wrap tbody tr:last-child a').href).then(answer => answer.text())";

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = OpenFolder.create("aloft-snapshot-versions");
    }

    @AfterEach
    void removeFolder() throws IOException {
        OpenFolder.delete(folder);
    }

    @Test
    void fileIsBroughtBackFromASnapshotAndNothingIsLost() throws Exception {
        try (TestS3 s3 = TestS3.embedded(folder.resolve("s3"));
                ServedSite site = ServedSite.start(folder.resolve("site"), s3);
                BucketView bucket = BucketView.open(s3, ServedSite.BUCKET);
                Browser browser = Browser.start()) {
            s3.createBucket("backups");
            site.restartWith("[site.backup]\nbucket = \"backups\"\n");
            WordPress.Answer upload = site.wordPress().upload("notes.txt", "text/plain", "first".getBytes(UTF_8));
            String key = BucketView.key(upload.json().path("source_url").asString());
            String page = "upload.php?page=aloft-versions&attachment="
                    + upload.json().path("id").asInt();
            WordPressAdmin admin = site.logIn(browser);
            admin.open(page);
            assertThat(browser.text()).contains("The bucket keeps no versions.");

            backUp(site);
            bucket.put(key, "second");
            admin.open(page);
            assertThat(browser.text()).contains("in the snapshot of", "The current file is in no snapshot");
            assertThat(browser.has(BRING_BACK)).isFalse();

            backUp(site);
            admin.open(page);
            assertThat(browser.evaluate("document.querySelectorAll('.wrap tbody tr').length"))
                    .isEqualTo(2L);
            assertThat(browser.evaluate(DOWNLOADED)).isEqualTo("first");
            bucket.put(key, "third");
            bringBack(browser, "Nothing was brought back.");
            assertThat(new String(bucket.bytes(key), UTF_8)).isEqualTo("third");

            backUp(site);
            admin.open(page);
            bringBack(browser, "The version is back.");
            assertThat(new String(bucket.bytes(key), UTF_8)).isEqualTo("second");
            admin.open(page);
            bringBack(browser, "The version is back.");
            assertThat(new String(bucket.bytes(key), UTF_8)).isEqualTo("third");
        }
    }

    /// Brings the newest back that is not the file now.
    private static void bringBack(Browser browser, String notice) {
        browser.click(BRING_BACK);
        browser.await(notice, LIMIT, "document.body.innerText.includes(arguments[0])", notice);
    }

    private static void backUp(ServedSite site) throws Exception {
        try (AloftProcess command = site.command("backup", "create")) {
            assertThat(command.awaitEnd(LIMIT)).as("%s", command.errors()).isZero();
        }
    }
}
