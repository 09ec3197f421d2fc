package dev.aloft.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Settings of a worker process.
///
/// @param libraries libvips candidates, in order
/// @param threads pictures in parallel
/// @param svg allows SVG; the worker then keeps read access to fonts
/// @param memoryBytes limit for all pictures together, including the program
public record WorkerSettings(
        Path socket, List<String> libraries, Limits limits, int threads, boolean svg, long memoryBytes) {

    public WorkerSettings {
        libraries = List.copyOf(libraries);
    }

    /// Formats the settings as command line arguments.
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "socket=" + socket,
                "threads=" + threads,
                "svg=" + svg,
                "memoryBytes=" + memoryBytes,
                "originalBytes=" + limits.originalBytes(),
                "originalPixels=" + limits.originalPixels(),
                "heldPixels=" + limits.heldPixels(),
                "frames=" + limits.frames(),
                "filmPixels=" + limits.filmPixels(),
                "answerPixels=" + limits.answerPixels(),
                "timeMillis=" + limits.time().toMillis()));
        libraries.forEach(library -> arguments.add("library=" + library));
        return arguments;
    }

    /// Parses what [#arguments] formats.
    ///
    /// @throws IllegalArgumentException for a missing setting or an invalid number
    public static WorkerSettings parse(List<String> arguments) {
        Map<String, String> values = new TreeMap<>();
        List<String> libraries = new ArrayList<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String name = argument.substring(0, equals);
            String value = argument.substring(equals + 1);
            if (name.equals("library")) {
                libraries.add(value);
            } else {
                values.put(name, value);
            }
        }
        Limits limits = new Limits(
                number(values, "originalBytes"),
                number(values, "originalPixels"),
                number(values, "heldPixels"),
                (int) number(values, "frames"),
                number(values, "filmPixels"),
                number(values, "answerPixels"),
                Duration.ofMillis(number(values, "timeMillis")));
        return new WorkerSettings(
                Path.of(value(values, "socket")),
                libraries,
                limits,
                (int) number(values, "threads"),
                Boolean.parseBoolean(value(values, "svg")),
                number(values, "memoryBytes"));
    }

    private static long number(Map<String, String> values, String name) {
        return Long.parseLong(value(values, name));
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("missing worker setting: " + name);
        }
        return value;
    }
}
