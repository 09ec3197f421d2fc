package dev.aloft.cli.backup;

import dev.aloft.backup.FileHistory;
import dev.aloft.cli.console.CommandOutput;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Sizes;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ObjectVersion;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `aloft backup versions`: the versions of one file that a versioned bucket still has.
@Command(
        name = "versions",
        description = "Lists the versions of a file that the site's bucket keeps, the newest first. Bring one back with"
                + " restore --path PATH --to MOMENT.",
        mixinStandardHelpOptions = true)
final class BackupVersionsCommand implements Callable<Integer> {

    @Mixin
    private BackupSite site = new BackupSite();

    @Mixin
    private CommandOutput output = new CommandOutput();

    @Parameters(paramLabel = "PATH", description = "The file, below the site's prefix: uploads/2026/11/cat.jpg.")
    private String path = "";

    @Override
    public Integer call() throws Failure {
        ObjectKey name = name();
        return site.with(opened -> {
            FileHistory history = FileHistory.of(opened.files(), name);
            if (history.versions().isEmpty()) {
                throw new Failure(
                        Failure.Code.BACKUP,
                        opened.files() + " has no version of " + name,
                        "check the path; it begins below the site's prefix, as in uploads/2026/11/cat.jpg");
            }
            history.versions().forEach(this::print);
            if (history.more()) {
                output.item(
                        "more", "older versions are not shown", event -> event.put("shown", FileHistory.MAX_VERSIONS));
            }
            return 0;
        });
    }

    private void print(ObjectVersion version) {
        String word = version instanceof ObjectVersion.Deleted ? "deleted" : version.isLatest() ? "current" : "older";
        long bytes = version instanceof ObjectVersion.Written written
                ? written.object().size()
                : 0;
        String size = version instanceof ObjectVersion.Written ? Sizes.of(bytes) : "";
        output.item(
                "version",
                String.format(Locale.ROOT, "%-24s  %-7s  %9s  %s", version.modified(), word, size, version.id()),
                event -> event.put("modified", version.modified().toString())
                        .put("state", word)
                        .put("bytes", bytes)
                        .put("version", version.id()));
    }

    private ObjectKey name() throws Failure {
        try {
            return ObjectKey.of(path.replaceFirst("^/", ""));
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.Code.USAGE, path + " is no path of a file", String.valueOf(e.getMessage()), e);
        }
    }
}
