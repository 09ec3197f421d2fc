package dev.aloft.server.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.server.uploads.UploadPath;
import dev.aloft.store.ObjectKey;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SiteUrlsTest {

    private static final SiteUrls SITE = new SiteUrls(
            "shop",
            FilePath.of("sites/shop"),
            Set.of("shop.test"),
            List.of(
                    UploadPath.OF_EVERY_SITE.get(0),
                    UploadPath.OF_EVERY_SITE.get(1),
                    new UploadPath("/files/", FilePath.of("blogs.dir/2/files"))));

    @Test
    void anUploadHasAllItsUrls() {
        assertThat(SITE.file(ObjectKey.of("sites/shop/uploads/2026/11/a b.jpg")))
                .contains("uploads/2026/11/a b.jpg");
        assertThat(SITE.prefixes(CdnPurge.of("shop", "uploads/2026/11/a b.jpg")))
                .containsExactly(
                        "/wp-content/uploads/2026/11/a%20b.jpg",
                        "/uploads/2026/11/a%20b.jpg", "/tachyon/2026/11/a%20b.jpg");
        assertThat(SITE.prefixes(CdnPurge.of("shop", "blogs.dir/2/files/x.pdf")))
                .containsExactly("/files/x.pdf");
        assertThat(SITE.prefixes(CdnPurge.all("shop")))
                .containsExactly("/wp-content/uploads/", "/uploads/", "/files/", "/tachyon/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://shop.test/uploads/2026/11/a%20b.jpg?ver=3",
                "http://SHOP.test/wp-content/uploads/2026/11/a%20b.jpg",
                "https://shop.test/tachyon/2026/11/a%20b.jpg?w=300"
            })
    void everyUrlOfAnUploadNamesIt(String url) {
        assertThat(SITE.file(URI.create(url))).contains("uploads/2026/11/a b.jpg");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://other.test/uploads/a.jpg",
                "https://shop.test/",
                "https://shop.test/uploads/",
                "https://shop.test/uploads/../a.jpg",
                "https://shop.test/uploads/%ff",
                "/uploads/a.jpg"
            })
    void otherUrlsNameNothing(String url) {
        assertThat(SITE.file(URI.create(url))).isEmpty();
    }

    @Test
    void objectsThatNoUrlShowsAreNotPurged() {
        assertThat(SITE.file(ObjectKey.of("sites/shop/renditions/a.jpg"))).isEmpty();
        assertThat(SITE.file(ObjectKey.of("sites/other/uploads/a.jpg"))).isEmpty();
    }
}
