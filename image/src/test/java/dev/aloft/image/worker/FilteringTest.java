package dev.aloft.image.worker;

import static dev.aloft.image.worker.Specimen.photograph;
import static dev.aloft.image.worker.Specimen.psnr;
import static dev.aloft.image.worker.Specimen.stepped;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

/// Picture filters.
final class FilteringTest {

    private static final BufferedImage PHOTOGRAPH = photograph(400, 300);

    @Test
    void aNegativeIsTheOtherWayRound() {
        BufferedImage negative = stepped(PHOTOGRAPH, new Filtering(), "filter=negate");
        assertThat(negative.getRGB(7, 8) ^ PHOTOGRAPH.getRGB(7, 8)).isEqualTo(0x00ffffff);
        assertThat(psnr(stepped(PHOTOGRAPH, new Filtering(), "filter=negate,negate"), PHOTOGRAPH))
                .isGreaterThan(90);
    }

    @Test
    void greyHasNoColourAndSepiaABrownOne() {
        assertThat(stepped(PHOTOGRAPH, new Filtering(), "filter=grayscale")
                        .getRaster()
                        .getNumBands())
                .isEqualTo(1);
        int sepia = stepped(PHOTOGRAPH, new Filtering(), "filter=sepia").getRGB(100, 100);
        int grey = stepped(PHOTOGRAPH, new Filtering(), "filter=greyscale")
                .getRaster()
                .getSample(100, 100, 0);
        assertThat(new int[] {sepia >> 16 & 0xff, sepia >> 8 & 0xff, sepia & 0xff})
                .containsExactly(Math.min(255, grey + 90), Math.min(255, grey + 60), Math.min(255, grey + 40));
    }

    @Test
    void aBlurredPictureHasNoEdges() {
        BufferedImage edge = new BufferedImage(60, 20, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 30 * 20; i++) {
            edge.setRGB(i % 30, i / 30, 0xffffff);
        }
        BufferedImage blurred = stepped(edge, new Filtering(), "filter=blurgaussian");
        assertThat(blurred.getRGB(31, 10) & 0xff).isBetween(60, 127);
    }

    @Test
    void whatCannotBeSeenStaysSo() {
        BufferedImage clear = new BufferedImage(20, 20, BufferedImage.TYPE_INT_ARGB);
        clear.setRGB(3, 3, 0xff112233);
        BufferedImage negative = stepped(clear, new Filtering(), "filter=negate,sepia");
        assertThat(negative.getRGB(10, 10) >>> 24).isZero();
        assertThat(negative.getRGB(3, 3) >>> 24).isEqualTo(255);
    }

    @Test
    void anUnknownFilterChangesNothing() {
        assertThat(psnr(stepped(PHOTOGRAPH, new Filtering(), "filter=x,"), PHOTOGRAPH))
                .isGreaterThan(90);
    }
}
