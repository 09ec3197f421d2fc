package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
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

/// Table `[pictures]` of `aloft.toml`.
///
/// @param enabled whether the edge makes pictures
public record PicturesConfiguration(boolean enabled, RenderPoolSettings renderPool, PictureSettings answers) {

    static final int MAX_THREADS = 64;

    private static final List<String> KEYS =
            List.of("enabled", "library", "threads", "compatibility", "formats", "keep", "svg", "fallback");

    static final PicturesConfiguration DEFAULT =
            new PicturesConfiguration(true, RenderPoolSettings.standard(), PictureSettings.DEFAULT);

    static PicturesConfiguration read(Section section) {
        section.requireOnly(KEYS);
        return new PicturesConfiguration(
                isOn(section, "enabled", true),
                renderPool(section),
                new PictureSettings(
                        section.value("compatibility", key -> compatibility(section, key), Compatibility.STANDARD),
                        section.value("formats", key -> formats(section, key), List.of()),
                        isOn(section, "keep", false),
                        Admission.OPEN,
                        isOn(section, "fallback", true)));
    }

    private static boolean isOn(Section section, String key, boolean otherwise) {
        return section.value(key, section::optionalBoolean, Optional.<Boolean>empty())
                .orElse(otherwise);
    }

    private static RenderPoolSettings renderPool(Section section) {
        RenderPoolSettings renderPool = RenderPoolSettings.standard();
        Optional<Path> library = section.value("library", key -> library(section, key), Optional.empty());
        if (library.isPresent()) {
            renderPool = renderPool.withLibrary(library.get());
        }
        Optional<Integer> threads = section.value("threads", key -> threads(section, key), Optional.empty());
        if (threads.isPresent()) {
            renderPool = renderPool.withThreads(threads.get());
        }
        return isOn(section, "svg", false) ? renderPool.withSvg() : renderPool;
    }

    private static Optional<Integer> threads(Section section, String key) throws Failure {
        Optional<Long> threads = section.optionalBytes(key);
        if (threads.isPresent() && (threads.get() < 1 || threads.get() > MAX_THREADS)) {
            throw section.unfit(key, threads.get(), "a number from 1 to " + MAX_THREADS);
        }
        return threads.map(Long::intValue);
    }

    private static Optional<Path> library(Section section, String key) throws Failure {
        Optional<Path> path = section.optionalString(key).map(Path::of);
        if (path.isPresent() && !path.get().isAbsolute()) {
            throw section.unfit(key, path.get(), "an absolute path of a libvips");
        }
        return path;
    }

    private static Compatibility compatibility(Section section, String key) throws Failure {
        String value = section.optionalString(key).orElse("standard");
        return switch (value) {
            case "standard", "better" -> Compatibility.STANDARD;
            case "photon" -> Compatibility.PHOTON;
            case "strict" -> Compatibility.STRICT;
            default -> throw section.unfit(key, value, "\"standard\", \"photon\" or \"strict\"");
        };
    }

    private static List<Format> formats(Section section, String key) throws Failure {
        if (!section.has(key)) {
            return PictureSettings.DEFAULT.negotiated();
        }
        List<Format> formats = new ArrayList<>();
        for (String name : section.strings(key)) {
            formats.add(Format.named(name.toLowerCase(Locale.ROOT))
                    .filter(format -> format == Format.AVIF || format == Format.WEBP)
                    .orElseThrow(() -> section.unfit(key, name, "\"avif\", \"webp\", both or none")));
        }
        return formats;
    }
}
