package dev.aloft.cli.doctor;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.ConfigurationFile;
import dev.aloft.cli.configuration.EdgeConfiguration;
import dev.aloft.cli.configuration.HostParts;
import dev.aloft.cli.configuration.HostPartsOption;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.doctor.DoctorFinding.Grade;
import dev.aloft.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// `aloft doctor`: tries everything that can be wrong with a configuration, and prints a line for each with the
/// remedy.
@Command(
        name = "doctor",
        description =
                "Tries what a configuration needs: credentials, S3, sockets, folders, the edge, pictures and WordPress."
                        + " Prints a line for each, with the remedy. It writes small objects below uploads/ and deletes them.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

    @Mixin
    private ConfigurationFile config = new ConfigurationFile();

    @Mixin
    private HostPartsOption only = new HostPartsOption();

    @Option(
            names = "--wordpress",
            paramLabel = "DIR",
            description = "Also checks the WordPress in this folder, which contains wp-content.")
    private @Nullable Path wordPress;

    @Option(
            names = "--php",
            paramLabel = "PROGRAM",
            description =
                    "With --wordpress: the PHP that runs it, such as php-fpm8.3 (default: the newest php-fpm, else"
                            + " php).")
    private @Nullable String php;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Also requests files by this public URL of a site's uploads, such as"
                    + " https://example.org/wp-content/uploads/, through the CDN and web server in front.")
    private @Nullable URI url;

    @Option(names = "--json", description = "Prints JSON, one object on each line.")
    private boolean inJson;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final List<DoctorFinding> findings = new ArrayList<>();

    @Override
    public Integer call() throws Failure, InterruptedException {
        if (url != null && !PublicChecks.isUrl(url)) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "--url " + url + " is not a URL with http or https and a host",
                    "give that of the uploads, such as https://example.org/wp-content/uploads/");
        }
        Configuration configuration;
        try {
            configuration = config.read();
        } catch (Failure e) {
            e.details().forEach(spec.commandLine().getErr()::println);
            report("configuration", DoctorFinding.failed(e.code(), e.found(), e.advice()));
            return conclude();
        }
        HostParts parts = only.parts();
        Optional<EdgeConfiguration> edge = parts.edge(configuration);
        report("configuration", DoctorFinding.ok(config.path() + " is valid"));
        check(configuration, parts, edge);
        return conclude();
    }

    private void check(Configuration configuration, HostParts parts, Optional<EdgeConfiguration> edge)
            throws Failure, InterruptedException {
        runAll(MachineChecks.of(parts.hasAgent() ? configuration.sites() : List.of(), edge));
        try (Store store = Store.open(configuration.s3())) {
            runAll(S3Checks.of(configuration, parts, store));
            if (url != null) {
                checkPublicly(configuration.sites(), store, url);
            }
        }
        runAll(new ServiceChecks(ServiceChecks.ANSWER_LIMIT).of(configuration, parts, edge));
        if (configuration.pictures().enabled()) {
            run(new PictureCheck(configuration.pictures().renderPool()).check());
        }
        if (wordPress != null) {
            runAll(WordPressChecks.of(wordPress, configuration));
            checkPhp(configuration);
        }
    }

    /// Of several sites the one that has the host of the URL, or else the first.
    private void checkPublicly(List<SiteConfiguration> sites, Store store, URI uploads) throws InterruptedException {
        SiteConfiguration site = sites.stream()
                .filter(one -> one.hosts().contains(uploads.getHost()))
                .findFirst()
                .orElse(sites.getFirst());
        try (PublicChecks checks =
                new PublicChecks(store.bucket(site.bucket()), site.prefix(), uploads, PublicChecks.ANSWER_LIMIT)) {
            runAll(checks.checks());
        }
    }

    private void checkPhp(Configuration configuration) throws InterruptedException {
        boolean renders = configuration.pictures().enabled();
        try {
            runAll(new PhpChecks(PhpSettings.of(php), renders).checks());
        } catch (Failure e) {
            report("php version", DoctorFinding.warning(e.found(), e.advice()));
        } catch (IOException e) {
            report("php version", DoctorFinding.warning(Failure.messageOf(e), "name php-fpm, or php, with --php"));
        }
    }

    private void runAll(List<DoctorCheck> checks) throws InterruptedException {
        for (DoctorCheck check : checks) {
            run(check);
        }
    }

    private void run(DoctorCheck check) throws InterruptedException {
        report(check.name(), check.run());
    }

    private void report(String name, DoctorFinding finding) {
        findings.add(finding);
        PrintWriter out = spec.commandLine().getOut();
        String grade = finding.grade().name().toLowerCase(Locale.ROOT);
        if (inJson) {
            out.println(JsonMapper.shared()
                    .createObjectNode()
                    .put("event", "check")
                    .put("check", name)
                    .put("grade", grade)
                    .put("found", finding.found())
                    .put("remedy", finding.remedy()));
        } else {
            String remedy = finding.remedy().isEmpty() ? "" : "; " + finding.remedy();
            out.println(String.format(Locale.ROOT, "%-8s %-20s %s%s", grade, name, finding.found(), remedy));
        }
        out.flush();
    }

    /// The code of the first failed check is that of the command.
    private int conclude() throws Failure {
        Optional<DoctorFinding> first = findings.stream()
                .filter(finding -> finding.grade() == Grade.FAILED)
                .findFirst();
        if (first.isPresent()) {
            throw new Failure(
                    first.get().code(),
                    count(Grade.FAILED) + " of " + findings.size() + " checks failed",
                    "each line above that begins with failed ends with its remedy");
        }
        return 0;
    }

    private long count(Grade grade) {
        return findings.stream().filter(finding -> finding.grade() == grade).count();
    }
}
