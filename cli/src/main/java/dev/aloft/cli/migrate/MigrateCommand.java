package dev.aloft.cli.migrate;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `aloft migrate`: uploads of existing sites into S3, back, and from one S3 to another.
@Command(
        name = "migrate",
        description = "Moves a site's uploads into S3, back, or from one S3 to another, while the site stays up.",
        subcommands = {
            MigrateInCommand.class,
            MigrateVerifyCommand.class,
            MigrateOutCommand.class,
            MigrateBetweenCommand.class
        },
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
