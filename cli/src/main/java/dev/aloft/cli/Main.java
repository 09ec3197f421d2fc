package dev.aloft.cli;

import dev.aloft.cli.backup.BackupCommand;
import dev.aloft.cli.cdn.CdnCommand;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.PrintableText;
import dev.aloft.cli.console.StandardOutput;
import dev.aloft.cli.console.VersionCommand;
import dev.aloft.cli.doctor.DoctorCommands;
import dev.aloft.cli.files.FileCommands;
import dev.aloft.cli.migrate.MigrateCommand;
import dev.aloft.cli.serve.ServeCommands;
import dev.aloft.cli.top.TopCommand;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The `aloft` command.
@Command(
        name = "aloft",
        description = "Keeps a WordPress fleet's uploads in S3 and makes them behave like files.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Start with:  aloft demo     a real WordPress on an S3 of its own, on this machine",
            "Then:        aloft serve    agent and edge for your site and your S3",
            "",
            "Exit codes: 0 done, 1 internal error, 2 command line, 3 configuration,",
            "            4 something missing on this machine, 5 address in use, 6 bucket or credentials,",
            "            7 backup missing or damaged, 8 database, 9 done in part,",
            "            10 no such file"
        })
public final class Main implements Runnable {

    static {
        Logging.prepare();
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    /// Runs the command and ends the process with its exit code.
    public static void main(String[] arguments) {
        run(new MissingDemo(), arguments);
    }

    /// Runs the command with a `demo` of its own and the log on standard error, and ends the process with the
    /// command's exit code.
    public static void run(Object demo, String[] arguments) {
        Logging.toStandardError();
        StandardOutput.install(); // before picocli takes it
        System.exit(forOnly(demo, arguments).execute(arguments));
    }

    /// The command, for a program that runs it in its own process.
    public static CommandLine command() {
        return with(new MissingDemo());
    }

    /// The command with a `demo` of its own.
    ///
    /// @param demo annotated as a command of that name
    public static CommandLine with(Object demo) {
        return of(all(demo));
    }

    private static List<Object> all(Object demo) {
        return Stream.of(
                        Stream.of(demo),
                        ServeCommands.all(),
                        DoctorCommands.all(),
                        Stream.of(new CdnCommand(), new TopCommand(), new BackupCommand(), new MigrateCommand()),
                        FileCommands.all(),
                        Stream.of(new VersionCommand(), new HelpCommand(), new GenerateCompletion()))
                .flatMap(Function.identity())
                .toList();
    }

    /// With only the command that the arguments name, if it needs no other: picocli takes longer to read the
    /// annotations of all than many a command takes for its work.
    static CommandLine forOnly(Object demo, String... arguments) {
        List<Object> all = all(demo);
        Stream<Object> named = all.stream()
                .filter(command -> !(command instanceof HelpCommand || command instanceof GenerateCompletion))
                .filter(command -> arguments.length > 0 && name(command).equals(arguments[0]));
        return of(named.findFirst().map(List::of).orElse(all));
    }

    private static String name(Object command) {
        return command.getClass().getAnnotation(Command.class).name();
    }

    private static CommandLine of(List<Object> commands) {
        CommandLine line = new CommandLine(new Main());
        commands.forEach(line::addSubcommand);
        return line.setUsageHelpWidth(100)
                .setParameterExceptionHandler((e, _) -> report(UsageErrors.of(e), e.getCommandLine()))
                .setExecutionExceptionHandler((e, failed, _) -> report(Failure.of(e), failed));
    }

    /// One line of what was found, one of what to do next.
    private static int report(Failure failure, CommandLine line) {
        PrintWriter err = line.getErr();
        failure.details().forEach(detail -> err.println(PrintableText.of(detail)));
        err.println("aloft: " + PrintableText.of(failure.found()));
        err.println("aloft: " + PrintableText.of(failure.advice()));
        return failure.code().number();
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
