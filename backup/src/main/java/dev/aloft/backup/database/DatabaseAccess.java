package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.database.DatabaseException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// A site's database and the credentials for it. Immutable; its text never shows a credential.
public final class DatabaseAccess {

    /// Names that need no care in SQL, in a pattern or as an argument. MariaDB takes 64 characters, of which ten are
    /// for the databases beside it.
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_$-]{0,53}";

    private static final int MAX_NAME_AND_PREFIX = 53;

    private final String name;
    private final String source;
    private final String options;
    private final Optional<String> tablePrefix;
    private final ClientPrograms programs;

    private DatabaseAccess(
            String name, String source, String options, Optional<String> tablePrefix, ClientPrograms programs) {
        this.name = name;
        this.source = source;
        this.options = options;
        this.tablePrefix = tablePrefix;
        this.programs = programs;
    }

    /// Takes server and credentials from a file.
    ///
    /// Of a `wp-config.php` it reads `DB_NAME`, `DB_USER`, `DB_PASSWORD` and `DB_HOST`, without running it.
    /// An option file of the client programs (with `user`, `password` and more) replaces every other option file.
    ///
    /// @param file a `wp-config.php` if its name ends in `.php`
    /// @param name of the database; a `wp-config.php` has a default for it
    /// @throws DatabaseException when a value is missing or computed by PHP
    public static DatabaseAccess of(Path file, Optional<String> name) throws IOException {
        return file.toString().endsWith(".php") ? ofWpConfig(file, name) : ofOptionFile(file, name);
    }

    private static DatabaseAccess ofWpConfig(Path file, Optional<String> name) throws IOException {
        WpConfigFile config = WpConfigFile.read(file);
        OptionText options = new OptionText();
        options.add("user", config.value("DB_USER"));
        options.add("password", config.value("DB_PASSWORD"));
        String address = config.optionalValue("DB_HOST").orElse("localhost");
        DatabaseHost host;
        try {
            host = DatabaseHost.parse(address);
        } catch (IllegalArgumentException e) {
            throw new DatabaseException(
                    Kind.CONFIGURATION, file + " sets DB_HOST to \"" + address + "\"", String.valueOf(e.getMessage()));
        }
        options.add("host", host.host());
        host.port().ifPresent(port -> options.add("port", String.valueOf(port)));
        host.socket().ifPresent(socket -> options.add("socket", socket));
        return of(name.isPresent() ? name.get() : config.value("DB_NAME"), file + " (" + host + ")", options.text());
    }

    private static DatabaseAccess ofOptionFile(Path file, Optional<String> name) throws IOException {
        if (name.isEmpty()) {
            throw new DatabaseException(
                    Kind.CONFIGURATION,
                    "the option file " + file + " does not say which database is the site's",
                    "name it in database_name");
        }
        try {
            return of(name.get(), file.toString(), Files.readString(file, UTF_8));
        } catch (NoSuchFileException e) {
            throw new DatabaseException(
                    Kind.CONFIGURATION,
                    "there is no " + file,
                    "name the site's wp-config.php or an option file in database");
        } catch (AccessDeniedException e) {
            throw new DatabaseException(
                    Kind.CONFIGURATION, "permission denied: " + file, "let the user that Aloft runs as read it");
        } catch (CharacterCodingException e) {
            throw new DatabaseException(Kind.CONFIGURATION, file + " is not UTF-8", "write it in UTF-8");
        }
    }

    private static DatabaseAccess of(String name, String source, String options) throws DatabaseException {
        requireName(name);
        return new DatabaseAccess(name, source, options, Optional.empty(), ClientPrograms.installed());
    }

    /// The same server and credentials for another database.
    public DatabaseAccess withName(String other) throws DatabaseException {
        requireName(other);
        return new DatabaseAccess(other, source, options, tablePrefix, programs);
    }

    /// The database beside this one that a restoration uses: `shop_aloft_new`. Sites that share a database by the
    /// prefix of their tables have one each: `shop_aloft_new_wp_`.
    ///
    /// @param suffix at most ten characters
    DatabaseAccess beside(String suffix) {
        String ofPrefix = tablePrefix.map(prefix -> "_" + prefix).orElse("");
        return new DatabaseAccess(name + suffix + ofPrefix, source, options, tablePrefix, programs);
    }

    /// @throws DatabaseException if the databases beside it would have too long a name
    void requireRoomBeside() throws DatabaseException {
        String prefix = tablePrefix.orElse("");
        if (!prefix.isEmpty() && name.length() + prefix.length() > MAX_NAME_AND_PREFIX) {
            throw new DatabaseException(
                    Kind.CONFIGURATION,
                    "the database " + name + " and the prefix " + prefix + " have together more than "
                            + MAX_NAME_AND_PREFIX + " characters",
                    "shorten one of them: a restoration names databases beside it after both");
        }
    }

    /// The same, of which a dump has only tables whose names begin so. It then has no routines and no events, which
    /// belong to the whole database.
    public DatabaseAccess withTablePrefix(String prefix) throws DatabaseException {
        if (!prefix.matches("[A-Za-z0-9_]{1,40}")) {
            throw new DatabaseException(
                    Kind.CONFIGURATION,
                    "the prefix of the tables is \"" + prefix + "\"",
                    "expected letters, digits and underscores");
        }
        return new DatabaseAccess(name, source, options, Optional.of(prefix), programs);
    }

    /// The same with client programs of another place.
    DatabaseAccess withPrograms(ClientPrograms others) {
        return new DatabaseAccess(name, source, options, tablePrefix, others);
    }

    /// The same with the client programs of the server's own maker, where they are installed. Asks the server.
    DatabaseAccess suited() throws IOException {
        return suited(ServerFacts.of(this));
    }

    /// The same for a server that was asked already.
    DatabaseAccess suited(ServerFacts server) {
        return withPrograms(programs.preferring(server.maker()));
    }

    private static void requireName(String name) throws DatabaseException {
        if (!name.matches(NAME)) {
            throw new DatabaseException(
                    Kind.CONFIGURATION,
                    "the database's name is \"" + name + "\"",
                    "expected 1 to 54 letters, digits, underscores, hyphens and dollar signs");
        }
    }

    /// Writes a dump of the present moment into a stream, which the caller closes or, after a failure, aborts: what was
    /// written is then not a dump.
    ///
    /// @throws DatabaseException when the program fails, is silent for ten minutes, or ends before its last line
    /// @throws java.io.InterruptedIOException when this thread is interrupted; the program is then killed
    public DatabasePart dump(OutputStream to) throws IOException {
        return DatabaseDump.write(this, to);
    }

    /// The database's name.
    public String name() {
        return name;
    }

    /// The text of an option file, with the password.
    String options() {
        return options;
    }

    /// The beginning of its tables' names; by default every table belongs to the site.
    Optional<String> tablePrefix() {
        return tablePrefix;
    }

    ClientPrograms programs() {
        return programs;
    }

    @Override
    public String toString() {
        return "database " + name + " of " + source;
    }
}
