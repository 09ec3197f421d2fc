package dev.aloft.server.operations;

import dev.aloft.store.StoreFigures;
import java.util.LinkedHashMap;
import java.util.Map;

/// A form in which metrics are written, family by family.
interface MetricsFormat {

    /// Begins a family; the values that follow belong to it.
    ///
    /// @param type of Prometheus: `counter`, `gauge` or `histogram`
    MetricsFormat family(String name, String type, String help);

    MetricsFormat value(Labels labels, long value);

    /// A family of one gauge.
    default MetricsFormat gauge(String name, String help, long value) {
        return family(name, "gauge", help).value(Labels.NONE, value);
    }

    /// A family of one counter.
    default MetricsFormat counter(String name, String help, long value) {
        return family(name, "counter", help).value(Labels.NONE, value);
    }

    MetricsFormat histogram(Labels labels, StoreFigures.Durations.Sum sum);

    /// Names and values that distinguish the members of a family, in order.
    record Labels(Map<String, String> values) {

        static final Labels NONE = new Labels(Map.of());

        static Labels of(String name, String value) {
            return NONE.with(name, value);
        }

        Labels with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(values);
            more.put(name, value);
            return new Labels(more);
        }
    }
}
