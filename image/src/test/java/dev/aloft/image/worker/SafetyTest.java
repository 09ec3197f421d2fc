package dev.aloft.image.worker;

import static dev.aloft.image.worker.Specimen.film;
import static dev.aloft.image.worker.Specimen.photograph;
import static dev.aloft.image.worker.Specimen.render;
import static dev.aloft.image.worker.Specimen.saved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Limits;
import dev.aloft.image.Parameters;
import dev.aloft.image.PictureException;
import dev.aloft.image.PictureException.Kind;
import dev.aloft.image.Recipe;
import dev.aloft.image.RenderRequest.Outcome;
import dev.aloft.image.Rendition;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Malicious and corrupt originals are refused quickly and never give a wrong picture.
final class SafetyTest {

    private static final BufferedImage PHOTOGRAPH = photograph(400, 300);
    private static final Duration QUICK = Duration.ofSeconds(20);

    static List<Arguments> originals() {
        List<Arguments> originals = new ArrayList<>(List.of(
                Arguments.of("JPEG", saved(PHOTOGRAPH, "jpegsave_buffer")),
                Arguments.of("progressive JPEG", Specimen.progressiveJpeg(PHOTOGRAPH)),
                Arguments.of("PNG", saved(PHOTOGRAPH, "pngsave_buffer")),
                Arguments.of(
                        "interlaced PNG", saved(PHOTOGRAPH, i -> i, o -> o.set("interlace", true), "pngsave_buffer")),
                Arguments.of("WebP", saved(PHOTOGRAPH, "webpsave_buffer")),
                Arguments.of("GIF", saved(PHOTOGRAPH, "gifsave_buffer")),
                Arguments.of("film of GIF", film(List.of(PHOTOGRAPH, photograph(400, 300)), "gifsave_buffer")),
                Arguments.of("film of WebP", film(List.of(PHOTOGRAPH, photograph(400, 300)), "webpsave_buffer")),
                Arguments.of("AVIF", Specimen.avif(PHOTOGRAPH)),
                Arguments.of("TIFF", saved(PHOTOGRAPH, "tiffsave_buffer"))));
        Specimen.heic(PHOTOGRAPH).ifPresent(heic -> originals.add(Arguments.of("HEIC", heic)));
        return originals;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("originals")
    void aPictureThatEndsEarlyIsRefusedWhereverThatIs(String name, byte[] whole) {
        assertThat(render(whole, "w=100")).isInstanceOf(Outcome.Made.class);
        for (int tenth = 1; tenth <= 10; tenth++) {
            int length = (int) ((long) whole.length * tenth / 11);
            assertThat(kind(render(Arrays.copyOf(whole, length), "w=100")))
                    .as("%d of %d bytes", length, whole.length)
                    .isIn(Kind.BROKEN, Kind.UNSUPPORTED);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("originals")
    void aPictureWithSpoiledBytesDoesNoHarm(String name, byte[] whole) {
        Random random = new Random(42);
        for (int i = 0; i < 10; i++) {
            byte[] spoiled = whole.clone();
            for (int b = 0; b < 20; b++) {
                spoiled[random.nextInt(spoiled.length)] = (byte) random.nextInt();
            }
            assertTimeout(QUICK, () -> render(spoiled, "w=100"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "<?php echo 42;",
                "<html><svg></svg></html>",
                "%PDF-1.7",
                "P6\n1 1\n255\nabc",
                "GIF89a/*",
                "RIFFxxxxWEBP",
                "push graphic-context\nviewbox 0 0 1 1"
            })
    void whatIsNoPictureIsRefused(String text) {
        assertThat(kind(render(text.getBytes(StandardCharsets.UTF_8), "w=9"))).isIn(Kind.UNSUPPORTED, Kind.BROKEN);
    }

    @Test
    void whatHangsOnAPictureDoesNotComeOut() throws Exception {
        byte[] picture = saved(PHOTOGRAPH, "jpegsave_buffer");
        byte[] polyglot = Arrays.copyOf(picture, picture.length + 14);
        System.arraycopy("<?php echo 42;".getBytes(StandardCharsets.UTF_8), 0, polyglot, picture.length, 14);
        Rendition rendition = render(polyglot, "w=100").orThrow();
        assertThat(new String(rendition.bytes(), StandardCharsets.ISO_8859_1)).doesNotContain("<?php");
    }

    @Test
    void aBombOfPixelsIsSeenByItsHeader() throws IOException {
        byte[] bomb = blackPng(20_000, 20_000);
        assertThat(bomb.length).isLessThan(1 << 20);
        long held = Specimen.LIBRARY.vips().heldBytes();
        assertTimeout(QUICK, () -> assertThat(kind(render(bomb, "w=100"))).isEqualTo(Kind.TOO_LARGE));
        assertThat(Specimen.LIBRARY.vips().heldBytes()).isLessThanOrEqualTo(held);
    }

    @Test
    void aFilmOfTooManyFramesIsRefused() {
        assertTimeout(
                QUICK, () -> assertThat(kind(render(gif(1, 1, 1001), "w=1"))).isEqualTo(Kind.TOO_LARGE));
        assertTimeout(
                QUICK,
                () -> assertThat(kind(render(gif(60_000, 60_000, 1), "w=1"))).isEqualTo(Kind.TOO_LARGE));
        assertThat(render(gif(1, 1, 1000), "w=1")).isInstanceOf(Outcome.Made.class);
    }

    @Test
    void aFilmIsDecodedFrameByFrameAndIsTooLargeOnlyAtSizesWhereItsAnswerIs() {
        byte[] film = gif(978, 720, 125, 1); // 88 megapixels in all
        assertThat(render(film, "w=300")).isInstanceOf(Outcome.Made.class);
        assertThat(kind(render(film, "w=978"))).isEqualTo(Kind.TOO_LARGE);
        assertThat(kind(render(gif(978, 720, 600, 1), "w=9"))).isEqualTo(Kind.TOO_LARGE);
        assertThat(Specimen.LIBRARY.vips().heldBytes()).isLessThan(200 << 20);
    }

    @Test
    void aBrokenPicturesMessageIsNotTheDecoders() {
        byte[] original = saved(PHOTOGRAPH, "pngsave_buffer");
        for (int i = 0; i < 2; i++) {
            Outcome outcome = render(Arrays.copyOf(original, original.length / 2), "w=100");
            assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
                assertThat(refused.reason()).hasMessage("the picture is broken, or ends early");
                assertThat(refused.reason().detail()).isNotEmpty();
            });
        }
    }

    @Test
    void aFilmThatIsLargeInAllIsRefused() {
        Limits limits = new Limits(1 << 20, 1_000_000, 20_000, 100, 20_000, 1_000_000, QUICK);
        BufferedImage part = photograph(300, 100);
        byte[] film = film(
                List.of(
                        part.getSubimage(0, 0, 100, 100),
                        part.getSubimage(100, 0, 100, 100),
                        part.getSubimage(200, 0, 100, 100)),
                "webpsave_buffer");
        assertThat(kind(render(film, "w=9", limits, Compatibility.STANDARD))).isEqualTo(Kind.TOO_LARGE);
    }

    @Test
    void whatIsDecodedAsAWholeHasALimitOfItsOwn() {
        Limits limits = new Limits(1 << 20, 130_000, 110_000, 1, 110_000, 1_000_000, QUICK);
        byte[] progressive = Specimen.progressiveJpeg(PHOTOGRAPH);
        assertThat(kind(render(progressive, "w=9", limits, Compatibility.STANDARD)))
                .isEqualTo(Kind.TOO_LARGE);
        byte[] baseline = saved(PHOTOGRAPH, "jpegsave_buffer");
        assertThat(render(baseline, "w=9", limits, Compatibility.STANDARD)).isInstanceOf(Outcome.Made.class);
    }

    @Test
    void anOriginalThatDoesNotEndIsRefused() {
        byte[] comment = new byte[65_537];
        comment[0] = (byte) 0xff;
        comment[1] = (byte) 0xfe;
        comment[2] = (byte) 0xff;
        comment[3] = (byte) 0xff;
        InputStream endless = new SequenceInputStream(
                new ByteArrayInputStream(new byte[] {(byte) 0xff, (byte) 0xd8}), new Repeated(comment));
        assertTimeout(QUICK, () -> {
            List<Outcome> outcomes = Specimen.RENDERER.render(endless, List.of(recipe("w=100")));
            assertThat(kind(outcomes.getFirst())).isEqualTo(Kind.TOO_LARGE);
        });
    }

    @Test
    void anOriginalThatStopsIsNotTakenForABrokenOne() {
        byte[] whole = saved(PHOTOGRAPH, "jpegsave_buffer");
        InputStream stopping =
                new SequenceInputStream(new ByteArrayInputStream(whole, 0, whole.length / 2), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("connection reset");
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        return read();
                    }
                });
        assertThat(kind(Specimen.RENDERER
                        .render(stopping, List.of(recipe("w=100")))
                        .getFirst()))
                .isEqualTo(Kind.CUT_OFF);
    }

    @Test
    void anOriginalThatComesTooSlowlyIsGivenUp() {
        byte[] whole = saved(PHOTOGRAPH, "jpegsave_buffer");
        Limits limits = Limits.DEFAULT.withTime(Duration.ofMillis(300));
        InputStream stalled =
                new SequenceInputStream(new ByteArrayInputStream(whole, 0, whole.length / 2), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        try {
                            Thread.sleep(100); // one byte at a time, endlessly
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        return 0;
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        target[offset] = (byte) read();
                        return 1;
                    }
                });
        assertTimeout(
                QUICK,
                () -> assertThat(kind(new Renderer(Specimen.LIBRARY, limits)
                                .render(stalled, List.of(recipe("w=100")))
                                .getFirst()))
                        .isEqualTo(Kind.TOO_SLOW));
    }

