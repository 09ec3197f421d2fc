package dev.aloft.backup.database;

import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.database.ClientPrograms.Tool;
import dev.aloft.backup.database.DatabaseException.Kind;
import dev.aloft.bulk.Progress;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The part of a binary log between a dump and a moment. Immutable.
final class LogReplay {

    private static final Duration SILENCE_LIMIT = Duration.ofMinutes(30);
    private static final int CHUNK_BYTES = 64 << 10;

    private final LogArchive archive;
    private final List<LogFolder> logs;
    private final Maker maker;
    private final String database;
    private final LogPosition from;
    private final Instant until;
    private final Duration silenceLimit;

    private LogReplay(
            LogArchive archive,
            List<LogFolder> logs,
            Maker maker,
            String database,
            LogPosition from,
            Instant until,
            Duration silenceLimit) {
        this.silenceLimit = silenceLimit;
        this.maker = maker;
        this.database = database;
        this.archive = archive;
        this.logs = List.copyOf(logs);
        this.from = from;
        this.until = until;
    }

    /// Finds the logs between a dump and a moment.
    ///
    /// @param until a moment after the dump's; all of its second is replayed
    /// @throws DatabaseException when a part is missing, or the archive may not reach the moment yet
    static LogReplay find(LogArchive archive, DatabasePart dump, Instant until) throws IOException {
        LogPosition from = dump.position()
                .map(LogPosition::parse)
                .orElseThrow(() -> new DatabaseException(
                        Kind.CONTENT,
                        "the dump of database " + dump.name() + " of " + dump.moment()
                                + " has no place in a binary log, because the server wrote none or the user"
                                + " may not lock its tables",
                        "restore the snapshot as it is"));
        List<LogFolder> logs = chain(archive, from, dump.moment());
        Instant second = until.truncatedTo(ChronoUnit.SECONDS);
        requireReach(archive, logs, second);
        return new LogReplay(archive, logs, Maker.ofServer(dump.server()), dump.name(), from, second, SILENCE_LIMIT);
    }

    /// The same with another limit for the silence of a program.
    LogReplay within(Duration limit) {
        return new LogReplay(archive, logs, maker, database, from, until, limit);
    }

    /// @throws DatabaseException for a server that does not understand the log
    void requireSameMaker(DatabaseAccess into, ServerFacts server) throws DatabaseException {
        if (server.maker() != maker) {
            throw new DatabaseException(
                    Kind.SERVER,
                    "the binary log is of " + maker + ", and " + into + " is " + server.maker() + " "
                            + server.version(),
                    "restore a snapshot without --to");
        }
    }

    private static List<LogFolder> chain(LogArchive archive, LogPosition from, Instant dumped) throws IOException {
        List<LogFolder> all = archive.folders();
        List<LogFolder> chain = new ArrayList<>();
        for (LogFolder log : all) {
            boolean first = log.file().equals(from.file()) && !log.begun().isAfter(dumped);
            if (first) {
                chain.clear();
            }
            if (first || (!chain.isEmpty() && isNext(chain.getLast(), log))) {
                chain.add(log);
            }
        }
        if (chain.isEmpty() || chain.getFirst().end() < from.offset()) {
            throw new DatabaseException(
                    Kind.CONTENT,
                    archive + " does not hold the binary log from " + from + ", where the dump ends",
                    "restore to a snapshot, or to a moment after one that was taken while aloft backup follow ran");
        }
        return chain;
    }

    private static boolean isNext(LogFolder before, LogFolder log) {
        return before.isWhole() && LogPosition.number(log.file()) == LogPosition.number(before.file()) + 1;
    }

