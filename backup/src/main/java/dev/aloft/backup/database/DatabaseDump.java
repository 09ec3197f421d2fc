package dev.aloft.backup.database;

import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.database.ClientPrograms.Program;
import dev.aloft.backup.database.ClientPrograms.Tool;
import dev.aloft.backup.database.DatabaseException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/// A dump of one moment, taken by `mariadb-dump` or `mysqldump` while others write.
///
/// The dump is gzip of SQL statements without the database's name, so it can be loaded under any name. Only tables
/// whose engine has transactions (InnoDB) are of exactly that moment.
final class DatabaseDump {

    private static final Duration SILENCE_LIMIT = Duration.ofMinutes(10);
    private static final int CHUNK_BYTES = 64 << 10;

    private static final List<String> ARGUMENTS = List.of(
            "--single-transaction",
            "--quick",
            "--triggers",
            "--hex-blob",
            "--tz-utc",
            "--default-character-set=utf8mb4",
            "--max-allowed-packet=1G");

    private final DatabaseAccess access;
    private final Duration silenceLimit;

    private DatabaseDump(DatabaseAccess access, Duration silenceLimit) {
        this.access = access;
        this.silenceLimit = silenceLimit;
    }

    /// Writes a dump into a stream, see [DatabaseAccess#dump].
    static DatabasePart write(DatabaseAccess access, OutputStream to) throws IOException {
        return write(access, to, SILENCE_LIMIT);
    }

    /// The same with another limit for silence.
    static DatabasePart write(DatabaseAccess access, OutputStream to, Duration silenceLimit) throws IOException {
        return new DatabaseDump(access, silenceLimit).write(to);
    }

    private DatabasePart write(OutputStream to) throws IOException {
        String attempt = "dump " + access;
        ServerFacts server = ServerFacts.of(access);
        DumpScanner scanner = new DumpScanner();
        CountedOutput counted = new CountedOutput(to);
        Progress progress = new Progress(server);
        DatabaseAccess suited = access.suited(server);
        Optional<LogPosition> position;
        try (DumpPlace place = place(suited, server);
                ClientRun run = ClientRun.start(suited, Tool.DUMP, arguments(suited, server))) {
            run.input().close();
            Transfer transfer = new Transfer(run);
            transfer.run(attempt, silenceLimit, () -> {
                GZIPOutputStream zipped = new GZIPOutputStream(counted, CHUNK_BYTES);
                progress.pump(transfer.heard(), scanner, place, zipped);
                zipped.finish();
            });
            run.requireSuccess(attempt);
            place.release();
            position = scanner.position().or(place::position);
        }
        if (!scanner.isComplete()) {
            throw new DatabaseException(
                    Kind.CONTENT,
                    "cannot " + attempt + ": its end is missing after " + progress.sqlBytes + " bytes",
                    "see the database server's log, then try again");
        }
        return new DatabasePart(
                access.name(),
                progress.moment(),
                server.version(),
                position.map(LogPosition::toString),
                scanner.gtid(),
                counted.bytes(),
                progress.sqlBytes,
                counted.sha256(),
                scanner.tables());
    }

    /// Bytes that have gone by, and the latest time that the moment of the dump can be.
    private static final class Progress {

        private final ServerFacts server;
        private long sqlBytes;
        private Instant moment = Instant.MAX;

        Progress(ServerFacts server) {
            this.server = server;
        }

        void pump(InputStream from, DumpScanner scanner, DumpPlace place, OutputStream to) throws IOException {
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
                scanner.add(chunk, 0, n);
                if (moment.equals(Instant.MAX) && scanner.isPastHeader()) {
                    moment = server.now();
                    place.release();
                }
                to.write(chunk, 0, n);
                sqlBytes += n;
            }
        }

        Instant moment() {
            return moment.equals(Instant.MAX) ? server.now() : moment;
        }
    }

    private DumpPlace place(DatabaseAccess suited, ServerFacts server) throws IOException {
        return server.maker() == Maker.MYSQL
                        && server.writesLog()
                        && access.tablePrefix().isEmpty()
                ? DumpPlace.lock(suited, server)
                : DumpPlace.unknown();
    }

    private List<String> arguments(DatabaseAccess suited, ServerFacts server) throws IOException {
        Program program = suited.programs().locate(Tool.DUMP);
        List<String> arguments = new ArrayList<>(ARGUMENTS);
        arguments.addAll(program.maker().dumpOptions());
        if (server.writesLog() && program.maker() == server.maker()) {
            arguments.addAll(program.maker().positionOptions());
        }
        if (access.tablePrefix().isPresent()) {
            arguments.add(access.name());
            arguments.addAll(tables(access.tablePrefix().get()));
        } else {
            arguments.addAll(List.of("--routines", "--events", access.name()));
        }
        return arguments;
    }

    private List<String> tables(String prefix) throws IOException {
        List<String> tables = SqlQuery.rows(
                        access, "list the tables of " + access, """
                        SELECT table_name FROM information_schema.tables
                        WHERE table_schema = '%s' AND LEFT(table_name, %d) = '%s' ORDER BY table_name
                        """.formatted(access.name(), prefix.length(), prefix))
                .stream()
                .map(List::getFirst)
                .toList();
        if (tables.isEmpty()) {
            throw new DatabaseException(
                    Kind.CONFIGURATION,
                    access + " has no table whose name begins with " + prefix,
                    "check the prefix of the tables");
        }
        return tables;
    }
}
