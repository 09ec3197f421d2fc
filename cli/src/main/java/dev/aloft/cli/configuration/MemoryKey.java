package dev.aloft.cli.configuration;

import java.util.Map;
import java.util.regex.Pattern;

/// The key `memory`, which belongs to no table: the launcher reads it before Java starts (`scripts/java-options.sh`),
/// and the program only checks it. Caches and buffers take their limits from the heap.
final class MemoryKey {

    static final String NAME = "memory";

    private static final Pattern VALUE = Pattern.compile("[4-9][0-9]{2}M|[1-9][0-9]{3,5}M|[1-9][0-9]{0,2}G");

    private MemoryKey() {}

    static void check(Map<String, Object> tables, Map<String, String> environment, ConfigurationErrors errors) {
        Object value = environment.getOrDefault("ALOFT_MEMORY", "").isEmpty()
                ? tables.get(NAME)
                : environment.get("ALOFT_MEMORY");
        if (value != null && !VALUE.matcher(String.valueOf(value)).matches()) {
            errors.add(
                    "memory = " + value + " is not a size of at least 400M",
                    "write it above all tables, as in memory = \"512M\"");
        }
    }
}
