package dev.aloft.backup.database;

import static org.assertj.core.api.Assertions.assertThat;

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

/// The choice of the program that dumps, and of its options. MySQL's program is played by a script, since Debian has
/// none: it writes its arguments down, and what MySQL's prints.
@Timeout(300)
final class DumpProgramTest {

    @TempDir
    static Path top;

    private static TestServer server;
    private static DatabaseAccess site;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.start(top);
        site = server.database("shop");
        server.sql("USE shop; CREATE TABLE a (p INT)");
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    /// A folder that has the client, and `mysqldump` alone as the program that dumps.
    private static ClientPrograms withMysqldump(String script) throws IOException {
        Path folder = Files.createTempDirectory(top, "programs");
        Files.createSymbolicLink(folder.resolve("mariadb"), Path.of("/usr/bin/mariadb"));
        Path program = Files.writeString(folder.resolve("mysqldump"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new ClientPrograms(List.of(folder));
    }

    @Test
    void mariadbDumpIsTakenFirst() throws IOException {
        assertThat(DumpProgram.of(site)).isEqualTo(DumpProgram.MARIADB);
    }

    @Test
    void mysqldumpOfMariaDbHasItsOptions() throws IOException {
        DatabaseAccess access = site.withPrograms(withMysqldump("exec /usr/bin/mariadb-dump \"$@\"\n"));

        assertThat(DumpProgram.of(access)).isEqualTo(DumpProgram.MARIADB);
        assertThat(DatabaseDump.write(access, OutputStream.nullOutputStream()).tables())
                .isEqualTo(1);
    }

    @Test
    void mysqldumpOfMySqlHasItsOwnOptions() throws IOException {
        Path arguments = top.resolve("arguments");
        DatabaseAccess access = site.withPrograms(withMysqldump("""
                case "$*" in
                *--version) echo 'mysqldump  Ver 8.4.3 for Linux on x86_64 (MySQL Community Server - GPL)' ;;
                *) echo "$@" >%s; echo '-- MySQL dump 10.13'; echo '-- Dump completed on 2026-11-30' ;;
                esac
                """.formatted(arguments)));

        DatabaseDump.write(access, OutputStream.nullOutputStream());

        assertThat(Files.readString(arguments))
                .contains("--set-gtid-purged=OFF", "--no-tablespaces", "--single-transaction")
                .doesNotContain("--gtid ", "--master-data");
    }
}
