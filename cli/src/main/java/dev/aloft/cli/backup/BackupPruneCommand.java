package dev.aloft.cli.backup;

import dev.aloft.backup.PruneReport;
import dev.aloft.bulk.Progress;
import dev.aloft.cli.console.CommandOutput;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Sizes;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// `aloft backup prune`: removes snapshots that the configuration does not keep.
@Command(
        name = "prune",
        description = "Drops the snapshots that the keep_… keys of the configuration do not keep. Their objects are"
                + " deleted by a prune a day later.",
        mixinStandardHelpOptions = true)
final class BackupPruneCommand implements Callable<Integer> {

    @Mixin
    private BackupSite site = new BackupSite();

    @Mixin
    private CommandOutput output = new CommandOutput();

    @Option(names = "--dry-run", description = "Prints what would be dropped, and changes nothing.")
    private boolean dryRun;

    @Override
    public Integer call() throws Failure {
        return site.with(opened -> {
            requireRules(opened);
            RetainedVersions retained = new RetainedVersions(
                    opened.store().rules(opened.store().bucket(opened.backup().bucket())));
            PruneReport report = prune(opened, retained);
            report.dropped().forEach(this::printDropped);
            if (!dryRun) {
                SiteDatabase.pruneLog(opened.backup(), opened.backups(), SiteDatabase.archive(opened));
            }
            retained.longer().forEach(this::printRetained);
            output.done(text(report, retained), event -> fill(event, report, retained));
            requireReadable(report);
            return 0;
        });
    }

    private static void requireRules(BackupSite.Opened opened) throws Failure {
        if (opened.backup().keep().isEmpty()) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "[site.backup] of " + opened.site().name() + " does not say which snapshots stay",
                    "add keep_daily = 7 or another keep_… key (docs/reference/configuration.md)");
        }
    }

    private PruneReport prune(BackupSite.Opened opened, RetainedVersions retained) throws Failure, IOException {
        Progress progress = new Progress();
        return output.during(
                progress,
                opened.site().operations(),
                () -> opened.backups().prune(opened.backup().keep(), dryRun, progress, retained::add));
    }

    private void printDropped(String id) {
        output.item("dropped", (dryRun ? "would drop " : "dropped ") + id, event -> event.put("id", id));
    }

    private void printRetained(ObjectKey key, Instant until) {
        output.item(
                "retained",
                "retained until " + until + ": " + key,
                event -> event.put("key", key.value()).put("until", until.toString()));
    }

    private static void fill(ObjectNode event, PruneReport report, RetainedVersions retained) {
        event.put("kept", report.kept().size())
                .put("dropped", report.dropped().size())
                .put("deleted", report.deleted())
                .put("bytes", report.bytes())
                .put("waiting", report.waiting())
                .put("retained", report.retained());
        retained.until().ifPresent(moment -> event.put("retained_until", moment.toString()));
    }

    private static void requireReadable(PruneReport report) throws Failure {
        if (!report.damaged().isEmpty()) {
            throw new Failure(
                    Failure.Code.BACKUP,
                    "no content was deleted, because it may be needed by what cannot be read:\n"
                            + String.join("\n", report.damaged()),
                    "delete the objects of these snapshots or restorations by an S3 client if you do not need them");
        }
    }

    private static String text(PruneReport report, RetainedVersions retained) {
        return report.kept().size() + " snapshots stay, " + report.dropped().size() + " dropped; " + report.deleted()
                + " objects deleted (" + Sizes.of(report.bytes())
                + retained.until()
                        .map(moment -> ", versions retained until " + moment + " at most by Object Lock")
                        .orElse("")
                + (retained.isUnknown() ? ", retention by Object Lock unknown" : "")
                + (retained.unasked() == 0 ? "" : " (of " + retained.unasked() + " by the bucket's default)")
                + (retained.unnamed() == 0 ? "" : ", " + retained.unnamed() + " more of them longer than the default")
                + "), " + report.waiting() + " wait for a day"
                + (report.retained() == 0 ? "" : ", " + report.retained() + " are retained by S3");
    }
}
