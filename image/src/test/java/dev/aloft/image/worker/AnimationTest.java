package dev.aloft.image.worker;

import static dev.aloft.image.worker.Specimen.decoded;
import static dev.aloft.image.worker.Specimen.film;
import static dev.aloft.image.worker.Specimen.made;
import static dev.aloft.image.worker.Specimen.photograph;
import static dev.aloft.image.worker.Specimen.psnr;
import static dev.aloft.image.worker.Specimen.scaled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Format;
import dev.aloft.image.Rendition;
import dev.aloft.image.Size;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/// Animated PNG and palettes of animated GIF.
final class AnimationTest {

    @Test
    void ofAnAnimatedPngTheStillIsShown() throws Exception {
        byte[] png = Specimen.png(400, 300);
        byte[] control = new byte[8]; // acTL: frames and repetitions
        control[3] = 2;
        byte[] animated = Specimen.withPngChunk(png, "acTL", control);
        Rendition rendition = made(animated, "w=100");
        assertThat(rendition.frames()).isEqualTo(1);
        assertThat(rendition.format()).isEqualTo(Format.PNG);
        assertThat(psnr(decoded(rendition.bytes()), scaled(photograph(400, 300), new Size(100, 75))))
                .isGreaterThan(30);
    }

    @Test
    void aFilmHasOnePaletteForAllItsFrames() throws Exception {
        List<BufferedImage> frames = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            frames.add(photograph(200 + i, 100).getSubimage(0, 0, 200, 100));
        }
        byte[] original = film(frames, "gifsave_buffer");
        assertThat(palettes(made(original, "w=100").bytes())).isLessThanOrEqualTo(palettes(original));
    }

    /// Number of local colour tables in a GIF.
    private static int palettes(byte[] gif) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(gif))) {
            ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
            reader.setInput(in);
            int palettes = 0;
            for (int i = 0; i < reader.getNumImages(true); i++) {
                NodeList own = ((Element) reader.getImageMetadata(i).getAsTree("javax_imageio_gif_image_1.0"))
                        .getElementsByTagName("LocalColorTable");
                palettes += own.getLength();
            }
            return palettes;
        }
    }
}
