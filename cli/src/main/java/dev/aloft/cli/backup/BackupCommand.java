package dev.aloft.cli.backup;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `aloft backup`: backups of sites.
@Command(
        name = "backup",
        description = "Takes, verifies and restores backups of sites.",
        subcommands = {
            BackupCreateCommand.class,
            BackupListCommand.class,
            BackupShowCommand.class,
            BackupDiffCommand.class,
            BackupVerifyCommand.class,
            BackupPruneCommand.class,
            BackupRestoreCommand.class,
            BackupFollowCommand.class,
            BackupScheduleCommand.class,
            BackupVersionsCommand.class
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class BackupCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
