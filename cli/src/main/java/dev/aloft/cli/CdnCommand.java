package dev.aloft.cli;

import java.net.URI;
import java.util.concurrent.Callable;
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
                "Prints the configuration of a CDN that sends uploads and pictures to the edge and everything else to"
                        + " the site.",
        mixinStandardHelpOptions = true)
final class CdnCommand implements Callable<Integer> {

    @Parameters(paramLabel = "KIND", description = "One of: ${COMPLETION-CANDIDATES}.")
    private CdnTemplate kind = CdnTemplate.NGINX;

    @Option(names = "--host", paramLabel = "NAME", description = "The site's host name.", required = true)
    private String host = "";

    @Option(
            names = "--edge",
            paramLabel = "URL",
            description = "Where the edge is, such as http://10.0.0.7:8080.",
            required = true)
    private URI edge = URI.create("http://127.0.0.1:8080");

    @Option(names = "--site", paramLabel = "URL", description = "Where the site is (default: behind the edge).")
    private URI site = URI.create("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        try {
            CdnTemplate.Places places =
                    new CdnTemplate.Places(host, edge, site.toString().isEmpty() ? edge : site);
            spec.commandLine().getOut().print(kind.fill(places));
            spec.commandLine().getOut().flush();
            return 0;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }
}
