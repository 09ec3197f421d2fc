package dev.aloft.backup.database;

import dev.aloft.lab.Command;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.Database;
import dev.aloft.lab.MariaDb;
import dev.aloft.lab.MySql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/// A server of one of the makers with a binary log in row format, and its administrator. The caller closes it.
///
/// A test with MySQL is skipped where there is none.
final class TestServer implements AutoCloseable {

    /// Whose forms are hard to quote.
    static final String PASSWORD = "it's \"quoted\" #1 \\ $x é😀";

    private static final Duration STATEMENT_LIMIT = Duration.ofMinutes(2);

    private final DataFolder data;
    private final AutoCloseable server;
    private final Maker maker;
    private final Path socket;
    private final Path folder;

    private TestServer(DataFolder data, AutoCloseable server, Maker maker, Path socket, Path folder) {
        this.data = data;
        this.server = server;
        this.maker = maker;
        this.socket = socket;
        this.folder = folder;
    }

    static TestServer start(Path folder, Maker maker) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return switch (maker) {
            case MARIADB -> {
                DataFolder data = DataFolder.open(folder.resolve("server"));
                MariaDb server = MariaDb.startWithLog(data, _ -> {});
                yield new TestServer(data, server, maker, server.socket(), folder);
            }
            case MYSQL -> {
                Path programs = mysqlPrograms();
                DataFolder data = DataFolder.open(folder.resolve("server"));
                MySql server = MySql.start(data, programs);
                yield new TestServer(data, server, maker, server.socket(), folder);
            }
        };
    }

    /// Skips the test where there is no server of that maker.
    static void assumeInstalled(Maker maker) {
        if (maker == Maker.MYSQL) {
            mysqlPrograms();
        }
    }

    private static Path mysqlPrograms() {
        Optional<Path> programs = MySql.programs();
        Assumptions.assumeTrue(
                programs.isPresent(),
                "no MySQL: name the folder of its mysqld and client programs in " + MySql.VARIABLE);
        return programs.orElseThrow();
    }

    /// The client programs for this server, before those of `PATH`.
    ClientPrograms programs() {
        return maker == Maker.MARIADB ? ClientPrograms.installed() : ClientPrograms.in(List.of(mysqlPrograms()));
    }

    /// A database of a site, with a user who may do everything in it, and restore it.
    DatabaseAccess database(String name) throws IOException {
        sql("""
                CREATE DATABASE IF NOT EXISTS %1$s CHARACTER SET utf8mb4;
                CREATE USER IF NOT EXISTS %1$s@localhost IDENTIFIED BY '%2$s';
                GRANT ALL ON `%1$s`.* TO %1$s@localhost;
                GRANT ALL ON `%1$s\\_aloft\\_%%`.* TO %1$s@localhost;
                SET GLOBAL log_bin_trust_function_creators = 1;
                """.formatted(name, PASSWORD.replace("\\", "\\\\").replace("'", "\\'")));
        sql(
                switch (maker) {
                    case MARIADB -> "";
                    case MYSQL -> "GRANT REPLICATION CLIENT ON *.* TO %s@localhost".formatted(name);
                });
        return DatabaseAccess.of(wpConfig(new Database(socket, name, name, PASSWORD), PASSWORD), Optional.empty())
                .withPrograms(programs());
    }

    /// Lets the user of [#database] follow the log and replay it.
    void allowLog(String user) throws IOException {
        String privileges = switch (maker) {
            case MARIADB -> "REPLICATION SLAVE, BINLOG MONITOR, BINLOG REPLAY";
            case MYSQL -> "REPLICATION SLAVE, REPLICATION CLIENT, REPLICATION_APPLIER, SESSION_VARIABLES_ADMIN";
        };
        sql("GRANT %s ON *.* TO %s@localhost".formatted(privileges, user));
    }

    Path socket() {
        return socket;
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

    /// Runs statements as the administrator and gives the rows of their results.
    List<String> sql(String statements) throws IOException {
        return Command.of(
                        maker == Maker.MARIADB
                                ? "mariadb"
                                : mysqlPrograms().resolve("mysql").toString(),
                        "--no-defaults",
                        "--socket=" + socket,
                        "--user=" + (maker == Maker.MARIADB ? System.getProperty("user.name") : "root"),
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
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
