package dev.aloft.cli.backup;

import dev.aloft.backup.Backups;
import dev.aloft.backup.Snapshot;
import dev.aloft.backup.SnapshotList;
import dev.aloft.backup.VerifyRecord;
import dev.aloft.backup.database.LogArchive;
import dev.aloft.cli.console.CommandOutput;
import dev.aloft.cli.console.Failure;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `aloft backup list`: the snapshots of a site.
@Command(
        name = "list",
        description = "Lists the complete snapshots of a site, the oldest first.",
        mixinStandardHelpOptions = true)
final class BackupListCommand implements Callable<Integer> {

    @Mixin
    private BackupSite site = new BackupSite();

    @Mixin
    private CommandOutput output = new CommandOutput();

    @Override
    public Integer call() throws Failure {
        return site.with(opened -> {
            SnapshotList list = opened.backups().list();
            list.snapshots().forEach(snapshot -> print(snapshot, list.verification(snapshot)));
            list.damaged().forEach(this::print);
            opened.backups().startedRestores().forEach(this::print);
            SiteDatabase.archive(opened).state().ifPresent(this::print);
            return 0;
        });
    }

    private void print(Snapshot snapshot, Optional<VerifyRecord> verification) {
        output.item(
                "snapshot",
                SnapshotText.line(snapshot, verification),
                event -> SnapshotText.fields(snapshot, verification, event));
    }

    private void print(SnapshotList.Damaged each) {
        output.item(
                "damaged",
                each.id() + "  damaged: " + each.found(),
                event -> event.put("id", each.id()).put("found", each.found()));
    }

    private void print(Backups.StartedRestore each) {
        output.item(
                "restoring",
                "restoration " + each.id() + " is under way since " + each.begun()
                        + ", or was killed before it changed anything: run it again, or prune keeps all content for 7"
                        + " days",
                event -> event.put("id", each.id()).put("begun", each.begun().toString()));
    }

    private void print(LogArchive.State log) {
        output.item(
                "log",
                "binary log complete to " + log.complete() + ", " + log.behindBytes() + " bytes behind at "
                        + log.looked(),
                event -> event.put("complete", log.complete().toString())
                        .put("looked", log.looked().toString())
                        .put("behind_bytes", log.behindBytes()));
    }
}
