package dev.aloft.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The end of a log or of a program's output, for the message of a failure: however long the file is, little is read.
final class LastLines {

    private static final int BYTES = 16 * 1024;

    private LastLines() {}

    /// The last lines that are not blank; none when the file is missing.
    static List<String> of(Path file, int count) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        byte[] end;
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            end = new byte[(int) Math.min(BYTES, log.length())];
            log.seek(log.length() - end.length);
            log.readFully(end);
        }
        List<String> lines =
                new String(end, UTF_8).lines().filter(line -> !line.isBlank()).toList();
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }
}
