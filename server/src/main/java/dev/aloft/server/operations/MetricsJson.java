package dev.aloft.server.operations;

import dev.aloft.store.StoreFigures;
import tools.jackson.core.JsonGenerator;

/// Metrics as members of a JSON array: `{"name": …, "labels": {…}, "value": …}`. Of a histogram only the sum, in
/// seconds, and the count are written, under the names that they have in [PrometheusText].
final class MetricsJson implements MetricsFormat {

    private final JsonGenerator json;
    private String family = "";

    MetricsJson(JsonGenerator json) {
        this.json = json;
    }

    @Override
    public MetricsJson family(String name, String type, String help) {
        family = name;
        return this;
    }

    @Override
    public MetricsJson value(Labels labels, long value) {
        begin("", labels);
        json.writeNumberProperty("value", value);
        json.writeEndObject();
        return this;
    }

    @Override
    public MetricsJson histogram(Labels labels, StoreFigures.Durations.Sum sum) {
        begin("_sum", labels);
        json.writeNumberProperty("value", PrometheusText.seconds(sum.total()));
        json.writeEndObject();
        begin("_count", labels);
        json.writeNumberProperty("value", sum.count());
        json.writeEndObject();
        return this;
    }

    private void begin(String suffix, Labels labels) {
        json.writeStartObject();
        json.writeStringProperty("name", family + suffix);
        json.writeObjectPropertyStart("labels");
        labels.values().forEach(json::writeStringProperty);
        json.writeEndObject();
    }
}
