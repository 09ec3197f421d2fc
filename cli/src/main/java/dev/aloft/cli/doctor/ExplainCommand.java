package dev.aloft.cli.doctor;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.ConfigurationFile;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.files.FilePath;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.uploads.ServingPolicy;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `aloft explain`: place of a path for each site of a configuration, with the rule that decides; for an upload also
/// whether the edge serves it. For the latter it reads only the `.htaccess` files of the upload's folders from S3.
@Command(
        name = "explain",
        description = "Prints where a path is stored, the rule of the configuration that decides, and whether the edge"
                + " serves it.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigurationFile config = new ConfigurationFile();

    @Parameters(
            paramLabel = "PATH",
            description = "s3://bucket/key, or a path below a site's prefix such as uploads/cache/a.css.")
    private String path = "";

    @Override
    public Integer call() throws Failure {
        Configuration configuration = config.read();
        PrintWriter out = spec.commandLine().getOut();
        boolean found = false;
        for (SiteConfiguration site : configuration.sites()) {
            Optional<FilePath> file = inSite(site);
            if (file.isPresent()) {
                explain(site, file.get(), out);
                if (configuration.edge().isPresent() && isServable(site, file.get())) {
                    out.println("  " + serving(configuration.s3(), site, file.get()));
                }
            }
            found |= file.isPresent();
        }
        if (!found) {
            throw new Failure(
                    Failure.Code.USAGE,
                    path + " lies in no site of " + config.path(),
                    "name a path below the bucket and prefix of a [[site]]");
        }
        return 0;
    }

    private static void explain(SiteConfiguration site, FilePath file, PrintWriter out) {
        out.println("site " + site.name() + ": s3://" + site.bucket() + "/" + file);
        out.println(site.agent()
                .local()
                .covering(site.prefix(), file)
                .map(rule -> "  on the host, by the rule \"" + rule + "\" of local, at "
                        + site.agent().local().place(site.prefix(), file))
                .orElse("  in S3, of at most " + site.agent().maxFileBytes() + " bytes; no rule of local covers it"));
    }

    /// True if the edge serves it unless a rule denies it.
    private static boolean isServable(SiteConfiguration site, FilePath file) {
        return UploadsFolder.of(site.prefix()).contains(file)
                && site.agent().local().covering(site.prefix(), file).isEmpty();
    }

    private static String serving(StoreSettings s3, SiteConfiguration site, FilePath file) {
        try (Store store = Store.open(s3)) {
            return ServingPolicy.of(site.edgeSite(store.bucket(site.bucket())).uploads())
                    .reason(file)
                    .map(reason -> "not served by the edge (404): " + reason)
                    .orElse("served by the edge, unless it is private or not there");
        } catch (IOException e) {
            return "unknown whether the edge serves it: " + e.getMessage();
        }
    }

    private Optional<FilePath> inSite(SiteConfiguration site) throws Failure {
        String prefix = site.prefix().isRoot() ? "" : site.prefix() + "/";
        String bucket = "s3://" + site.bucket() + "/";
        boolean isUrl = path.startsWith("s3://");
        if (isUrl && !path.startsWith(bucket + prefix)) {
            return Optional.empty();
        }
        String key = isUrl ? path.substring(bucket.length()) : prefix + path.replaceFirst("^/", "");
        try {
            return Optional.of(FilePath.of(key)).filter(file -> !file.equals(site.prefix()));
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.Code.USAGE, path + " cannot be a file's path", String.valueOf(e.getMessage()), e);
        }
    }
}
