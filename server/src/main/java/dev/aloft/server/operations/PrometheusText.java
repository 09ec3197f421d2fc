package dev.aloft.server.operations;

import dev.aloft.store.StoreFigures;
import java.time.Duration;
import java.util.StringJoiner;

/// Metrics in the text format of Prometheus (version 0.0.4).
final class PrometheusText implements MetricsFormat {

    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();
    private String family = "";

    @Override
    public PrometheusText family(String name, String type, String help) {
        family = name;
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    @Override
    public PrometheusText value(Labels labels, long value) {
        return line("", labels, String.valueOf(value));
    }

    @Override
    public PrometheusText histogram(Labels labels, StoreFigures.Durations.Sum sum) {
        for (int i = 0; i < StoreFigures.Durations.LIMITS.size(); i++) {
            String limit = String.valueOf(StoreFigures.Durations.LIMITS.get(i) / 1000.0);
            line("_bucket", labels.with("le", limit), String.valueOf(sum.within(i)));
        }
        line("_bucket", labels.with("le", "+Inf"), String.valueOf(sum.count()));
        line("_sum", labels, String.valueOf(seconds(sum.total())));
        return line("_count", labels, String.valueOf(sum.count()));
    }

    static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private PrometheusText line(String suffix, Labels labels, String value) {
        text.append(family).append(suffix);
        if (!labels.values().isEmpty()) {
            StringJoiner list = new StringJoiner(",", "{", "}");
            labels.values().forEach((name, label) -> list.add(name + "=\"" + escaped(label) + '"'));
            text.append(list);
        }
        text.append(' ').append(value).append('\n');
        return this;
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
