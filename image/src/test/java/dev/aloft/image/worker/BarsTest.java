package dev.aloft.image.worker;

import static dev.aloft.image.worker.Specimen.decoded;
import static dev.aloft.image.worker.Specimen.photograph;
import static dev.aloft.image.worker.Specimen.psnr;
import static dev.aloft.image.worker.Specimen.scaled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Limits;
import dev.aloft.image.PictureException;
import dev.aloft.image.Rendition;
import dev.aloft.image.Size;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Removal of a letterbox (Photon's `ulb=true`).
final class BarsTest {

    private static final BufferedImage PHOTOGRAPH = photograph(416, 208);

    @Test
    void barsAreNoPartOfTheOriginal() throws Exception {
        for (Color color : List.of(Color.BLACK, new Color(20, 60, 120))) {
            for (String saver : List.of("pngsave_buffer", "jpegsave_buffer", "webpsave_buffer")) {
                byte[] boxed = Specimen.saved(boxed(0, 64, color), saver);
                Rendition rendition = made(boxed, "ulb=true&w=200");
                // JPEG's colours run a pixel over the edge.
                assertThat(rendition.size()).as("%s %s", color, saver).isIn(new Size(200, 100), new Size(200, 101));
                assertThat(psnr(decoded(rendition.bytes()), scaled(PHOTOGRAPH, rendition.size())))
                        .as("%s %s", color, saver)
                        .isGreaterThan(25);
            }
        }
    }

    @Test
    void atTheSidesTooAndACutIsOfWhatIsLeft() throws Exception {
        byte[] boxed = Specimen.saved(boxed(96, 0, Color.BLACK), "pngsave_buffer");
        assertThat(made(boxed, "ulb=1").size()).isEqualTo(new Size(416, 208));
        BufferedImage half = decoded(made(boxed, "ulb=1&crop=0,0,50,100").bytes());
        assertThat(psnr(half, PHOTOGRAPH.getSubimage(0, 0, 208, 208))).isGreaterThan(30);
    }

    @Test
    void whoDoesNotAskKeepsThem() throws Exception {
        byte[] boxed = Specimen.saved(boxed(0, 64, Color.BLACK), "pngsave_buffer");
        assertThat(made(boxed, "w=200").size()).isEqualTo(new Size(200, 162));
        assertThat(made(boxed, "w=200&ulb=false").size()).isEqualTo(new Size(200, 162));
        assertThat(Specimen.made(boxed, "w=200&ulb=true").size()).isEqualTo(new Size(200, 162));
    }

    @Test
    void aPictureOfOneColourStaysAsItIs() throws Exception {
        BufferedImage plain = new BufferedImage(80, 40, BufferedImage.TYPE_INT_RGB);
        assertThat(made(Specimen.saved(plain, "pngsave_buffer"), "ulb=true").size())
                .isEqualTo(new Size(80, 40));
    }

    @Test
    void whatIsTooLargeToBeHeldKeepsThem() throws Exception {
        byte[] boxed = Specimen.saved(boxed(0, 64, Color.BLACK), "jpegsave_buffer");
        Limits limits = new Limits(1 << 20, 1 << 20, 1000, 1, 1000, 1 << 20, Limits.DEFAULT.time());
        assertThat(Specimen.render(boxed, "ulb=true", limits, Compatibility.PHOTON)
                        .orThrow()
                        .size())
                .isEqualTo(new Size(416, 336));
    }

    private static BufferedImage boxed(int sides, int ends, Color color) {
        BufferedImage boxed = new BufferedImage(416 + 2 * sides, 208 + 2 * ends, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = boxed.createGraphics();
        graphics.setColor(color);
        graphics.fillRect(0, 0, boxed.getWidth(), boxed.getHeight());
        graphics.drawImage(PHOTOGRAPH, sides, ends, null);
        graphics.dispose();
        return boxed;
    }

    private static Rendition made(byte[] original, String query) throws PictureException {
        return Specimen.render(original, query, Limits.DEFAULT, Compatibility.PHOTON)
                .orThrow();
    }
}
