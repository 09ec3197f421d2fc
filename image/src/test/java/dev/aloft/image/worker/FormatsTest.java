package dev.aloft.image.worker;

import static dev.aloft.image.worker.Specimen.decoded;
import static dev.aloft.image.worker.Specimen.film;
import static dev.aloft.image.worker.Specimen.made;
import static dev.aloft.image.worker.Specimen.photograph;
import static dev.aloft.image.worker.Specimen.psnr;
import static dev.aloft.image.worker.Specimen.saved;
import static dev.aloft.image.worker.Specimen.scaled;
import static dev.aloft.image.worker.Specimen.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import dev.aloft.image.Limits;
import dev.aloft.image.Parameters;
import dev.aloft.image.Recipe;
import dev.aloft.image.Recipe.Metadata;
import dev.aloft.image.RenderRequest.Outcome;
import dev.aloft.image.Rendition;
import dev.aloft.image.Size;
import dev.aloft.image.Sizing;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every format, compared with a reference rendering of the same pixels.
final class FormatsTest {

    private static final Color LIME = new Color(0, 255, 0);
    private static final BufferedImage PHOTOGRAPH = photograph(640, 480);

    static List<Arguments> originals() {
        List<Arguments> originals = new ArrayList<>(List.of(
                Arguments.of("JPEG", saved(PHOTOGRAPH, "jpegsave_buffer"), Format.JPEG, 34),
                Arguments.of("progressive JPEG", Specimen.progressiveJpeg(PHOTOGRAPH), Format.JPEG, 34),
                Arguments.of("CMYK JPEG", cmyk(), Format.JPEG, 22),
                Arguments.of("PNG", written(PHOTOGRAPH, "png"), Format.PNG, 26),
                Arguments.of(
                        "16-bit PNG",
                        saved(PHOTOGRAPH, FormatsTest::in16Bits, o -> o, "pngsave_buffer"),
                        Format.PNG,
                        26),
                Arguments.of(
                        "palette PNG",
                        saved(PHOTOGRAPH, i -> i, o -> o.set("palette", true), "pngsave_buffer"),
                        Format.PNG,
                        26),
                Arguments.of("WebP", saved(PHOTOGRAPH, "webpsave_buffer"), Format.WEBP, 32),
                Arguments.of("GIF", saved(PHOTOGRAPH, "gifsave_buffer"), Format.GIF, 24),
                Arguments.of("AVIF", Specimen.avif(PHOTOGRAPH), Format.AVIF, 30),
                Arguments.of("TIFF", saved(PHOTOGRAPH, "tiffsave_buffer"), Format.TIFF, 32)));
        Specimen.heic(PHOTOGRAPH).ifPresent(heic -> originals.add(Arguments.of("HEIC", heic, Format.JPEG, 28)));
        return originals;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("originals")
    void aPictureOfAnyFormatBecomesSmallerAndLooksTheSame(String name, byte[] original, Format format, int decibels)
            throws Exception {
        Rendition rendition = made(original, "w=200");
        assertThat(rendition.format()).isEqualTo(format);
        assertThat(rendition.size()).isEqualTo(new Size(200, 150));
        assertThat(Format.sniff(rendition.bytes())).contains(format);
        assertThat(psnr(decoded(rendition.bytes()), scaled(decoded(original), new Size(200, 150))))
                .isGreaterThan(decibels);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("originals")
    void anyBecomesWebpWhenAsked(String name, byte[] original, Format format, int decibels) throws Exception {
        Rendition rendition = made(original, "resize=100,100&webp=1");
        assertThat(rendition.format()).isEqualTo(Format.WEBP);
        assertThat(Specimen.size(rendition.bytes())).isEqualTo(new Size(100, 100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"w=80", "w=79", "w=160", "w=320", "w=321", "crop=25,25,50,50&w=80", "resize=60,60"})
    void shrinkingInTheDecoderShowsTheSamePart(String query) throws Exception {
        BufferedImage fromJpeg =
                decoded(made(saved(PHOTOGRAPH, "jpegsave_buffer"), query).bytes());
        BufferedImage fromTiff =
                decoded(made(saved(PHOTOGRAPH, "tiffsave_buffer"), query).bytes());
        assertThat(psnr(fromJpeg, fromTiff)).isGreaterThan(32);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void upIsUpHoweverTheCameraWasHeld(int orientation) throws Exception {
        BufferedImage upright = quarters();
        byte[] original = saved(
                asStored(upright, orientation),
                image -> {
                    Image own = image.withOwnFields();
                    own.setNumber("orientation", orientation);
                    return own;
                },
                o -> o.set("Q", 95),
                "jpegsave_buffer");
        for (String query : List.of("w=60", "", "crop=0,0,50,50", "resize=40,40&gravity=northwest")) {
            Rendition rendition = made(original, query);
            Rendition plain = made(written(upright, "png"), query);
            assertThat(rendition.size()).as(query).isEqualTo(plain.size());
            assertThat(psnr(decoded(rendition.bytes()), decoded(plain.bytes())))
                    .as(query)
                    .isGreaterThan(24);
            assertThat(Specimen.fields(rendition.bytes())).doesNotContain("orientation");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gifsave_buffer", "webpsave_buffer"})
    void aFilmKeepsItsFrames(String saver) throws Exception {
        List<BufferedImage> frames = List.of(plain(Color.RED), plain(LIME), plain(Color.BLUE));
        byte[] original = film(frames, saver);
        for (String query :
                List.of("w=40", "resize=40,40", "lb=40,40", "w=40&webp=1", "resize=20,20&crop_strategy=entropy")) {
            Rendition rendition = made(original, query);
            assertThat(rendition.frames()).as(query).isEqualTo(3);
            BufferedImage film = decoded(rendition.bytes());
            assertThat(film.getHeight()).isEqualTo(3 * rendition.size().height());
            for (int i = 0; i < 3; i++) {
                int middle = film.getRGB(film.getWidth() / 2, (2 * i + 1) * film.getHeight() / 6);
                assertThat(distance(middle, frames.get(i).getRGB(0, 0)))
                        .as(query)
                        .isLessThan(40);
            }
        }
    }

    @Test
    void aStillOfAFilmIsItsFirstFrame() throws Exception {
        byte[] film = film(List.of(plain(Color.RED), plain(Color.BLUE)), "gifsave_buffer");
        Recipe avif = new Recipe(
                Optional.empty(),
                false,
                new Sizing.Inside(40, 0),
                Optional.of(Format.AVIF),
                List.of(),
                java.util.OptionalInt.empty(),
                1,
                false,
                List.of(),
                Metadata.ESSENTIAL,
                Compatibility.STANDARD);
        Rendition rendition = new Renderer(Specimen.LIBRARY, Limits.DEFAULT)
                .render(new java.io.ByteArrayInputStream(film), List.of(avif))
                .getFirst()
                .orThrow();
        assertThat(rendition.frames()).isEqualTo(1);
        assertThat(distance(decoded(rendition.bytes()).getRGB(20, 15), Color.RED.getRGB()))
                .isLessThan(40);
    }

    @Test
    void transparencyStays() throws Exception {
        BufferedImage picture = new BufferedImage(200, 200, BufferedImage.TYPE_INT_ARGB);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(Color.RED);
        pen.fillRect(100, 0, 100, 200);
        pen.dispose();
        for (String query : List.of("w=100", "w=100&webp=1")) {
            BufferedImage small = decoded(made(written(picture, "png"), query).bytes());
            assertThat(small.getRGB(20, 50) >>> 24).as(query).isZero();
            assertThat(distance(small.getRGB(80, 50), Color.RED.getRGB()))
                    .as(query)
                    .isLessThan(20);
            assertThat(small.getRGB(80, 50) >>> 24).isEqualTo(255);
        }
    }

    @Test
    void whatWasTransparentInAHeicIsWhiteInItsJpeg() throws Exception {
        BufferedImage picture = new BufferedImage(200, 200, BufferedImage.TYPE_INT_ARGB);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(Color.RED);
        pen.fillRect(100, 0, 100, 200);
        pen.dispose();
        Optional<byte[]> heic = Specimen.heic(picture);
        assumeThat(heic).as("a libheif that writes HEIC").isPresent();
        Rendition rendition = made(heic.orElseThrow(), "w=100");
        assertThat(rendition.format()).isEqualTo(Format.JPEG);
        BufferedImage small = decoded(rendition.bytes());
        assertThat(distance(small.getRGB(20, 50), Color.WHITE.getRGB())).isLessThan(20);
        assertThat(distance(small.getRGB(80, 50), Color.RED.getRGB())).isLessThan(40);
    }

    @Test
    void aDrawingIsPaintedWithoutItsScriptsAndReferences() throws Exception {
        String svg = """
                <?xml version="1.0"?><!-- a drawing -->
                <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="100">
                  <script>alert(1)</script>
                  <image xlink:href="file:///etc/hostname" width="10" height="10"/>
                  <rect width="100" height="100" fill="#00ff00"/>
                </svg>""";
        Rendition rendition = made(svg.getBytes(StandardCharsets.UTF_8), "w=100");
        assertThat(rendition.format()).isEqualTo(Format.PNG);
        assertThat(rendition.size()).isEqualTo(new Size(100, 50));
        assertThat(distance(decoded(rendition.bytes()).getRGB(25, 25), LIME.getRGB()))
                .isLessThan(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bigtiff", "tile", "pyramid"})
    void aTiffThatComesInSmallPiecesIsReadWhole(String option) {
        byte[] tiff = saved(photograph(300, 200), i -> i, o -> o.set(option, true), "tiffsave_buffer");
        InputStream pieces = new FilterInputStream(new ByteArrayInputStream(tiff)) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(length, 7));
            }
        };
        Recipe recipe = Recipe.parse(Parameters.of("w=100"), List.of(), Compatibility.STANDARD);
        assertThat(Specimen.RENDERER.render(pieces, List.of(recipe)).getFirst()).isInstanceOf(Outcome.Made.class);
    }

    @Test
    void aDrawingMayBeginWithEntitiesOrALongComment() throws Exception {
        String drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>";
        for (String start : List.of(
                "<?xml version='1.0'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'svg11.dtd' [<!ENTITY ns 'x'>]>",
                "<!-- " + "made by a program ".repeat(200) + "-->",
                "\uFEFF\n")) {
            assertThat(made((start + drawing).getBytes(StandardCharsets.UTF_8), "w=9")
                            .format())
                    .as(start)
                    .isEqualTo(Format.PNG);
        }
    }

    @Test
    void aFormatThatCannotHaveTheSizeIsNotChosen() {
        List<Format> both = List.of(Format.AVIF, Format.WEBP);
        Recipe recipe = Recipe.parse(Parameters.of(""), both, Compatibility.STANDARD);
        assertThat(recipe.output(Format.PNG, new Size(8_704, 9))).isEqualTo(Format.AVIF);
        assertThat(recipe.output(Format.PNG, new Size(2000, 2000))).isEqualTo(Format.AVIF);
        assertThat(recipe.output(Format.PNG, new Size(2000, 2001))).isEqualTo(Format.WEBP);
        assertThat(recipe.output(Format.PNG, new Size(9, 8_705))).isEqualTo(Format.WEBP);
        assertThat(recipe.output(Format.PNG, new Size(16_384, 9))).isEqualTo(Format.PNG);
        byte[] wide = Specimen.png(20_000, 4);
        Outcome outcome = Specimen.RENDERER
                .render(new ByteArrayInputStream(wide), List.of(recipe))
                .getFirst();
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Made.class,
                        made -> assertThat(made.rendition().format()).isEqualTo(Format.PNG));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1x1", "20000x4", "3x5000"})
    void oddShapesAreMade(String shape) throws Exception {
        int x = shape.indexOf('x');
        byte[] original =
                Specimen.png(Integer.parseInt(shape.substring(0, x)), Integer.parseInt(shape.substring(x + 1)));
        for (String query : List.of("w=100", "resize=10,10", "fit=5,5", "crop=0,0,1,1", "lb=30,30")) {
            Rendition rendition = made(original, query);
            assertThat(Specimen.size(rendition.bytes())).as(query).isEqualTo(rendition.size());
        }
    }

    @Test
    void barsHaveTheirColour() throws Exception {
        Rendition rendition = made(Specimen.jpeg(200, 100), "lb=100,100&background=%2300f");
        BufferedImage image = decoded(rendition.bytes());
        assertThat(distance(image.getRGB(50, 5), Color.BLUE.getRGB())).isLessThan(30);
        Rendition grey = made(
                saved(
                        PHOTOGRAPH,
                        i -> i.operation("colourspace").set("space", Image.B_W).image(),
                        o -> o,
                        "jpegsave_buffer"),
                "lb=100,100&background=%2300f");
        assertThat(distance(decoded(grey.bytes()).getRGB(50, 5), Color.BLUE.getRGB()))
                .isLessThan(30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"entropy", "attention", "smart"})
    void theInterestingPartStays(String strategy) throws Exception {
        BufferedImage picture = plain(new Color(200, 210, 220), 600, 200);
        Graphics2D pen = picture.createGraphics();
        for (int i = 0; i < 60; i++) {
            pen.setColor(i % 2 == 0 ? Color.BLACK : new Color(230, 120, 60));
            pen.fillRect(480 + i % 10 * 10, 60 + i / 10 * 15, 8, 12);
        }
        pen.dispose();
        BufferedImage cut = decoded(made(written(picture, "png"), "resize=200,200&crop_strategy=" + strategy)
                .bytes());
        BufferedImage centre =
                decoded(made(written(picture, "png"), "resize=200,200").bytes());
        assertThat(inked(cut)).isGreaterThan(2000);
        assertThat(inked(centre)).isZero();
    }

    private static int inked(BufferedImage image) {
        int count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                count += (image.getRGB(x, y) & 0xff) < 100 ? 1 : 0;
            }
        }
        return count;
    }

    private static byte[] cmyk() {
        return saved(
                PHOTOGRAPH,
                i -> i.operation("icc_transform")
                        .set("output-profile", "cmyk")
                        .set("input-profile", "srgb")
                        .image(),
                o -> o,
                "jpegsave_buffer");
    }

    private static Image in16Bits(Image image) {
        return image.operation("colourspace").set("space", Image.RGB16).image();
    }

    private static BufferedImage plain(Color colour) {
        return plain(colour, 80, 60);
    }

    private static BufferedImage plain(Color colour, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(colour);
        pen.fillRect(0, 0, width, height);
        pen.dispose();
        return image;
    }

    /// Four quarters, wider than high: all eight orientations differ.
    private static BufferedImage quarters() {
        BufferedImage image = plain(Color.RED, 120, 80);
        Graphics2D pen = image.createGraphics();
        pen.setColor(LIME);
        pen.fillRect(60, 0, 60, 40);
        pen.setColor(Color.BLUE);
        pen.fillRect(0, 40, 60, 40);
        pen.setColor(Color.YELLOW);
        pen.fillRect(60, 40, 60, 40);
        pen.dispose();
        return image;
    }

    /// Pixels as a camera stores them in an orientation (EXIF 2.3, 4.6.4 A).
    private static BufferedImage asStored(BufferedImage upright, int orientation) {
        int w = upright.getWidth();
        int h = upright.getHeight();
        boolean turned = orientation >= 5;
        BufferedImage stored = new BufferedImage(turned ? h : w, turned ? w : h, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int column = switch (orientation) {
                    case 1, 4 -> x;
                    case 2, 3 -> w - 1 - x;
                    case 5, 6 -> y;
                    default -> h - 1 - y;
                };
                int row = switch (orientation) {
                    case 1, 2 -> y;
                    case 3, 4 -> h - 1 - y;
                    case 5, 8 -> x;
                    default -> w - 1 - x;
                };
                stored.setRGB(column, row, upright.getRGB(x, y));
            }
        }
        return stored;
    }

    private static int distance(int one, int other) {
        int distance = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            distance = Math.max(distance, Math.abs((one >> shift & 0xff) - (other >> shift & 0xff)));
        }
        return distance;
    }
}
