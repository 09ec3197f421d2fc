package dev.aloft.cli;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.server.tachyon.Admission;
import dev.aloft.server.tachyon.PictureSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The `[pictures]` of `aloft.toml`.
///
/// @param enabled whether the edge makes pictures
record PicturesConfiguration(boolean enabled, RenderPoolSettings renderPool, PictureSettings answers) {

    static final int MAX_THREADS = 64;

    private static final List<String> KEYS =
            List.of("enabled", "library", "threads", "compatibility", "formats", "keep", "svg", "fallback");

    static final PicturesConfiguration DEFAULT =
            new PicturesConfiguration(true, RenderPoolSettings.standard(), PictureSettings.DEFAULT);

    static PicturesConfiguration read(Section section) throws Failure {
        section.requireOnly(KEYS);
        RenderPoolSettings renderPool = RenderPoolSettings.standard();
        Optional<String> library = section.optionalString("library");
        if (library.isPresent()) {
            renderPool = renderPool.withLibrary(library(section, library.get()));
        }
        Optional<Long> threads = section.optionalBytes("threads");
        if (threads.isPresent()) {
            if (threads.get() < 1 || threads.get() > MAX_THREADS) {
                throw section.unfit("threads", threads.get(), "a number from 1 to " + MAX_THREADS);
            }
            renderPool = renderPool.withThreads(threads.get().intValue());
        }
        if (section.optionalBoolean("svg").orElse(false)) {
            renderPool = renderPool.withSvg();
        }
        return new PicturesConfiguration(
                section.optionalBoolean("enabled").orElse(true),
                renderPool,
                new PictureSettings(
                        compatibility(section),
                        formats(section),
                        section.optionalBoolean("keep").orElse(false),
                        Admission.OPEN,
                        section.optionalBoolean("fallback").orElse(true)));
    }

    private static Path library(Section section, String value) throws Failure {
        Path path = Path.of(value);
        if (!path.isAbsolute()) {
            throw section.unfit("library", value, "an absolute path of a libvips");
        }
        return path;
    }

    private static Compatibility compatibility(Section section) throws Failure {
        String value = section.optionalString("compatibility").orElse("standard");
        return switch (value) {
            case "standard", "better" -> Compatibility.STANDARD;
            case "photon" -> Compatibility.PHOTON;
            case "strict" -> Compatibility.STRICT;
            default -> throw section.unfit("compatibility", value, "\"standard\", \"photon\" or \"strict\"");
        };
    }

    private static List<Format> formats(Section section) throws Failure {
        if (!section.has("formats")) {
            return PictureSettings.DEFAULT.negotiated();
        }
        List<Format> formats = new ArrayList<>();
        for (String name : section.strings("formats")) {
            formats.add(Format.named(name.toLowerCase(Locale.ROOT))
                    .filter(format -> format == Format.AVIF || format == Format.WEBP)
                    .orElseThrow(() -> section.unfit("formats", name, "\"avif\", \"webp\", both or none")));
        }
        return formats;
    }
}
