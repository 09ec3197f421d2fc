package dev.aloft.cli.configuration;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Environment variables that override one table of `aloft.toml`: `ALOFT_S3_PATH_STYLE` is `path_style` of `[s3]`.
///
/// @param prefix of their names
/// @param values by key
record Variables(String prefix, Map<String, String> values) {

    /// No variables: a table that only the file can have.
    static final Variables NONE = new Variables("", Map.of());

    static Variables of(Map<String, String> environment, String prefix) {
        Map<String, String> values = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                values.put(name.substring(prefix.length()).toLowerCase(Locale.ROOT), value);
            }
        });
        return new Variables(prefix, values);
    }

    /// Variables of one of several sites: `ALOFT_SITE_SHOP_EU_BUCKET` does not belong to the site `shop` if there
    /// is a site `shop-eu`.
    ///
    /// @param prefixes of all sites
    static Variables of(Map<String, String> environment, String prefix, Collection<String> prefixes) {
        Map<String, String> own = new TreeMap<>(environment);
        own.keySet()
                .removeIf(name -> prefixes.stream()
                        .anyMatch(other -> other.length() > prefix.length() && name.startsWith(other)));
        return of(own, prefix);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /// The variable's name.
    String name(String key) {
        return prefix + key.toUpperCase(Locale.ROOT);
    }
}
