package dev.aloft.lab;

import java.util.Map;
import java.util.regex.Pattern;

/// Environment and settings of the PHP programs of one php-fpm. Immutable.
///
/// @param name distinguishes the pools of one data folder: lower-case letters, digits and dashes, at most 16
/// @param environment all of the programs' environment variables, such as `ALOFT_SOCKET`
/// @param values settings of php.ini that programs cannot change, beside those that [PhpFpm] always sets
public record PhpPool(String name, Map<String, String> environment, Map<String, String> values) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,15}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern SETTING = Pattern.compile("[a-z_][a-z0-9_.]*");
    private static final Pattern PLAIN = Pattern.compile("[^\"\\\\$\\p{Cntrl}]*");

    /// @throws IllegalArgumentException when a name or a value cannot be written into php-fpm's configuration
    public PhpPool {
        require(NAME, name);
        environment = Map.copyOf(environment);
        values = Map.copyOf(values);
        environment.forEach((variable, value) -> {
            require(VARIABLE, variable);
            require(PLAIN, value);
        });
        values.forEach((setting, value) -> {
            require(SETTING, setting);
            require(PLAIN, value);
        });
    }

    private static void require(Pattern pattern, String text) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "cannot write \"" + text + "\" into php-fpm's configuration: it has to match " + pattern);
        }
    }
}
