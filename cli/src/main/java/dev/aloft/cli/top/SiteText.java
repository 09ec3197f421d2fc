package dev.aloft.cli.top;

import dev.aloft.bulk.OperationFiles.Running;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.PrintableText;
import dev.aloft.cli.console.Sizes;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Lines for people about one site.
final class SiteText {

    private static final int MAX_FAILURES = 3;

    private final StringBuilder text = new StringBuilder();
    private final SiteConfiguration site;

    private SiteText(SiteConfiguration site) {
        this.site = site;
    }

    /// @param before the report whose counts the rates begin at
    static String of(SiteConfiguration site, Optional<AgentReport> before, Optional<AgentReport> now) {
        SiteText lines = new SiteText(site);
        if (now.isEmpty()) {
            lines.add(
                    "site " + site.name(),
                    "no agent answers on " + site.agent().socket() + ", or this user may not connect");
        } else {
            lines.describe(before.orElse(now.get()), now.get());
        }
        return lines.text.toString();
    }

    private void describe(AgentReport before, AgentReport now) {
        add("site " + site.name(), state(now.state()));
        add("PHP", exchanges(before, now));
        add("S3, 24 h", requests(now));
        if (now.figures().path("edge").asBoolean(false)) {
            add("edge, 24 h", answers(now));
        }
        if (!now.usage().isMissingNode()) {
            add("files", files(now));
        }
        JsonNode cache = now.state().path("object_cache");
        if (cache.isObject()) {
            add("object cache", objectCache(cache));
        }
        if (now.snapshots().path("configured").asBoolean(false)) {
            add("snapshots", snapshots(now.snapshots()));
        }
        site.operations().read().forEach(operation -> add("under way", underWay(operation)));
        site.fallback()
                .ifPresent(place -> add("migration", "files that are not in S3 yet are read from " + place.shown()));
        now.state()
                .path("last_failures")
                .valueStream()
                .limit(MAX_FAILURES)
                .forEach(failure -> add("failed", failure(failure)));
    }

    private static String state(JsonNode state) {
        JsonNode problem = state.path("problem");
        if (!problem.isString()) {
            return "uploads work   agent " + state.path("version").asString("") + " since " + time(state.path("since"));
        }
        JsonNode since = state.path("problem_since");
        return "UPLOADS FAIL" + (since.isNumber() ? " since " + time(since) : "") + ": " + problem.asString();
    }

    private static String exchanges(AgentReport before, AgentReport now) {
        return String.format(
                Locale.ROOT,
                "%.1f requests/s   since the start %d, failed %d",
                now.rate(before),
                now.count("exchanges"),
                now.count("failures"));
    }

    private static String requests(AgentReport now) {
        return String.format(
                Locale.ROOT,
                "reads %d   writes %d   listings %d   deletions %d   failed %d%s",
                now.day("read"),
                now.day("write"),
                now.day("list"),
                now.day("delete"),
                now.day("failed"),
                now.price().map(price -> "   about " + dollars(price)).orElse(""));
    }

    private static String answers(AgentReport now) {
        long served = now.day("served");
        return served == 0
                ? "no requests yet"
                : String.format(
                        Locale.ROOT,
                        "answers %d   hits %.1f%%   mean %.1f ms",
                        served,
                        100.0 * now.day("hits") / served,
                        now.day("micros") / 1000.0 / served);
    }

    private static String files(AgentReport now) {
        return now.files() + "   " + Sizes.of(now.bytes())
                + now.monthly()
                        .map(price -> "   about " + dollars(price) + " a month")
                        .orElse("")
                + (now.usage().path("complete").asBoolean(false) ? "" : "   being counted");
    }

    private static String objectCache(JsonNode cache) {
        long hits = cache.path("hits").asLong(0);
        long asked = hits + cache.path("misses").asLong(0);
        String ratio = asked == 0 ? "-" : String.format(Locale.ROOT, "%.1f%%", 100.0 * hits / asked);
        return "hits " + ratio
                + (cache.has("bytes")
                        ? "   " + Sizes.of(cache.path("bytes").asLong(0)) + " of "
                                + Sizes.of(cache.path("max_bytes").asLong(0))
                        : "");
    }

    private static String snapshots(JsonNode report) {
        if (!report.has("readable")) {
            return "being read";
        }
        if (!report.path("readable").asBoolean(false)) {
            return "cannot be read with the agent's credentials";
        }
        JsonNode newest = report.path("newest").path(0);
        if (newest.isMissingNode()) {
            return "none";
        }
        long damaged = report.path("damaged").asLong(0);
        return "newest " + time(newest.path("moment")) + "   " + verification(newest)
                + (damaged > 0 ? "   DAMAGED: " + damaged + " of the newest" : "")
                + (report.has("log") ? "   log until " + time(report.path("log")) : "");
    }

    private static String verification(JsonNode snapshot) {
        if (!snapshot.has("verified")) {
            return "not verified";
        }
        long failed = snapshot.path("failed").asLong(0);
        return failed == 0 ? "verified" : "VERIFICATION FAILED: " + failed + " files";
    }

    private static String underWay(Running operation) {
        String size = Sizes.of(operation.bytes());
        return operation.name() + ", " + operation.phase() + ": "
                + (operation.stream()
                        ? size
                        : operation.files() + " files, " + operation.copied() + " copied (" + size + ")")
                + " since " + operation.since();
    }

    private static String failure(JsonNode failure) {
        return time(failure.path("when")) + " " + failure.path("status").asInt(0) + " "
                + failure.path("what").asString("") + ": " + failure.path("why").asString("");
    }

    private static String time(JsonNode seconds) {
        return Instant.ofEpochSecond(seconds.asLong(0)).toString();
    }

    private static String dollars(double price) {
        return String.format(Locale.ROOT, price > 0 && price < 0.1 ? "$%.4f" : "$%.2f", price);
    }

    private void add(String name, String value) {
        text.append(String.format("%-13s ", name))
                .append(PrintableText.of(value))
                .append('\n');
    }
}
