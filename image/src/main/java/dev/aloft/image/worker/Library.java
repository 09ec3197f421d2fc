package dev.aloft.image.worker;

import dev.aloft.image.Format;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The loaded libvips, its version and formats.
///
/// Blocks every decoder but those of [Format].
final class Library {

    private static final List<String> LOADERS = List.of("Jpeg", "Png", "Webp", "Nsgif", "Heif", "Tiff");

    private final Vips vips;
    private final String name;
    private final boolean svg;

    private Library(Vips vips, String name, boolean svg) {
        this.vips = vips;
        this.name = name;
        this.svg = svg;
    }

    /// Loads the first usable candidate.
    ///
    /// @param candidates paths, or names known to the system's loader
    /// @param svg allows SVG
    /// @throws VipsFailure when there is none, with what was wrong with each
    static Library load(List<String> candidates, boolean svg) {
        List<String> wrong = new ArrayList<>();
        for (String name : candidates) {
            try {
                Library library = new Library(Vips.load(name), name, svg);
                library.requireVersion();
                library.allowOnly();
                return library;
            } catch (VipsFailure e) {
                wrong.add(name + ": " + e.getMessage());
            }
        }
        throw new VipsFailure("there is no libvips: " + String.join("; ", wrong));
    }

    private void requireVersion() {
        if (vips.version(0) < Vips.OLDEST_MAJOR
                || (vips.version(0) == Vips.OLDEST_MAJOR && vips.version(1) < Vips.OLDEST_MINOR)) {
            throw new VipsFailure("version " + version() + " is too old; the oldest supported is " + Vips.OLDEST_MAJOR
                    + "." + Vips.OLDEST_MINOR);
        }
    }

    private void allowOnly() {
        vips.block("VipsForeignLoad", true);
        for (String loader : LOADERS) {
            vips.block("VipsForeignLoad" + loader, false);
        }
        if (svg) {
            vips.block("VipsForeignLoadSvg", false);
        }
    }

    Vips vips() {
        return vips;
    }

    String version() {
        return vips.version(0) + "." + vips.version(1) + "." + vips.version(2);
    }

    Set<Format> reads() {
        Set<Format> formats = EnumSet.noneOf(Format.class);
        for (Format format : Format.values()) {
            if (reads(format)) {
                formats.add(format);
            }
        }
        return formats;
    }

    boolean reads(Format format) {
        return (svg || format != Format.SVG) && vips.hasOperation(Loading.loader(format));
    }

    Set<Format> writes() {
        Set<Format> formats = EnumSet.noneOf(Format.class);
        for (Format format : Format.values()) {
            if (format.isWritten() && vips.hasOperation(Encoding.saver(format))) {
                formats.add(format);
            }
        }
        return formats;
    }

    /// For logs: name, version, formats.
    @Override
    public String toString() {
        return "libvips " + version() + " (" + name + "), reads " + reads() + ", writes " + writes();
    }
}
