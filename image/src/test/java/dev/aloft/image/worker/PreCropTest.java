package dev.aloft.image.worker;

import static dev.aloft.image.worker.Specimen.photograph;
import static dev.aloft.image.worker.Specimen.psnr;
import static dev.aloft.image.worker.Specimen.size;
import static dev.aloft.image.worker.Specimen.stepped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Size;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

/// The requested region of the original.
final class PreCropTest {

    private static final BufferedImage PHOTOGRAPH = photograph(400, 300);

    @Test
    void thePartStays() {
        BufferedImage cut = stepped(PHOTOGRAPH, new PreCrop(), "crop=10,20,50,50");
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
                new PreCrop(),
                "crop=10,20,50,50",
                Orientation.UPRIGHT);
        assertThat(size(cut)).isEqualTo(new Size(100, 75));
        BufferedImage expected = Specimen.scaled(PHOTOGRAPH.getSubimage(40, 60, 200, 150), new Size(100, 75));
        assertThat(psnr(cut, expected)).isGreaterThan(35);
    }

    @Test
    void withoutACutAllStays() {
        assertThat(psnr(stepped(PHOTOGRAPH, new PreCrop(), "w=100"), PHOTOGRAPH))
                .isGreaterThan(90);
    }
}
