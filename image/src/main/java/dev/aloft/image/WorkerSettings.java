package dev.aloft.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a worker is started with.
///
/// @param libraries the libvips to try, in order
/// @param threads how many pictures are made at once
/// @param svg whether SVG is drawn, for which the worker goes on opening fonts
/// @param memoryBytes that all of them may take together, the program's own included
public record WorkerSettings(
        Path socket, List<String> libraries, Limits limits, int threads, boolean svg, long memoryBytes) {

    public WorkerSettings {
        libraries = List.copyOf(libraries);
    }

    /// As arguments of a command line.
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
            throw new IllegalArgumentException("the worker was not told its " + name);
        }
        return value;
    }
}
