package dev.aloft.cli;

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
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            ExplainCommand.class,
            CdnCommand.class,
            EdgeCommand.class,
            VersionCommand.class,
            HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Start with:  aloft demo     a real WordPress on an S3 of its own, on this machine",
            "Then:        aloft serve    agent and edge for your site and your S3",
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
        System.exit(command().execute(arguments));
    }

    /// The command, for a program that runs it in its own process.
    public static CommandLine command() {
        return new CommandLine(new Main())
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler((e, _) -> report(UsageErrors.of(e), e.getCommandLine()))
                .setExecutionExceptionHandler((e, line, _) -> report(Failure.of(e), line));
    }

    /// One line of what was found, one of what to do next.
    private static int report(Failure failure, CommandLine line) {
        PrintWriter err = line.getErr();
        failure.details().forEach(err::println);
        err.println("aloft: " + failure.found());
        err.println("aloft: " + failure.advice());
        return failure.code().number();
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
