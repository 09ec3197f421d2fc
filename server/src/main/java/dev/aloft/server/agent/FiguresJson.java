package dev.aloft.server.agent;

import dev.aloft.server.SiteFigures;
import dev.aloft.server.SiteFigures.Totals;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/// The JSON of the exchanges for operators: a site's figures over time, its files and its snapshots.
final class FiguresJson {

    private FiguresJson() {}

    static String history(SiteFigures figures, Instant since, List<FiguresHistory.Sample> samples) {
        return Json.write(json -> {
            json.writeStringProperty("provider", figures.provider().configName());
            writePrices(json, S3Prices.of(figures.provider()));
            json.writeBooleanProperty("edge", figures.hasEdge());
            json.writeNumberProperty("since", since.getEpochSecond());
            json.writeNumberProperty("now", Instant.now().getEpochSecond());
            json.writeNumberProperty("interval", FiguresHistory.INTERVAL.toSeconds());
            json.writeArrayPropertyStart("samples");
            for (FiguresHistory.Sample sample : samples) {
                json.writeStartObject();
                json.writeNumberProperty("end", sample.end().getEpochSecond());
                writeCounts(json, sample.counts());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static void writePrices(JsonGenerator json, Optional<S3Prices> prices) {
        if (prices.isEmpty()) {
            json.writeNullProperty("prices");
            return;
        }
        json.writeObjectPropertyStart("prices");
        json.writeStringProperty("name", prices.get().name());
        json.writeStringProperty("date", prices.get().date());
        json.writeNumberProperty("read", prices.get().read());
        json.writeNumberProperty("write", prices.get().write());
        json.writeNumberProperty("list", prices.get().list());
        json.writeNumberProperty("delete", prices.get().delete());
        json.writeNumberProperty("storage", prices.get().storage());
        json.writeEndObject();
    }

    private static void writeCounts(JsonGenerator json, Totals counts) {
        json.writeNumberProperty("read", counts.read());
        json.writeNumberProperty("write", counts.write());
        json.writeNumberProperty("list", counts.list());
        json.writeNumberProperty("delete", counts.delete());
        json.writeNumberProperty("failed", counts.failed());
        json.writeNumberProperty("received", counts.received());
        json.writeNumberProperty("served", counts.served());
        json.writeNumberProperty("hits", counts.hits());
        json.writeNumberProperty("micros", counts.micros());
    }

    static String usage(Usage usage) {
        return Json.write(json -> {
            json.writeNumberProperty("when", usage.begun().getEpochSecond());
            json.writeBooleanProperty("complete", usage.isComplete());
            json.writeArrayPropertyStart("groups");
            for (Usage.Group group : usage.groups()) {
                json.writeStartObject();
                json.writeStringProperty("kind", group.kind());
                json.writeStringProperty("month", group.month());
                json.writeNumberProperty("files", group.files());
                json.writeNumberProperty("bytes", group.bytes());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /// @param report empty while it is not there yet
    static String snapshots(boolean areConfigured, Optional<SnapshotSource.Report> report) {
        return Json.write(json -> {
            json.writeBooleanProperty("configured", areConfigured);
            report.ifPresent(found -> {
                json.writeNumberProperty("when", found.when().getEpochSecond());
                json.writeBooleanProperty("readable", found.isReadable());
                found.interval().ifPresent(interval -> json.writeNumberProperty("interval", interval.toSeconds()));
                json.writeNumberProperty("damaged", found.damaged());
                found.logComplete().ifPresent(log -> json.writeNumberProperty("log", log.getEpochSecond()));
                json.writeArrayPropertyStart("newest");
                for (SnapshotSource.Entry snapshot : found.newest()) {
                    json.writeStartObject();
                    json.writeStringProperty("id", snapshot.id());
                    json.writeNumberProperty("moment", snapshot.moment().getEpochSecond());
                    json.writeNumberProperty("files", snapshot.files());
                    json.writeNumberProperty("bytes", snapshot.bytes());
                    json.writeBooleanProperty("database", snapshot.hasDatabase());
                    snapshot.verification().ifPresent(verification -> {
                        json.writeNumberProperty(
                                "verified", verification.completed().getEpochSecond());
                        json.writeNumberProperty("failed", verification.failed());
                    });
                    json.writeEndObject();
                }
                json.writeEndArray();
            });
        });
    }
}
