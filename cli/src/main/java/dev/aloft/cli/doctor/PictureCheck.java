package dev.aloft.cli.doctor;

import dev.aloft.image.Format;
import dev.aloft.image.PictureException;
import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderPool.Formats;
import dev.aloft.image.RenderPoolSettings;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Check of `aloft doctor` for pictures: a worker is started, and says what its libvips reads and writes.
final class PictureCheck {

    /// Formats of nearly all uploads.
    private static final Set<Format> EXPECTED = Set.of(Format.JPEG, Format.PNG, Format.WEBP, Format.GIF);

    private final RenderPoolSettings settings;

    PictureCheck(RenderPoolSettings settings) {
        this.settings = settings;
    }

    DoctorCheck check() {
        return new DoctorCheck("pictures", this::library);
    }

    private DoctorFinding library() {
        try (RenderPool pool = RenderPool.onDemand(settings.withThreads(1))) {
            String library = pool.library();
            return formats(library, pool.formats().orElseThrow());
        } catch (PictureException e) {
            return DoctorFinding.warning(
                    "the agent and the edge make no pictures: " + e.getMessage(),
                    "install libvips42, correct library of [pictures], or set enabled = false there");
        }
    }

    static DoctorFinding formats(String library, Formats formats) {
        String missing = Stream.of(Format.values())
                .filter(EXPECTED::contains)
                .filter(format ->
                        !formats.reads().contains(format) || !formats.writes().contains(format))
                .map(format -> format.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? DoctorFinding.ok(library)
                : DoctorFinding.warning(
                        library + ": " + missing + " is missing",
                        "use a libvips built with these formats, such as Debian's libvips42");
    }
}
