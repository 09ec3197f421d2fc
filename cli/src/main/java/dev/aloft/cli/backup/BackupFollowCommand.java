package dev.aloft.cli.backup;

import dev.aloft.backup.database.LogArchive;
import dev.aloft.backup.database.LogFollower;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Lifetime;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `aloft backup follow`: ships the database's binary log until stopped by a signal.
@Command(
        name = "follow",
        description = "Ships the binary log of a site's database into its backups as it grows, until it is stopped. The"
                + " database can then be restored to any second: aloft backup restore --only database --to TIME.",
        mixinStandardHelpOptions = true)
final class BackupFollowCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(BackupFollowCommand.class);

    @Mixin
    private BackupSite site = new BackupSite();

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "The time between two segments (default: ${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int seconds = 10;

    @Override
    public Integer call() throws Failure {
        if (seconds < 1 || seconds > 3600) {
            throw new Failure(
                    Failure.Code.USAGE, "--interval " + seconds + " is out of range", "expected 1 to 3600 seconds");
        }
        return site.with(opened -> {
            LogArchive archive = SiteDatabase.archive(opened);
            LogFollower follower = new LogFollower(SiteDatabase.require(opened), archive, Duration.ofSeconds(seconds));
            LOG.info(
                    "shipping the binary log of the site {} to {}",
                    opened.site().name(),
                    archive);
            Lifetime.during(_ -> follower.run());
            return 0;
        });
    }
}
