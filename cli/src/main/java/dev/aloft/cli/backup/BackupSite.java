package dev.aloft.cli.backup;

import dev.aloft.backup.BackupException;
import dev.aloft.backup.Backups;
import dev.aloft.backup.database.DatabaseException;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.ConfigurationFile;
import dev.aloft.cli.configuration.SiteBackupConfiguration;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.files.FilePath;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that name a site with backups; common to the commands of `aloft backup`.
final class BackupSite {

    @Mixin
    private ConfigurationFile config = new ConfigurationFile();

    @Option(
            names = "--site",
            paramLabel = "NAME",
            description = "The site (default: the only one with a [site.backup]).")
    private @Nullable String name;

    /// Work with a site's backups.
    @FunctionalInterface
    interface Work<T> {
        T run(Opened site) throws IOException, Failure;
    }

    /// A site with its backups.
    record Opened(
            Configuration configuration,
            SiteConfiguration site,
            SiteBackupConfiguration backup,
            Store store,
            BucketFolder files,
            Backups backups) {}

    /// The file that the options name.
    Path config() {
        return config.path().toAbsolutePath();
    }

    /// The site that the options name, with S3 not asked.
    SiteConfiguration site() throws Failure {
        return site(config.read());
    }

    /// Opens the store, works, and closes it.
    <T> T with(Work<T> work) throws Failure {
        Configuration configuration = config.read();
        SiteConfiguration site = site(configuration);
        SiteBackupConfiguration backup = site.backup().orElseThrow();
        requireApart(site, backup);
        try (Store store = Store.open(configuration.s3())) {
            BucketFolder files = SiteBackupConfiguration.folder(store::bucket, site.bucket(), site.prefix());
            return work.run(new Opened(configuration, site, backup, store, files, backup.backups(site, store::bucket)));
        } catch (DatabaseException e) {
            throw SiteDatabase.failure(e);
        } catch (BackupException e) {
            throw new Failure(Failure.Code.BACKUP, String.valueOf(e.getMessage()), e.advice(), e);
        } catch (StoreException e) {
            throw new Failure(
                    Failure.Code.STORE,
                    String.valueOf(e.getMessage()),
                    e.kind().passing()
                            ? "run the command again: it continues with what has been done"
                            : "the store is " + configuration.s3().where()
                                    + "; credentials come from the AWS_… variables, a profile or a role. Then run the command"
                                    + " again: it continues",
                    e);
        } catch (IOException e) {
            throw Failure.of(e);
        }
    }

    private SiteConfiguration site(Configuration configuration) throws Failure {
        List<SiteConfiguration> sites = configuration.sites().stream()
                .filter(site -> name == null || site.name().equals(name))
                .toList();
        if (sites.isEmpty()) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "there is no site " + name + " in " + config.path(),
                    "its sites are " + names(configuration.sites()));
        }
        List<SiteConfiguration> backedUp =
                sites.stream().filter(site -> site.backup().isPresent()).toList();
        if (backedUp.isEmpty()) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "no backup is configured for the site " + sites.getFirst().name(),
                    "add [site.backup] with a bucket below its [[site]] (docs/reference/configuration.md)");
        }
        if (backedUp.size() > 1) {
            throw new Failure(
                    Failure.Code.USAGE, "several sites have backups", "name one with --site: " + names(backedUp));
        }
        return backedUp.getFirst();
    }

    private static String names(List<SiteConfiguration> sites) {
        return sites.stream().map(SiteConfiguration::name).collect(Collectors.joining(", "));
    }

    /// Backups among the site's files would be backed up with them, and a restoration could delete them.
    static void requireApart(SiteConfiguration site, SiteBackupConfiguration backup) throws Failure {
        if (backup.overlaps(site.bucket(), site.prefix())) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "the backups of the site " + site.name() + " would lie among its files, in s3://" + site.bucket()
                            + "/" + backup.prefix(),
                    "give [site.backup] another bucket, or a prefix beside that of the site");
        }
    }

    /// A restoration into the backups of any site would replace or delete them.
    static void requireApartFromBackups(Configuration configuration, String bucket, FilePath prefix) throws Failure {
        for (SiteConfiguration site : configuration.sites()) {
            Optional<SiteBackupConfiguration> backup = site.backup().filter(each -> each.overlaps(bucket, prefix));
            if (backup.isPresent()) {
                throw new Failure(
                        Failure.Code.USAGE,
                        "s3://" + bucket + "/" + prefix + " overlaps the backups of the site " + site.name()
                                + " in s3://" + backup.get().bucket() + "/"
                                + backup.get().prefix(),
                        "restore into another bucket or prefix");
            }
        }
    }
}
