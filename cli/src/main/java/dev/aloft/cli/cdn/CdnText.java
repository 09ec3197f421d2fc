package dev.aloft.cli.cdn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A template of a configuration. `@NAME@` stands for a value; a line with the placeholder of a list is repeated for
/// each element; a line that begins with `@WHEN fact@` is printed only if the fact holds. Immutable.
record CdnText(String text) {

    private static final Pattern PART = Pattern.compile("@PART ([^@ ]+)(?: ([^@]+))?@");
    private static final Pattern WHEN = Pattern.compile("@WHEN (\\w+)@");

    /// That of a file, with its parts, of which each may be about one path: `@PART file path@`.
    static CdnText read(String file) {
        return new CdnText(PART.matcher(resource(file))
                .replaceAll(part -> Matcher.quoteReplacement(resource("part/" + part.group(1))
                        .stripTrailing()
                        .replace("@PATH@", Objects.requireNonNullElse(part.group(2), "")))));
    }

    CdnText with(String name, String value) {
        return new CdnText(text.replace("@" + name + "@", value));
    }

    CdnText withEach(String name, List<String> values) {
        String place = "@" + name + "@";
        return lines(line -> line.contains(place) ? values.stream().map(v -> line.replace(place, v)) : Stream.of(line));
    }

    CdnText when(Set<String> facts) {
        return lines(line -> {
            Matcher when = WHEN.matcher(line);
            return !when.find()
                    ? Stream.of(line)
                    : facts.contains(when.group(1)) ? Stream.of(when.replaceFirst("")) : Stream.empty();
        });
    }

    private CdnText lines(Function<String, Stream<String>> change) {
        return new CdnText(text.lines().flatMap(change).collect(Collectors.joining("\n", "", "\n")));
    }

    private static String resource(String file) {
        try (InputStream in = CdnText.class.getResourceAsStream(file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + " of this program", e);
        }
    }
}
