package dev.aloft.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `aloft cdn`: prints what a CDN or web server in front needs to know.
@Command(
        name = "cdn",
        description =
                "Prints the configuration of a CDN that sends uploads and pictures to the edge, or uploads to the bucket,"
                        + " and everything else to the site.",
        mixinStandardHelpOptions = true)
final class CdnCommand implements Callable<Integer> {

    @Parameters(paramLabel = "KIND", description = "One of: ${COMPLETION-CANDIDATES}.")
    private CdnTemplate kind = CdnTemplate.NGINX;

    @Option(names = "--host", paramLabel = "NAME", description = "The site's host name.", required = true)
    private String host = "";

    @ArgGroup(multiplicity = "1")
    private Uploads uploads = new Uploads();

    /// Where uploads come from.
    static final class Uploads {

        @Option(names = "--edge", paramLabel = "URL", description = "Where the edge is, such as http://10.0.0.7:8080.")
        private @Nullable URI edge;

        @Option(
                names = "--bucket",
                paramLabel = "URL",
                description = "Instead of an edge: where the bucket answers for the site's prefix, such as"
                        + " https://media.s3.eu-central-1.amazonaws.com/shop. What is lost by that is part of what is"
                        + " printed.")
        private @Nullable URI bucket;
    }

    @ArgGroup(multiplicity = "1")
    private Origin origin = new Origin();

    /// What answers everything else.
    static final class Origin {

        @Option(
                names = "--site",
                paramLabel = "URL",
                description = "The web server that runs the site, such as http://10.0.0.8.")
        private @Nullable URI site;

        @ArgGroup(exclusive = false)
        private @Nullable Php php;
    }

    /// A php-fpm that needs a web server.
    static final class Php {

        @Option(
                names = "--php-socket",
                paramLabel = "FILE",
                description = "Instead of --site: php-fpm's Unix socket on the same machine.",
                required = true)
        private Path socket = Path.of("");

        @Option(
                names = "--root",
                paramLabel = "DIR",
                description = "With --php-socket: the folder with the site's index.php.",
                required = true)
        private Path root = Path.of("");
    }

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "Where it listens, such as 127.0.0.1:8081 (default: port 80 of every address; Caddy: its own"
                    + " ports, with certificates that it fetches).")
    private @Nullable String listen;

    @Option(
            names = "--network",
            paramLabel = "KIND",
            description = "The site is a network; its sites are in: ${COMPLETION-CANDIDATES}.")
    private CdnSite.@Nullable Network network;

    @Option(
            names = "--folder",
            paramLabel = "NAME",
            description = "The site's address ends with this, such as blog of https://example.org/blog.")
    private @Nullable String folder;

    @Option(
            names = "--behind",
            paramLabel = "ADDRESS",
            description = "Who stands before it, a CDN or balancer, such as 10.0.0.0/8; may be said more than once."
                    + " Their word on visitors' addresses and https counts.")
    private List<String> behind = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        try {
            spec.commandLine().getOut().print(configuration());
            spec.commandLine().getOut().flush();
            return 0;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private String configuration() {
        CdnSite site = new CdnSite(
                host,
                origin(),
                Optional.ofNullable(listen).map(CdnCommand::listen),
                Optional.ofNullable(network),
                Optional.ofNullable(folder),
                behind);
        if (uploads.edge != null) {
            return kind.fill(site, uploads.edge);
        }
        BucketUrl bucket = BucketUrl.parse(Objects.requireNonNull(uploads.bucket));
        String text = kind.fill(site, bucket);
        if (!kind.hasComments()) {
            spec.commandLine().getErr().print(kind.notice(bucket));
            spec.commandLine().getErr().flush();
        }
        return text;
    }

    private CdnSite.Origin origin() {
        if (origin.site != null) {
            return new CdnSite.Server(origin.site);
        }
        Php php = Objects.requireNonNull(origin.php);
        return new CdnSite.Php(php.root, php.socket);
    }

    private static ListenAddress listen(String address) {
        return ListenAddress.parse(address)
                .orElseThrow(() -> new IllegalArgumentException(
                        "not an address to listen on: " + address + " (expected as in 127.0.0.1:8081)"));
    }
}
