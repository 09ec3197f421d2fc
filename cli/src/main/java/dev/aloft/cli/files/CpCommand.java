package dev.aloft.cli.files;

import dev.aloft.cli.console.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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

    @Option(
            names = "--names",
            paramLabel = "FILE",
            description = "Copies the files of this list from one directory in S3 to another. A line has the path below"
                    + " the first, a tab, and the path below the second; with a tab and the word private at its end the"
                    + " copy is private.")
    private @Nullable Path names;

    @Mixin
    private TransferOptions options = new TransferOptions();

    @Mixin
    private ExposureOptions exposure = new ExposureOptions();

    @Override
    public Integer call() throws Failure {
        if (names != null) {
            return options.with(false, !keep, exposure, new NamedCopies(options, texts, names)::run);
        }
        if (texts.contains(StandardStreams.NAME)) {
            return new StandardStreams(options, !keep).copy(texts);
        }
        return options.with(false, !keep, exposure, new CopyRun(options, texts, recursive)::run);
    }
}
