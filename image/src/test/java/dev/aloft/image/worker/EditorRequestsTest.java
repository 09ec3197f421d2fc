package dev.aloft.image.worker;

import static dev.aloft.image.worker.Specimen.decoded;
import static dev.aloft.image.worker.Specimen.photograph;
import static dev.aloft.image.worker.Specimen.psnr;
import static dev.aloft.image.worker.Specimen.saved;
import static dev.aloft.image.worker.Specimen.size;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import dev.aloft.image.Limits;
import dev.aloft.image.Parameters;
import dev.aloft.image.PictureException;
import dev.aloft.image.Recipe;
import dev.aloft.image.RenderRequest.Outcome;
import dev.aloft.image.Rendition;
import dev.aloft.image.Size;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Requests of WordPress's image editor.
@Tag("unit")
final class EditorRequestsTest {

    private static final BufferedImage PICTURE = photograph(240, 160);

    @ParameterizedTest
    @CsvSource({"100,50", "240,160", "700,900", "1,1", "7,300"})
    void sidesAreExact(int width, int height) throws Exception {
        Rendition made = made(saved(PICTURE, "jpegsave_buffer"), "resize=" + width + "," + height);

        assertThat(made.size()).isEqualTo(new Size(width, height));
        assertThat(size(made.bytes())).isEqualTo(made.size());
    }

    @Test
    void aCropIsOfThePictureInItsOrientation() throws Exception {
        byte[] original = saved(PICTURE, "pngsave_buffer");

        Rendition made = made(original, "orientation=6&crop=10px,20px,100px,200px&resize=100,200");

        BufferedImage turned = turned(6);
        assertThat(size(turned)).isEqualTo(new Size(160, 240));
        assertThat(psnr(decoded(made.bytes()), turned.getSubimage(10, 20, 100, 200)))
                .isEqualTo(99);
    }

    @ParameterizedTest
    @EnumSource
    void everyOrientationIsThatOfExif(Orientation orientation) throws Exception {
        byte[] original = saved(PICTURE, "pngsave_buffer");
        Size upright = orientation.upright(size(PICTURE));

        Rendition made = made(
                original, "resize=" + upright.width() + "," + upright.height() + "&orientation=" + orientation.exif());

        assertThat(psnr(decoded(made.bytes()), turned(orientation.exif()))).isEqualTo(99);
    }

    @Test
    void pixelsStayAsStoredWithTheirOrientationInTheFile() throws Exception {
        byte[] original = saved(PICTURE, EditorRequestsTest::lying, save -> save, "jpegsave_buffer");

        Rendition stored = made(original, "resize=120,80");
        Rendition turned = made(original, "resize=80,120&orientation=6");

        assertThat(stored.size()).isEqualTo(new Size(120, 80));
        assertThat(orientationOf(stored)).isEqualTo(6);
        assertThat(turned.size()).isEqualTo(new Size(80, 120));
        assertThat(orientationOf(turned)).isEqualTo(1);
    }

    @Test
    void theHeaderIsToldWithoutDecoding() throws Exception {
        byte[] whole = saved(photograph(2000, 1500), "jpegsave_buffer");
        byte[] start = Arrays.copyOf(whole, 2000);

        Rendition header = made(start, "");

        assertThat(header.size()).isEqualTo(new Size(2000, 1500));
        assertThat(header.format()).isEqualTo(Format.JPEG);
        assertThat(header.frames()).isEqualTo(1);
        assertThat(header.bytes()).isEmpty();
    }

