package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.database.ClientPrograms.Tool;
import dev.aloft.backup.database.DatabaseException.Kind;
import dev.aloft.bulk.Progress;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Loads a dump into a database, and after it a part of the binary log where one is wanted. Immutable.
///
/// It loads into a scratch database beside it, `<name>_aloft_new`, and swaps the tables in one statement
/// when the whole dump is loaded: a load that fails leaves the database as it was. The tables as they were stay in
/// `<name>_aloft_old` until the next load. Tables that the dump does not have stay. One restoration into a database
/// runs at a time, see [RestoreLock]; one that was killed after the swap must be undone before the next, see
/// [SwapMarker].
public final class DatabaseLoad {

    private static final Duration SILENCE_LIMIT = Duration.ofMinutes(30);
    private static final int CHUNK_BYTES = 64 << 10;

    private final DatabaseAccess access;
    private final DatabasePart dump;
    private final Source source;
    private final Optional<LogReplay> replay;

    /// A dump that can be read more than once.
    @FunctionalInterface
    public interface Source {

        /// Opens it at its first byte.
        InputStream open() throws IOException;
    }

    /// A dump that was loaded.
    ///
    /// @param database the database that has its tables now
    /// @param tables how many
    /// @param previous the database that has the tables as they were; empty if they were replaced one by one, or if
    ///     there were none
    /// @param dropped tables that an earlier undo had put aside, and that are gone now
    public record Loaded(String database, int tables, Optional<String> previous, List<String> dropped) {

        public Loaded {
            dropped = List.copyOf(dropped);
        }
    }

    /// A load that was taken back.
    ///
    /// @param tables the number of tables that are in place again
    /// @param aside the database that has the restored tables, until the next restoration
    /// @param written those of them that were written to since they were restored: these rows are no longer in use
    public record Undone(String database, int tables, String aside, List<String> written) {

        public Undone {
            written = List.copyOf(written);
        }
    }

    private DatabaseLoad(DatabaseAccess access, DatabasePart dump, Source source, Optional<LogReplay> replay) {
        this.access = access;
        this.dump = dump;
        this.source = source;
        this.replay = replay;
    }

    /// A load of a dump alone.
    ///
    /// @param source of the dump as [DatabaseDump] has written it, which is checked before anything is swapped
    public DatabaseLoad(DatabaseAccess access, DatabasePart dump, Source source) {
        this(access, dump, source, Optional.empty());
    }

    /// The same, and the binary log after the dump.
    ///
    /// @param until a moment after the dump's; all of its second is replayed
    /// @throws DatabaseException when a part of the log is missing, or may not reach the moment yet
    public DatabaseLoad replaying(LogArchive archive, Instant until) throws IOException {
        return new DatabaseLoad(access, dump, source, Optional.of(LogReplay.find(archive, dump, until)));
    }

    /// True with a binary log.
    public boolean isReplaying() {
        return replay.isPresent();
    }

    /// Loads it.
    ///
    /// @param restoration its id, for [#undoable]
    /// @throws DatabaseException that says in which state the database is
    public Loaded run(String restoration, Progress progress) throws IOException {
        DatabaseLoad suited = suited();
        try (RestoreLock lock = RestoreLock.take(suited.access)) {
            return suited.beside(lock, restoration, progress);
        }
    }

    /// The same with the client programs of the server's maker.
    private DatabaseLoad suited() throws IOException {
        ServerFacts server = ServerFacts.of(access);
        if (replay.isPresent()) {
            replay.get().requireSameMaker(access, server);
        }
        return new DatabaseLoad(access.suited(server), dump, source, replay);
    }

    /// Loads the dump straight into the database, for a user who may not create another one. It reads the dump twice,
    /// to check it before the first statement runs. A load that fails leaves some tables replaced and the others as
    /// they were. Neither it nor a load before it can be undone.
    public Loaded runInPlace(Progress progress) throws IOException {
        DatabaseLoad suited = suited();
        try (RestoreLock _ = RestoreLock.take(suited.access)) {
            return suited.inPlace(progress);
        }
    }

    private Loaded inPlace(Progress progress) throws IOException {
        try (InputStream bytes = open("checking the dump", progress)) {
            check(bytes, dump.sha256(), "load the dump into " + access);
        } catch (DatabaseException e) {
            throw inState(e, "database " + access.name() + " is as it was");
        }
        TableSwap.forward(access).forget();
        try {
            return new Loaded(access.name(), pipe(access, progress), Optional.empty(), List.of());
        } catch (DatabaseException e) {
            throw inState(e, "database " + access.name() + " holds a part of the dump: load it again");
        }
    }

    /// A load that can be taken back.
    ///
    /// @param restoration its id
    /// @param written tables that were written to since: these rows would no longer be in use
    public record Undoable(String restoration, List<String> written) {

        public Undoable {
            written = List.copyOf(written);
        }
    }

    /// The load that [#undo] would take back; empty where there is none.
    public static Optional<Undoable> undoable(DatabaseAccess access) throws IOException {
        Optional<String> restoration = TableSwap.forward(access).restoration();
        return restoration.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Undoable(restoration.get(), TableSwap.back(access).writtenSince()));
    }

    /// The load that was taken back last; empty once there was another one.
    public static Optional<String> undone(DatabaseAccess access) throws IOException {
        return TableSwap.forward(access).undone();
    }

    /// Puts the tables back that the last load has replaced.
    ///
    /// @throws DatabaseException when there are none
    public static Undone undo(DatabaseAccess access) throws IOException {
        DatabaseAccess suited = access.suited();
        try (RestoreLock _ = RestoreLock.take(suited)) {
            TableSwap swap = TableSwap.back(suited);
            List<String> written = swap.writtenSince();
            int tables = swap.run();
            swap.dropEmptied();
            return new Undone(access.name(), tables, swap.aside().name(), written);
        }
    }

    private Loaded beside(RestoreLock lock, String restoration, Progress progress) throws IOException {
        TableSwap swap = TableSwap.forward(access);
        List<String> dropped = swap.prepare(restoration);
        try {
            pipe(swap.source(), progress);
            if (replay.isPresent()) {
                replay.get().into(swap.source(), progress);
            }
            lock.requireHeld();
            progress.begin("putting the tables in place");
        } catch (DatabaseException e) {
            throw cleanedUp(swap, inState(e, "database " + access.name() + " is as it was"));
        } catch (IOException e) {
            throw cleanedUp(swap, e);
        }
        int tables = swapped(swap);
        swap.dropEmptied();
        return new Loaded(access.name(), tables, swap.kept(), dropped);
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
    private int pipe(DatabaseAccess into, Progress progress) throws IOException {
        try (InputStream bytes = open("loading the dump", progress)) {
            return pipe(into, bytes, dump.sha256());
        }
    }

    private InputStream open(String phase, Progress progress) throws IOException {
        progress.beginStream(phase, dump.bytes());
        return progress.counting(source.open());
    }

    private static int pipe(DatabaseAccess into, InputStream dump, String sha256) throws IOException {
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
