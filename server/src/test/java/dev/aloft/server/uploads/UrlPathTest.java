package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
final class UrlPathTest {

    private static final UrlPath UPLOADS = UrlPath.of("/uploads/");

    @Test
    void aSegmentIsDecodedExactlyOnce() {
        assertThat(UrlPath.of("/a%20b/%2541/%C3%A9+%5B1%5D.jpg").segments()).containsExactly("a b", "%41", "é+[1].jpg");
    }

    @Test
    void charactersThatAreNotEncodedMeanThemselves() {
        assertThat(UrlPath.of("/a|b/é.jpg")).isEqualTo(UrlPath.of("/a%7Cb/%c3%a9.jpg"));
    }

    @Test
    void repeatedSlashesCountAsOne() {
        assertThat(UrlPath.of("//uploads///a.jpg")).isEqualTo(UrlPath.of("/uploads/a.jpg"));
    }

    @Test
    void anEncodedSlashSeparatesNothing() {
        UrlPath path = UrlPath.of("/a%2fb/c");
        assertThat(path.segments()).containsExactly("a/b", "c");
        assertThat(path.hasEncodedSlash()).isTrue();
        assertThat(path.clear()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../a",
                "/a/..",
                "/./a",
                "/%2e%2e/a",
                "/%2E/a",
                "/..%2fa",
                "/a%2f%2e%2e%2fb",
                "/a%5cb",
                "/a\\b",
                "/a%00b",
                "/a%0ab",
                "/a%7fb",
                "/%C3",
                "/%C3%28",
                "/%ff",
                "/%",
                "/%4",
                "/%zz",
                "/%c0%ae%c0%ae/",
                "*",
                ""
            })
    void aPathThatCanBeReadInTwoWaysIsNotClear(String raw) {
        assertThat(UrlPath.of(raw).clear()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/a/", "/a.b..c/", "/...", "/a;b", "/a%3fb", "/a%25b", "/~u/@x:y"})
    void everyOtherPathIsClear(String raw) {
        assertThat(UrlPath.of(raw).clear()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/uploads, true",
        "/uploads/, true",
        "/uploads/a, true",
        "/%75ploads/a, true",
        "//uploads//a, true",
        "/uploadsx/a, false",
        "/UPLOADS/a, false",
        "/x/uploads/a, false",
        "/uploads%2fa, false"
    })
    void aPathIsWithinAnotherBySegments(String raw, boolean within) {
        assertThat(UrlPath.of(raw).isWithin(UPLOADS)).isEqualTo(within);
    }
}
