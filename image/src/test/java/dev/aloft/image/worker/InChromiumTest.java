package dev.aloft.image.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import dev.aloft.image.Parameters;
import dev.aloft.image.PictureException;
import dev.aloft.image.Recipe;
import dev.aloft.image.RenderRequest.Outcome;
import dev.aloft.image.Rendition;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every format to every format, in all colour spaces, decoded by Chromium.
@Timeout(180)
final class InChromiumTest {

    private static final Color BROWN = new Color(120, 90, 40);
    private static final Color GREY = new Color(100, 100, 100);
    private static final List<Format> SHOWN = List.of(Format.JPEG, Format.PNG, Format.WEBP, Format.GIF, Format.AVIF);

    @TempDir
    private Path folder;

    @BeforeAll
    static void requireBrowser() {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/chromium"))).isTrue();
    }

    @Test
    void everyAnswerIsShownInTheOriginalsColours() throws Exception {
        Map<String, byte[]> answers = new LinkedHashMap<>();
        originals().forEach((name, original) -> {
            for (List<Format> offered : List.of(List.<Format>of(), List.of(Format.WEBP), List.of(Format.AVIF))) {
                for (String query : List.of("w=20", "w=20&strip=color", "lb=24,20", "resize=16,16")) {
                    Rendition rendition = made(original, query, offered);
                    if (SHOWN.contains(rendition.format())) {
                        answers.put(name + " " + rendition.format() + " " + query, rendition.bytes());
                    }
                }
            }
        });
        List<Chromium.Seen> seen = Chromium.look(folder, List.copyOf(answers.values()));
        int at = 0;
        for (String name : answers.keySet()) {
            Chromium.Seen one = seen.get(at++);
            Color wanted = name.startsWith("grey") ? GREY : BROWN;
            assertThat(one.width()).as(name).isPositive();
            assertThat(name.contains("lb=") || one.isNear(wanted.getRed(), wanted.getGreen(), wanted.getBlue(), 9))
                    .as(name + " " + one)
                    .isTrue();
        }
    }

    @Test
    void aGreyProfilesColoursAreWhatTheBrowserMakesOfThem() throws Exception {
        byte[] original = withProfile(
                saved(
                        GREY,
                        image -> image.operation("colourspace")
                                .set("space", Image.B_W)
                                .image(),
                        "jpegsave_buffer"),
                ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData());
        List<byte[]> pictures = new ArrayList<>(List.of(original));
        for (List<Format> offered : List.of(List.<Format>of(), List.of(Format.WEBP), List.of(Format.AVIF))) {
            pictures.add(made(original, "w=20", offered).bytes());
        }
        List<Chromium.Seen> seen = Chromium.look(folder, pictures);
        Chromium.Seen real = seen.getFirst();
        assertThat(real.red()).as("the profile is linear").isBetween(150, 190);
        for (Chromium.Seen one : seen.subList(1, seen.size())) {
            assertThat(one.isNear(real.red(), real.green(), real.blue(), 6))
                    .as("%s", seen)
                    .isTrue();
        }
    }

    @Test
    void blackAndWhiteOfAPrintingPressAreBlackAndWhite() throws Exception {
        List<byte[]> pictures = new ArrayList<>();
        for (Color colour : List.of(Color.BLACK, Color.WHITE)) {
            pictures.add(made(saved(colour, InChromiumTest::inCmyk, "jpegsave_buffer"), "w=20", List.of())
                    .bytes());
        }
        List<Chromium.Seen> seen = Chromium.look(folder, pictures);
        assertThat(seen.getFirst().isNear(0, 0, 0, 8)).as("%s", seen).isTrue();
        assertThat(seen.getLast().isNear(255, 255, 255, 4)).as("%s", seen).isTrue();
    }

    /// A small profile is kept, a larger one is converted from.
    @ParameterizedTest
    @ValueSource(ints = {5, 9})
    void theColoursOfAProfileWithATableAreWhatTheBrowserMakesOfThem(int grid) throws Exception {
        List<Color> colours = List.of(BROWN, GREY, new Color(20, 60, 200), Color.BLACK, Color.WHITE);
        List<byte[]> pictures = new ArrayList<>();
        for (Color colour : colours) {
            byte[] original = withProfile(saved(colour, image -> image, "jpegsave_buffer"), LutProfile.of(grid, 0));
            pictures.add(original);
            for (String query : List.of("w=20", "w=20&strip=color")) {
                pictures.add(made(original, query, List.of()).bytes());
                pictures.add(made(original, query, List.of(Format.WEBP)).bytes());
            }
        }
        List<Chromium.Seen> seen = Chromium.look(folder, pictures);
        for (int i = 0; i < seen.size(); i++) {
            Chromium.Seen real = seen.get(i / 5 * 5);
            assertThat(seen.get(i).isNear(real.red(), real.green(), real.blue(), 9))
                    .as("%s %s", i, seen)
                    .isTrue();
        }
        assertThat(seen.get(5).red()).as("gamma 1.8").isGreaterThan(GREY.getRed() + 10);
    }

