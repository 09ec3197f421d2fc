package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.regex.Pattern;

/// The statements that `mariadb-binlog` or `mysqlbinlog` makes of a log, without those that would give the replayed
/// transactions the ids of the first time. Replicas have seen those ids already.
final class ReplayText {

    private static final Pattern IDS =
            Pattern.compile("/\\*M?!\\d+ SET @@session\\.(?:gtid_domain_id|gtid_seq_no|server_id)=\\d+\\*//\\*!\\*/;");
    private static final int MAX_LINE_BYTES = 200;
    private static final int CHUNK_BYTES = 64 << 10;

    private ReplayText() {}

    /// Copies the text, line by line; long lines go through as they are.
    static void copy(InputStream from, OutputStream to) throws IOException {
        InputStream in = new BufferedInputStream(from, CHUNK_BYTES);
        OutputStream out = new BufferedOutputStream(to, CHUNK_BYTES);
        byte[] line = new byte[MAX_LINE_BYTES];
        int held = 0;
        boolean isLong = false;
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (isLong) {
                out.write(b);
                isLong = b != '\n';
            } else {
                line[held++] = (byte) b;
                if (b == '\n' || held == MAX_LINE_BYTES) {
                    send(line, held, out);
                    isLong = b != '\n';
                    held = 0;
                }
            }
        }
        send(line, held, out);
        out.flush();
    }

    private static void send(byte[] line, int count, OutputStream to) throws IOException {
        if (!IDS.matcher(new String(line, 0, count, ISO_8859_1).strip()).matches()) {
            to.write(line, 0, count);
        }
    }
}
