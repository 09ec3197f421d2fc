package dev.aloft.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Parameters;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
final class SignedPictureTest {

    private static final UrlSecret SECRET = UrlSecret.of("0123456789abcdef0123456789abcdef");
    private static final UrlKey KEY = new UrlKey(SECRET, "media/sites/one");
    private static final String PATH = "2026/11/a b.jpg";
    private static final String ASKED = "resize=300%2C200&gravity=north";

    private final String signature = SignedPicture.sign(KEY, PATH, Parameters.of(ASKED));

    /// Computed with `printf 'aloft picture 2\nmedia/sites/one\ngravity=north&resize=300%%2C200\n2026/11/a b.jpg' |
    /// openssl dgst -sha256 -hmac … -binary | basenc --base64url`.
    @Test
    void theSignatureIsTheOneThatOthersCompute() {
        assertThat(signature).isEqualTo("Tm8RZJpCN0xeUZnel3OmthKBTUmOmzerhI6zGuvuwb4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resize=300%2C200&gravity=north&s=",
                "s=*&gravity=north&resize=300,200",
                "gravity=north&resize=300%2c200&aloft-expires=1&aloft-signature=x&s=",
                "resize=1,2&resize=300,200&gravity=north&s="
            })
    void neitherOrderNorSpellingMatter(String query) {
        assertThat(isSigned(PATH, query)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resize=300%2C201&gravity=north&s=",
                "resize=300%2C200&s=",
                "resize=300%2C200&gravity=north&x=1&s=",
                "resize=300%2C200&gravity=north&presign=resize%3D1,1&s=",
                "resize=300%2C200&gravity=north&s=x"
            })
    void whatAsksForSomethingElseIsNotSigned(String query) {
        assertThat(isSigned(PATH, query)).isFalse();
    }

    @Test
    void itIsForOneOriginalAndOneSite() {
        assertThat(isSigned("2026/11/b.jpg", ASKED + "&s=")).isFalse();
        Parameters query = Parameters.of(ASKED + "&s=" + signature);
        UrlSecret other = UrlSecret.of("another secret of at least 32 bytes");
        assertThat(SignedPicture.isSigned(new UrlKey(other, KEY.site()), PATH, query))
                .isFalse();
        assertThat(SignedPicture.isSigned(new UrlKey(SECRET, "media/sites/two"), PATH, query))
                .isFalse();
        assertThat(SignedPicture.isSigned(KEY, PATH, Parameters.of(ASKED))).isFalse();
    }

    /// The signature goes where the star is, or to the end.
    private boolean isSigned(String path, String query) {
        String signed = query.contains("*") ? query.replace("*", signature) : query + signature;
        return SignedPicture.isSigned(KEY, path, Parameters.of(signed));
    }
}
