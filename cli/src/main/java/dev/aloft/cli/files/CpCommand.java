package dev.aloft.cli.files;

import dev.aloft.cli.console.Failure;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `aloft cp`: copies files.
@Command(
        name = "cp",
        description = "Copies files between local directories, buckets and sites. Copies within S3 stay inside it. The"
                + " content of a directory goes into the destination. Replaces files that are there. - is standard"
                + " input or output.",
        mixinStandardHelpOptions = true)
final class CpCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PLACE", arity = "2..*", description = "One or more sources, and the destination.")
    private List<String> texts = List.of();

    @Option(
            names = {"-r", "-R", "--recursive"},
            description = "Copies directories with everything below them.")
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
        if (texts.contains(StandardStreams.NAME)) {
            return new StandardStreams(options, !keep).copy(texts);
        }
        return options.with(false, !keep, exposure, new CopyRun(options, texts, recursive)::run);
    }
}
