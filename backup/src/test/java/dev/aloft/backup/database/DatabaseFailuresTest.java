package dev.aloft.backup.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.backup.database.ClientPrograms.Tool;
import dev.aloft.backup.database.DatabaseException.Kind;
import dev.aloft.lab.Database;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Failures of a dump, and the secrecy of the password in all of them.
@Timeout(300)
final class DatabaseFailuresTest {

    @TempDir
    static Path top;

    private static TestServer server;
    private static DatabaseAccess site;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.start(top, Maker.MARIADB);
        site = server.database("shop");
        server.sql(
                "USE shop; CREATE TABLE a (p LONGBLOB); INSERT INTO a SELECT RANDOM_BYTES(1024) FROM seq_1_to_20000");
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static DatabaseAccess at(Path socket, String password) throws IOException {
        return DatabaseAccess.of(server.wpConfig(new Database(socket, "shop", "shop", ""), password), Optional.empty());
    }

    private static void assertFails(DatabaseAccess access, Kind kind, String found, String advice) {
        assertThatThrownBy(() -> DatabaseDump.write(access, OutputStream.nullOutputStream(), Duration.ofSeconds(2)))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining(found)
                .satisfies(e -> {
                    assertThat(e.getMessage())
                            .doesNotContain(TestServer.PASSWORD)
                            .doesNotContain("\n");
                    assertThat(((DatabaseException) e).kind()).isEqualTo(kind);
                    assertThat(((DatabaseException) e).advice()).contains(advice);
                });
    }

    private static DatabaseAccess withProgram(String name, String script) throws IOException {
        return site.withPrograms(Programs.with(top, name, script));
    }

    @Test
    void aServerThatIsAwayIsNamed() throws IOException {
        assertFails(at(top.resolve("none.sock"), "x"), Kind.SERVER, "ERROR 2002", "start the database server");
    }

