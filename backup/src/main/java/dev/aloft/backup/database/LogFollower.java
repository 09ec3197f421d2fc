package dev.aloft.backup.database;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ships a server's binary log into an archive as it grows, until its thread is interrupted.
///
/// The program of the server's maker, such as `mariadb-binlog`, writes the log into a private folder, as a replica
/// would read it; what has come is shipped in segments. A failure after the first success is logged, and everything is
/// started again after a pause, at the place that the archive reaches to. For one thread, but its figures are for all.
public final class LogFollower {

    private static final Logger LOG = LoggerFactory.getLogger(LogFollower.class);
    private static final int LOOKS_PER_STATE = 6;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

    private final DatabaseAccess access;
    private final LogArchive archive;
    private final Duration interval;
    private volatile Figures figures = new Figures(Instant.EPOCH, 0, 0, 0, 0);
    private Instant recorded = Instant.EPOCH;
    private boolean began;

    /// Statistics of a follower since its start.
    ///
    /// @param complete every event before this moment is in the archive, by the server's clock
    /// @param behindBytes of the server's log that are not in the archive yet, when it last looked
    /// @param segments number of segments that were written
    /// @param bytes in them
    /// @param restarts how often the program that reads the log had to be started again
    public record Figures(Instant complete, long behindBytes, long segments, long bytes, long restarts) {}

    /// @param interval the time between two looks at what has come
    public LogFollower(DatabaseAccess access, LogArchive archive, Duration interval) {
        this.access = access;
        this.archive = archive;
        this.interval = interval;
    }

    /// Statistics since the start.
    public Figures figures() {
        return figures;
    }

    /// Follows until this thread is interrupted.
    ///
    /// @throws IOException when it could not begin: a later failure is only logged
    public void run() throws IOException {
        Duration pause = FIRST_PAUSE;
        while (!Thread.currentThread().isInterrupted()) {
            Instant before = figures.complete();
            try {
                follow();
            } catch (InterruptedIOException e) {
                return;
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                if (!began) {
                    throw e;
                }
                pause = figures.complete().isAfter(before) ? FIRST_PAUSE : longer(pause);
                LOG.warn("{}; trying again in {} s", e.getMessage(), pause.toSeconds());
                figures = restarted(figures);
                waitFor(pause);
            }
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(MAX_PAUSE) < 0 ? twice : MAX_PAUSE;
    }

    private static Figures restarted(Figures f) {
        return new Figures(f.complete(), f.behindBytes(), f.segments(), f.bytes(), f.restarts() + 1);
    }

    private static void waitFor(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() throws IOException {
        LogSource source = LogSource.of(access);
        Figures f = figures;
        Optional<LogArchive.State> state = archive.state();
        Instant known = state.map(LogArchive.State::complete).orElse(Instant.EPOCH);
        if (known.isAfter(f.complete())) {
            figures = new Figures(known, f.behindBytes(), f.segments(), f.bytes(), f.restarts());
        }
        Optional<LogFolder> last = last(state.map(LogArchive.State::log), archive.folders());
        Optional<LogPosition> start = last.map(log -> new LogPosition(log.file(), log.end()));
        try {
            follow(source, start.isPresent() ? start.get() : source.beginning(), last);
        } catch (LogGoneException e) {
            LogPosition oldest = source.oldest();
            LOG.warn(
                    "{}; following from the oldest log, {}: moments in between cannot be restored",
                    e.getMessage(),
                    oldest);
            follow(source, oldest, Optional.empty());
        }
    }

    /// The log that was followed, or else the newest. A server that took over may have begun its logs long before.
    private static Optional<LogFolder> last(Optional<String> followed, List<LogFolder> logs) {
        return Stream.concat(
                        logs.stream().filter(log -> followed.equals(Optional.of(log.name()))), logs.reversed().stream())
                .findFirst();
    }

    private void follow(LogSource source, LogPosition start, Optional<LogFolder> resumed) throws IOException {
        Path folder = Files.createTempDirectory(
                "aloft-binlog-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (ClientRun run = source.read(start, folder)) {
            LogShipper shipper = new LogShipper(archive, folder, start, resumed);
            while (run.isRunning()) {
                ship(source, shipper);
                run.await(interval);
            }
            ship(source, shipper);
            throw ended(run);
        } finally {
            delete(folder);
        }
    }

    private void ship(LogSource source, LogShipper shipper) throws IOException {
        LogLook look = source.look();
        shipper.requireFollowed(look);
        LogShipper.Shipped shipped = shipper.ship();
        long behind = shipper.behind(look);
        Figures f = figures;
        Instant complete = behind == 0 ? look.moment() : f.complete();
        figures = new Figures(
                complete, behind, f.segments() + shipped.segments(), f.bytes() + shipped.bytes(), f.restarts());
        began |= behind == 0 || shipped.segments() > 0;
        Optional<String> log = shipper.folder();
        if (log.isPresent() && !look.moment().isBefore(recorded.plus(interval.multipliedBy(LOOKS_PER_STATE)))) {
            archive.putState(new LogArchive.State(complete, look.moment(), behind, log.get()));
            recorded = look.moment();
        }
    }

    private IOException ended(ClientRun run) throws IOException {
        int code = run.awaitEnd(interval);
        String attempt = "follow the binary log of " + access;
        DatabaseException failure = run.failure(attempt, "exit status " + code);
        boolean isGone = run.lastErrors().stream().anyMatch(LogFollower::isGone);
        return isGone ? new LogGoneException(String.valueOf(failure.getMessage())) : failure;
    }

    /// The server has forgotten the log, or another one has its name.
    private static boolean isGone(String error) {
        return error.contains("Could not find first log file")
                || error.contains("impossible position")
                || error.contains("position > file size")
                || error.contains("log event entry exceeded max_allowed_packet");
    }

    private static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
