package dev.aloft.cli.migrate;

import dev.aloft.bulk.Progress;
import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.ConfigurationFile;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.configuration.SiteFallback;
import dev.aloft.cli.console.CommandOutput;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Sizes;
import dev.aloft.cli.edge.EdgeAdmin;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.files.PathRules;
import dev.aloft.migrate.Migration;
import dev.aloft.migrate.Migration.Finding;
import dev.aloft.migrate.MigrationSides;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.uploads.ServingPolicy;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that name a site and its files; common to the commands of `aloft migrate`.
final class MigrateSite {

    private static final int MAX_PARALLEL = 256;

    @Mixin
    private ConfigurationFile config = new ConfigurationFile();

    @Option(names = "--site", paramLabel = "NAME", description = "The site (default: the only one).")
    private @Nullable String name;

    @Option(
            names = "--include",
            paramLabel = "PATH",
            description = "Only this file or directory, or those that match this glob; repeatable.")
    private List<String> include = List.of();

    @Option(
            names = "--exclude",
            paramLabel = "PATH",
            description = "Without this file or directory, or those that match this glob; repeatable.")
    private List<String> exclude = List.of();

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description = "Files at the same time (default: ${DEFAULT-VALUE}).",
            defaultValue = "32")
    private int parallel = 32;

    @Mixin
    private CommandOutput output = new CommandOutput();

    /// Work with an opened migration.
    @FunctionalInterface
    interface Work {
        int run(Opened opened) throws IOException, Failure;
    }

    /// A site whose files are moved.
    ///
    /// @param files of the site, which decide the headers of what is written
    /// @param uploads directory of the bucket
    /// @param filter names of the files that take part
    /// @param opened takes another store that is needed
    record Target(
            SiteConfiguration site,
            Store store,
            FileTree files,
            Bucket bucket,
            FilePath uploads,
            Predicate<String> filter,
            Consumer<Store> opened) {}

    /// Opens the place that the files of a site are moved from, or to.
    @FunctionalInterface
    interface OtherSide {
        MigrationSides open(Target target) throws IOException, Failure;
    }

    /// A site and the migration of its uploads.
    record Opened(
            Configuration configuration,
            SiteConfiguration site,
            ServingPolicy serving,
            Migration migration,
            Progress progress) {}

    CommandOutput output() {
        return output;
    }

    /// Opens both sides, works, and closes them.
    int with(OtherSide other, Work work) throws Failure {
        Configuration configuration = config.read();
        SiteConfiguration site = site(configuration);
        requireOptions();
        List<Store> stores = new ArrayList<>();
        try {
            Store store = Store.open(configuration.s3());
            stores.add(store);
            Bucket bucket = store.bucket(site.bucket());
            Progress progress = new Progress();
            MigrationSides sides = other.open(target(site, store, stores::add));
            Migration migration = new Migration(sides, parallel, progress, this::print);
            return work.run(new Opened(
                    configuration, site, ServingPolicy.of(site.edgeSite(bucket).uploads()), migration, progress));
        } catch (StoreException e) {
            throw failure(e, stores);
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    Failure.messageOf(e),
                    "name a folder that this user can read, and run the command again: it continues",
                    e);
        } finally {
            stores.forEach(Store::close);
        }
    }

    private static Failure failure(StoreException e, List<Store> stores) {
        String where =
                stores.stream().map(store -> store.settings().where()).collect(Collectors.joining(", the old one "));
        return new Failure(
                Failure.Code.STORE,
                String.valueOf(e.getMessage()),
                e.kind().passing()
                        ? "run the command again: it continues with what has been done"
                        : "the store is " + where + "; credentials come from the AWS_… variables, a profile or a role",
                e);
    }

    private Target target(SiteConfiguration site, Store store, Consumer<Store> opened) throws IOException, Failure {
        Bucket bucket = store.bucket(site.bucket());
        FileTree files = new FileTree(bucket, site.prefix(), site.agent().headers());
        files.probeStore();
        FilePath uploads = site.prefix().resolve(UploadsFolder.UPLOADS.value());
        return new Target(site, store, files, bucket, uploads, filter(site, uploads), opened);
    }

    /// Files that PHP keeps on the host take no part.
    private Predicate<String> filter(SiteConfiguration site, FilePath uploads) throws Failure {
        PathRules included = rules("--include", include);
        PathRules excluded = rules("--exclude", exclude);
        PathRules local = site.agent().local().rules();
        String below = site.prefix().relativize(uploads) + "/";
        return name -> (include.isEmpty() || included.covering(name).isPresent())
                && excluded.covering(name).isEmpty()
                && local.covering(below + name).isEmpty();
    }

    private static PathRules rules(String option, List<String> values) throws Failure {
        try {
            return new PathRules(values);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.Code.USAGE,
                    option + " is invalid: " + e.getMessage(),
                    "write paths below the folder, such as 2026/11 or **/*.bak",
                    e);
        }
    }

    private void requireOptions() throws Failure {
        if (parallel < 1 || parallel > MAX_PARALLEL) {
            throw new Failure(
                    Failure.Code.USAGE, "--parallel " + parallel + " is not between 1 and " + MAX_PARALLEL, "try 32");
        }
        SiteFallback.requireUtf8();
    }

    private SiteConfiguration site(Configuration configuration) throws Failure {
        List<SiteConfiguration> sites = configuration.sites().stream()
                .filter(site -> name == null || site.name().equals(name))
                .toList();
        if (sites.size() == 1) {
            return sites.getFirst();
        }
        throw new Failure(
                Failure.Code.USAGE,
                name == null
                        ? "the configuration has several sites"
                        : "there is no site " + name + " in " + config.path(),
                "name one with --site: "
                        + String.join(
                                ", ",
                                configuration.sites().stream()
                                        .map(SiteConfiguration::name)
                                        .toList()));
    }

    /// Copies from the source into S3, and prints the result. The edges forget what they hold of the site.
    ///
    /// @param refused the number of files that have been left out before
    /// @param there the place of the copies, for messages
    /// @return the number of files that were left out
    long copyIn(Opened opened, boolean dryRun, long refused, String there) throws IOException, Failure {
        Migration.Report copied = output.during(
                opened.progress(),
                opened.site().operations(),
                () -> opened.migration().in(dryRun));
        if (copied.done() > 0 && !dryRun) {
            EdgeAdmin.purge(opened.configuration(), opened.site().name())
                    .forEach(line -> output.item("warning", line, event -> event.put("warning", line)));
        }
        long failed = refused + copied.failed();
        output.done(
                (dryRun ? "would copy " : "copied ") + copied.done() + " files (" + Sizes.of(copied.bytes()) + "), "
                        + copied.unchanged() + " unchanged, " + copied.kept() + " newer " + there + ", "
                        + copied.deleted() + " deleted " + there + ", " + failed + " failed",
                event -> event.put("dryRun", dryRun)
                        .put("copied", copied.done())
                        .put("bytes", copied.bytes())
                        .put("unchanged", copied.unchanged())
                        .put("newer", copied.kept())
                        .put("deleted", copied.deleted())
                        .put("failed", failed));
        return failed;
    }

    /// Compares the source with S3, and prints the result.
    ///
    /// @param there the place of the copies, for messages
    /// @return the number of files that differ
    long verify(Opened opened, boolean all, String there) throws IOException, Failure {
        Migration.Report report = output.during(
                opened.progress(),
                opened.site().operations(),
                () -> opened.migration().verify(all, false));
        output.done(
                report.done() + " files are the same (" + Sizes.of(report.bytes()) + "), " + report.kept() + " newer "
                        + there + ", " + report.deleted() + " deleted " + there + ", " + report.failed() + " failed",
                event -> event.put("same", report.done())
                        .put("bytes", report.bytes())
                        .put("newer", report.kept())
                        .put("deleted", report.deleted())
                        .put("failed", report.failed()));
        return report.failed();
    }

    private void print(Finding finding) {
        boolean failed = finding.kind() == Finding.Kind.FAILED;
        output.item(
                failed ? "failure" : "warning",
                failed
                        ? finding.file() + ": " + finding.reason()
                        : finding.file() + ": will not be served by the edge: " + finding.reason(),
                event -> event.put("file", finding.file()).put("reason", finding.reason()));
    }

    /// Ends a command whose findings have been printed.
    ///
    /// @param failed the number of files that were left out
    static int end(long failed, String advice) throws Failure {
        if (failed > 0) {
            throw new Failure(Failure.Code.PARTLY, failed + " files have failed; all others are done", advice);
        }
        return 0;
    }

    /// The reason why the edge does not serve a key, as far as its name says.
    static Optional<String> notServed(Opened opened, String key) {
        return opened.configuration().edge().isEmpty()
                ? Optional.empty()
                : opened.serving().reasonByName(key);
    }
}
