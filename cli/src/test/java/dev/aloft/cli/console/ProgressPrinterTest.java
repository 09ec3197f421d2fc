package dev.aloft.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.bulk.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

/// The line of an operation under way.
final class ProgressPrinterTest {

    private final Progress progress = new Progress();

    @Test
    void filesAreOfTheirNumberAndHaveATimeLeft() {
        progress.begin("restoring files", 2);
        assertThat(ProgressPrinter.line(progress)).isEqualTo("restoring files: 0 of 2 files, 0 copied (0 B), 0 B/s");
        progress.copied(2048);
        assertThat(ProgressPrinter.line(progress))
                .startsWith("restoring files: 1 of 2 files, 1 copied (2.0 KiB), ")
                .matches(".*/s, \\d+ s left");
    }

    @Test
    void aStreamHasBytesOnly() throws IOException {
        progress.beginStream("dumping the database", 0);
        progress.counting(new ByteArrayInputStream(new byte[1024])).transferTo(OutputStream.nullOutputStream());
        assertThat(ProgressPrinter.line(progress))
                .startsWith("dumping the database: 1.0 KiB, ")
                .endsWith("/s");
        progress.beginStream("loading the dump", 2048);
        assertThat(ProgressPrinter.line(progress)).isEqualTo("loading the dump: 0 B of 2.0 KiB, 0 B/s");
    }
}
