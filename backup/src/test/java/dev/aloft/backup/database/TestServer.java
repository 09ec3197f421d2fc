package dev.aloft.backup.database;

import dev.aloft.lab.Command;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.Database;
import dev.aloft.lab.MariaDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A MariaDB with a binary log in row format, and its administrator. The caller closes it.
final class TestServer implements AutoCloseable {

    /// Whose forms are hard to quote.
    static final String PASSWORD = "it's \"quoted\" #1 \\ $x é😀";

    private static final Duration STATEMENT_LIMIT = Duration.ofMinutes(2);

    private final DataFolder data;
    private final MariaDb server;
    private final Path folder;

    private TestServer(DataFolder data, MariaDb server, Path folder) {
        this.data = data;
        this.server = server;
        this.folder = folder;
    }

    static TestServer start(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        DataFolder data = DataFolder.open(folder.resolve("server"));
        return new TestServer(data, MariaDb.startWithLog(data, _ -> {}), folder);
    }

    /// A database of a site, with a user who may do everything in it, and restore it.
    DatabaseAccess database(String name) throws IOException {
        Database made = server.database(name);
        sql("SET PASSWORD FOR '%1$s'@localhost = PASSWORD('%2$s');".formatted(name, sqlText(PASSWORD))
                + "GRANT ALL ON `%1$s\\_aloft\\_%%`.* TO '%1$s'@localhost;".formatted(name)
                + "SET GLOBAL log_bin_trust_function_creators = 1;");
        return DatabaseAccess.of(wpConfig(made, PASSWORD), Optional.empty());
    }

    Path socket() {
        return server.socket();
    }

    /// As WordPress's installer writes it.
    Path wpConfig(Database database, String password) throws IOException {
        Path file = folder.resolve(database.name() + "-wp-config.php");
        Files.writeString(file, """
                <?php
                /** The name of the database. define('DB_NAME', 'example') */
                define( 'DB_NAME', '%s' );
                define( 'DB_USER', '%s' ); // define('DB_USER', 'other');
                define( 'DB_PASSWORD', '%s' );
                define( 'DB_HOST', 'localhost:%s' );
                define( 'DB_CHARSET', 'utf8mb4' );
                $table_prefix = 'wp_';
                require_once ABSPATH . 'wp-settings.php';
                """.formatted(
                        database.name(),
                        database.user(),
                        password.replace("\\", "\\\\").replace("'", "\\'"),
                        database.socket()));
        return file;
    }

    private static String sqlText(String text) {
        return text.replace("\\", "\\\\").replace("'", "\\'");
    }

    /// Runs statements as the administrator and gives the rows of their results.
    List<String> sql(String statements) throws IOException {
        return Command.of(
                        "mariadb",
                        "--no-defaults",
                        "--socket=" + server.socket(),
                        "--user=" + System.getProperty("user.name"),
                        "--default-character-set=utf8mb4",
                        "--batch",
                        "--skip-column-names")
                .withInput(statements)
                .withLimit(STATEMENT_LIMIT)
                .run()
                .lines()
                .toList();
    }

    @Override
    public void close() throws IOException {
        try (data) {
            server.close();
        }
    }
}
