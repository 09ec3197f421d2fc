package dev.aloft.backup.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.backup.database.ClientPrograms.Tool;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The choice among the client programs of both makers, and of their options. Scripts play those of MySQL: they print
/// its version, and the one that dumps writes its arguments down.
@Timeout(300)
final class ClientProgramsTest {

    private static final String MYSQLDUMP = """
            case "$*" in
            *--version) echo 'mysqldump  Ver 8.4.3 for Linux on x86_64 (MySQL Community Server - GPL)' ;;
            *) echo "$@" >%s; echo '-- MySQL dump 10.13'; echo '-- Dump completed on 2026-11-30' ;;
            esac
            """;

    @TempDir
    static Path top;

    private static TestServer server;
    private static DatabaseAccess site;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.start(top, Maker.MARIADB);
        site = server.database("shop");
        server.sql("USE shop; CREATE TABLE a (p INT)");
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static Path folder(String name, String script) throws IOException {
        Path folder = Files.createTempDirectory(top, "programs");
        Path program = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return folder;
    }

    /// A folder that has the client, and `mysqldump` alone as the program that dumps.
    private static ClientPrograms withMysqldump(String script) throws IOException {
        Path folder = folder("mysqldump", script);
        Files.createSymbolicLink(folder.resolve("mariadb"), Path.of("/usr/bin/mariadb"));
        return ClientPrograms.in(List.of(folder));
    }

    private static Maker dumps(ClientPrograms programs) throws IOException {
        return programs.locate(Tool.DUMP).maker();
    }

    @Test
    void aWarningIsNotTheReasonOfAFailure() {
        String warning = "mysql: [Warning] unknown option '--loose-sandbox'.";
        assertThat(ClientErrors.failure("dump", "mysql", "exit status 9", List.of(warning)))
                .hasMessage("cannot dump: mysql ended with exit status 9");
        assertThat(ClientErrors.failure("dump", "mysql", "exit status 1", List.of("ERROR 1205 (HY000): Lock", warning)))
                .hasMessage("cannot dump: ERROR 1205 (HY000): Lock");
    }

    @Test
    void theProgramsOfTheServersMakerAreTaken() throws IOException {
        Path mysql = folder("mysqldump", MYSQLDUMP.formatted("/dev/null"));
        ClientPrograms both = ClientPrograms.in(List.of(mysql, Path.of("/usr/bin")));

        assertThat(dumps(site.withPrograms(both).suited().programs())).isEqualTo(Maker.MARIADB);
        assertThat(dumps(both.preferring(Maker.MYSQL))).isEqualTo(Maker.MYSQL);
        assertThat(both.preferring(Maker.MYSQL).locate(Tool.DUMP).path()).isEqualTo(mysql.resolve("mysqldump"));
    }

    @Test
    void aNameThatBothMakersHaveIsAskedForItsVersion() throws IOException {
        ClientPrograms mariadb = withMysqldump("exec /usr/bin/mariadb-dump \"$@\"\n");

        assertThat(dumps(mariadb.preferring(Maker.MYSQL))).isEqualTo(Maker.MARIADB);
        assertThat(DatabaseDump.write(site.withPrograms(mariadb), OutputStream.nullOutputStream())
                        .tables())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mariadb-binlog Ver 3.5 for debian-linux-gnu at x86_64                        | MARIADB",
                "mysqldump  Ver 10.19 Distrib 10.11.14-MariaDB, for debian-linux-gnu (x86_64)  | MARIADB",
                "mysqlbinlog from 11.8.3-MariaDB, client 15.2 for debian-linux-gnu (x86_64)    | MARIADB",
                "mysqlbinlog  Ver 8.0.44 for Linux on x86_64 (MySQL Community Server - GPL)    | MYSQL",
                "mysql  Ver 9.7.4 for Linux on x86_64 (Debian)                                 | MYSQL",
                "sh: exec: not found                                                           | MARIADB",
            })
    void theMakerOfAProgramIsInItsVersion(String version, Maker maker) {
        assertThat(Maker.ofProgram(version)).isEqualTo(maker);
    }

    @Test
    void aLogIsReadByNoProgramOfTheOtherMaker() {
        ClientPrograms installed =
                ClientPrograms.in(List.of(Path.of("/usr/bin"))).preferring(Maker.MYSQL);
        assertThatThrownBy(() -> installed.locate(Tool.LOG))
                .isInstanceOf(DatabaseException.class)
                .hasMessage("there is no mysqlbinlog of MySQL in PATH")
                .extracting(e -> ((DatabaseException) e).advice())
                .asString()
                .contains("mysql-client");
    }

    @Test
    void mysqldumpOfMySqlHasItsOwnOptions() throws IOException {
        Path arguments = top.resolve("arguments");
        DatabaseAccess access = site.withPrograms(withMysqldump(MYSQLDUMP.formatted(arguments)));

        DatabaseDump.write(access, OutputStream.nullOutputStream());

        assertThat(Files.readString(arguments))
                .contains("--set-gtid-purged=OFF", "--no-tablespaces", "--single-transaction")
                .as("the server is not of its maker")
                .doesNotContain("--gtid ", "--master-data", "--source-data");
    }
}
