package dev.aloft.cli.backup;

import dev.aloft.backup.Backups;
import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.Moment;
import dev.aloft.backup.Snapshot;
import dev.aloft.backup.SnapshotList;
import dev.aloft.backup.database.DatabaseAccess;
import dev.aloft.backup.database.DatabaseLoad;
import dev.aloft.backup.database.LogArchive;
import dev.aloft.bulk.Progress;
import dev.aloft.cli.backup.BackupSite.Opened;
import dev.aloft.cli.console.Failure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/// The database that a command of `aloft backup restore` brings back: the dump of a snapshot, and for a moment the
/// binary log after it.
///
/// @param source for the operator: which dump, of when
/// @param moment of the state that it makes
record DatabaseRestoration(DatabaseAccess target, DatabaseLoad load, String source, Instant moment, boolean inPlace) {

    /// A second attempt at the right moment follows within hours.
    private static final Duration UNDO_KEPT = Duration.ofHours(12);

    /// @param inPlace true to load straight into the database
    /// @throws Failure if the snapshot has none
    static DatabaseRestoration of(Opened opened, DatabaseAccess target, Snapshot snapshot, boolean inPlace)
            throws Failure {
        DatabasePart dump = dump(snapshot);
        return new DatabaseRestoration(
                target, load(opened, target, snapshot, dump), text(snapshot, dump), dump.moment(), inPlace);
    }

    /// @param named the snapshot whose dump is loaded; the newest before the moment if empty
    /// @throws Failure if there is none
    static DatabaseRestoration of(Opened opened, DatabaseAccess target, Optional<Snapshot> named, Moment moment)
            throws IOException, Failure {
        if (opened.backup().databasePrefix().isPresent()) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--to is impossible with database_prefix: the binary log is not divided by tables",
                    "restore a snapshot without --to, or the files alone with --only files");
        }
        LogArchive archive = SiteDatabase.archive(opened);
        boolean isFollowed = archive.state().isPresent();
        Snapshot snapshot = named.isPresent() ? earlier(named.get(), moment) : newest(opened, moment, isFollowed);
        DatabasePart dump = dump(snapshot);
        DatabaseLoad load = load(opened, target, snapshot, dump);
        if (isFollowed) {
            load = load.replaying(archive, moment.end());
        }
        String source = text(snapshot, dump)
                + (load.isReplaying()
                        ? " and the binary log to " + moment
                        : age(dump, moment) + ", without a binary log");
        return new DatabaseRestoration(target, load, source, load.isReplaying() ? moment.end() : dump.moment(), false);
    }

    private static DatabaseLoad load(Opened opened, DatabaseAccess target, Snapshot snapshot, DatabasePart dump) {
        return new DatabaseLoad(target, dump, () -> opened.backups().dump(snapshot));
    }

    private static DatabasePart dump(Snapshot snapshot) throws Failure {
        return snapshot.database()
                .orElseThrow(() -> new Failure(
                        Failure.Code.BACKUP,
                        "the snapshot " + snapshot.id() + " has no database",
                        "choose one that aloft backup list shows with a database"));
    }

    private static String text(Snapshot snapshot, DatabasePart dump) {
        return "the dump of " + dump.moment() + " (snapshot " + snapshot.id() + ")";
    }

    private static String age(DatabasePart dump, Moment moment) {
        Duration older = Duration.between(dump.moment(), moment.end());
        return ", which is " + older.toSeconds() + " s older than " + moment;
    }

    private static Snapshot earlier(Snapshot named, Moment moment) throws Failure {
        DatabasePart dump = dump(named);
        if (dump.moment().isAfter(moment.end())) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "the snapshot " + named.id() + " is of " + dump.moment() + ", after " + moment,
                    "name an earlier snapshot, or none");
        }
        return named;
    }

    private static Snapshot newest(Opened opened, Moment moment, boolean isFollowed) throws IOException, Failure {
        return newest(opened.backups().list(), moment, isFollowed)
                .orElseThrow(() -> new Failure(
                        Failure.Code.BACKUP,
                        "no snapshot of the site has a database of before " + moment,
                        "aloft backup list prints the snapshots"));
    }

    /// The newest snapshot with a database.
    ///
    /// @param moment that it must not be after
    /// @param isFollowed true if a dump with a place in the binary log is better than a newer one without
    static Optional<Snapshot> newest(SnapshotList list, Moment moment, boolean isFollowed) {
        return list.snapshots().stream()
                .filter(candidate -> candidate
                        .database()
                        .filter(dump -> !dump.moment().isAfter(moment.end()))
                        .isPresent())
                .max(Comparator.comparing((Snapshot candidate) -> isFollowed
                                && candidate.database().orElseThrow().position().isPresent())
                        .thenComparing(
                                candidate -> candidate.database().orElseThrow().moment()));
    }

    /// For the question to the operator.
    String question() {
        return "load " + source + " into " + target + ", as it was " + Ages.of(moment);
    }

    /// Refuses to drop the tables that a restoration of the last hours has replaced. After a wrong second, these have
    /// what nothing else may have: the rows that were written since the last dump.
    void requireNoUndo() throws IOException, Failure {
        Optional<Instant> last =
                DatabaseLoad.undoable(target).flatMap(undoable -> Backups.momentOf(undoable.restoration()));
        if (last.isPresent() && last.get().isAfter(Instant.now().minus(UNDO_KEPT))) {
            throw new Failure(
                    Failure.Code.BACKUP,
                    "the tables from before the restoration of " + last.get() + " (" + Ages.of(last.get())
                            + ") would be lost with another one into " + target,
                    "take that one back first (aloft backup restore --undo), or add --again if you do not need them");
        }
    }

    /// Prints what would change.
    void preview(RestoreOutput output) {
        output.item(
                "change",
                "replace the tables of " + target + " by " + source,
                event -> event.put("change", "replace")
                        .put("database", target.name())
                        .put("source", source));
    }

    /// @param restoration its id
    void run(Opened opened, RestoreOutput output, String restoration) throws IOException, Failure {
        Progress progress = new Progress();
        output.database(
                output.during(
                        progress,
                        opened.site().operations(),
                        () -> inPlace ? load.runInPlace(progress) : load.run(restoration, progress)),
                source);
    }
}
