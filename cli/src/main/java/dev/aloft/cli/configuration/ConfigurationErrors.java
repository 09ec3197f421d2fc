package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Errors of one configuration, collected while it is read, so that all of them are reported at once. For one thread.
final class ConfigurationErrors {

    private final List<Failure> found = new ArrayList<>();

    void add(Failure error) {
        found.add(error);
    }

    /// Adds an error of no single table.
    void add(String error, String advice) {
        add(new Failure(Failure.Code.CONFIGURATION, error, advice));
    }

    /// @param file the configuration, for the message
    /// @throws Failure if there are errors: a single one unchanged, several with a line for each
    void throwIfAny(Path file) throws Failure {
        if (found.size() == 1) {
            Failure only = found.getFirst();
            throw new Failure(only.code(), file + ": " + only.found(), only.advice(), only);
        }
        if (!found.isEmpty()) {
            StringBuilder text = new StringBuilder(file + ": " + found.size() + " errors, listed above");
            found.forEach(error -> text.append("\n" + file + ": ")
                    .append(error.found())
                    .append("; ")
                    .append(error.advice()));
            throw new Failure(
                    Failure.Code.CONFIGURATION, text.toString(), "fix them in the file, or in the ALOFT_… variables");
        }
    }
}
