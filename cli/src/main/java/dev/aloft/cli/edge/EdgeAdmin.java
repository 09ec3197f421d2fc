package dev.aloft.cli.edge;

import dev.aloft.cli.configuration.CdnConfiguration;
import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.EdgeConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.server.BoundedExchange;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.cdn.CdnNotifier;
import dev.aloft.server.cdn.CdnPurge;
import dev.aloft.server.fleet.FleetBus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Client of an edge's admin address.
public final class EdgeAdmin {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    /// A snapshot has up to a thousand paths, and figures of each site.
    private static final int MAX_ANSWER_BYTES = 16 << 20;

    private static final String SNAPSHOT = "/snapshot";
    private static final String OTHER_ADDRESS =
            "check that it is the admin address of an edge of this version, or give another one with --admin";

    private final URI address;
    private final UrlSecret token;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_LIMIT)
            .build();

    private EdgeAdmin(URI address, UrlSecret token) {
        this.address = address;
        this.token = token;
    }

    /// @param other address to use instead of the configured one, or null
    public static EdgeAdmin of(Configuration configuration, @Nullable URI other) throws Failure {
        EdgeConfiguration edge = configuration
                .edge()
                .orElseThrow(() -> new Failure(
                        Failure.Code.CONFIGURATION,
                        "the configuration has no [edge]",
                        "name the edge's own configuration with --config"));
        if (other == null && edge.operators().admin().isEmpty()) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "[edge] has no admin, so the edge has no admin address",
                    "add admin = \"127.0.0.1:9180\" to [edge] and restart the edge");
        }
        UrlSecret token = edge.operators()
                .token()
                .orElseThrow(() -> new Failure(
                        Failure.Code.CONFIGURATION,
                        "[edge] has no admin_token, which the admin address requires",
                        "set ALOFT_EDGE_ADMIN_TOKEN to the edge's own"));
        return new EdgeAdmin(
                other != null ? other : uri(edge.operators().admin().orElseThrow()), token);
    }

    private static URI uri(InetSocketAddress admin) {
        String host = admin.getHostString().equals("0.0.0.0") ? "127.0.0.1" : admin.getHostString();
        return URI.create("http://" + host + ":" + admin.getPort());
    }

    /// Purges a site on the edge of this host, on its peers, in its fleet and at its CDNs, best effort.
    ///
    /// @return a line for each that was not reached; an edge notices the change by itself within 30 s
    public static List<String> purge(Configuration configuration, String site) {
        return purge(configuration, List.of(CdnPurge.all(site)));
    }

    /// The same for uploads and sites.
    public static List<String> purge(Configuration configuration, List<CdnPurge> purges) {
        List<String> failures = new ArrayList<>();
        purges.stream().map(EdgeAdmin::query).distinct().forEach(query -> purgeEdges(configuration, query, failures));
        if (configuration.fleet().isPresent()) {
            try {
                FleetBus.announceUnknown(configuration.fleet().get().settings(), ANSWER_LIMIT);
            } catch (Failure | IOException e) {
                failures.add("not announced to the fleet, changes appear within 30 s: " + Failure.messageOf(e));
            }
        }
        purgeCdns(configuration, purges, failures);
        return failures;
    }

    /// The admin address knows uploads by their names below `uploads/`.
    private static String query(CdnPurge purge) {
        String folder = UploadsFolder.UPLOADS.value() + "/";
        return "site=" + purge.site()
                + purge.file()
                        .filter(file -> file.startsWith(folder))
                        .map(file ->
                                "&path=" + URLEncoder.encode(file.substring(folder.length()), StandardCharsets.UTF_8))
                        .orElse("");
    }

    private static void purgeCdns(Configuration configuration, List<CdnPurge> purges, List<String> failures) {
        for (CdnConfiguration cdn : configuration.cdns()) {
            try {
                CdnNotifier.purge(cdn.settings(configuration.sites()), purges)
                        .ifPresent(found -> failures.add("cdn " + cdn.name() + ": " + found));
            } catch (Failure e) {
                failures.add("cdn " + cdn.name() + ": " + e.found());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void purgeEdges(Configuration configuration, String query, List<String> failures) {
        Optional<EdgeConfiguration> edge = configuration.edge();
        if (edge.isEmpty() || edge.get().operators().token().isEmpty()) {
            return;
        }
        UrlSecret token = edge.get().operators().token().get();
        List<URI> edges = new ArrayList<>(edge.get().operators().peers());
        edge.get().operators().admin().map(EdgeAdmin::uri).ifPresent(edges::add);
        for (URI address : edges) {
            try {
                new EdgeAdmin(address, token).send("/purge?" + query, "POST");
            } catch (Failure e) {
                failures.add("not purged, changes appear within 30 s: " + e.found());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// Metrics and paths of this moment.
    ///
    /// @param parse fails with a [JacksonException] where the text is no snapshot
    public <T> T read(Function<String, T> parse) throws Failure, InterruptedException {
        String answer = send(SNAPSHOT, "GET");
        try {
            return parse.apply(answer);
        } catch (JacksonException e) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    address.resolve(SNAPSHOT) + " answers no snapshot of an edge",
                    OTHER_ADDRESS,
                    e);
        }
    }

    private String send(String path, String method) throws Failure, InterruptedException {
        HttpResponse<String> answer = answer(path, method);
        if (answer.statusCode() == 401) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "the edge at " + address + " does not take this admin_token",
                    "set ALOFT_EDGE_ADMIN_TOKEN to the edge's own");
        }
        if (answer.statusCode() != 200) {
            throw new Failure(
                    Failure.Code.MACHINE, address.resolve(path) + " answers " + answer.statusCode(), OTHER_ADDRESS);
        }
        return answer.body();
    }

    private HttpResponse<String> answer(String path, String method) throws Failure, InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                    .method(method, BodyPublishers.noBody())
                    .header("Authorization", "Bearer " + new String(token.bytes(), StandardCharsets.UTF_8))
                    .build();
            return BoundedExchange.send(
                    client,
                    request,
                    ANSWER_LIMIT,
                    MAX_ANSWER_BYTES,
                    bytes -> new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    "no edge answers at " + address + ": " + (e.getMessage() == null ? e : e.getMessage()),
                    "start it (aloft serve), or give its admin address with --admin",
                    e);
        }
    }
}
