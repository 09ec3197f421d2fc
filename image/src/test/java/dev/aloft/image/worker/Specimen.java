package dev.aloft.image.worker;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import dev.aloft.image.Limits;
import dev.aloft.image.Parameters;
import dev.aloft.image.PictureException;
import dev.aloft.image.Recipe;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.image.RenderRequest.Outcome;
import dev.aloft.image.Rendition;
import dev.aloft.image.Size;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/// Generated pictures, and decoding of renditions.
public final class Specimen {

    /// Settings of all tests in this module; `-Daloft.libvips=PATH` selects another libvips.
    public static final RenderPoolSettings POOL = Optional.ofNullable(System.getProperty("aloft.libvips"))
            .map(path -> RenderPoolSettings.standard().withLibrary(Path.of(path)))
            .orElseGet(RenderPoolSettings::standard)
            .withSvg();

    static final Library LIBRARY = Library.load(POOL.libraries(), true);

    static final Renderer RENDERER = new Renderer(LIBRARY, Limits.DEFAULT);

    private Specimen() {}

    /// A synthetic photograph: smooth, with some edges, no two regions alike.
    public static BufferedImage photograph(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int red = 255 * x / width;
                int green = 255 * y / height;
                int blue = (int) (127 + 100 * Math.sin(x * 0.02) * Math.cos(y * 0.03));
                image.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        }
        return image;
    }

    public static byte[] jpeg(int width, int height) {
        return written(photograph(width, height), "jpeg");
    }

    public static byte[] png(int width, int height) {
        return written(photograph(width, height), "png");
    }

    static byte[] written(BufferedImage image, String format) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(image, format, bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A picture encoded by libvips.
    ///
    /// @param change change before saving
    public static byte[] saved(
            BufferedImage picture,
            UnaryOperator<dev.aloft.image.worker.Image> change,
            UnaryOperator<Operation> options,
            String saver) {
        try (Session session = new Session(LIBRARY.vips())) {
            dev.aloft.image.worker.Image image = change.apply(opened(session, written(picture, "png")));
            return options.apply(image.operation(saver)).bytes();
        }
    }

    public static byte[] saved(BufferedImage picture, String saver) {
        return saved(picture, image -> image, options -> options, saver);
    }

    public static byte[] progressiveJpeg(BufferedImage picture) {
        return saved(picture, image -> image, save -> save.set("interlace", true), "jpegsave_buffer");
    }

    public static byte[] avif(BufferedImage picture) {
        return saved(
                picture,
                image -> image,
                save -> save.set("compression", Encoding.AV1).set("effort", 0),
                "heifsave_buffer");
    }

    /// Empty if the library has no HEVC encoder, as npm's build.
    static Optional<byte[]> heic(BufferedImage picture) {
        try {
            return Optional.of(saved(picture, "heifsave_buffer"));
        } catch (VipsFailure none) {
            return Optional.empty();
        }
    }

    /// A film of these frames.
    public static byte[] film(List<BufferedImage> frames, String saver) {
        try (Session session = new Session(LIBRARY.vips())) {
            List<dev.aloft.image.worker.Image> images = new ArrayList<>();
            for (BufferedImage frame : frames) {
                images.add(opened(session, written(frame, "png")).inMemory());
            }
            dev.aloft.image.worker.Image film = session.operation("arrayjoin")
                    .set("in", images)
                    .set("across", 1)
                    .image()
                    .withOwnFields();
            film.setNumber("page-height", frames.getFirst().getHeight());
            return film.operation(saver).bytes();
        }
    }

    static dev.aloft.image.worker.Image opened(Session session, byte[] bytes) {
        OriginalBytes original =
                new OriginalBytes(new ByteArrayInputStream(bytes), Long.MAX_VALUE, Deadline.in(Duration.ofMinutes(1)));
        try {
            Format format = Format.sniff(original.start(Format.SNIFFED_BYTES)).orElseThrow();
            Operation load = session.operation(Loading.loader(format)).setSource(session.source(original));
            return (format.animates() ? load.set("n", -1) : load).image();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Pixels of any picture as sRGB; frames are stacked.
    public static BufferedImage decoded(byte[] bytes) {
        try (Session session = new Session(LIBRARY.vips())) {
            byte[] png = opened(session, bytes)
                    .operation("colourspace")
                    .set("space", dev.aloft.image.worker.Image.SRGB)
                    .image()
                    .operation("pngsave_buffer")
                    .bytes();
            return ImageIO.read(new ByteArrayInputStream(png));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Names of the metadata fields.
    static List<String> fields(byte[] bytes) {
        try (Session session = new Session(LIBRARY.vips())) {
            return opened(session, bytes).fields();
        }
    }

    static Size size(byte[] bytes) {
        BufferedImage image = decoded(bytes);
        return new Size(image.getWidth(), image.getHeight());
    }

    /// Reference scaling by AWT.
    static BufferedImage scaled(BufferedImage image, Size size) {
        BufferedImage scaled = new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = scaled.createGraphics();
        pen.drawImage(image.getScaledInstance(size.width(), size.height(), Image.SCALE_AREA_AVERAGING), 0, 0, null);
        pen.dispose();
        return scaled;
    }

    /// Peak signal-to-noise ratio in dB: above 30 hard to distinguish, above 40 identical to the eye.
    static double psnr(BufferedImage one, BufferedImage other) {
        double sum = 0;
        for (int y = 0; y < one.getHeight(); y++) {
            for (int x = 0; x < one.getWidth(); x++) {
                int a = one.getRGB(x, y);
                int b = other.getRGB(x, y);
                for (int shift = 0; shift <= 16; shift += 8) {
                    int difference = (a >> shift & 0xff) - (b >> shift & 0xff);
                    sum += (double) difference * difference;
                }
            }
        }
        double mean = sum / (3.0 * one.getWidth() * one.getHeight());
        return mean == 0 ? 99 : 10 * Math.log10(255 * 255 / mean);
    }

    /// Applies one step to a picture.
    ///
    /// @param change change before saving
    static BufferedImage stepped(
            BufferedImage picture,
            UnaryOperator<dev.aloft.image.worker.Image> change,
            Step step,
            String query,
            Orientation orientation) {
        Recipe recipe = Recipe.parse(Parameters.of(query), List.of(), Compatibility.PHOTON);
        try (Session session = new Session(LIBRARY.vips())) {
            dev.aloft.image.worker.Image image =
                    change.apply(opened(session, written(picture, "png")).inMemory());
            RenderPlan plan = Geometry.plan(new Size(picture.getWidth(), picture.getHeight()), orientation, recipe);
            byte[] png =
                    step.apply(image, recipe, plan).operation("pngsave_buffer").bytes();
            return ImageIO.read(new ByteArrayInputStream(png));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static BufferedImage stepped(BufferedImage picture, Step step, String query) {
        return stepped(picture, image -> image, step, query, Orientation.UPRIGHT);
    }

    static Size size(BufferedImage image) {
        return new Size(image.getWidth(), image.getHeight());
    }

    /// A PNG with an additional chunk after its header.
    static byte[] withPngChunk(byte[] png, String type, byte[] body) {
        int header = 8 + 25;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(png, 0, header);
        try {
            writePngChunk(out, type, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.write(png, header, png.length - header);
        return out.toByteArray();
    }

    static void writePngChunk(ByteArrayOutputStream png, String type, byte[] body) throws IOException {
        DataOutputStream out = new DataOutputStream(png);
        out.writeInt(body.length);
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        out.write(name);
        out.write(body);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(body);
        out.writeInt((int) crc.getValue());
    }

    public static Outcome render(byte[] original, String query) {
        return render(original, query, Limits.DEFAULT, Compatibility.STANDARD);
    }

    public static Outcome render(byte[] original, String query, Limits limits, Compatibility compatibility) {
        Recipe recipe = Recipe.parse(Parameters.of(query), List.of(), compatibility);
        Renderer renderer = limits.equals(Limits.DEFAULT) ? RENDERER : new Renderer(LIBRARY, limits);
        return renderer.render(new ByteArrayInputStream(original), List.of(recipe))
                .getFirst();
    }

    public static Rendition made(byte[] original, String query) throws PictureException {
        return render(original, query).orThrow();
    }
}
