package dev.aloft.bench.edge;

import dev.aloft.lab.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A run of a load generator on processor 1: [wrk](https://github.com/wg/wrk), or nghttp2's h2load for HTTP/2.
///
/// @param requests answered with the expected status
/// @param seconds duration of the run
/// @param p50 in milliseconds
/// @param p99 in milliseconds
record Load(long requests, double seconds, double p50, double p99) {

    private static final int H2_CONNECTIONS = 4;
    private static final Pattern TOTAL = Pattern.compile("(\\d+) requests in ([\\d.]+)(ms|s|m),");

    static Load wrk(Subject subject, String path, int connections, Duration time, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("taskset", "-c", "1", "wrk", "-t1", "-c" + connections));
        words.addAll(List.of("-d" + time.toSeconds() + "s", "--timeout", "60s", "--latency"));
        int options = 0;
        while (options < more.length && !more[options].equals("--")) {
            words.add(more[options++]);
        }
        words.add(subject.url(path));
        words.addAll(List.of(more).subList(options, more.length));
        String said = Command.of(words).withLimit(time.plusMinutes(2)).run();
        if (said.contains("Non-2xx") || said.contains("Socket errors")) {
            throw new IOException(subject.name() + " fails at " + path + ": " + said);
        }
        Matcher total = TOTAL.matcher(said);
        if (!total.find()) {
            throw new IOException("wrk printed no number of requests: " + said);
        }
        return new Load(
                Long.parseLong(total.group(1)),
                millis(total.group(2) + total.group(3)) / 1_000,
                millis(after("50%", said)),
                millis(after("99%", said)));
    }

    /// Runs h2load with four connections.
    ///
    /// @param streams requests at a time, over all connections
    /// @param log file for its log
    static Load h2load(Subject subject, String path, int streams, Duration time, Path log) throws IOException {
        Files.deleteIfExists(log);
        List<String> words = new ArrayList<>(List.of("taskset", "-c", "1", "h2load", "-t1"));
        words.addAll(List.of("-c" + H2_CONNECTIONS, "-m" + streams / H2_CONNECTIONS, "-D" + time.toSeconds()));
        words.addAll(List.of("--log-file=" + log, subject.url(path)));
        String said = Command.of(words).withLimit(time.plusMinutes(2)).run();
        // Each line: time of the request, status, duration in microseconds.
        List<String[]> answers;
        try (Stream<String> lines = Files.lines(log)) {
            answers = lines.map(line -> line.split("\t", -1)).toList();
        }
        if (answers.isEmpty() || !answers.stream().allMatch(answer -> answer[1].equals("200"))) {
            throw new IOException(subject.name() + " fails at " + path + ": " + said);
        }
        long[] micros = answers.stream()
                .mapToLong(answer -> Long.parseLong(answer[2]))
                .sorted()
                .toArray();
        return new Load(
                micros.length,
                time.toSeconds(),
                micros[micros.length / 2] / 1e3,
                micros[(int) (micros.length * 99L / 100)] / 1e3);
    }

    private static String after(String percent, String said) throws IOException {
        Matcher line = Pattern.compile("\\s" + percent + "\\s+(\\S+)").matcher(said);
        if (!line.find()) {
            throw new IOException("wrk printed no " + percent + ": " + said);
        }
        return line.group(1);
    }

    private static double millis(String time) {
        double number = Double.parseDouble(time.replaceAll("[a-z]", ""));
        return switch (time.replaceAll("[\\d.]", "")) {
            case "us" -> number / 1_000;
            case "ms" -> number;
            case "m" -> number * 60_000;
            default -> number * 1_000;
        };
    }
}