    /// The follower was sure of that moment, in a log of the chain; or a log was begun after it, to which the chain
    /// reaches.
    private static void requireReach(LogArchive archive, List<LogFolder> logs, Instant until) throws IOException {
        boolean isPast = logs.getLast().begun().isAfter(until);
        Optional<LogArchive.State> state = archive.state();
        Instant complete = state.map(LogArchive.State::complete).orElse(Instant.EPOCH);
        boolean isFollowed = state.isEmpty()
                || logs.stream().anyMatch(log -> log.name().equals(state.get().log()));
        if (!isPast && !(isFollowed && !complete.isBefore(until.plusSeconds(1)))) {
            throw new DatabaseException(
                    Kind.CONTENT,
                    archive + " does not hold the binary log to " + until + " for certain, "
                            + (isFollowed
                                    ? "only to " + complete
                                    : "there is a gap after " + logs.getLast().file()),
                    isFollowed
                            ? "restore to that moment, or start aloft backup follow and try again"
                            : "restore to an earlier moment, or to a snapshot after the gap");
        }
    }

    /// Replays it into a database that holds the dump and nothing newer.
    void into(DatabaseAccess scratch, Progress progress) throws IOException {
        progress.beginStream(
                "replaying the binary log",
                logs.stream().mapToLong(LogFolder::end).sum());
        String attempt = "replay the binary log into " + scratch;
        Set<String> databases = SqlQuery.rows(scratch, attempt, "SHOW DATABASES").stream()
                .map(List::getFirst)
                .collect(Collectors.toSet());
        ReplayFilter filter = new ReplayFilter(database, until, databases);
        try (ClientRun sql = ClientRun.start(scratch, Tool.SQL, SqlQuery.arguments("--binary-mode", scratch.name()))) {
            Transfer transfer = new Transfer(sql);
            transfer.run(attempt, silenceLimit, () -> {
                try (OutputStream statements = transfer.input()) {
                    for (LogFolder log : logs) {
                        if (!filter.isEnded() && !log.begun().isAfter(until)) {
                            replay(log, scratch, filter, statements, progress);
                        }
                    }
                } catch (ProgramInput.Closed endedEarly) {
                    // its exit status says why
                }
            });
            sql.requireSuccess(attempt, silenceLimit);
        }
    }

    private void replay(
            LogFolder log, DatabaseAccess scratch, ReplayFilter filter, OutputStream statements, Progress progress)
            throws IOException {
        String attempt = "read " + log.file() + " of " + archive;
        long start = log.file().equals(from.file()) ? from.offset() : 0;
        List<String> arguments = new ArrayList<>(maker.decodeOptions());
        arguments.addAll(List.of("--rewrite-db=" + database + "->" + scratch.name(), "-"));
        try (ClientRun decoder = ClientRun.start(scratch, Tool.LOG, arguments)) {
            Feed feed = new Feed(decoder, progress);
            Thread feeder = Thread.ofVirtual().start(() -> feed.run(log, start, filter));
            try {
                Transfer decoded = new Transfer(decoder);
                decoded.run(attempt, silenceLimit, () -> ReplayText.copy(decoded.heard(), statements));
                feeder.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted: cannot " + attempt);
            }
            feed.failed.rethrow();
            decoder.requireSuccess(attempt, silenceLimit);
        }
    }

    /// Gives the events that are kept to the program that decodes them.
    private final class Feed {

        private final ClientRun decoder;
        private final Progress progress;
        private final Transfer.Failed failed = new Transfer.Failed();

        Feed(ClientRun decoder, Progress progress) {
            this.decoder = decoder;
            this.progress = progress;
        }

        /// The program takes the end of its input for the end of the log, so a failure of any kind is recorded.
        void run(LogFolder log, long start, ReplayFilter filter) {
            failed.run(() -> copy(log, start, filter));
        }

        private void copy(LogFolder log, long start, ReplayFilter filter) throws IOException {
            try (OutputStream to = new BufferedOutputStream(new ProgramInput(decoder.input()), CHUNK_BYTES);
                    LogReader reader = new LogReader(archive, log)) {
                filter.copy(new BufferedInputStream(progress.counting(reader), CHUNK_BYTES), log.file(), start, to);
            } catch (ProgramInput.Closed endedEarly) {
                // its exit status says why
            }
        }
    }
}
