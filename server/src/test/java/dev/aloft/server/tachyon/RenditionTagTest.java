package dev.aloft.server.tachyon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Parameters;
import dev.aloft.image.Recipe;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The tags of renditions.
@Tag("unit")
final class RenditionTagTest {

    private static final byte[] ALONE = {1, 2, 3};
    private static final byte[] IN_A_BATCH = {1, 2, 4};

    @Test
    void otherBytesOfTheSameRenditionHaveAnotherTagThatStillNamesIt() {
        RenditionTag tag = tag("w=300", "\"v1\"");
        assertThat(tag.etag(ALONE)).matches("\"[0-9a-f]{32}-[0-9a-f]{16}\"").isNotEqualTo(tag.etag(IN_A_BATCH));
        assertThat(tag.isIn(tag.etag(ALONE))).isTrue();
        assertThat(tag.isIn(tag.etag(IN_A_BATCH))).isTrue();
    }

    @Test
    void anotherRecipeOrVersionIsAnotherRendition() {
        RenditionTag tag = tag("w=300", "\"v1\"");
        assertThat(tag.isIn(tag("w=301", "\"v1\"").etag(ALONE))).isFalse();
        assertThat(tag.isIn(tag("w=300", "\"v2\"").etag(ALONE))).isFalse();
    }

    private static RenditionTag tag(String query, String etag) {
        return RenditionTag.of(
                new OriginalVersion(etag, Instant.EPOCH, false),
                Recipe.parse(Parameters.of(query), List.of(), Compatibility.STANDARD),
                "libvips 8");
    }
}
