package dev.aloft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class SignedUrlTest {

    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final Instant EXPIRES = Instant.ofEpochSecond(1_800_000_000);
    private static final Instant BEFORE = EXPIRES.minusSeconds(1);
    private static final String PATH = "2026/11/a b.pdf";

    private final SignedUrl signed = SignedUrl.sign(SECRET, PATH, EXPIRES);

    @Test
    void whatWasSignedIsValidUntilItExpires() {
        SignedUrl read = SignedUrl.of(PATH, signed.query()).orElseThrow();

        assertThat(read).isEqualTo(signed);
        assertThat(read.isValid(SECRET, BEFORE)).isTrue();
        assertThat(read.isValid(SECRET, EXPIRES)).isFalse();
    }

    /// Computed with `printf 'aloft 1\n1800000000\n2026/11/a b.pdf' | openssl dgst -sha256 -hmac … -binary | basenc`.
    @Test
    void theSignatureIsTheOneThatOthersCompute() {
        assertThat(signed.query())
                .isEqualTo("aloft-expires=1800000000&aloft-signature=QH5FRqK9qqWQ9Kw-ipRnq3CAKvgxvEpZwq3RnyZy-hw");
    }

    @Test
    void otherQueriesMayStandAround() {
        assertThat(SignedUrl.of(PATH, "ver=2&" + signed.query() + "&x")).contains(signed);
    }

    @Test
    void anotherPathMomentOrSecretIsNotValid() {
        String later = signed.query().replace("1800000000", "1800000001");
        byte[] other = "another secret that is long enough".getBytes(StandardCharsets.US_ASCII);

        assertThat(SignedUrl.of("2026/11/b.pdf", signed.query()).orElseThrow().isValid(SECRET, BEFORE))
                .isFalse();
        assertThat(SignedUrl.of(PATH, later).orElseThrow().isValid(SECRET, BEFORE))
                .isFalse();
        assertThat(signed.isValid(other, BEFORE)).isFalse();
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
        assertThatThrownBy(() -> SignedUrl.sign(new byte[31], PATH, EXPIRES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 32 bytes, not 31");
    }
}
