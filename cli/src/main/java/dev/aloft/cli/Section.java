package dev.aloft.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One table of `aloft.toml`, read key by key.
///
/// An environment variable named after the table and the key (`ALOFT_S3_ENDPOINT`) comes before the file.
final class Section {

    private static final Pattern SECONDS = Pattern.compile("(\\d{1,6})(ms|s|m)");

    private final String name;
    private final Map<String, Object> values;

    /// @param name as messages write it: `s3`, `site demo`
    Section(String name, Map<String, Object> fromFile, Map<String, String> fromEnvironment) {
        this.name = name;
        this.values = new TreeMap<>(fromFile);
        values.putAll(fromEnvironment);
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

    Optional<String> optionalString(String key) throws Failure {
        @Nullable Object value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text && !text.isBlank()) {
            return Optional.of(text);
        }
        throw unfit(key, value, "a text in quotes");
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
        Matcher m = SECONDS.matcher(text.get());
        if (!m.matches()) {
            throw unfit(key, text.get(), "a time such as \"20s\", \"500ms\" or \"2m\"");
        }
        long count = Long.parseLong(m.group(1));
        return Optional.of(
                switch (m.group(2)) {
                    case "ms" -> Duration.ofMillis(count);
                    case "s" -> Duration.ofSeconds(count);
                    default -> Duration.ofMinutes(count);
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
                    throw unfit(key, value, "a list of texts");
                }
                texts.add(text);
            }
            return texts;
        }
        throw unfit(key, value, "a list of texts");
    }

    /// The tables of an array, such as `[[site.headers]]`; no variable overrides them.
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
                sections.add(new Section(name + " " + key, fields, Map.of()));
            }
            return sections;
        }
        throw unfit(key, value, "tables: [[site." + key + "]]");
    }

    /// To be called first, so that a slip in a key's name is told as one, and not as a key that is missing.
    void requireOnly(List<String> keys) throws Failure {
        for (String key : values.keySet()) {
            if (!keys.contains(key)) {
                throw wrong(
                        "has the unknown key " + key,
                        Nearest.to(key, keys)
                                .map(near -> "did you mean " + near + "?")
                                .orElse("the keys of [" + name + "] are " + String.join(", ", keys)));
            }
        }
    }

    Failure unfit(String key, Object value, String expected) {
        return wrong("has " + key + " = " + value, "expected " + expected);
    }

    Failure wrong(String found, String advice) {
        return new Failure(Failure.Code.CONFIGURATION, "[" + name + "] " + found, advice);
    }
}
