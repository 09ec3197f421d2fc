package dev.aloft.cli.migrate;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `aloft migrate`: uploads of existing sites into S3 and back.
@Command(
        name = "migrate",
        description = "Moves a site's uploads into S3 or back, while the site stays up.",
        subcommands = {MigrateInCommand.class, MigrateVerifyCommand.class, MigrateOutCommand.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class MigrateCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
