package dev.aloft.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The end of a log, for the message of a test that fails.
final class LastLines {

    private static final int LINES = 80;

    private LastLines() {}

    static String of(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
