package dev.aloft.cli;

import dev.aloft.backup.FileSource;
import dev.aloft.backup.Moment;
import dev.aloft.backup.PastFiles;
import dev.aloft.backup.RestoreScope;
import dev.aloft.backup.Snapshot;
import dev.aloft.cli.BackupSite.Opened;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/// Files that a restoration brings back: those of a snapshot, or those of a versioned bucket at a moment.
///
/// @param name in the record of the restoration: a snapshot's id, or the moment
/// @param text for the question to the operator
record RestoreSource(FileSource files, String name, String text) {

    /// The difference between the clocks of this host and of S3 that is no mistake.
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(1);

    static RestoreSource of(Opened opened, Snapshot snapshot) throws IOException {
        return new RestoreSource(
                opened.backups().files(snapshot),
                snapshot.id(),
                "the snapshot " + snapshot.id() + " of " + snapshot.moment());
    }

    static RestoreSource of(Opened opened, Moment moment, RestoreScope scope) throws IOException {
        PastFiles files = PastFiles.at(opened.files(), scope.path(), moment);
        return new RestoreSource(files, moment.toString(), "the files of " + moment);
    }

    /// Reads the option `--to`.
    static Moment moment(String text) throws Failure {
        try {
            Moment moment = Moment.parse(text, ZoneId.systemDefault());
            if (moment.end().isAfter(Instant.now().plus(CLOCK_DIFFERENCE))) {
                throw new Failure(
                        Failure.Code.USAGE,
                        "--to " + text + " is in the future: " + moment,
                        "name a moment of the past");
            }
            return moment;
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--to " + text + " is no moment",
                    "write one as in 2026-11-29T14:03:07Z or 2026-11-29T14:03:07+01:00",
                    e);
        }
    }

    /// Lines about files that may be older than they should be, or missing; to be asked for after the files were read.
    List<String> gaps() {
        List<String> lines = new ArrayList<>();
        if (files instanceof PastFiles past && past.gaps().count() > 0) {
            past.gaps().first().forEach(key -> lines.add(key + ": was written or deleted without versioning since"));
            lines.add(past.gaps().count() + " files may be older than at that moment, or missing: versioning was off or"
                    + " suspended, so that S3 has not kept all versions");
        }
        return lines;
    }
}
