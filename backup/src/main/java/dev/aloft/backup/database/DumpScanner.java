package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what a dump says of itself while its bytes go by: the place in the binary log, the number of tables, and its
/// last line.
final class DumpScanner {

    private static final int KEPT_BYTES = 256;
    private static final Pattern POSITION =
            Pattern.compile("-- CHANGE (?:MASTER|REPLICATION SOURCE) TO (?:MASTER|SOURCE)_LOG_FILE='([^']+)',"
                    + " (?:MASTER|SOURCE)_LOG_POS=(\\d+);?");
    private static final Pattern GTID = Pattern.compile("-- SET GLOBAL gtid_slave_pos='([^']*)';");
    private static final String TABLE = "CREATE TABLE `";
    private static final String END = "-- Dump completed";

    private final byte[] line = new byte[KEPT_BYTES];
    private int kept;
    private String last = "";
    private int tables;
    private boolean pastHeader;
    private Optional<LogPosition> position = Optional.empty();
    private Optional<String> gtid = Optional.empty();

    /// The next bytes of the dump.
    void add(byte[] bytes, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                endLine();
            } else if (kept < KEPT_BYTES) {
                line[kept++] = b;
            }
        }
    }

    private void endLine() {
        if (kept == 0) {
            return;
        }
        if (line[0] == '-' || line[0] == 'C') {
            read(new String(line, 0, kept, UTF_8));
        } else {
            last = "";
        }
        kept = 0;
    }

    private void read(String text) {
        last = text;
        if (text.startsWith(TABLE)) {
            tables++;
            pastHeader = true;
            return;
        }
        Matcher place = POSITION.matcher(text);
        if (!pastHeader && place.matches()) {
            position = Optional.of(new LogPosition(place.group(1), Long.parseLong(place.group(2))));
        }
        Matcher id = GTID.matcher(text);
        if (id.matches() && !id.group(1).isEmpty()) {
            gtid = Optional.of(id.group(1));
        }
    }

    /// True as soon as a table has begun, at which time the moment of the dump has passed.
    boolean isPastHeader() {
        return pastHeader;
    }

    /// True if the last line is that of a complete dump.
    boolean isComplete() {
        return kept == 0 && last.startsWith(END);
    }

    int tables() {
        return tables;
    }

    Optional<LogPosition> position() {
        return position;
    }

    Optional<String> gtid() {
        return gtid;
    }
}
