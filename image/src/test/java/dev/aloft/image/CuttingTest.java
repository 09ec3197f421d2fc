package dev.aloft.image;

import static dev.aloft.image.Specimen.photograph;
import static dev.aloft.image.Specimen.psnr;
import static dev.aloft.image.Specimen.size;
import static dev.aloft.image.Specimen.stepped;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

/// The part of the original that is used.
final class CuttingTest {

    private static final BufferedImage PHOTOGRAPH = photograph(400, 300);

    @Test
    void thePartStays() {
        BufferedImage cut = stepped(PHOTOGRAPH, new Cutting(), "crop=10,20,50,50");
        assertThat(psnr(cut, PHOTOGRAPH.getSubimage(40, 60, 200, 150))).isGreaterThan(90);
    }

    @Test
    void itIsTheSamePartWhenTheDecoderHasShrunkThePicture() {
        BufferedImage cut = stepped(
                PHOTOGRAPH,
                image -> image.operation("shrink")
                        .set("hshrink", 2.0)
                        .set("vshrink", 2.0)
                        .image(),
                new Cutting(),
                "crop=10,20,50,50",
                Orientation.UPRIGHT);
        assertThat(size(cut)).isEqualTo(new Size(100, 75));
        BufferedImage expected = Specimen.scaled(PHOTOGRAPH.getSubimage(40, 60, 200, 150), new Size(100, 75));
        assertThat(psnr(cut, expected)).isGreaterThan(35);
    }

    @Test
    void withoutACutAllStays() {
        assertThat(psnr(stepped(PHOTOGRAPH, new Cutting(), "w=100"), PHOTOGRAPH))
                .isGreaterThan(90);
    }
}
