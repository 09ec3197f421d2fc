package dev.aloft.cli.backup;

import dev.aloft.backup.Snapshot;
import dev.aloft.backup.Verification;
import dev.aloft.bulk.Progress;
import dev.aloft.cli.console.CommandOutput;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Sizes;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `aloft backup verify`: checks that a snapshot can be restored.
@Command(
        name = "verify",
        description = "Checks that a snapshot can be restored as it was. By default it is a quick check: every object"
                + " is there with its size and ETag.",
        mixinStandardHelpOptions = true)
final class BackupVerifyCommand implements Callable<Integer> {

    private static final double PERCENT = 100;

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

    @ArgGroup
    private @Nullable Depth depth;

    /// Checks that read less than every byte.
    static final class Depth {

        @Option(names = "--quick", description = "Reads no bytes of files.")
        private boolean quick;

        @Option(
                names = "--sample",
                paramLabel = "PERCENT",
                description = "Also reads this share of the files, chosen at random, such as 5%%.")
        private @Nullable String sample;

        @Option(names = "--all", description = "Also reads every byte and compares it.")
        private boolean all;
    }

    @Override
    public Integer call() throws Failure {
        Verification verification = verification();
        return site.with(opened -> {
            Snapshot snapshot = opened.backups().find(id);
            Progress progress = new Progress();
            Verification.Report report = output.during(
                    progress,
                    opened.site().operations(),
                    () -> opened.backups().verify(snapshot, verification, progress));
            report.failures()
                    .forEach(failure -> output.item("failure", failure, event -> event.put("failure", failure)));
            output.done(
                    "snapshot " + snapshot.id() + ": " + report.files() + " files checked, " + report.read()
                            + " of them read (" + Sizes.of(report.bytes()) + "), " + report.failed() + " failed"
                            + (report.unknown() == 0
                                    ? ""
                                    : "; of " + report.unknown() + " only the size could be compared"),
                    event -> event.put("id", snapshot.id())
                            .put("files", report.files())
                            .put("read", report.read())
                            .put("unknown", report.unknown())
                            .put("failed", report.failed()));
            if (!report.isGood()) {
                throw new Failure(
                        Failure.Code.BACKUP,
                        "the snapshot " + snapshot.id() + " cannot be restored as it was: " + report.failed()
                                + " failures",
                        "take a snapshot with copies of all files: aloft backup create --full; see who may write to the"
                                + " backups' bucket");
            }
            return 0;
        });
    }

    private Verification verification() throws Failure {
        if (depth == null || depth.quick) {
            return Verification.QUICK;
        }
        if (depth.all) {
            return Verification.ALL;
        }
        String sample = String.valueOf(depth.sample);
        try {
            return new Verification(Double.parseDouble(sample.replaceFirst("%$", "")) / PERCENT);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "not a share of the files: --sample " + sample,
                    "write a number from 0 to 100, as in --sample 5%",
                    e);
        }
    }
}
