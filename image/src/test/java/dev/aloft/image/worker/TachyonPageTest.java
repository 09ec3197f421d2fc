package dev.aloft.image.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import dev.aloft.image.Limits;
import dev.aloft.image.Parameters;
import dev.aloft.image.Recipe;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.image.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Checks `docs/reference/tachyon.md` against the program.
@Tag("unit")
final class TachyonPageTest {

    private static final Pattern DIFFERENCE =
            Pattern.compile("^\\| `([^`]+)` \\| (\\w+) \\| `([^`]+)` \\| `([^`]+)` \\|", Pattern.MULTILINE);
    private static final Pattern LIMIT =
            Pattern.compile("^\\| ([a-z][^|`]+) \\| (\\d+)( megapixels| MiB| s|) \\|$", Pattern.MULTILINE);
    private static final Size ORIGINAL = new Size(1280, 719);

    private final String page;

    TachyonPageTest() throws IOException {
        page = Files.readString(Path.of(System.getProperty("aloft.root"), "docs/reference/tachyon.md"));
    }

    @Test
    void everyDifferenceIsAsThePageSays() {
        List<MatchResult> rows = DIFFERENCE.matcher(page).results().toList();
        assertThat(rows).hasSize(11);
        for (MatchResult row : rows) {
            Format original = Format.valueOf(row.group(2));
            assertThat(answer(row.group(1), original, Compatibility.STANDARD))
                    .as(row.group())
                    .isEqualTo(row.group(3));
            assertThat(answer(row.group(1), original, Compatibility.STRICT))
                    .as(row.group())
                    .isEqualTo(row.group(4));
        }
    }

    @Test
    void theLimitsAreThoseOfThePage() {
        Map<String, Long> limits = LIMIT.matcher(page)
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1).replaceFirst(" \\(.*\\)", ""), row -> Long.parseLong(row.group(2))));
        Limits real = Limits.DEFAULT;
        assertThat(limits)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "size of an original",
                        real.originalBytes() >> 20,
                        "pixels of an original decoded from top to bottom",
                        real.originalPixels() / 1_000_000,
                        "pixels of an original decoded as a whole",
                        real.heldPixels() / 1_000_000,
                        "frames of an animation",
                        (long) real.frames(),
                        "pixels of all frames of an animation",
                        real.filmPixels() / 1_000_000,
                        "pixels of the output, all frames together",
                        real.answerPixels() / 1_000_000,
                        "time for a picture",
                        real.time().toSeconds(),
                        "queued pictures",
                        (long) RenderPoolSettings.standard().queue(),
                        "time in the queue",
                        RenderPoolSettings.standard().waitLimit().toSeconds()));
    }

    private static String answer(String query, Format original, Compatibility compatibility) {
        Recipe recipe = Recipe.parse(Parameters.of(query), List.of(), compatibility);
        Format output = recipe.output(original, ORIGINAL);
        return Geometry.plan(ORIGINAL, Orientation.UPRIGHT, recipe).answer() + " " + output + " "
                + Quality.of(recipe, original, output);
    }
}
