package dev.aloft.cli.console;

import dev.aloft.bulk.Progress;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Prints the progress of an operation until closed: on a terminal one line that is renewed, elsewhere a line now and
/// then, or events in JSON.
final class ProgressPrinter implements AutoCloseable {

    private static final Duration TERMINAL_INTERVAL = Duration.ofMillis(500);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(30);
    private static final Duration EVENT_INTERVAL = Duration.ofSeconds(1);
    private static final double NANOS = 1e9;
    private static final String CLEAR_LINE = "\r\033[K";

    private final Progress progress;
    private final PrintWriter out;
    private final Kind kind;
    private final long start = System.nanoTime();
    private final Thread thread;

    private enum Kind {
        TERMINAL(TERMINAL_INTERVAL),
        LINES(LINE_INTERVAL),
        EVENTS(EVENT_INTERVAL);

        private final Duration interval;

        Kind(Duration interval) {
            this.interval = interval;
        }
    }

    private ProgressPrinter(Progress progress, PrintWriter out, Kind kind) {
        this.progress = progress;
        this.out = out;
        this.kind = kind;
        this.thread = Thread.ofVirtual().name("aloft-progress").start(this::run);
    }

    /// Begins to print.
    ///
    /// @param events for events in JSON
    /// @param lines for lines
    /// @param inJson true for events
    static ProgressPrinter of(Progress progress, PrintWriter events, PrintWriter lines, boolean inJson) {
        if (inJson) {
            return new ProgressPrinter(progress, events, Kind.EVENTS);
        }
        boolean isTerminal = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        return new ProgressPrinter(progress, lines, isTerminal ? Kind.TERMINAL : Kind.LINES);
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(kind.interval);
                print();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void print() {
        if (kind == Kind.EVENTS) {
            out.println(event(progress, (System.nanoTime() - start) / NANOS));
        } else {
            String line = line(progress);
            out.print(kind == Kind.TERMINAL ? CLEAR_LINE + line : "aloft: " + line + "\n");
        }
        out.flush();
    }

    private static ObjectNode event(Progress progress, double seconds) {
        ObjectNode event = JsonMapper.shared().createObjectNode();
        event.put("event", "progress").put("phase", progress.phase());
        event.put("files", progress.files()).put("copied", progress.copied());
        event.put("bytes", progress.bytes()).put("seconds", Math.round(seconds));
        progress.expected().ifPresent(expected -> event.put(progress.isStream() ? "of_bytes" : "of_files", expected));
        progress.left().ifPresent(left -> event.put("seconds_left", left.toSeconds()));
        return event;
    }

    static String line(Progress progress) {
        OptionalLong expected = progress.expected();
        String done;
        if (progress.isStream()) {
            done = Sizes.of(progress.bytes()) + (expected.isPresent() ? " of " + Sizes.of(expected.getAsLong()) : "");
        } else {
            done = progress.files() + (expected.isPresent() ? " of " + expected.getAsLong() : "") + " files, "
                    + progress.copied() + " copied (" + Sizes.of(progress.bytes()) + ")";
        }
        double seconds = Math.max(1, progress.elapsed().toNanos()) / NANOS;
        return progress.phase() + ": " + done + ", " + Sizes.of((long) (progress.bytes() / seconds)) + "/s"
                + progress.left().map(left -> ", " + time(left) + " left").orElse("");
    }

    private static String time(Duration left) {
        return left.toHours() > 0
                ? left.toHours() + " h " + left.toMinutesPart() + " min"
                : left.toMinutes() > 0 ? left.toMinutes() + " min" : left.toSeconds() + " s";
    }

    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (kind == Kind.TERMINAL) {
            out.print(CLEAR_LINE);
            out.flush();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
