package dev.aloft.cli.doctor;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.EdgeConfiguration;
import dev.aloft.cli.configuration.FleetConfiguration;
import dev.aloft.cli.configuration.HostParts;
import dev.aloft.cli.configuration.ListenAddress;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.PlainRequest;
import dev.aloft.cli.console.VersionCommand;
import dev.aloft.server.fleet.FleetBus;
import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.objectcache.ObjectCache;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Checks of `aloft doctor` that ask the running services: the agent's state on each socket, the edge, and the
/// fleet's server.
final class ServiceChecks {

    /// The longest time until the end of an answer.
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private final Duration limit;
    private final PlainRequest request;

    /// @param limit longest time until the end of an answer
    ServiceChecks(Duration limit) {
        this.limit = limit;
        this.request = new PlainRequest(limit);
    }

    List<DoctorCheck> of(Configuration configuration, HostParts parts, Optional<EdgeConfiguration> served) {
        List<DoctorCheck> checks = new ArrayList<>();
        if (parts.hasAgent()) {
            for (SiteConfiguration site : configuration.sites()) {
                checks.add(new DoctorCheck("agent", () -> agent(site)));
            }
            configuration
                    .agent()
                    .admin()
                    .ifPresent(admin -> checks.add(new DoctorCheck("agent ready", () -> ready("agent", admin))));
        }
        served.ifPresent(edge -> {
            if (edge.tls().isEmpty() && !edge.trustedProxies().proxyProtocol()) {
                checks.add(new DoctorCheck("edge", () -> edge(edge, configuration.sites())));
            }
            edge.operators()
                    .admin()
                    .ifPresent(admin -> checks.add(new DoctorCheck("edge ready", () -> ready("edge", admin))));
            if (!configuration.cdns().isEmpty()) {
                checks.add(new DoctorCheck("edge purge", () -> purge(configuration)));
            }
            if (edge.operators().notificationToken().isPresent()) {
                checks.add(new DoctorCheck("edge notifications", () -> notifications(edge)));
            }
        });
        configuration
                .fleet()
                .ifPresent(fleet ->
                        checks.add(new DoctorCheck("fleet", () -> fleet(fleet, hasObjectCache(configuration)))));
        return checks;
    }

    private DoctorFinding agent(SiteConfiguration site) {
        Path socket = site.agent().socket();
        if (!Files.exists(socket)) {
            return DoctorFinding.failed(
                    Failure.Code.MACHINE, "there is no agent on " + socket, "start it: systemctl start aloft");
        }
        Optional<String> answer = request.send(UnixDomainSocketAddress.of(socket), "/", "aloft");
        if (answer.isEmpty()) {
            return DoctorFinding.failed(
                    Failure.Code.MACHINE,
                    "nothing answers on " + socket + ", or this user may not connect",
                    "restart it: systemctl restart aloft; run this command as root or as the user of the service");
        }
        return state(site, socket, answer.get());
    }

    private static DoctorFinding state(SiteConfiguration site, Path socket, String answer) {
        JsonNode state;
        try {
            state = JsonMapper.shared().readTree(answer.substring(Math.max(0, answer.indexOf("\r\n\r\n"))));
        } catch (JacksonException e) {
            return DoctorFinding.failed(
                    Failure.Code.ADDRESS, "another program answers on " + socket, "choose another socket");
        }
        if (!state.path("bucket").asString("").equals(site.bucket())) {
            return DoctorFinding.failed(
                    Failure.Code.CONFIGURATION,
                    "the agent on " + socket + " serves another bucket than " + site.bucket(),
                    "restart it: systemctl restart aloft");
        }
        String version = state.path("version").asString("");
        if (!version.isEmpty() && !version.equals(VersionCommand.version())) {
            return DoctorFinding.warning(
                    "the agent on " + socket + " is version " + version + ", this command " + VersionCommand.version(),
                    "restart it: systemctl restart aloft");
        }
        return state.path("problem").isString()
                ? DoctorFinding.failed(
                        Failure.Code.STORE,
                        "the agent cannot write: " + state.path("problem").asString(),
                        "see the s3 checks above")
                : DoctorFinding.ok("the agent answers on " + socket);
    }

    /// A program among the uploads is answered 404 whether it exists or not; another answer is not the edge's.
    private DoctorFinding edge(EdgeConfiguration edge, List<SiteConfiguration> sites) {
        String host = sites.stream()
                .flatMap(site -> site.hosts().stream())
                .findFirst()
                .orElse("localhost");
        Optional<String> answer = request.send(edge.listen().reached(), "/uploads/aloft-doctor.php", host);
        if (answer.isEmpty()) {
            return DoctorFinding.failed(
                    Failure.Code.ADDRESS,
                    "no edge answers on " + edge.listen(),
                    "restart it: systemctl restart aloft, or correct listen of [edge]");
        }
        return answer.get().startsWith("HTTP/1.1 404 ")
                ? DoctorFinding.ok("the edge answers on " + edge.listen() + ", and serves no programs")
                : DoctorFinding.failed(
                        Failure.Code.ADDRESS,
                        "another server answers on " + edge.listen() + ": "
                                + answer.get().lines().findFirst().orElse(""),
                        "stop it, or choose another listen of [edge]");
    }

    private DoctorFinding ready(String part, InetSocketAddress admin) {
        ListenAddress listen = ListenAddress.of(admin);
        Optional<String> answer = request.send(listen.reached(), "/readyz", "localhost");
        if (answer.isEmpty() || !answer.get().startsWith("HTTP/1.1 200 ")) {
            return DoctorFinding.failed(
                    Failure.Code.ADDRESS,
                    "no " + part + " is ready on " + listen,
                    "restart it: systemctl restart aloft, or correct admin of [" + part + "]");
        }
        String text = answer.get().substring(answer.get().indexOf("\r\n\r\n")).strip();
        return text.equals("ready")
                ? DoctorFinding.ok("ready on " + listen)
                : DoctorFinding.warning(text.lines().skip(1).findFirst().orElse(text), "see the s3 checks above");
    }

    /// A CDN that is purged before the edge fetches an old version again.
    private static DoctorFinding purge(Configuration configuration) {
        return configuration
                .unpurged()
                .map(reason -> DoctorFinding.warning(
                        "a CDN can fetch an old file again, because commands cannot purge the edge: " + reason,
                        "set admin, admin_token and peers of [edge], or use a [fleet]"))
                .orElse(DoctorFinding.ok("commands purge edges before CDNs"));
    }

    private static DoctorFinding notifications(EdgeConfiguration edge) {
        return edge.operators().admin().isPresent()
                ? DoctorFinding.ok("S3 can notify the admin address of changes")
                : DoctorFinding.warning(
                        "S3 cannot notify the edge: [edge] has a notification_token but no admin",
                        "set admin of [edge] to the address that S3 sends notifications to");
    }

    private static boolean hasObjectCache(Configuration configuration) {
        return configuration.sites().stream()
                .anyMatch(site -> site.agent().objectCacheBytes().isPresent());
    }

    private DoctorFinding fleet(FleetConfiguration fleet, boolean objectCache) throws Failure {
        FleetSettings settings = fleet.settings();
        try {
            FleetBus.tryServer(settings, limit);
            if (objectCache) {
                ObjectCache.tryServer(settings);
            }
            return DoctorFinding.ok("the fleet's server answers at " + settings.address());
        } catch (IOException e) {
            return DoctorFinding.failed(
                    Failure.Code.ADDRESS,
                    Failure.messageOf(e),
                    "start the server, or correct url and password of [fleet]; its user needs the permissions of"
                            + " docs/how-to/fleet.md");
        }
    }
}
