package dev.aloft.cli.cdn;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.edge.EdgeAdmin;
import dev.aloft.server.cdn.CdnPurge;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `aloft cdn purge`: purges uploads or sites by hand, first at the edges and then at the CDNs, so that these do not
/// fetch an old version again.
@Command(
        name = "purge",
        description = "Purges uploads with their pictures, or whole sites, at the edges and at every [[cdn]].",
        mixinStandardHelpOptions = true)
final class CdnPurgeCommand implements Callable<Integer> {

    @ArgGroup(multiplicity = "1")
    private Purged purged = new Purged();

    /// The URLs to purge, or the whole site.
    static final class Purged {

        @Parameters(
                paramLabel = "URL",
                arity = "1..*",
                description = "URL of an upload or a picture, such as https://example.org/uploads/2026/11/cat.jpg.")
        private List<URI> urls = List.of();

        @Option(names = "--site", paramLabel = "NAME", description = "All uploads and pictures of this site.")
        private @Nullable String site;

        @Option(names = "--all", description = "All uploads and pictures of all sites.")
        private boolean all;
    }

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration of the server (default: ${DEFAULT-VALUE}).",
            defaultValue = Configuration.DEFAULT_FILE)
    private Path config = Path.of("aloft.toml");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Failure {
        Configuration configuration = Configuration.read(config, System.getenv());
        if (configuration.cdns().isEmpty()) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "the configuration has no [[cdn]]",
                    "add one, or name another --config");
        }
        List<CdnPurge> purges = purges(configuration.sites());
        configuration
                .unpurged()
                .ifPresent(reason -> spec.commandLine()
                        .getErr()
                        .println("warning: no edge is purged, because " + reason
                                + "; edges notice a change within 30 s"));
        List<String> failures = EdgeAdmin.purge(configuration, purges);
        if (failures.isEmpty()) {
            spec.commandLine().getOut().println("purged");
            return 0;
        }
        failures.forEach(spec.commandLine().getErr()::println);
        throw new Failure(
                Failure.Code.PARTLY,
                failures.size() + " purges have failed and are listed above",
                "check [edge] and [[cdn]], and run the command again");
    }

    private List<CdnPurge> purges(List<SiteConfiguration> sites) throws Failure {
        if (purged.all) {
            return sites.stream().map(site -> CdnPurge.all(site.name())).toList();
        }
        if (purged.site != null) {
            if (sites.stream().noneMatch(site -> site.name().equals(purged.site))) {
                throw new Failure(
                        Failure.Code.CONFIGURATION,
                        "there is no [[site]] named " + purged.site,
                        "name one of the configuration");
            }
            return List.of(CdnPurge.all(purged.site));
        }
        List<CdnPurge> purges = new ArrayList<>();
        for (URI url : purged.urls) {
            purges.add(purge(sites, url)
                    .orElseThrow(() -> new Failure(
                            Failure.Code.MISSING,
                            "no site of the configuration has uploads at " + url,
                            "name a whole URL of an upload or a picture, with a host of the site")));
        }
        return purges;
    }

    /// By the site that names the host, else by the one that takes every host.
    private static Optional<CdnPurge> purge(List<SiteConfiguration> sites, URI url) {
        return sites.stream()
                .map(SiteConfiguration::urls)
                .sorted(Comparator.comparing(site -> site.hosts().isEmpty()))
                .flatMap(site -> site.file(url).map(file -> CdnPurge.of(site.name(), file)).stream())
                .findFirst();
    }
}
