package dev.aloft.cli.top;

import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.PlainRequest;
import dev.aloft.server.PercentCoding;
import dev.aloft.server.UploadsFolder;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/// Answers of one site's agent at one moment, in the form of `docs/reference/agent-protocol.md`. An answer that was
/// not given is a missing node.
///
/// @param state of the agent
/// @param figures of the last 24 hours
/// @param snapshots of the site's backups
/// @param usage files by kind and month
/// @param exchanges that the questions took
/// @param nanos of [System#nanoTime()], when they were asked
record AgentReport(JsonNode state, JsonNode figures, JsonNode snapshots, JsonNode usage, int exchanges, long nanos) {

    private static final PlainRequest REQUEST = new PlainRequest(Duration.ofSeconds(5));
    private static final String OK = "HTTP/1.1 200 ";

    /// Requests to S3 by kind.
    static final String[] KINDS = {"read", "write", "list", "delete"};

    /// Counts of each interval of the figures.
    private static final String[] COUNTS = {
        "read", "write", "list", "delete", "failed", "received", "served", "hits", "micros"
    };

    /// Asks the agent on a site's socket.
    ///
    /// @param before of the same command; its count of the files is used again, since each costs listings of S3
    /// @return empty if no agent answers there, or this user may not connect
    static Optional<AgentReport> read(SiteConfiguration site, Optional<AgentReport> before) {
        long nanos = System.nanoTime();
        JsonNode state = ask(site, "/");
        if (state.isMissingNode()) {
            return Optional.empty();
        }
        Optional<JsonNode> known = before.map(AgentReport::usage)
                .filter(usage -> usage.path("complete").asBoolean(false));
        return Optional.of(new AgentReport(
                state,
                ask(site, "/?figures"),
                ask(site, "/?snapshots"),
                known.orElseGet(() -> ask(site, directory(site) + "?usage")),
                known.isPresent() ? 3 : 4,
                nanos));
    }

    /// Requests of PHP since an earlier report, for each second.
    double rate(AgentReport before) {
        // The questions of the earlier report are exchanges, too; a restarted agent counts from zero.
        long since = count("exchanges") - before.count("exchanges") - before.exchanges;
        return Math.max(0, since) / Math.max(1e-3, (nanos - before.nanos) / 1e9);
    }

    /// A count of the state.
    long count(String name) {
        return state.path(name).asLong(0);
    }

    private static String directory(SiteConfiguration site) {
        return Stream.of(site.bucket(), site.prefix().value(), UploadsFolder.UPLOADS.value())
                .flatMap(path -> Arrays.stream(path.split("/", -1)))
                .filter(name -> !name.isEmpty())
                .map(PercentCoding::encode)
                .collect(Collectors.joining("/", "/", "/"));
    }

    private static JsonNode ask(SiteConfiguration site, String target) {
        UnixDomainSocketAddress socket = UnixDomainSocketAddress.of(site.agent().socket());
        String answer = REQUEST.send(socket, target, "aloft").orElse("");
        int body = answer.indexOf("\r\n\r\n");
        if (!answer.startsWith(OK) || body < 0) {
            return MissingNode.getInstance();
        }
        try {
            return JsonMapper.shared().readTree(answer.substring(body));
        } catch (JacksonException e) {
            return MissingNode.getInstance(); // of another program
        }
    }

    /// A count of the last 24 hours.
    long day(String count) {
        return figures.path("samples")
                .valueStream()
                .mapToLong(sample -> sample.path(count).asLong(0))
                .sum();
    }

    /// Estimated price of the requests to S3 of the last 24 hours, in dollars; empty without a price list.
    Optional<Double> price() {
        JsonNode prices = figures.path("prices");
        return prices.isObject()
                ? Optional.of(Arrays.stream(KINDS)
                        .mapToDouble(
                                kind -> day(kind) / 1000.0 * prices.path(kind).asDouble(0))
                        .sum())
                : Optional.empty();
    }

    /// Estimated price of the files in a month, in dollars; empty without a price list.
    Optional<Double> monthly() {
        JsonNode storage = figures.path("prices").path("storage");
        return storage.isNumber() ? Optional.of(bytes() / 1e9 * storage.asDouble()) : Optional.empty();
    }

    long files() {
        return inGroups("files");
    }

    long bytes() {
        return inGroups("bytes");
    }

    private long inGroups(String count) {
        return usage.path("groups")
                .valueStream()
                .mapToLong(group -> group.path(count).asLong(0))
                .sum();
    }

    /// All answers, and the sums of the last 24 hours.
    void writeTo(ObjectNode site) {
        ObjectNode day = JsonMapper.shared().createObjectNode();
        for (String count : COUNTS) {
            day.put(count, day(count));
        }
        price().ifPresent(price -> day.put("price", price));
        site.set("day", day);
        put(site, "state", state);
        put(site, "usage", usage);
        put(site, "snapshots", snapshots);
    }

    private static void put(ObjectNode site, String name, JsonNode answer) {
        if (!answer.isMissingNode()) {
            site.set(name, answer);
        }
    }
}
