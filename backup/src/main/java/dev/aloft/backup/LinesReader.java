package dev.aloft.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.BackupException.Kind;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// Reads what a [LinesWriter] has written. For one thread.
final class LinesReader implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 10;

    private final RangedInput input;
    private final BufferedReader lines;
    private long number;

    LinesReader(RangedInput input) throws IOException {
        this.input = input;
        try {
            lines = new BufferedReader(new InputStreamReader(new GZIPInputStream(input, BUFFER_BYTES), UTF_8));
        } catch (ZipException | EOFException e) {
            throw corrupt(input, e);
        }
    }

    /// The next line, or null after the last.
    @Nullable
    String next() throws IOException {
        try {
            number++;
            return lines.readLine();
        } catch (ZipException | EOFException e) {
            throw corrupt(input, e);
        }
    }

    /// For messages: the object, and the line that was read last.
    String where() {
        return input + " line " + number;
    }

    private static BackupException corrupt(RangedInput input, IOException cause) {
        return new BackupException(
                Kind.CORRUPT,
                input + " is damaged: " + cause.getMessage(),
                "use another snapshot (aloft backup list)",
                cause);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
