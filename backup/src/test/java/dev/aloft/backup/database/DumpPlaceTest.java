package dev.aloft.backup.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The place of a dump in the binary log of a real MySQL, which is read under a lock.
@Timeout(300)
final class DumpPlaceTest {

    @TempDir
    Path top;

    @Test
    void aDumpHasAPlaceUnlessTheLockIsHeldUpOrNotAllowed() throws Exception {
        TestServer.assumeInstalled(Maker.MYSQL);
        try (TestServer server = TestServer.start(top, Maker.MYSQL)) {
            DatabaseAccess site = server.database("shop");
            server.sql("CREATE TABLE shop.a (n INT); INSERT INTO shop.a VALUES (1)");
            holding(server, "SELECT SLEEP(200) FROM shop.a", () -> {
                assertThat(hasPlace(site)).as("a query that only reads").isTrue();
                server.sql("INSERT INTO shop.a VALUES (2)");
            });
            holding(server, "BEGIN; DELETE FROM shop.a; SELECT SLEEP(200)", () -> {
                assertThat(hasPlace(site)).as("the lock is held up").isFalse();
                assertThat(server.sql("SELECT COUNT(*) FROM shop.a")).containsExactly("2");
            });
            server.sql("REVOKE LOCK TABLES ON shop.* FROM shop@localhost");
            assertThat(hasPlace(site)).as("it is not allowed").isFalse();
            server.sql("GRANT LOCK TABLES ON shop.* TO shop@localhost;"
                    + " REVOKE REPLICATION CLIENT ON *.* FROM shop@localhost");
            assertThat(hasPlace(site)).as("the log is not shown").isFalse();
        }
    }

    @Test
    void aLockThatTheServerHasEndedGivesNoPlace() throws Exception {
        TestServer.assumeInstalled(Maker.MYSQL);
        try (TestServer server = TestServer.start(top, Maker.MYSQL)) {
            DatabaseAccess site = server.database("shop").suited();
            server.sql("CREATE TABLE shop.a (n INT)");
            try (DumpPlace place = DumpPlace.lock(site, ServerFacts.of(site))) {
                assertThat(place.position()).isPresent();
                server.sql("KILL "
                        + server.sql("SELECT id FROM information_schema.processlist WHERE user = 'shop'")
                                .getFirst());
                place.release();
                assertThat(place.position()).isEmpty();
            }
        }
    }

    @Test
    void aLockThatFailsGivesADumpWithoutAPlace() throws Exception {
        TestServer.assumeInstalled(Maker.MYSQL);
        try (TestServer server = TestServer.start(top, Maker.MYSQL)) {
            DatabaseAccess site = server.database("shop").suited();
            ServerFacts facts = ServerFacts.of(site);
            server.sql("CREATE TABLE shop.a (n INT); INSERT INTO shop.a VALUES (1)");
            try (DumpPlace place = DumpPlace.lock(site, facts, List.of("a", "dropped"), Duration.ofSeconds(30))) {
                assertThat(place.position()).as("a table is dropped").isEmpty();
            }
            holding(server, "BEGIN; DELETE FROM shop.a; SELECT SLEEP(200)", () -> {
                try (DumpPlace place = DumpPlace.lock(site, facts, List.of("a"), Duration.ofMillis(100))) {
                    assertThat(place.position()).as("the limit is over").isEmpty();
                    assertThat(server.sql("SELECT info FROM information_schema.processlist"
                                    + " WHERE info LIKE 'LOCK TABLES%' AND command <> 'Killed'"))
                            .as("the server waits on")
                            .isEmpty();
                }
            });
            try (DumpPlace place = DumpPlace.lock(site, facts)) {
                assertThat(place.position()).isPresent();
                server.sql("CREATE TABLE shop.b (n INT)");
                place.release();
                assertThat(place.position()).as("a table that was not locked").isEmpty();
            }
        }
    }

    private static boolean hasPlace(DatabaseAccess site) throws IOException {
        return DatabaseDump.write(site, OutputStream.nullOutputStream())
                .position()
                .isPresent();
    }

    /// Part of a test while statements run on.
    @FunctionalInterface
    private interface Meanwhile {
        void run() throws IOException;
    }

    private static void holding(TestServer server, String statements, Meanwhile meanwhile) throws Exception {
        Thread holder = Thread.ofVirtual().start(() -> hold(server, statements));
        String sleeper = "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(%'";
        Eventually.await("the statements run", () -> !server.sql(sleeper).isEmpty());
        meanwhile.run();
        server.sql("KILL " + server.sql(sleeper).getFirst());
        holder.join();
    }

    private static void hold(TestServer server, String statements) {
        try {
            server.sql(statements);
        } catch (IOException killed) {
            // by the test
        }
    }
}
