package dev.aloft.cli.cdn;

import dev.aloft.cli.configuration.ListenAddress;
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

/// `aloft cdn`: prints the configuration of a CDN or web server in front. Options that it requires are not declared so,
/// because picocli would require them of the subcommand, too.
@Command(
        name = "cdn",
        description =
                "Prints the configuration of a CDN that sends uploads and pictures to the edge, or uploads to the bucket,"
                        + " and everything else to the site.",
        subcommands = CdnPurgeCommand.class,
        mixinStandardHelpOptions = true)
public final class CdnCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "KIND", description = "One of: ${COMPLETION-CANDIDATES}.")
    private @Nullable CdnTemplate kind;

    @Option(names = "--host", paramLabel = "NAME", description = "The site's host name; required.")
    private String host = "";

    @ArgGroup
    private @Nullable Uploads uploads;

    /// Source of uploads.
    static final class Uploads {

        @Option(
                names = "--edge",
                paramLabel = "URL",
                split = ",",
                description = "Address of the edge, such as http://10.0.0.7:8080; for nginx several, with commas.")
        private List<URI> edges = List.of();

        @Option(
                names = "--bucket",
                paramLabel = "URL",
                description = "Instead of an edge: URL of the site's prefix in the bucket, such as"
                        + " https://media.s3.eu-central-1.amazonaws.com/shop. The output lists the features that are"
                        + " missing without an edge.")
        private @Nullable URI bucket;
    }

    @ArgGroup
    private @Nullable Origin origin;

    /// Server of everything else.
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
            description =
                    "Address to listen on, such as 127.0.0.1:8081 (default: port 80 of every address; Caddy: its own"
                            + " ports, with certificates that it fetches).")
    private @Nullable String listen;

    @Option(
            names = "--network",
            paramLabel = "KIND",
            description = "The site is a network with its sites in: ${COMPLETION-CANDIDATES}.")
    private CdnSite.@Nullable Network network;

    @Option(
            names = "--folder",
            paramLabel = "NAME",
            description = "Directory of the site's address, such as blog for https://example.org/blog.")
    private @Nullable String folder;

    @Option(
            names = "--behind",
            paramLabel = "ADDRESS",
            description = "Address or block of a CDN or balancer in front, such as 10.0.0.0/8; repeatable. What it says"
                    + " of the visitor's address and https is trusted.")
    private List<String> behind = List.of();

    @Option(
            names = "--upload-path",
            paramLabel = "PATH",
            description = "A further URL path of uploads, such as /app/uploads/; repeatable. The edge needs it as an"
                    + " [[site.upload_paths]].")
    private List<String> uploadPaths = List.of();

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
        if (kind == null || host.isEmpty() || uploads == null || origin == null) {
            throw new IllegalArgumentException(
                    "a KIND, --host, --edge or --bucket, and --site or --php-socket are required");
        }
        return configuration(kind, uploads, origin);
    }

    private String configuration(CdnTemplate kind, Uploads uploads, Origin origin) {
        CdnSite site = new CdnSite(
                host,
                origin(origin),
                Optional.ofNullable(listen).map(CdnCommand::listen),
                Optional.ofNullable(network),
                Optional.ofNullable(folder),
                behind,
                uploadPaths);
        if (!uploads.edges.isEmpty()) {
            return kind.fill(site, uploads.edges);
        }
        BucketUrl bucket = BucketUrl.parse(Objects.requireNonNull(uploads.bucket));
        String text = kind.fill(site, bucket);
        if (!kind.hasComments()) {
            spec.commandLine().getErr().print(kind.notice(bucket));
            spec.commandLine().getErr().flush();
        }
        return text;
    }

    private static CdnSite.Origin origin(Origin origin) {
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
