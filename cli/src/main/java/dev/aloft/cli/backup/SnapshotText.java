package dev.aloft.cli.backup;

import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.Snapshot;
import dev.aloft.backup.VerifyRecord;
import dev.aloft.cli.console.Sizes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Snapshots as `aloft backup list` and `show` print them.
final class SnapshotText {

    private SnapshotText() {}

    static String line(Snapshot snapshot, Optional<VerifyRecord> verification) {
        return snapshot.id() + "  " + moment(snapshot.moment()) + "  " + Ages.of(snapshot.moment()) + "  "
                + snapshot.files() + " files  "
                + Sizes.of(snapshot.bytes())
                + snapshot.database().map(part -> "  database " + part.name()).orElse("")
                + (snapshot.inPlace() ? "  in place" : "")
                + verification.map(record -> "  " + verified(record)).orElse("")
                + (snapshot.tags().isEmpty() ? "" : "  " + String.join(",", snapshot.tags()));
    }

    static String details(Snapshot snapshot, Optional<VerifyRecord> verification) {
        StringBuilder text = new StringBuilder();
        row(text, "snapshot", snapshot.id());
        row(text, "site", snapshot.site());
        row(text, "moment", moment(snapshot.moment()));
        row(text, "completed", moment(snapshot.completed()));
        row(text, "files", snapshot.files() + ", " + Sizes.of(snapshot.bytes()));
        row(text, "copied", snapshot.copied() + " of them for this snapshot");
        row(
                text,
                "manifest",
                Sizes.of(snapshot.manifest().bytes()) + ", SHA-256 "
                        + snapshot.manifest().sha256());
        Optional<DatabasePart> database = snapshot.database();
        row(text, "database", database.map(SnapshotText::database).orElse("none"));
        row(text, "verified", verification.map(SnapshotText::verification).orElse("never"));
        row(text, "tags", snapshot.tags().isEmpty() ? "none" : String.join(", ", snapshot.tags()));
        row(text, "written by", "aloft " + snapshot.aloft());
        return text.toString().stripTrailing();
    }

    private static String verified(VerifyRecord record) {
        return (record.isGood() ? "verified " : "FAILED verification ") + moment(record.completed());
    }

    private static String verification(VerifyRecord record) {
        return moment(record.completed()) + ", " + record.files() + " files, bytes of "
                + Math.round(record.share() * 100) + " % of them: "
                + (record.isGood() ? "good" : record.failed() + " failed")
                + record.found().map(found -> ", first " + found).orElse("");
    }

    private static String database(DatabasePart part) {
        return part.name() + " at " + moment(part.moment()) + ", " + part.tables() + " tables, "
                + Sizes.of(part.sqlBytes())
                + ", server " + part.server()
                + part.position().map(position -> ", binary log " + position).orElse("");
    }

    /// In whole seconds: people read no more.
    private static String moment(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static void row(StringBuilder text, String name, String value) {
        text.append(String.format("%-11s %s%n", name, value));
    }

    static void fields(Snapshot snapshot, Optional<VerifyRecord> verification, ObjectNode event) {
        event.put("id", snapshot.id()).put("site", snapshot.site());
        event.put("moment", snapshot.moment().toString());
        event.put("completed", snapshot.completed().toString());
        event.put("files", snapshot.files()).put("bytes", snapshot.bytes());
        event.put("copied", snapshot.copied()).put("in_place", snapshot.inPlace());
        snapshot.database()
                .ifPresent(part -> event.putObject("database")
                        .put("name", part.name())
                        .put("moment", part.moment().toString()));
        verification.ifPresent(record -> {
            ObjectNode verified = event.putObject("verified");
            verified.put("completed", record.completed().toString());
            verified.put("share", record.share());
            verified.put("failed", record.failed());
            record.found().ifPresent(found -> verified.put("found", found));
        });
        if (!snapshot.tags().isEmpty()) {
            snapshot.tags().forEach(event.putArray("tags")::add);
        }
    }
}
