package dev.aloft.cli.backup;

import dev.aloft.backup.Backups.LastRestoration;
import dev.aloft.backup.Change;
import dev.aloft.backup.FileSource;
import dev.aloft.backup.Moment;
import dev.aloft.backup.RestoreOptions;
import dev.aloft.backup.RestoreReport;
import dev.aloft.backup.Snapshot;
import dev.aloft.bulk.Progress;
import dev.aloft.cli.backup.BackupSite.Opened;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Sizes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The files that a command of `aloft backup restore` brings back: those of a snapshot, or those of a versioned bucket
/// at a moment.
///
/// @param name in the record of the restoration: a snapshot's id, or the moment
/// @param text for the operator
record FilesRestoration(Opened opened, FileSource files, String name, String text, RestoreOptions options) {

    static FilesRestoration of(Opened opened, Snapshot snapshot, RestoreOptions options) throws IOException {
        return new FilesRestoration(
                opened,
                opened.backups().files(snapshot),
                snapshot.id(),
                "the " + snapshot.files() + " files of snapshot " + snapshot.id() + " of " + snapshot.moment() + " ("
                        + Ages.of(snapshot.moment()) + ")",
                options);
    }

    static FilesRestoration of(Opened opened, Moment moment, RestoreOptions options) throws IOException {
        FileSource files = opened.backups().files(moment, options.scope());
        String text = "the files of " + moment + " (" + Ages.of(moment.end()) + ")";
        return new FilesRestoration(opened, files, moment.toString(), text, options);
    }

    /// For the question to the operator.
    String question() {
        return "restore " + text + " into " + options.target()
                + (options.deletes() ? ", and delete files that are not among them" : "");
    }

    /// Prints what would change.
    void preview(RestoreOutput output) throws IOException {
        opened.backups().compare(files, options, change -> print(output, change));
        output.warn(gaps());
    }

    private static void print(RestoreOutput output, Change change) {
        output.item(
                "change",
                change.word() + " " + change.key() + (change.bytes() == 0 ? "" : " (" + Sizes.of(change.bytes()) + ")"),
                event -> event.put("change", change.word())
                        .put("file", change.key().value())
                        .put("bytes", change.bytes()));
    }

    /// The last restoration of the same files to the same folder, if it was not taken back.
    Optional<String> last() throws IOException {
        return opened.backups()
                .lastRestoration(options.target())
                .filter(last -> last.source().equals(name))
                .map(LastRestoration::id);
    }

    /// Prints what the undo of this restoration would leave: the changes of one of other files that did not finish.
    void warnOfUnfinished(RestoreOutput output) throws IOException {
        output.warn(opened
                .backups()
                .unfinishedRestoration(options.target())
                .filter(unfinished -> !unfinished.source().equals(name))
                .map(unfinished -> "the restoration " + unfinished.id() + " (" + unfinished.source()
                        + ") did not finish, and this one does not continue it: --undo will take back this one alone."
                        + " To take back that one, run --undo first")
                .stream()
                .toList());
    }

    /// @param restoration its id
    /// @return true if a file was changed
    /// @throws Failure if a file could not be restored
    boolean run(RestoreOutput output, String restoration) throws IOException, Failure {
        Progress progress = new Progress();
        RestoreReport report = output.during(
                progress,
                opened.site().operations(),
                () -> opened.backups().restore(restoration, files, name, options, progress));
        output.warn(gaps());
        if (report.id().isEmpty() && report.failed() == 0) {
            output.warn(List.of("no file differs from " + text + "; aloft backup list prints earlier snapshots"));
        }
        output.files(opened, report);
        return report.id().isPresent();
    }

    /// Lines about files that may be older than they should be, or missing; to be asked for after the files were read.
    private List<String> gaps() {
        FileSource.Gaps gaps = files.gaps();
        List<String> lines = new ArrayList<>();
        if (gaps.count() > 0) {
            gaps.first().forEach(key -> lines.add(key + ": was written or deleted without versioning since"));
            lines.add(gaps.count() + " files may be older than at that moment, or missing: versioning was off or"
                    + " suspended, so that S3 has not kept all versions");
        }
        return lines;
    }
}
