package dev.aloft.cli;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A command that fails.
///
/// @param found in the first line
/// @param advice in the second line
record FailureCase(int code, String found, String advice, List<String> arguments, Map<String, String> properties) {

    static FailureCase of(int code, String found, String advice, String... arguments) {
        return new FailureCase(code, found, advice, List.of(arguments), Map.of());
    }

    FailureCase with(String property, String value) {
        Map<String, String> more = new TreeMap<>(properties);
        more.put(property, value);
        return new FailureCase(code, found, advice, arguments, more);
    }

    FailureCase and(String argument) {
        return new FailureCase(
                code,
                found,
                advice,
                Stream.concat(arguments.stream(), Stream.of(argument)).toList(),
                properties);
    }

    @Override
    public String toString() {
        return code + ": " + found;
    }
}
