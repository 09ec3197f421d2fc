package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.database.ClientPrograms.Tool;
import dev.aloft.backup.database.DatabaseException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Loads a dump into a database.
///
/// By default it loads into a scratch database beside it, `<name>_aloft_new`, and swaps the tables in one statement
/// when the whole dump is loaded: a load that fails leaves the database as it was. The tables as they were stay in
/// `<name>_aloft_old` until the next load. Tables that the dump does not have stay. One restoration into a database
/// runs at a time, see [RestoreLock]; one that was killed after the swap must be undone before the next, see
/// [SwapMarker].
public final class DatabaseLoad {

    private static final Duration SILENCE_LIMIT = Duration.ofMinutes(30);
    private static final int CHUNK_BYTES = 64 << 10;

    private final DatabaseAccess access;
    private final Optional<LogReplay> replay;

    private DatabaseLoad(DatabaseAccess access, Optional<LogReplay> replay) {
        this.access = access;
        this.replay = replay;
    }

    /// Loads a dump, and after it the part of a binary log where one is given.
    ///
    /// @param dump as [DatabaseDump] has written it; the caller closes it
    /// @param sha256 of the dump, which is checked before anything is swapped
    /// @throws DatabaseException that says in which state the database is
    public static LoadFacts load(DatabaseAccess access, InputStream dump, String sha256, Optional<LogReplay> replay)
            throws IOException {
        return new DatabaseLoad(access, replay).beside(dump, sha256);
    }

    /// A dump that can be read more than once.
    @FunctionalInterface
    public interface Source {

        /// Opens it at its first byte.
        InputStream open() throws IOException;
    }

    /// Loads a dump straight into the database, for a user who may not create another one. It reads the dump twice, to
    /// check it before the first statement runs. A load that fails leaves some tables replaced and the rest as they
    /// were.
    public static LoadFacts loadInPlace(DatabaseAccess access, Source dump, String sha256) throws IOException {
        DatabaseLoad load = new DatabaseLoad(access, Optional.empty());
        try (RestoreLock _ = RestoreLock.take(access)) {
            return load.inPlace(dump, sha256);
        }
    }

    private LoadFacts inPlace(Source dump, String sha256) throws IOException {
        try (InputStream bytes = dump.open()) {
            check(bytes, sha256, "load the dump into " + access);
        } catch (DatabaseException e) {
            throw inState(e, "database " + access.name() + " is as it was");
        }
        try (InputStream bytes = dump.open()) {
            int tables = pipe(access, bytes, sha256);
            return new LoadFacts(access.name(), tables, Optional.empty(), List.of());
        } catch (DatabaseException e) {
            throw inState(e, "database " + access.name() + " holds a part of the dump: load it again");
        }
    }

    /// Puts the tables back that the last load has replaced.
    ///
    /// @throws DatabaseException when there are none
    public static UndoFacts undo(DatabaseAccess access) throws IOException {
        try (RestoreLock _ = RestoreLock.take(access)) {
            TableSwap swap = TableSwap.back(access);
            List<String> written = swap.writtenSince();
            int tables = swap.run();
            swap.dropEmptied();
            return new UndoFacts(access.name(), tables, swap.aside().name(), written);
        }
    }

    private LoadFacts beside(InputStream dump, String sha256) throws IOException {
        try (RestoreLock lock = RestoreLock.take(access)) {
            return beside(dump, sha256, lock);
        }
    }

    private LoadFacts beside(InputStream dump, String sha256, RestoreLock lock) throws IOException {
        TableSwap swap = TableSwap.forward(access);
        List<String> dropped = swap.prepare();
        try {
            pipe(swap.source(), dump, sha256);
            if (replay.isPresent()) {
                replay.get().into(swap.source());
            }
            lock.requireHeld();
        } catch (DatabaseException e) {
            throw cleanedUp(swap, inState(e, "database " + access.name() + " is as it was"));
        } catch (IOException e) {
            throw cleanedUp(swap, e);
        }
        int tables = swapped(swap);
        swap.dropEmptied();
        return new LoadFacts(access.name(), tables, swap.kept(), dropped);
    }

    private static int swapped(TableSwap swap) throws IOException {
        try {
            return swap.run();
        } catch (IOException e) {
            throw swap.isDone() ? e : cleanedUp(swap, e);
        }
    }

    /// Best effort: the next load drops the rest.
    private static <E extends IOException> E cleanedUp(TableSwap swap, E failure) {
        try {
            swap.dropEmptied();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    static DatabaseException inState(DatabaseException e, String state) {
        return new DatabaseException(e.kind(), e.getMessage() + "; " + state, e.advice());
    }

    /// @return the number of tables
    private int pipe(DatabaseAccess into, InputStream dump, String sha256) throws IOException {
        String attempt = "load the dump into " + into;
        DumpScanner scanner = new DumpScanner();
        DigestInputStream digested = new DigestInputStream(dump, sha256());
        try (ClientRun run = ClientRun.start(into, Tool.SQL, SqlQuery.arguments(into.name()))) {
            Transfer transfer = new Transfer(run);
            transfer.run(attempt, SILENCE_LIMIT, () -> {
                try (OutputStream input = transfer.input()) {
                    unzip(digested, scanner, input, attempt);
                } catch (ProgramInput.Closed endedEarly) {
                    // its exit status says why
                }
            });
            run.requireSuccess(attempt, SILENCE_LIMIT);
        }
        requireWhole(digested, scanner, sha256, attempt);
        return scanner.tables();
    }

    private static void check(InputStream dump, String sha256, String attempt) throws IOException {
        DumpScanner scanner = new DumpScanner();
        DigestInputStream digested = new DigestInputStream(dump, sha256());
        unzip(digested, scanner, OutputStream.nullOutputStream(), attempt);
        requireWhole(digested, scanner, sha256, attempt);
    }

    private static void unzip(InputStream zipped, DumpScanner scanner, OutputStream to, String attempt)
            throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (GZIPInputStream dump = new GZIPInputStream(zipped, CHUNK_BYTES)) {
            for (int n = dump.read(chunk); n >= 0; n = dump.read(chunk)) {
                scanner.add(chunk, 0, n);
                to.write(chunk, 0, n);
            }
        } catch (ZipException | EOFException e) {
            throw damaged(attempt, "it is not gzip from its beginning to its end");
        }
    }

    private static void requireWhole(DigestInputStream read, DumpScanner scanner, String sha256, String attempt)
            throws IOException {
        if (!scanner.isComplete()) {
            throw damaged(attempt, "its last line is missing");
        }
        String found = HexFormat.of().formatHex(read.getMessageDigest().digest());
        if (!found.equals(sha256)) {
            throw damaged(attempt, "its SHA-256 is " + found + ", expected " + sha256);
        }
    }

    private static DatabaseException damaged(String attempt, String how) {
        return new DatabaseException(
                Kind.CONTENT, "cannot " + attempt + ": the dump is damaged, " + how, "choose another snapshot");
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Runs SQL text that this program has made or that `mariadb-dump` has given.
    static void execute(DatabaseAccess into, String attempt, String sql) throws IOException {
        try (ClientRun run = ClientRun.start(into, Tool.SQL, SqlQuery.arguments(into.name()))) {
            Transfer transfer = new Transfer(run);
            transfer.run(attempt, SILENCE_LIMIT, () -> {
                try (OutputStream input = transfer.input()) {
                    input.write(sql.getBytes(UTF_8));
                } catch (ProgramInput.Closed endedEarly) {
                    // its exit status says why
                }
            });
            run.requireSuccess(attempt, SILENCE_LIMIT);
        }
    }
}
