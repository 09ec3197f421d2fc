package dev.aloft.bench.edge;

import dev.aloft.lab.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A run of [wrk](https://github.com/wg/wrk), on processor 1.
///
/// @param requests answered with the expected status
/// @param seconds duration of the run
/// @param p50 in milliseconds
/// @param p99 in milliseconds
record Wrk(long requests, double seconds, double p50, double p99) {

    private static final Pattern TOTAL = Pattern.compile("(\\d+) requests in ([\\d.]+)(ms|s|m),");

    static Wrk run(Subject subject, String path, int connections, Duration time, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("taskset", "-c", "1", "wrk", "-t1", "-c" + connections));
        words.addAll(List.of("-d" + time.toSeconds() + "s", "--timeout", "60s", "--latency"));
        int options = 0;
        while (options < more.length && !more[options].equals("--")) {
            words.add(more[options++]);
        }
        words.add("http://127.0.0.1:" + subject.port() + path);
        words.addAll(List.of(more).subList(options, more.length));
        String said = Command.of(words).withLimit(time.plusMinutes(2)).run();
        if (said.contains("Non-2xx") || said.contains("Socket errors")) {
            throw new IOException(subject.name() + " fails at " + path + ": " + said);
        }
        Matcher total = TOTAL.matcher(said);
        if (!total.find()) {
            throw new IOException("wrk printed no number of requests: " + said);
        }
        return new Wrk(
                Long.parseLong(total.group(1)),
                millis(total.group(2) + total.group(3)) / 1_000,
                millis(after("50%", said)),
                millis(after("99%", said)));
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
