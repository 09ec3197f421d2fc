package dev.aloft.cli.migrate;

import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Sizes;
import dev.aloft.migrate.Migration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `aloft migrate verify`: compares a folder of uploads with S3.
@Command(
        name = "verify",
        description =
                "Compares each file of a folder of uploads with the site's bucket. A file that the site has replaced"
                        + " or deleted in S3 since is no difference.",
        mixinStandardHelpOptions = true)
final class MigrateVerifyCommand implements Callable<Integer> {

    @Mixin
    private MigrateSite site = new MigrateSite();

    @Option(names = "--quick", description = "By size and ETag; reads an object only if its ETag differs (default).")
    private boolean quick;

    @Option(names = "--all", description = "By every byte, which reads all of it from S3.")
    private boolean all;

    @Override
    public Integer call() throws Failure {
        if (quick && all) {
            throw new Failure(Failure.Code.USAGE, "verify is --quick or --all", "leave one of them away");
        }
        return site.with(false, opened -> {
            Migration.Report report = site.output()
                    .during(opened.progress(), () -> opened.migration().verify(all, false));
            site.output()
                    .done(
                            report.done() + " files are the same (" + Sizes.of(report.bytes()) + "), " + report.kept()
                                    + " newer in S3, " + report.deleted() + " deleted in S3, " + report.failed()
                                    + " failed",
                            event -> event.put("same", report.done())
                                    .put("bytes", report.bytes())
                                    .put("newer", report.kept())
                                    .put("deleted", report.deleted())
                                    .put("failed", report.failed()));
            return MigrateSite.end(report.failed(), "copy them with aloft migrate in, and verify again");
        });
    }
}
