package dev.aloft.cli.backup;

import dev.aloft.backup.Backups;
import dev.aloft.cli.console.CommandOutput;
import dev.aloft.cli.console.Failure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `aloft backup diff`: the files that differ between two snapshots.
@Command(
        name = "diff",
        description = "Lists the files that were added (+), removed (-) or written again (M) between two snapshots.",
        mixinStandardHelpOptions = true)
final class BackupDiffCommand implements Callable<Integer> {

    @Mixin
    private BackupSite site = new BackupSite();

    @Mixin
    private CommandOutput output = new CommandOutput();

    @Parameters(index = "0", paramLabel = "ID", description = "The earlier snapshot.")
    private String first = "";

    @Parameters(
            index = "1",
            paramLabel = "ID",
            arity = "0..1",
            defaultValue = "latest",
            description = "The later snapshot (default: ${DEFAULT-VALUE}).")
    private String second = "latest";

    @Override
    public Integer call() throws Failure {
        return site.with(opened -> {
            opened.backups().diff(opened.backups().find(first), opened.backups().find(second), this::print);
            return 0;
        });
    }

    private void print(Backups.Difference file) {
        String sign = file.first() == null ? "+" : file.second() == null ? "-" : "M";
        output.item(
                "difference",
                sign + " " + file.key(),
                event -> event.put("change", sign).put("file", file.key().value()));
    }
}
