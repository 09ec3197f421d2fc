package dev.aloft.image.worker;

import static dev.aloft.image.worker.Specimen.photograph;
import static dev.aloft.image.worker.Specimen.psnr;
import static dev.aloft.image.worker.Specimen.stepped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Parameters;
import dev.aloft.image.Recipe;
import dev.aloft.image.RenderRequest.Outcome;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Conversion to colours of the web.
final class ColouringTest {

    private static final BufferedImage PHOTOGRAPH = photograph(400, 300);

    @Test
    void coloursInInkBecomeLight() {
        BufferedImage picture = stepped(
                PHOTOGRAPH,
                image -> image.operation("icc_transform")
                        .set("input-profile", "srgb")
                        .set("output-profile", "cmyk")
                        .image(),
                new Colouring(),
                "",
                Orientation.UPRIGHT);
        assertThat(picture.getRaster().getNumBands()).isEqualTo(3);
        assertThat(psnr(picture, PHOTOGRAPH)).isGreaterThan(17); // ink has fewer colours
    }

    @Test
    void sixteenBitsBecomeEight() {
        BufferedImage picture = stepped(
                PHOTOGRAPH,
                image ->
                        image.operation("colourspace").set("space", Image.RGB16).image(),
                new Colouring(),
                "",
                Orientation.UPRIGHT);
        assertThat(picture.getColorModel().getComponentSize(0)).isEqualTo(8);
        assertThat(psnr(picture, PHOTOGRAPH)).isGreaterThan(45);
    }

    @Test
    void aProfileStaysUnlessItIsToGo() {
        assertThat(picturesProfile("")).isTrue();
        assertThat(picturesProfile("strip=info")).isTrue();
        assertThat(picturesProfile("strip=color")).isFalse();
        assertThat(picturesProfile("strip=all")).isFalse();
    }

    private static boolean picturesProfile(String query) {
        Recipe recipe = Recipe.parse(Parameters.of(query), List.of(), Compatibility.PHOTON);
        byte[] original = Specimen.saved(
                PHOTOGRAPH,
                image -> image.operation("icc_transform")
                        .set("input-profile", "srgb")
                        .set("output-profile", "p3")
                        .image(),
                options -> options,
                "jpegsave_buffer");
        Outcome outcome = Specimen.RENDERER
                .render(new ByteArrayInputStream(original), List.of(recipe))
                .getFirst();
        return Specimen.fields(((Outcome.Made) outcome).rendition().bytes()).contains(Colouring.PROFILE);
    }
}
