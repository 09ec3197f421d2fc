package dev.aloft.cli.migrate;

import dev.aloft.bulk.Progress;
import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.ConfigurationFile;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.configuration.SiteFallback;
import dev.aloft.cli.console.CommandOutput;
import dev.aloft.cli.console.Failure;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.files.PathRules;
import dev.aloft.local.LocalFolder;
import dev.aloft.migrate.Migration;
import dev.aloft.migrate.Migration.Finding;
import dev.aloft.migrate.MigrationSides;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.uploads.ServingPolicy;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The options that name a site and its folder; common to the commands of `aloft migrate`.
final class MigrateSite {

    private static final int MAX_PARALLEL = 256;

    @Parameters(paramLabel = "FOLDER", description = "The site's folder of uploads, such as wp-content/uploads.")
    private Path folder = Path.of("uploads");

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

    /// A site and the migration of its uploads.
    record Opened(
            Configuration configuration,
            SiteConfiguration site,
            ServingPolicy serving,
            Migration migration,
            Progress progress) {}

    Path folder() {
        return folder;
    }

    CommandOutput output() {
        return output;
    }

    /// Opens both sides, works, and closes them.
    ///
    /// @param makesFolder true if the folder need not be there
    int with(boolean makesFolder, Work work) throws Failure {
        Configuration configuration = config.read();
        SiteConfiguration site = site(configuration);
        requireOptions();
        try (Store store = Store.open(configuration.s3())) {
            Bucket bucket = store.bucket(site.bucket());
            Progress progress = new Progress();
            MigrationSides sides = sides(site, bucket, makesFolder);
            Migration migration = new Migration(sides, parallel, progress, this::print);
            return work.run(new Opened(
                    configuration, site, ServingPolicy.of(site.edgeSite(bucket).uploads()), migration, progress));
        } catch (StoreException e) {
            throw new Failure(
                    Failure.Code.STORE,
                    String.valueOf(e.getMessage()),
                    e.kind().passing()
                            ? "run the command again: it continues with what has been done"
                            : "the store is " + configuration.s3().where()
                                    + "; credentials come from the AWS_… variables, a profile or a role",
                    e);
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    Failure.messageOf(e),
                    "name a folder that this user can read, and run the command again: it continues",
                    e);
        }
    }

    private MigrationSides sides(SiteConfiguration site, Bucket bucket, boolean makesFolder)
            throws IOException, Failure {
        if (makesFolder) {
            Files.createDirectories(folder);
        }
        FileTree files = new FileTree(bucket, site.prefix(), site.agent().headers());
        files.probeStore();
        FilePath uploads = site.prefix().resolve(UploadsFolder.UPLOADS.value());
        return MigrationSides.of(LocalFolder.at(folder), files, bucket, uploads, filter(site, uploads));
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
