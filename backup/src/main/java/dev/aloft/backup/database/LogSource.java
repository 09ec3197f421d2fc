package dev.aloft.backup.database;

import dev.aloft.backup.database.ClientPrograms.Tool;
import dev.aloft.backup.database.DatabaseException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// The binary log of a server, read as a replica reads it.
///
/// @param access with the client programs of the server's maker
record LogSource(DatabaseAccess access, ServerFacts server) {

    private static final long FIRST_REPLICA_ID = 1L << 31;
    private static final long LAST_REPLICA_ID = (1L << 32) - 1;

    /// Asks the server.
    ///
    /// @throws DatabaseException if its log could not be replayed
    static LogSource of(DatabaseAccess access) throws IOException {
        ServerFacts server = ServerFacts.of(access);
        LogSource source = new LogSource(access.suited(server), server);
        source.requireRows();
        source.requireNoCompression();
        return source;
    }

    private void requireRows() throws DatabaseException {
        if (server.maker() == Maker.MYSQL && server.isBefore(8, 0)) {
            throw new DatabaseException(
                    Kind.SERVER,
                    access + " is MySQL " + server.version() + ", whose binary log cannot be followed",
                    "follow MySQL 8.0 or later, or back up by snapshots alone: each has a dump (aloft backup create)");
        }
        if (!server.writesLog() || !server.logFormat().equals("ROW")) {
            throw new DatabaseException(
                    Kind.SERVER,
                    server.writesLog()
                            ? "the binary log of " + access + " is in the format " + server.logFormat()
                            : access + " writes no binary log",
                    "set log_bin and binlog_format = ROW in the server's configuration");
        }
    }

    private void requireNoCompression() throws IOException {
        String variable = server.maker().compressionVariable();
        String attempt = "look at the binary log of " + access;
        if (!SqlQuery.rows(access, attempt, "SELECT @@GLOBAL." + variable)
                .getFirst()
                .equals(List.of("0"))) {
            throw new DatabaseException(
                    Kind.SERVER,
                    "the binary log of " + access + " is compressed, and could not be divided by databases",
                    "set " + variable + " = OFF in the server's configuration");
        }
    }

    /// The log that the server is writing, from its beginning.
    LogPosition beginning() throws IOException {
        return new LogPosition(look().end().file(), 0);
    }

    /// The oldest log that the server has.
    LogPosition oldest() throws IOException {
        List<List<String>> logs = SqlQuery.rows(access, "list the binary logs of " + access, "SHOW BINARY LOGS");
        return new LogPosition(logs.getFirst().getFirst(), 0);
    }

    LogLook look() throws IOException {
        return LogLook.at(access, server);
    }

    /// Starts the program that writes the log into a folder as it grows. It ends when its standard input is closed.
    ///
    /// @param folder gets a file for each log
    ClientRun read(LogPosition start, Path folder) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--read-from-remote-server",
                "--raw",
                "--stop-never",
                server.maker().replicaOption() + "="
                        + ThreadLocalRandom.current().nextLong(FIRST_REPLICA_ID, LAST_REPLICA_ID),
                "--result-file=" + folder + "/"));
        if (start.offset() > 0) {
            arguments.add("--start-position=" + start.offset());
        }
        arguments.add(start.file());
        return ClientRun.startGuarded(access, Tool.LOG, arguments);
    }
}
