package dev.aloft.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/// Writes rows for the table at the end of `bench/all`: four fields with tabs between them, described in
/// `bench/rows.sh`. Without `bench/all` it writes none.
public final class BenchRows {

    private BenchRows() {}

    /// A row that has no peer.
    ///
    /// @param aim of our figure: `<= 350`, `>= 1.2`, or `-` for none
    public static void record(String what, double ours, String aim) throws IOException {
        append(what, figure(ours), "-", aim);
    }

    /// @param peer NaN for one that failed
    /// @param aim of our figure divided by the peer's, or `-` for none
    public static void record(String what, double ours, double peer, String aim) throws IOException {
        append(what, figure(ours), figure(peer), aim);
    }

    private static String figure(double value) {
        return Double.isNaN(value) ? "fails" : String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
    }

    private static void append(String... fields) throws IOException {
        String file = System.getenv("ALOFT_BENCH_ROWS");
        if (file != null) {
            String line = String.join("\t", fields) + "\n";
            Files.writeString(
                    Path.of(file), line, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
