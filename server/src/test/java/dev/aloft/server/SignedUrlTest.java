package dev.aloft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.files.FilePath;
import dev.aloft.image.Parameters;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
final class SignedUrlTest {

    private static final UrlSecret SECRET = UrlSecret.of("0123456789abcdef0123456789abcdef");
    private static final UrlKey KEY = UrlKey.of(SECRET, "media", FilePath.of("sites/one"));
    private static final Instant EXPIRES = Instant.ofEpochSecond(1_800_000_000);
    private static final Instant BEFORE = EXPIRES.minusSeconds(1);
    private static final String PATH = "2026/11/a b.pdf";

    private final SignedUrl signed = SignedUrl.sign(KEY, PATH, EXPIRES);

    @Test
    void whatWasSignedIsValidUntilItExpires() {
        SignedUrl read = SignedUrl.of(PATH, signed.query()).orElseThrow();

        assertThat(read).isEqualTo(signed);
        assertThat(read.isValid(KEY, BEFORE)).isTrue();
        assertThat(read.isValid(KEY, EXPIRES)).isFalse();
    }

    /// Computed with `printf 'aloft upload 2\nmedia/sites/one\n1800000000\n2026/11/a b.pdf' | openssl dgst -sha256
    /// -hmac … -binary | basenc --base64url`.
    @Test
    void theSignatureIsTheOneThatOthersCompute() {
        assertThat(signed.query())
                .isEqualTo("aloft-expires=1800000000&aloft-signature=wMeaGxkZ4JHFfebvr3bJHmKuhn-kymrAO7YKiUrm8Bk");
    }

    @Test
    void otherQueriesMayStandAround() {
        assertThat(SignedUrl.of(PATH, "ver=2&" + signed.query() + "&x")).contains(signed);
    }

    @Test
    void anotherPathMomentOrSecretIsNotValid() {
        String later = signed.query().replace("1800000000", "1800000001");
        UrlKey other = new UrlKey(UrlSecret.of("another secret that is long enough"), KEY.site());

        assertThat(SignedUrl.of("2026/11/b.pdf", signed.query()).orElseThrow().isValid(KEY, BEFORE))
                .isFalse();
        assertThat(SignedUrl.of(PATH, later).orElseThrow().isValid(KEY, BEFORE)).isFalse();
        assertThat(signed.isValid(other, BEFORE)).isFalse();
    }

    @Test
    void anotherSiteWithTheSameSecretIsNotOpened() {
        assertThat(signed.isValid(UrlKey.of(SECRET, "media", FilePath.of("sites/two")), BEFORE))
                .isFalse();
        assertThat(signed.isValid(UrlKey.of(SECRET, "media", FilePath.ROOT), BEFORE))
                .isFalse();
        assertThat(signed.isValid(UrlKey.of(SECRET, "other", FilePath.of("sites/one")), BEFORE))
                .isFalse();
    }

    @Test
    void aPicturesSignatureReadsNoUpload() {
        String picture = SignedPicture.sign(KEY, PATH, Parameters.of("1800000000"));

        assertThat(SignedUrl.of(PATH, "aloft-expires=1800000000&aloft-signature=" + picture)
                        .orElseThrow()
                        .isValid(KEY, BEFORE))
                .isFalse();
    }

    @Test
    void halfASignatureIsNone() {
        assertThat(SignedUrl.of(PATH, null)).isEmpty();
        assertThat(SignedUrl.of(PATH, "aloft-expires=1800000000")).isEmpty();
        assertThat(SignedUrl.of(PATH, signed.query().replace("expires=1", "expires=-1")))
                .isEmpty();
        assertThat(SignedUrl.of(PATH, signed.query() + "x")).isEmpty();
    }

    @Test
    void aShortSecretIsRefused() {
        assertThatThrownBy(() -> UrlSecret.of("x".repeat(31)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 32 bytes, not 31");
    }
}
