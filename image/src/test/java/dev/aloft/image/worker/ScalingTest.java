package dev.aloft.image.worker;

import static dev.aloft.image.worker.Specimen.photograph;
import static dev.aloft.image.worker.Specimen.psnr;
import static dev.aloft.image.worker.Specimen.stepped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.PictureException;
import dev.aloft.image.Rendition;
import dev.aloft.image.Size;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

/// Scaling before the final crop.
final class ScalingTest {

    private static final BufferedImage PHOTOGRAPH = photograph(400, 300);

    @Test
    void thePictureGetsItsSizeAndLooksTheSame() {
        BufferedImage scaled = stepped(PHOTOGRAPH, new Scaling(), "w=100");
        assertThat(psnr(scaled, Specimen.scaled(PHOTOGRAPH, new Size(100, 75)))).isGreaterThan(35);
    }

    @Test
    void whatIsTransparentDoesNotShineThrough() {
        BufferedImage half = new BufferedImage(40, 20, BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < 20; y++) {
            for (int x = 0; x < 40; x++) {
                half.setRGB(x, y, x < 20 ? 0xff0000ff : 0x00ff0000); // blue beside transparent red
            }
        }
        BufferedImage scaled = stepped(half, new Scaling(), "w=10");
        for (int x = 0; x < 10; x++) {
            int pixel = scaled.getRGB(x, 2);
            assertThat(pixel >>> 24 == 0 ? 0 : pixel >> 16 & 0xff)
                    .as("red of %d", x)
                    .isLessThan(8);
        }
    }

    @Test
    void whatHasItsSizeIsLeftAlone() {
        assertThat(psnr(stepped(PHOTOGRAPH, new Scaling(), "w=400"), PHOTOGRAPH))
                .isGreaterThan(90);
    }

    @Test
    void aPlaceholderHasFewBytes() throws PictureException {
        Rendition placeholder = Specimen.made(Specimen.jpeg(1600, 1200), "w=800&placeholder=blur&webp=1");
        assertThat(placeholder.size()).isEqualTo(new Size(32, 24));
        assertThat(placeholder.bytes().length).isLessThan(500);
    }
}