    @Test
    void theDarkestColourOfAProfileWithATableIsBlack() throws Exception {
        byte[] original = withProfile(saved(Color.BLACK, image -> image, "jpegsave_buffer"), LutProfile.of(9, 0.015));
        Chromium.Seen seen = Chromium.look(
                        folder, List.of(made(original, "w=20", List.of()).bytes()))
                .getFirst();
        assertThat(seen.isNear(0, 0, 0, 8)).as("%s", seen).isTrue();
    }

    private static Map<String, byte[]> originals() throws IOException {
        Map<String, byte[]> originals = new LinkedHashMap<>();
        for (String saver :
                List.of("jpegsave_buffer", "pngsave_buffer", "webpsave_buffer", "gifsave_buffer", "tiffsave_buffer")) {
            originals.put(saver, saved(BROWN, image -> image, saver));
        }
        originals.put(
                "avif", Specimen.saved(plain(BROWN), image -> image, o -> o.set("compression", 4), "heifsave_buffer"));
        byte[] jpeg = saved(BROWN, image -> image, "jpegsave_buffer");
        byte[] damaged = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
        System.arraycopy("Brown".getBytes(StandardCharsets.US_ASCII), 0, damaged, 0, 5);
        damaged = new String(damaged, StandardCharsets.ISO_8859_1)
                .replace("sRGB", "xRGB")
                .getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 128; i < damaged.length; i++) {
            damaged[i] = (byte) (i * 37);
        }
        originals.put("damaged profile", withProfile(jpeg, damaged));
        originals.put("short profile", withProfile(jpeg, Arrays.copyOf(damaged, 140)));
        originals.put("CMYK", saved(BROWN, InChromiumTest::inCmyk, "jpegsave_buffer"));
        originals.put("p3", saved(BROWN, image -> transformed(image, "p3"), "jpegsave_buffer"));
        originals.put(
                "16 bits",
                saved(
                        BROWN,
                        image -> image.operation("colourspace")
                                .set("space", Image.RGB16)
                                .image(),
                        "pngsave_buffer"));
        UnaryOperator<Image> grey =
                image -> image.operation("colourspace").set("space", Image.B_W).image();
        originals.put("grey JPEG", saved(GREY, grey, "jpegsave_buffer"));
        originals.put("grey PNG", saved(GREY, grey, "pngsave_buffer"));
        originals.put(
                "grey 16 bits",
                saved(
                        GREY,
                        image -> image.operation("colourspace")
                                .set("space", Image.GREY16)
                                .image(),
                        "pngsave_buffer"));
        byte[] damagedGrey = damaged.clone();
        System.arraycopy("GRAY".getBytes(StandardCharsets.US_ASCII), 0, damagedGrey, 16, 4);
        originals.put("grey, damaged grey profile", withProfile(saved(GREY, grey, "jpegsave_buffer"), damagedGrey));
        originals.put("grey, damaged profile", withProfile(saved(GREY, grey, "jpegsave_buffer"), damaged));
        return originals;
    }

    private static Image inCmyk(Image image) {
        return transformed(image, "cmyk");
    }

    private static Image transformed(Image image, String profile) {
        return image.operation("icc_transform")
                .set("output-profile", profile)
                .set("input-profile", "srgb")
                .set("black-point-compensation", true) // as picture editors do
                .image();
    }

    private static byte[] saved(Color colour, UnaryOperator<Image> change, String saver) {
        return Specimen.saved(plain(colour), change, options -> options, saver);
    }

    private static BufferedImage plain(Color colour) {
        BufferedImage image = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(colour);
        pen.fillRect(0, 0, 40, 40);
        pen.dispose();
        return image;
    }

    /// A JPEG with a profile in its first segment.
    private static byte[] withProfile(byte[] jpeg, byte[] profile) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(jpeg, 0, 2);
        out.writeShort(0xffe2);
        out.writeShort(2 + 14 + profile.length);
        out.writeBytes("ICC_PROFILE\0\u0001\u0001");
        out.write(profile);
        out.write(jpeg, 2, jpeg.length - 2);
        return bytes.toByteArray();
    }

    private static Rendition made(byte[] original, String query, List<Format> offered) {
        Recipe recipe = Recipe.parse(Parameters.of(query), offered, Compatibility.STANDARD);
        return switch (Specimen.RENDERER
                .render(new ByteArrayInputStream(original), List.of(recipe))
                .getFirst()) {
            case Outcome.Made(Rendition rendition) -> rendition;
            case Outcome.Refused(PictureException reason) -> throw new AssertionError(reason);
        };
    }
}
