package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.backup.ContentCheck.Result;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Bytes compared with the ETags that S3 gives to them.
@Tag("unit")
final class ContentCheckTest {

    private static final String ETAG_OF_CAT = "\"d077f244def8a70e5ea758bd8352fcd8\"";

    @Test
    void bytesOfOnePutAreComparedByTheirMd5() throws Exception {
        assertThat(ContentCheck.of(body("cat"), 3, ETAG_OF_CAT)).isEqualTo(Result.SAME);
        assertThat(ContentCheck.of(body("cut"), 3, ETAG_OF_CAT)).isEqualTo(Result.DIFFERENT);
        assertThat(ContentCheck.of(body("ca"), 3, ETAG_OF_CAT)).isEqualTo(Result.DIFFERENT);
    }

    /// MD5 of the one part's MD5.
    @Test
    void bytesOfPartsAreComparedByTheMd5OfTheirMd5s() throws Exception {
        assertThat(ContentCheck.of(body("cat"), 3, "\"9cae0f78c9ecdae48a3c494d3b836273-1\""))
                .isEqualTo(Result.SAME);
        assertThat(ContentCheck.of(body("cat"), 3, "\"6d44d2d37c2e75b3b6a4e5ee3ac29ea5-1\""))
                .isEqualTo(Result.UNKNOWN);
    }

    @Test
    void bytesThatS3EncryptsWithAKeyAreComparedByTheirSize() throws Exception {
        assertThat(ContentCheck.ofSize(body("cat"), 3)).isEqualTo(Result.UNKNOWN);
        assertThat(ContentCheck.ofSize(body("ca"), 3)).isEqualTo(Result.DIFFERENT);
    }

    private static ByteArrayInputStream body(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
