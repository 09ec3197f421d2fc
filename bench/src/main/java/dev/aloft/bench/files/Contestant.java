package dev.aloft.bench.files;

import dev.aloft.bench.Child;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/// One subject and its results. Its process is restarted when a row takes too long.
final class Contestant implements AutoCloseable {

    private static final int START_SECONDS = 60;

    /// Time limit of one round of a row.
    static final int ROW_SECONDS = 60;

    /// A row that takes longer has only one round.
    private static final double LONG_MILLIS = 2_000;

    private final String name;
    private final Start start;
    private final Map<Row, Result> results = new EnumMap<>(Row.class);
    private Child child;

    Contestant(String name, Start start) throws IOException {
        this.name = name;
        this.start = start;
        this.child = started(start);
    }

    private static Child started(Start start) throws IOException {
        Child child = start.child();
        String word = child.answer(START_SECONDS);
        if (!word.equals("ready")) {
            throw new IOException("a subject does not start: " + word);
        }
        return child;
    }

    String name() {
        return name;
    }

    Result result(Row row) {
        return results.getOrDefault(row, new Result(Double.NaN, "not measured"));
    }

    /// @param before preparation of each round
    /// @param requests requests to S3 since then
    Result measure(Row row, Runnable before, Supplier<String> requests) throws IOException {
        List<Double> times = new ArrayList<>();
        Result result = new Result(Double.NaN, "not measured");
        for (int round = 0; round < row.rounds(); round++) {
            child.ask("prepare " + row.name() + " " + round, ROW_SECONDS);
            before.run();
            String answer = child.ask("run " + row.name() + " " + round, ROW_SECONDS);
            if (answer.startsWith("fails")) {
                result = new Result(Double.NaN, answer);
                restartIfEnded();
                break;
            }
            times.add(Double.parseDouble(answer));
            result = new Result(Collections.min(times), requests.get());
            if (times.getLast() > LONG_MILLIS) {
                break;
            }
        }
        results.put(row, result);
        return result;
    }

    private void restartIfEnded() throws IOException {
        if (!child.isAlive()) {
            child.close();
            child = started(start);
        }
    }

    String peakMegabytes() throws IOException {
        return child.ask("memory", START_SECONDS);
    }

    @Override
    public void close() throws IOException {
        child.close();
    }

    /// Starts its process.
    interface Start {
        Child child() throws IOException;
    }

    /// @param millis the fastest round, or none for a failure
    /// @param requests to S3, or the failure
    record Result(double millis, String requests) {

        String shown() {
            return Double.isNaN(millis) ? "fails" : String.format(Locale.ROOT, millis < 10 ? "%.1f" : "%,.0f", millis);
        }
    }
}
