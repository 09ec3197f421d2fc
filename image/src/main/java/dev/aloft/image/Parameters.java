package dev.aloft.image;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Decoded parameters of a query. The last of equal names wins; parameters within `presign`, a nested query, override
/// all.
public final class Parameters {

    /// Larger than any meaningful number, and safe to add to itself.
    static final int MAX_NUMBER = 100_000_000;

    private final Map<String, String> values;

    private Parameters(Map<String, String> values) {
        this.values = values;
    }

    /// @param query as in the URL, after the question mark
    public static Parameters of(String query) {
        Map<String, String> values = new LinkedHashMap<>();
        add(query, values);
        String presigned = values.remove("presign");
        if (presigned != null) {
            add(presigned, values);
        }
        return new Parameters(values);
    }

    private static void add(String query, Map<String, String> values) {
        for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            values.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }

    /// Copy without some names.
    public Parameters without(Set<String> names) {
        Map<String, String> rest = new LinkedHashMap<>(values);
        rest.keySet().removeAll(names);
        return new Parameters(rest);
    }

    /// Copy of only those that change a picture, and some others.
    public Parameters known(Collection<String> others) {
        Map<String, String> rest = new LinkedHashMap<>(values);
        rest.keySet().removeIf(name -> !RecipeParser.PARAMETERS.contains(name) && !others.contains(name));
        return new Parameters(rest);
    }

    /// Unmodifiable view, decoded, in the order of the query; a parameter without `=` has an empty value.
    public Map<String, String> all() {
        return Collections.unmodifiableMap(values);
    }

    /// Formats as a query sorted by name: one form for all spellings of equal parameters.
    public String canonical() {
        return new TreeMap<>(values)
                .entrySet().stream()
                        .map(pair -> encode(pair.getKey()) + "=" + encode(pair.getValue()))
                        .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// Decoded value; empty text for a parameter without `=`, nothing for a missing one.
    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /// The value if it matches as a whole.
    Optional<String> get(String name, Pattern form) {
        return get(name).filter(value -> form.matcher(value).matches());
    }

    /// Parses digits, clamped to [#MAX_NUMBER].
    static int number(String digits) {
        String plain = digits.replaceFirst("^0+(?=\\d)", "");
        return plain.length() > 9 ? MAX_NUMBER : Math.min(MAX_NUMBER, Integer.parseInt(plain));
    }
}
