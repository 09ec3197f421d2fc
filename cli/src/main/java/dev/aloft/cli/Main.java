package dev.aloft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The `aloft` command.
@Command(
        name = "aloft",
        description = "Keeps a WordPress fleet's uploads in S3 and makes them behave like files.",
        subcommands = {DemoCommand.class, ServeCommand.class, VersionCommand.class, HelpCommand.class},
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Start with:  aloft demo      a real WordPress on an S3 of its own, on this machine",
            "Then:        aloft serve     agent and edge for your site and your S3",
            "",
            "Exit codes: 0 done, 1 a fault of Aloft's, 2 command line, 3 configuration,",
            "            4 something missing on this machine, 5 address in use, 6 bucket or credentials"
        })
public final class Main implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    /// Runs the command and ends the process with its exit code.
    public static void main(String[] arguments) {
        Logging.toStandardError();
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((e, line, _) -> report(e, line.getErr()))
                .execute(arguments);
    }

    /// One line of what was found, one of what to do next.
    private static int report(Exception e, PrintWriter err) {
        Failure failure = e instanceof Failure ours ? ours : unforeseen(e);
        err.println("aloft: " + failure.found());
        err.println("aloft: " + failure.advice());
        return failure.code().number();
    }

    private static Failure unforeseen(Exception e) {
        String what = e instanceof IOException ? String.valueOf(e.getMessage()) : e.toString();
        return new Failure(Failure.Code.FAULT, what, "the log above may say more", e);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
