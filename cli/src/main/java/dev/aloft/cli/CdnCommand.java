package dev.aloft.cli;

import java.net.URI;
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

    @Option(
            names = "--site",
            paramLabel = "URL",
            description = "Where the site is (default: behind the edge; needed with --bucket).")
    private @Nullable URI site;

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
        if (uploads.edge != null) {
            return kind.fill(new CdnTemplate.Site(host, site == null ? uploads.edge : site), uploads.edge);
        }
        if (uploads.bucket == null || site == null) {
            throw new IllegalArgumentException("--bucket needs --site: there is no edge that the site could be behind");
        }
        BucketUrl bucket = BucketUrl.parse(uploads.bucket);
        if (!kind.hasComments()) {
            spec.commandLine().getErr().print(kind.notice(bucket));
            spec.commandLine().getErr().flush();
        }
        return kind.fill(new CdnTemplate.Site(host, site), bucket);
    }
}
