package dev.aloft.server.operations;

import dev.aloft.store.Durations;
import java.time.Duration;

/// Figures in the text form of Prometheus (version 0.0.4), family by family.
final class PrometheusText {

    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();
    private String family = "";

    /// Begins a family; the lines that follow are its.
    PrometheusText family(String name, String type, String help) {
        family = name;
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    PrometheusText value(Labels labels, long value) {
        return line("", labels, String.valueOf(value));
    }

    PrometheusText histogram(Labels labels, Durations.Sum sum) {
        for (int i = 0; i < Durations.LIMITS.size(); i++) {
            String limit = String.valueOf(Durations.LIMITS.get(i) / 1000.0);
            line("_bucket", labels.with("le", limit), String.valueOf(sum.within(i)));
        }
        line("_bucket", labels.with("le", "+Inf"), String.valueOf(sum.count()));
        line("_sum", labels, String.valueOf(seconds(sum.total())));
        return line("_count", labels, String.valueOf(sum.count()));
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private PrometheusText line(String suffix, Labels labels, String value) {
        text.append(family).append(suffix);
        if (!labels.text().isEmpty()) {
            text.append('{').append(labels.text()).append('}');
        }
        text.append(' ').append(value).append('\n');
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /// What tells the lines of a family from each other.
    record Labels(String text) {

        static final Labels NONE = new Labels("");

        static Labels of(String name, String value) {
            return NONE.with(name, value);
        }

        Labels with(String name, String value) {
            String safe = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
            return new Labels((text.isEmpty() ? "" : text + ",") + name + "=\"" + safe + "\"");
        }
    }
}
