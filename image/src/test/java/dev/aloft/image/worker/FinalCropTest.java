package dev.aloft.image.worker;

import static dev.aloft.image.worker.Specimen.photograph;
import static dev.aloft.image.worker.Specimen.psnr;
import static dev.aloft.image.worker.Specimen.size;
import static dev.aloft.image.worker.Specimen.stepped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Size;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

/// Crop of the scaled picture to its box.
final class FinalCropTest {

    private static final BufferedImage PHOTOGRAPH = photograph(400, 300);

    @Test
    void theBoxLiesWhereItIsAnchored() {
        for (String anchor : new String[] {"gravity=west", "gravity=east", "fp-x=0.5", "gravity=center"}) {
            int left = anchor.endsWith("west") ? 0 : anchor.endsWith("east") ? 100 : 50;
            BufferedImage boxed = stepped(PHOTOGRAPH, new FinalCrop(), "resize=300,300&" + anchor);
            assertThat(psnr(boxed, PHOTOGRAPH.getSubimage(left, 0, 300, 300)))
                    .as(anchor)
                    .isGreaterThan(90);
        }
    }

    @Test
    void whatIsInterestingIsInTheBox() {
        BufferedImage spot = new BufferedImage(400, 100, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 40 * 40; i++) {
            spot.setRGB(340 + i % 40, 30 + i / 40, (i % 2 == 0 ? 0xff0000 : 0xffffff));
        }
        for (String strategy : new String[] {"entropy", "attention"}) {
            BufferedImage boxed = stepped(spot, new FinalCrop(), "resize=100,100&crop_strategy=" + strategy);
            assertThat(size(boxed)).isEqualTo(new Size(100, 100));
            assertThat(psnr(boxed, spot.getSubimage(0, 0, 100, 100)))
                    .as(strategy)
                    .isLessThan(30);
        }
    }
}
