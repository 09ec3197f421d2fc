package dev.aloft.image.worker;

import static dev.aloft.image.worker.Specimen.photograph;
import static dev.aloft.image.worker.Specimen.psnr;
import static dev.aloft.image.worker.Specimen.size;
import static dev.aloft.image.worker.Specimen.stepped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Size;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

/// Rotation to upright.
final class AutoRotateTest {

    private static final BufferedImage PHOTOGRAPH = photograph(400, 300);

    @Test
    void aPictureThatLiesIsTurned() {
        BufferedImage turned = stepped(
                PHOTOGRAPH,
                image -> {
                    Image lying = image.withOwnFields();
                    lying.setNumber(AutoRotate.ORIENTATION, 6); // the stored left is the top's right
                    return lying;
                },
                new AutoRotate(),
                "",
                Orientation.LEFT);
        assertThat(size(turned)).isEqualTo(new Size(300, 400));
        assertThat(turned.getRGB(299, 0)).isEqualTo(PHOTOGRAPH.getRGB(0, 0));
        assertThat(turned.getRGB(0, 0)).isEqualTo(PHOTOGRAPH.getRGB(0, 299));
    }

    @Test
    void onePictureThatStandsIsLeftAlone() {
        assertThat(psnr(stepped(PHOTOGRAPH, new AutoRotate(), ""), PHOTOGRAPH)).isGreaterThan(90);
    }
}