    @Test
    void oneDecodingGivesTheHeaderAndAllSizes() throws Exception {
        List<Recipe> recipes = List.of(recipe(""), recipe("resize=50,50"), recipe("resize=90000,90000"));

        List<Outcome> outcomes =
                Specimen.RENDERER.render(new ByteArrayInputStream(saved(PICTURE, "jpegsave_buffer")), recipes);

        assertThat(outcomes.get(0).orThrow().size()).isEqualTo(size(PICTURE));
        assertThat(outcomes.get(1).orThrow().size()).isEqualTo(new Size(50, 50));
        assertThat(outcomes.get(2))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused ->
                                assertThat(refused.reason().kind()).isEqualTo(PictureException.Kind.ANSWER_TOO_LARGE));
    }

    @Test
    void aPngKeepsItsColours() throws Exception {
        byte[] whole = saved(PICTURE, "pngsave_buffer");
        byte[] withPalette = saved(PICTURE, image -> image, save -> save.set("palette", true), "pngsave_buffer");

        Rendition made = made(whole, "resize=240,160");

        assertThat(psnr(decoded(made.bytes()), PICTURE)).isEqualTo(99);
        assertThat(colourType(made)).isEqualTo(2);
        assertThat(colourType(made(withPalette, "resize=120,80"))).isEqualTo(3);
    }

    @Test
    void aWebpOfFullQualityIsLossless() throws Exception {
        byte[] original = saved(PICTURE, "pngsave_buffer");

        Rendition made = made(original, "resize=240,160&type=webp&quality=100");

        assertThat(made.format()).isEqualTo(Format.WEBP);
        assertThat(psnr(decoded(made.bytes()), PICTURE)).isEqualTo(99);
    }

    @Test
    void noParameterOfUrlsHasAnEffect() {
        Recipe plain = recipe("resize=100,50");

        assertThat(recipe("resize=100,50&zoom=2&dpr=3&placeholder=blur&filter=negate&w=9&webp=0"))
                .isEqualTo(plain);
    }

    @Test
    void noParameterOfTheEditorHasAnEffectInUrls() {
        String query = "resize=100,50";
        for (Compatibility other : List.of(Compatibility.STANDARD, Compatibility.PHOTON, Compatibility.STRICT)) {
            assertThat(Recipe.parse(Parameters.of(query + "&orientation=6&type=png"), List.of(), other))
                    .isEqualTo(Recipe.parse(Parameters.of(query), List.of(), other));
        }
    }

    /// The sizes of WordPress are as close to exact scaling as those of AWT's area averaging.
    @ParameterizedTest
    @CsvSource({"1536,1024", "300,200", "150,100", "768,512"})
    void severalSizesAreCloseToAnExactReference(int width, int height) throws Exception {
        BufferedImage photograph = photograph(2400, 1600);
        byte[] original = saved(photograph, image -> image, save -> save.set("Q", 98), "jpegsave_buffer");
        List<Recipe> recipes = List.of(
                recipe("quality=95&resize=" + width + "," + height),
                recipe("quality=95&resize=1024,683"),
                recipe("quality=95&resize=200,133"));

        Outcome made = Specimen.RENDERER
                .render(new ByteArrayInputStream(original), recipes)
                .getFirst();

        BufferedImage reference = Specimen.scaled(photograph, new Size(width, height));
        assertThat(psnr(decoded(made.orThrow().bytes()), reference)).isGreaterThan(40);
    }

    private static Image lying(Image image) {
        Image lying = image.withOwnFields();
        lying.setNumber(AutoRotate.ORIENTATION, 6);
        return lying;
    }

    /// The upright picture by EXIF's definition, pixel by pixel.
    private static BufferedImage turned(int exif) {
        int right = PICTURE.getWidth() - 1;
        int bottom = PICTURE.getHeight() - 1;
        Size upright = Orientation.of(exif).upright(size(PICTURE));
        BufferedImage turned = new BufferedImage(upright.width(), upright.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < upright.height(); y++) {
            for (int x = 0; x < upright.width(); x++) {
                turned.setRGB(
                        x,
                        y,
                        switch (exif) {
                            case 1 -> PICTURE.getRGB(x, y);
                            case 2 -> PICTURE.getRGB(right - x, y);
                            case 3 -> PICTURE.getRGB(right - x, bottom - y);
                            case 4 -> PICTURE.getRGB(x, bottom - y);
                            case 5 -> PICTURE.getRGB(y, x);
                            case 6 -> PICTURE.getRGB(y, bottom - x);
                            case 7 -> PICTURE.getRGB(right - y, bottom - x);
                            default -> PICTURE.getRGB(right - y, x);
                        });
            }
        }
        return turned;
    }

    private static int orientationOf(Rendition rendition) {
        try (Session session = new Session(Specimen.LIBRARY.vips())) {
            return Specimen.opened(session, rendition.bytes())
                    .number(AutoRotate.ORIENTATION)
                    .orElse(1);
        }
    }

    /// Colour type of a PNG's header: 2 for colours, 3 for a palette.
    private static int colourType(Rendition png) {
        return png.bytes()[25];
    }

    private static Recipe recipe(String query) {
        return Recipe.parse(Parameters.of(query), List.of(), Compatibility.EDITOR);
    }

    private static Rendition made(byte[] original, String query) throws PictureException {
        return Specimen.render(original, query, Limits.DEFAULT, Compatibility.EDITOR)
                .orThrow();
    }
}