    @Test
    void aWrongPasswordIsRefusedWithoutShowingIt() throws IOException {
        Path socket = top.resolve("server/run/mariadb/sock");
        assertFails(at(socket, "not " + TestServer.PASSWORD), Kind.SERVER, "ERROR 1045", "check user and password");
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() throws IOException {
        server.sql("GRANT ALL ON none.* TO shop@localhost");
        assertFails(site.withName("none"), Kind.SERVER, "Unknown database", "check the database's name");
    }

    @Test
    void anOptionFileIsUsedAsItIs() throws IOException {
        Path file =
                Files.writeString(top.resolve("options.cnf"), """
                [client]
                user = other
                password = 'plain'
                socket = %s
                """.formatted(top.resolve("server/run/mariadb/sock")));
        server.sql("CREATE USER other@localhost IDENTIFIED BY 'plain'; GRANT ALL ON shop.* TO other@localhost");
        assertThat(DatabaseDump.write(DatabaseAccess.of(file, Optional.of("shop")), OutputStream.nullOutputStream())
                        .tables())
                .isEqualTo(1);
        assertThatThrownBy(() -> DatabaseAccess.of(file, Optional.empty()))
                .hasMessageEndingWith("does not say which database is the site's");
    }

    @Test
    void aMissingProgramIsNamed() {
        DatabaseAccess without = site.withPrograms(ClientPrograms.in(List.of(top)));
        assertFails(without, Kind.MACHINE, "there is no mariadb in PATH", "mariadb-client");
    }

    @Test
    void aDumpWithoutItsLastLineIsNoDump() throws IOException {
        DatabaseAccess cut = withProgram("mariadb-dump", "echo '-- MariaDB dump'; echo 'CREATE TABLE `a` ('");
        assertFails(cut, Kind.CONTENT, "its end is missing", "try again");
    }

    @Test
    void aDumpThatSaysNothingIsKilled() throws IOException {
        DatabaseAccess silent = withProgram("mariadb-dump", "echo '-- MariaDB dump'; exec sleep 1000");
        assertFails(silent, Kind.SERVER, "nothing within 2 s, so it was killed", "log");
    }

    @Test
    void aProgramThatDoesNotReadIsKilled() throws IOException {
        DatabaseAccess blocked = withProgram("mariadb", "exec sleep 6666");
        try (ClientRun run = ClientRun.start(blocked, Tool.SQL, List.of())) {
            Transfer transfer = new Transfer(run);
            assertThatThrownBy(() -> transfer.run("load the dump", Duration.ofSeconds(1), () -> {
                        try (OutputStream input = transfer.input()) {
                            input.write(new byte[1 << 20]);
                        }
                    }))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("nothing within 1 s, so it was killed");
        }
    }

    @Test
    void aDumpThatIsKilledIsNoDump() throws IOException {
        DatabaseAccess killed = withProgram("mariadb-dump", """
                /usr/bin/mariadb-dump "$@" &
                sleep 0.2; kill -9 $!; wait $!
                """.replace("sleep 0.2; ", ""));
        assertFails(killed, Kind.SERVER, "cannot dump database shop", "log");
    }

    @Test
    void aFailureOfTheReceiverEndsTheProgramAndIsKept() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("the bucket is full");
            }
        };
        assertThatThrownBy(() -> DatabaseDump.write(site, full)).hasMessage("the bucket is full");
        assertThat(ownCommandLines()).noneMatch(line -> line.contains("mariadb-dump"));
    }

    @Test
    void anInterruptEndsTheProgram() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        DatabaseAccess endless = withProgram("mariadb-dump", "echo '-- MariaDB dump'; exec sleep 7777");
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread dump = Thread.ofPlatform().start(() -> {
            begun.countDown();
            try {
                DatabaseDump.write(endless, OutputStream.nullOutputStream());
            } catch (IOException e) {
                end.set(e);
            }
        });
        begun.await();
        dump.interrupt();
        dump.join();
        assertThat(end.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(commandLines()).noneMatch(line -> line.contains("sleep 7777"));
    }

    @Test
    void noProcessShowsThePasswordWhileItRuns() throws IOException {
        List<String> seen = new ArrayList<>();
        OutputStream dump = new OutputStream() {
            @Override
            public void write(int b) {
                if (seen.isEmpty()) {
                    seen.addAll(ofProcesses("cmdline"));
                    seen.addAll(ofProcesses("environ"));
                }
            }
        };
        DatabaseDump.write(site, dump);
        assertThat(seen).anyMatch(line -> line.contains("--single-transaction"));
        assertThat(seen).noneMatch(line -> line.contains(TestServer.PASSWORD));
        assertThat(site.toString()).doesNotContain(TestServer.PASSWORD);
        assertThat(leftFiles()).isEmpty();
    }

    @Test
    void aGuardedProgramEndsWithItsInput() throws IOException {
        DatabaseAccess endless = withProgram("mariadb-binlog", "exec sleep 8888");
        try (ClientRun run = ClientRun.startGuarded(endless, Tool.LOG, List.of())) {
            run.input().close();
            run.awaitEnd(Duration.ofSeconds(30));
        }
        assertThat(commandLines()).noneMatch(line -> line.contains("sleep 8888"));
    }

    private static List<String> leftFiles() throws IOException {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "aloft-*.cnf")) {
            List<String> left = new ArrayList<>();
            for (Path file : files) {
                if (text(file).contains(server.socket().toString())) {
                    left.add(file.toString());
                }
            }
            return left;
        }
    }

    /// Command lines of what this process has started; other tests dump databases of the same name.
    private static List<String> ownCommandLines() {
        return ProcessHandle.current()
                .descendants()
                .map(process -> text(Path.of("/proc", String.valueOf(process.pid()), "cmdline")))
                .toList();
    }

    private static List<String> commandLines() {
        return ofProcesses("cmdline");
    }

    private static List<String> ofProcesses(String name) {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .map(path -> text(path.resolve(name)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).replace('\0', ' ');
        } catch (IOException endedOrNotOurs) {
            return "";
        }
    }
}
