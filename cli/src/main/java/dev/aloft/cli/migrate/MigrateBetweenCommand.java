package dev.aloft.cli.migrate;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.cli.configuration.FallbackConfiguration;
import dev.aloft.cli.configuration.SiteFallback;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.migrate.MigrateSite.Opened;
import dev.aloft.cli.migrate.MigrateSite.Target;
import dev.aloft.migrate.MigrationSides;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `aloft migrate between`: copies a site's uploads from the bucket of its `fallback` into its own.
@Command(
        name = "between",
        description =
                "Copies the site's uploads from the bucket that its fallback names, of any provider, into its own."
                        + " Leaves out what is there already, and replaces nothing that the site has written or deleted"
                        + " there since. After an interruption, run it again: it continues.",
        mixinStandardHelpOptions = true)
final class MigrateBetweenCommand implements Callable<Integer> {

    private static final String THERE = "in the new bucket";

    @Mixin
    private MigrateSite site = new MigrateSite();

    @Option(names = "--dry-run", description = "Prints what would be copied, and copies nothing.")
    private boolean dryRun;

    @Option(
            names = "--verify",
            paramLabel = "quick|all",
            description = "Compares each file afterwards: by size and ETag, reading those whose ETag differs, or by"
                    + " every byte, which reads all of both buckets.")
    private @Nullable Depth depth;

    /// Depth of the comparison of files.
    enum Depth {
        quick,
        all
    }

    @Override
    public Integer call() throws Failure {
        if (dryRun && depth != null) {
            throw new Failure(Failure.Code.USAGE, "--dry-run copies nothing to verify", "leave one of them away");
        }
        return site.with(MigrateBetweenCommand::sides, this::run);
    }

    private static MigrationSides sides(Target target) throws Failure {
        FallbackConfiguration fallback = target.site().fallback().orElse(null);
        if (!(fallback instanceof FallbackConfiguration.OtherBucket place)) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "the site " + target.site().name() + " has no bucket to move from",
                    "name the old one in [site.fallback]: docs/how-to/migrate-between.md");
        }
        BucketFolder from = SiteFallback.open(place, target.store(), target.opened());
        return MigrationSides.of(from, target.files(), target.bucket(), target.uploads(), target.filter());
    }

    private int run(Opened opened) throws IOException, Failure {
        long refused = site.output()
                .during(
                        opened.progress(),
                        opened.site().operations(),
                        () -> opened.migration().checkNames(_ -> Optional.empty()));
        long failed = site.copyIn(opened, dryRun, refused, THERE);
        if (depth != null) {
            failed += site.verify(opened, depth == Depth.all, THERE);
        }
        return MigrateSite.end(failed, "repair or exclude them, and run the command again: it continues");
    }
}
