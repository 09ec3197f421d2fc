package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Nearest;
import dev.aloft.files.PathRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One table of `aloft.toml`, read key by key.
///
/// An environment variable named after the table and the key (`ALOFT_S3_ENDPOINT`) overrides the file.
final class Section {

    private static final Pattern TIME = Pattern.compile("(\\d{1,6})(ms|s|m|h|d)");

    private final String name;
    private final Map<String, Object> values;
    private final Variables variables;
    private final ConfigurationErrors errors;
    private final Set<String> invalid = new HashSet<>();
    private final Set<String> misspelt = new HashSet<>();

    /// Reads one value of a table.
    @FunctionalInterface
    interface Value<T> {
        T read(String key) throws Failure;
    }

    /// @param name as messages write it: `s3`, `site demo`
    /// @param errors collects what is wrong
    Section(String name, Map<String, Object> fromFile, Variables variables, ConfigurationErrors errors) {
        this.name = name;
        this.variables = variables;
        this.errors = errors;
        this.values = new TreeMap<>(fromFile);
        values.putAll(variables.values());
    }

    /// The value of a key; or a stand-in, after its error has been collected.
    <T> T value(String key, Value<? extends T> value, T standIn) {
        try {
            return value.read(key);
        } catch (Failure e) {
            invalid.add(key);
            if (has(key) || !misspelt.contains(key)) {
                errors.add(e);
            }
            return standIn;
        }
    }

    /// True if the key's value was read without an error.
    boolean isValid(String key) {
        return !invalid.contains(key);
    }

    String name() {
        return name;
    }

    String string(String key) throws Failure {
        return optionalString(key)
                .orElseThrow(() -> wrong("has no " + key, "add " + key + " = \"…\" to [" + name + "]"));
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    boolean isString(String key) {
        return values.get(key) instanceof String;
    }

    Optional<String> optionalString(String key) throws Failure {
        @Nullable Object value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text && !text.isBlank()) {
            return Optional.of(text);
        }
        throw unfit(key, value, "a string in quotes");
    }

    Optional<Boolean> optionalBoolean(String key) throws Failure {
        @Nullable Object value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        return switch (value.toString()) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> throw unfit(key, value, "true or false");
        };
    }

    Optional<Long> optionalBytes(String key) throws Failure {
        @Nullable Object value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value.toString().matches("\\d{1,18}")) {
            return Optional.of(Long.parseLong(value.toString()));
        }
        throw unfit(key, value, "a number of bytes");
    }

    Optional<Duration> optionalDuration(String key) throws Failure {
        Optional<String> text = optionalString(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher m = TIME.matcher(text.get());
        if (!m.matches()) {
            throw unfit(key, text.get(), "a time such as \"20s\", \"500ms\" or \"2m\"");
        }
        long count = Long.parseLong(m.group(1));
        return Optional.of(
                switch (m.group(2)) {
                    case "ms" -> Duration.ofMillis(count);
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                });
    }

    List<String> strings(String key) throws Failure {
        @Nullable Object value = values.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof String text) {
            return List.of(text.split(",\\s*"));
        }
        List<String> texts = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object item : list) {
                if (!(item instanceof String text)) {
                    throw unfit(key, value, "a list of strings");
                }
                texts.add(text);
            }
            return texts;
        }
        throw unfit(key, value, "a list of strings");
    }

    PathRules paths(String key) throws Failure {
        List<String> rules = strings(key);
        try {
            return new PathRules(rules);
        } catch (IllegalArgumentException e) {
            throw unfit(key, rules + " (" + e.getMessage() + ")", "paths such as \"uploads/cache\"");
        }
    }

    /// The tables of an array, such as `[[site.headers]]`; which no variable overrides.
    List<Section> sections(String key) throws Failure {
        Object value = values.getOrDefault(key, List.of());
        List<Section> sections = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object item : list) {
                if (!(item instanceof Map<?, ?> table)) {
                    throw unfit(key, value, "tables: [[site." + key + "]]");
                }
                Map<String, Object> fields = new TreeMap<>();
                table.forEach((field, given) -> fields.put(String.valueOf(field), given));
                sections.add(new Section(name + " " + key, fields, Variables.NONE, errors));
            }
            return sections;
        }
        throw unfit(key, value, "tables: [[site." + key + "]]");
    }

    /// The table of this name in this one, such as `[site.backup]`; empty without one. The variables that begin
    /// with its name are its own, so call it before [#requireOnly].
    Optional<Section> table(String key) throws Failure {
        @Nullable Object value = values.get(key);
        if (value != null && !(value instanceof Map<?, ?>)) {
            throw unfit(key, value, "a table: [site." + key + "]");
        }
        Map<String, String> own = new TreeMap<>();
        variables.values().forEach((name, given) -> {
            if (name.startsWith(key + "_")) {
                own.put(name.substring(key.length() + 1), given);
                values.remove(name);
            }
        });
        if (value == null && own.isEmpty()) {
            return Optional.empty();
        }
        String prefix = variables.prefix() + key.toUpperCase(Locale.ROOT) + "_";
        return Optional.of(
                new Section(name + " " + key, Configuration.asTable(value), new Variables(prefix, own), errors));
    }

    /// Collects an error for each unknown key. Call it first: a misspelt key is then not reported as missing too.
    void requireOnly(List<String> keys) {
        requireOnly(keys, List.of());
    }

    /// @param removed keys that have an error of their own
    void requireOnly(List<String> keys, List<String> removed) {
        for (String key : values.keySet()) {
            if (!keys.contains(key) && !removed.contains(key)) {
                Optional<String> near = Nearest.to(key, keys);
                near.ifPresent(misspelt::add);
                errors.add(wrong(
                        "has the unknown key " + key + origin(key),
                        near.map(known -> "did you mean " + known + "?")
                                .orElse("the keys of [" + name + "] are " + String.join(", ", keys))));
            }
        }
    }

    /// Adds an error that concerns several keys.
    void add(Failure error) {
        errors.add(error);
    }

    Failure unfit(String key, Object value, String expected) {
        return wrong("has " + key + " = " + value + origin(key), "expected " + expected);
    }

    Failure wrong(String found, String advice) {
        return new Failure(Failure.Code.CONFIGURATION, "[" + name + "] " + found, advice);
    }

    private String origin(String key) {
        return variables.values().containsKey(key) ? " (from " + variables.name(key) + ")" : "";
    }
}
