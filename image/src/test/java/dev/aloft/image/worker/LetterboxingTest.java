package dev.aloft.image.worker;

import static dev.aloft.image.worker.Specimen.photograph;
import static dev.aloft.image.worker.Specimen.psnr;
import static dev.aloft.image.worker.Specimen.size;
import static dev.aloft.image.worker.Specimen.stepped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Size;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

/// Bars of a letterbox.
final class LetterboxingTest {

    private static final BufferedImage PHOTOGRAPH = photograph(400, 300);

    @Test
    void thePictureIsInTheMiddleOfItsBars() {
        BufferedImage canvas = stepped(PHOTOGRAPH, new Letterboxing(), "lb=500,300&background=lime");
        assertThat(size(canvas)).isEqualTo(new Size(500, 300));
        assertThat(canvas.getRGB(0, 0)).isEqualTo(0xff00ff00);
        assertThat(canvas.getRGB(499, 299)).isEqualTo(0xff00ff00);
        assertThat(psnr(canvas.getSubimage(50, 0, 400, 300), PHOTOGRAPH)).isGreaterThan(90);
    }

    @Test
    void greyPicturesHaveBarsInColour() {
        BufferedImage canvas = stepped(
                PHOTOGRAPH,
                image -> image.operation("colourspace").set("space", Image.B_W).image(),
                new Letterboxing(),
                "lb=500,300&background=red",
                Orientation.UPRIGHT);
        assertThat(canvas.getRGB(0, 0)).isEqualTo(0xffff0000);
    }
}