    @Test
    void anAnswerThatIsTooLargeIsRefusedAndTheOthersAreMade() {
        byte[] original = saved(PHOTOGRAPH, "jpegsave_buffer");
        List<Outcome> outcomes = Specimen.RENDERER.render(
                new ByteArrayInputStream(original), List.of(recipe("lb=20000,20000"), recipe("w=100")));
        assertThat(kind(outcomes.getFirst())).isEqualTo(Kind.ANSWER_TOO_LARGE);
        assertThat(outcomes.getLast()).isInstanceOf(Outcome.Made.class);
    }

    @Test
    void aPictureThatTakesTooLongIsGivenUp() {
        byte[] original = Specimen.png(3000, 2000);
        Limits limits = Limits.DEFAULT.withTime(Duration.ofMillis(5));
        assertTimeout(
                QUICK,
                () -> assertThat(kind(render(original, "w=2999", limits, Compatibility.STANDARD)))
                        .isEqualTo(Kind.TOO_SLOW));
    }

    @Test
    void drawingsThatExplodeAreRefused() {
        String entities = """
                <?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a0 "aaaaaaaaaa">%s]>
                <svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&a11;</text></svg>""".formatted(IntStream.rangeClosed(1, 11)
                .mapToObj(i -> "<!ENTITY a%d \"%s\">".formatted(i, ("&a" + (i - 1) + ";").repeat(10)))
                .collect(Collectors.joining()));
        StringBuilder uses = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"90\" height=\"90\">"
                + "<g id=\"g0\"><rect width=\"9\" height=\"9\"/></g>");
        for (int i = 1; i < 30; i++) {
            uses.append("<g id=\"g%d\"><use href=\"#g%d\"/><use href=\"#g%d\"/></g>".formatted(i, i - 1, i - 1));
        }
        String huge = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"90000\" height=\"90000\"></svg>";
        for (String svg : List.of(entities, uses + "</svg>", huge)) {
            assertTimeout(
                    QUICK,
                    () -> assertThat(render(svg.getBytes(StandardCharsets.UTF_8), "w=9"))
                            .isInstanceOf(Outcome.Refused.class));
        }
    }

    private static Kind kind(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Refused(PictureException reason) -> reason.kind();
            case Outcome.Made(Rendition rendition) -> throw new AssertionError("was made: " + rendition);
        };
    }

    private static Recipe recipe(String query) {
        return Recipe.parse(Parameters.of(query), List.of(), Compatibility.STANDARD);
    }

    private static byte[] blackPng(int width, int height) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(header);
        fields.writeInt(width);
        fields.writeInt(height);
        fields.write(new byte[] {1, 0, 0, 0, 0}); // one bit of grey
        Specimen.writePngChunk(png, "IHDR", header.toByteArray());
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(pixels)) {
            byte[] row = new byte[1 + width / 8];
            for (int y = 0; y < height; y++) {
                deflater.write(row);
            }
        }
        Specimen.writePngChunk(png, "IDAT", pixels.toByteArray());
        Specimen.writePngChunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static byte[] gif(int width, int height, int frames) {
        return gif(width, height, frames, 0);
    }

    /// @param side side of the changing region; 0 for the whole frame
    private static byte[] gif(int width, int height, int frames, int side) {
        int w = side == 0 ? width : side;
        int h = side == 0 ? height : side;
        ByteArrayOutputStream gif = new ByteArrayOutputStream();
        gif.writeBytes("GIF89a".getBytes(StandardCharsets.US_ASCII));
        gif.writeBytes(new byte[] {
            (byte) width, (byte) (width >> 8), (byte) height, (byte) (height >> 8), (byte) 0x80, 0, 0, 0, 0, 0, 9, 9, 9
        });
        for (int i = 0; i < frames; i++) {
            gif.writeBytes(new byte[] {0x2c, 0, 0, 0, 0});
            gif.writeBytes(new byte[] {(byte) w, (byte) (w >> 8), (byte) h, (byte) (h >> 8)});
            gif.writeBytes(new byte[] {0, 2, 2, 0x44, 1, 0});
        }
        gif.write(0x3b);
        return gif.toByteArray();
    }

    /// An endless repetition.
    private static final class Repeated extends InputStream {

        private final byte[] bytes;
        private int next;

        Repeated(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            next = next == bytes.length ? 0 : next;
            return bytes[next++] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            next = next == bytes.length ? 0 : next;
            int count = Math.min(length, bytes.length - next);
            System.arraycopy(bytes, next, target, offset, count);
            next += count;
            return count;
        }
    }
}
