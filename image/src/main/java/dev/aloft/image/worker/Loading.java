package dev.aloft.image.worker;

import dev.aloft.image.Format;
import dev.aloft.image.Limits;
import dev.aloft.image.PictureException;
import dev.aloft.image.PictureException.Kind;
import dev.aloft.image.Size;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// Opens an original: detects its format, reads its header, checks the limits, then decodes no more than needed.
final class Loading {

    /// `VIPS_ACCESS_SEQUENTIAL`: from top to bottom, once.
    private static final int SEQUENTIAL = 1;

    /// `VIPS_FAIL_ON_ERROR`: what ends early or cannot be read is an error, not a grey area.
    private static final int FAIL_ON_ERROR = 2;

    private final Session session;
    private final MemorySegment source;
    private final Format format;
    private final Image header;

    private Loading(Session session, MemorySegment source, Format format, Image header) {
        this.session = session;
        this.source = source;
        this.format = format;
        this.header = header;
    }

    static Loading open(Library library, Session session, OriginalBytes original, Limits limits)
            throws PictureException {
        Format format = sniffed(original);
        if (!library.reads(format)) {
            throw new PictureException(Kind.UNSUPPORTED, "no pictures are made of " + format + " here");
        }
        MemorySegment source = session.source(original);
        Loading loading = new Loading(session, source, format, load(session, source, format, 1));
        loading.requireWithin(limits);
        return loading;
    }

    private static Format sniffed(OriginalBytes original) throws PictureException {
        try {
            return Format.sniff(original.start(Format.SNIFFED_BYTES))
                    .orElseThrow(() -> new PictureException(Kind.UNSUPPORTED, "this is no picture"));
        } catch (IOException e) {
            throw OriginalBytes.cutOff(e);
        }
    }

    private static Image load(Session session, MemorySegment source, Format format, int shrink) {
        Operation load = session.operation(loader(format))
                .setSource(source)
                .set("access", SEQUENTIAL)
                .set("fail-on", FAIL_ON_ERROR);
        if (format.animates()) {
            load.set("n", -1);
        }
        if (shrink > 1) {
            load.set("shrink", shrink);
        }
        return load.image();
    }

    /// The libvips loader of a format.
    static String loader(Format format) {
        return switch (format) {
            case JPEG -> "jpegload_source";
            case PNG -> "pngload_source";
            case WEBP -> "webpload_source";
            case GIF -> "gifload_source";
            case AVIF, HEIC -> "heifload_source";
            case TIFF -> "tiffload_source";
            case SVG -> "svgload_source";
        };
    }

    private void requireWithin(Limits limits) throws PictureException {
        long limit = format.isHeldWhole() || isProgressive() ? limits.heldPixels() : limits.originalPixels();
        requireAtMost(limit, size().pixels(), "pixels");
        requireAtMost(limits.frames(), frames(), "frames");
        requireAtMost(Math.max(limit, limits.filmPixels()), pixels(), "pixels in all its frames");
    }

    private static void requireAtMost(long limit, long found, String what) throws PictureException {
        if (found > limit) {
            throw new PictureException(
                    Kind.TOO_LARGE, "the picture has " + found + " " + what + ", and may have " + limit);
        }
    }

    /// Pixels of all frames.
    private long pixels() {
        return (long) header.width() * header.height();
    }

    /// True for formats decoded as a whole. libvips renamed the field in 8.15.
    private boolean isProgressive() {
        return header.number("jpeg-multiscan").orElse(0) != 0
                || header.number("interlaced").orElse(0) != 0;
    }

    Format format() {
        return format;
    }

    /// Stored size of one frame.
    Size size() {
        return new Size(header.width(), frameHeight());
    }

    int frames() {
        return header.height() / frameHeight();
    }

    private int frameHeight() {
        int height = header.number("page-height").orElse(header.height());
        return format.animates() && height > 0 && header.height() % height == 0 ? height : header.height();
    }

    Orientation orientation() {
        return Orientation.of(header.number(AutoRotate.ORIENTATION).orElse(1));
    }

    /// All pixels in memory, for random access; empty beyond the limit.
    Optional<Image> whole(Limits limits) {
        return pixels() <= limits.heldPixels() ? Optional.of(header.inMemory()) : Optional.empty();
    }

    /// The image for these plans. One plan decodes lazily, top to bottom, once; several plans decode now.
    ///
    /// @param left see [RenderPlan#shrink]
    Image image(List<RenderPlan> plans, int left) {
        int shrink = format == Format.JPEG
                ? plans.stream().mapToInt(plan -> plan.shrink(left)).min().orElse(1)
                : 1;
        Image image = shrink == 1 ? header : load(session, source, format, shrink);
        return plans.size() == 1 ? image : image.inMemory();
    }
}
