package dev.aloft.cli.migrate;

import dev.aloft.cli.console.Failure;
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
    private MigrateFolder folder = new MigrateFolder();

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
        return site.with(
                folder::open,
                opened -> MigrateSite.end(
                        site.verify(opened, all, "in S3"), "copy them with aloft migrate in, and verify again"));
    }
}
