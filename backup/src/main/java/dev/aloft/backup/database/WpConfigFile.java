package dev.aloft.backup.database;

import dev.aloft.backup.database.DatabaseException.Kind;
import dev.aloft.backup.database.PhpLiterals.Setting;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The settings of a database in a `wp-config.php`, read without running it.
final class WpConfigFile {

    private static final int MAX_BYTES = 1 << 20;
    private static final String ADVICE =
            "write the value as a string in quotes, or name an option file of MariaDB in database";

    private final Path file;
    private final List<Setting> settings;

    private WpConfigFile(Path file, List<Setting> settings) {
        this.file = file;
        this.settings = settings;
    }

    /// @throws DatabaseException when it cannot be read
    static WpConfigFile read(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw failure(
                        file + " has more than " + MAX_BYTES + " bytes", "name the site's wp-config.php in database");
            }
            return new WpConfigFile(file, PhpLiterals.of(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            throw failure("there is no " + file, "name the site's wp-config.php in database");
        } catch (AccessDeniedException e) {
            throw failure("permission denied: " + file, "let the user that Aloft runs as read it");
        }
    }

    /// The value of a setting.
    ///
    /// @param name of a constant, or of a variable with its `$`
    /// @throws DatabaseException when it is missing, computed, or has several values
    String value(String name) throws DatabaseException {
        return optionalValue(name)
                .orElseThrow(() -> failure(file + " does not set " + name, "add it, or name another file"));
    }

    /// The same for a setting that may be missing.
    Optional<String> optionalValue(String name) throws DatabaseException {
        List<Optional<String>> values = settings.stream()
                .filter(setting -> setting.name().equals(name))
                .map(Setting::value)
                .distinct()
                .toList();
        if (values.isEmpty()) {
            return Optional.empty();
        }
        if (values.size() > 1) {
            throw failure(file + " sets " + name + " to several values", ADVICE);
        }
        if (values.getFirst().isEmpty()) {
            throw failure(file + " computes " + name + ", and Aloft does not run PHP", ADVICE);
        }
        return values.getFirst();
    }

    private static DatabaseException failure(String found, String advice) {
        return new DatabaseException(Kind.CONFIGURATION, found, advice);
    }
}
