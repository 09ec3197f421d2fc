package dev.aloft.image.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import dev.aloft.image.Parameters;
import dev.aloft.image.Recipe;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Quality of lossy formats, by query, zoom and mode.
final class QualityTest {

    @ParameterizedTest
    @CsvSource({
        "1, 82",
        "1.25, 77",
        "1.5, 70",
        "2, 51",
        "2.5, 33",
        "3, 27",
        "4, 21",
        "5, 16",
        "10, 8",
        "50, 2",
        "82, 1",
        "100, 82",
        "0.5, 82"
    })
    void aFinerPictureIsCompressedMore(String zoom, int quality) {
        Recipe recipe = recipe(Compatibility.STANDARD, "w=100&zoom=" + zoom);
        assertThat(Quality.of(recipe, Format.JPEG, Format.JPEG)).isEqualTo(quality);
        assertThat(Quality.of(recipe(Compatibility.STANDARD, "quality=91&zoom=" + zoom), Format.JPEG, Format.JPEG))
                .isEqualTo(91);
    }

    @Test
    void strictlyOnlyJpegAndAskedForWebpHaveAQuality() {
        assertThat(Quality.of(recipe(Compatibility.STRICT, "quality=30"), Format.WEBP, Format.WEBP))
                .isEqualTo(80);
        assertThat(Quality.of(recipe(Compatibility.STRICT, "quality=30&webp=1"), Format.WEBP, Format.WEBP))
                .isEqualTo(30);
        assertThat(Quality.of(recipe(Compatibility.STRICT, "quality=30"), Format.AVIF, Format.AVIF))
                .isEqualTo(50);
        assertThat(Quality.of(recipe(Compatibility.STANDARD, "quality=30"), Format.WEBP, Format.WEBP))
                .isEqualTo(30);
    }

    private static Recipe recipe(Compatibility compatibility, String query) {
        return Recipe.parse(Parameters.of(query), List.of(), compatibility);
    }
}
