package dev.aloft.cli.files;

import dev.aloft.cli.console.Failure;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `aloft mv`: moves files.
@Command(
        name = "mv",
        description = "Moves files: copies each as aloft cp does, and then deletes it, unless it has changed meanwhile."
                + " After an interruption, run it again: it continues.",
        mixinStandardHelpOptions = true)
final class MvCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PLACE", arity = "2..*", description = "One or more sources, and the destination.")
    private List<String> texts = List.of();

    @Option(
            names = {"-r", "-R", "--recursive"},
            description = "Moves directories with everything below them.")
    private boolean recursive;

    @Option(
            names = {"-n", "--no-clobber"},
            description = "Replaces no file.")
    private boolean keep;

    @Mixin
    private TransferOptions options = new TransferOptions();

    @Mixin
    private ExposureOptions exposure = new ExposureOptions();

    @Override
    public Integer call() throws Failure {
        return options.with(true, !keep, exposure, new CopyRun(options, texts, recursive).moving()::run);
    }
}
