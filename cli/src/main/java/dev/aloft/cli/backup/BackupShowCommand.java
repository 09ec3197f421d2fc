package dev.aloft.cli.backup;

import dev.aloft.backup.Snapshot;
import dev.aloft.backup.VerifyRecord;
import dev.aloft.cli.console.CommandOutput;
import dev.aloft.cli.console.Failure;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `aloft backup show`: one snapshot.
@Command(name = "show", description = "Shows one snapshot.", mixinStandardHelpOptions = true)
final class BackupShowCommand implements Callable<Integer> {

    @Mixin
    private BackupSite site = new BackupSite();

    @Mixin
    private CommandOutput output = new CommandOutput();

    @Parameters(
            paramLabel = "ID",
            arity = "0..1",
            defaultValue = "latest",
            description = "The snapshot (default: ${DEFAULT-VALUE}).")
    private String id = "latest";

    @Override
    public Integer call() throws Failure {
        return site.with(opened -> {
            Snapshot snapshot = opened.backups().find(id);
            Optional<VerifyRecord> verification = opened.backups().verification(snapshot);
            output.item(
                    "snapshot",
                    SnapshotText.details(snapshot, verification),
                    event -> SnapshotText.fields(snapshot, verification, event));
            return 0;
        });
    }
}
