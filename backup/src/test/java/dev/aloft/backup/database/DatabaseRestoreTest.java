package dev.aloft.backup.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.backup.DatabasePart;
import dev.aloft.bulk.Progress;
import dev.aloft.testkit.Eventually;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// A dump of a real server, loaded again.
@ParameterizedClass
@EnumSource(Maker.class)
@Timeout(300)
final class DatabaseRestoreTest {

    @TempDir
    static Path top;

    private static @Nullable TestServer started;

    private final Maker maker;
    private final TestServer server;

    DatabaseRestoreTest(Maker maker) {
        this.maker = maker;
        this.server = Objects.requireNonNull(started);
    }

    private static final class Dump {

        private final byte[] bytes;
        private final DatabasePart facts;

        Dump(byte[] bytes, DatabasePart facts) {
            this.bytes = bytes;
            this.facts = facts;
        }

        static Dump of(DatabaseAccess access) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DatabasePart facts = DatabaseDump.write(access, bytes);
            return new Dump(bytes.toByteArray(), facts);
        }

        DatabaseLoad into(DatabaseAccess target) {
            return new DatabaseLoad(target, facts, () -> new ByteArrayInputStream(bytes));
        }

        DatabaseLoad.Loaded load(DatabaseAccess target) throws IOException {
            return into(target).run("a restoration", new Progress());
        }
    }

    @BeforeParameterizedClassInvocation
    static void start(Maker maker) throws IOException {
        started = null;
        Files.setPosixFilePermissions(top, PosixFilePermissions.fromString("rwxr-xr-x"));
        started = TestServer.start(Files.createDirectory(top.resolve(maker.name())), maker);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        if (started != null) {
            started.close();
        }
    }

    @Test
    void everyRowViewTriggerAndRoutineIsAsBefore() throws IOException {
        DatabaseAccess site = server.database("whole");
        SiteContent.make(server, "whole");
        List<String> before = SiteContent.of(server, "whole");
        Instant start = Instant.now().minusSeconds(2);
        Dump dump = Dump.of(site);
        server.sql("USE whole; DROP TABLE wp_child; DROP TABLE `wp_ü名 name`; DROP VIEW wp_titles; DROP EVENT wp_daily;"
                + " DROP PROCEDURE wp_count; UPDATE wp_posts SET title = 'changed'");
        DatabaseLoad.Loaded loaded = dump.load(site);
        assertThat(SiteContent.of(server, "whole")).isEqualTo(before);
        assertThat(loaded.tables()).isEqualTo(5).isEqualTo(dump.facts.tables());
        assertThat(loaded.previous()).contains("whole_aloft_old");
        assertThat(dump.facts.moment()).isBetween(start, Instant.now().plusSeconds(2));
        assertThat(dump.facts.position()).isPresent();
        assertThat(dump.facts.gtid().isPresent()).isEqualTo(maker == Maker.MARIADB);
        assertThat(Maker.ofServer(dump.facts.server())).isEqualTo(maker);
        assertThat(dump.facts.bytes()).isEqualTo(dump.bytes.length);
    }

    @Test
    void theTablesBeforeARestoreComeBackWithTheirTriggers() throws IOException {
        DatabaseAccess site = server.database("undone");
        SiteContent.make(server, "undone");
        Dump dump = Dump.of(site);
        server.sql("USE undone; UPDATE wp_posts SET title = 'newer'");
        List<String> newer = SiteContent.of(server, "undone");
        dump.load(site);
        assertThat(DatabaseLoad.undoable(site).orElseThrow().restoration()).isEqualTo("a restoration");
        DatabaseLoad.undo(site);
        assertThat(SiteContent.of(server, "undone")).isEqualTo(newer);
        assertThat(DatabaseLoad.undoable(site)).isEmpty();
        assertThatThrownBy(() -> DatabaseLoad.undo(site))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("undone_aloft_old");
    }

    @Test
    void anUndoNamesTheTablesThatWereWrittenToAndTheNextRestoreThoseThatItDrops() throws Exception {
        DatabaseAccess site = server.database("written");
        SiteContent.make(server, "written");
        Dump dump = Dump.of(site);
        assertThat(dump.load(site).dropped()).isEmpty();
        server.sql("UPDATE written_aloft_old._aloft_restore SET finished = NOW() + INTERVAL 1 HOUR");
        DatabaseLoad.Undone unwritten = DatabaseLoad.undo(site);
        assertThat(unwritten.written()).isEmpty();
        assertThat(unwritten.aside()).isEqualTo("written_aloft_new");
        assertThat(dump.load(site).dropped()).contains("wp_posts").hasSize(5);

        awaitSecondAfterRestore("written");
        server.sql("INSERT INTO written.wp_latin VALUES ('x')");
        assertThat(DatabaseLoad.undo(site).written()).containsExactly("wp_latin");
        assertThat(server.sql("SELECT COUNT(*) FROM written_aloft_new.wp_latin WHERE a = 'x'"))
                .containsExactly("1");
    }

    private void awaitSecondAfterRestore(String name) throws Exception {
        Eventually.await(
                "a second has passed since the restoration",
                () -> !server.sql("SELECT 1 FROM " + name + "_aloft_old._aloft_restore WHERE finished < NOW()")
                        .isEmpty());
    }

    @Test
    void aRestoreThatWasKilledAfterItsSwapIsUndoneBeforeTheNext() throws IOException {
        DatabaseAccess site = server.database("killed");
        SiteContent.make(server, "killed");
        Dump dump = Dump.of(site);
        server.sql("USE killed; UPDATE wp_posts SET title = 'newer'");
        List<String> newer = SiteContent.of(server, "killed");
        dump.load(site);
        server.sql("UPDATE killed_aloft_old._aloft_restore SET finished = NULL");
        assertThatThrownBy(() -> dump.load(site))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("was interrupted after its tables were put in place")
                .extracting(e -> ((DatabaseException) e).advice())
                .asString()
                .contains("--undo");
        DatabaseLoad.undo(site);
        assertThat(SiteContent.of(server, "killed")).isEqualTo(newer);
        dump.load(site);
    }

    @Test
    void aSecondRestoreAtTheSameTimeIsRefused() throws IOException {
        DatabaseAccess site = server.database("twice");
        SiteContent.make(server, "twice");
        List<String> before = SiteContent.of(server, "twice");
        Dump dump = Dump.of(site);
        try (RestoreLock lock = RestoreLock.take(site)) {
            lock.requireHeld();
            assertThatThrownBy(() -> dump.load(site))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("another restoration into database twice")
                    .hasMessageContaining("is under way");
            assertThatThrownBy(() -> DatabaseLoad.undo(site)).hasMessageContaining("is under way");
        }
        dump.load(site);
        assertThat(SiteContent.of(server, "twice")).isEqualTo(before);
    }

    @Test
    void aDumpIsLoadedUnderAnotherNameAndIntoADatabaseThatIsGone() throws IOException {
        DatabaseAccess site = server.database("moved");
        SiteContent.make(server, "moved");
        List<String> before = SiteContent.of(server, "moved");
        Dump dump = Dump.of(site);
        server.sql("GRANT ALL ON staging.* TO moved@localhost;"
                + " GRANT ALL ON `staging\\_aloft\\_%`.* TO moved@localhost; DROP DATABASE moved");
        DatabaseLoad.Loaded loaded = dump.load(site.withName("staging"));
        assertThat(SiteContent.of(server, "staging")).isEqualTo(before);
        assertThat(loaded.previous()).isEmpty();
        dump.load(site);
        assertThat(SiteContent.of(server, "moved")).isEqualTo(before);
    }

    @Test
    void aDamagedDumpLeavesTheDatabaseAsItWas() throws IOException {
        DatabaseAccess site = server.database("damaged");
        SiteContent.make(server, "damaged");
        Dump dump = Dump.of(site);
        server.sql("USE damaged; UPDATE wp_posts SET title = 'newer'");
        List<String> before = SiteContent.of(server, "damaged");
        byte[] half = Arrays.copyOf(dump.bytes, dump.bytes.length / 2);
        assertThatThrownBy(() -> new Dump(half, dump.facts).load(site))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("the dump is damaged")
                .hasMessageEndingWith("database damaged is as it was");
        Dump other = Dump.of(server.database("moved2"));
        assertThatThrownBy(() -> new Dump(other.bytes, dump.facts).load(site))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("SHA-256");
        assertThat(SiteContent.of(server, "damaged")).isEqualTo(before);
        assertThat(server.sql("SHOW DATABASES LIKE 'damaged\\_%'")).isEmpty();
    }

    @Test
    void tablesThatCannotBeRenamedKeepTheirTriggers() throws IOException {
        DatabaseAccess site = server.database("blocked");
        SiteContent.make(server, "blocked");
        Dump dump = Dump.of(site);
        server.sql("USE blocked; DROP TABLE wp_latin; CREATE VIEW wp_latin AS SELECT 1 AS a");
        List<String> before = SiteContent.of(server, "blocked");
        assertThatThrownBy(() -> dump.load(site))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("ERROR 1050")
                .hasMessageEndingWith("database blocked is as it was");
        assertThat(SiteContent.of(server, "blocked")).isEqualTo(before);
        assertThat(server.sql("SHOW DATABASES LIKE 'blocked\\_aloft\\_new'")).isEmpty();
    }

    @Test
    void anUndoThatFailsCanBeRepeated() throws IOException {
        DatabaseAccess site = server.database("again");
        SiteContent.make(server, "again");
        List<String> before = SiteContent.of(server, "again");
        Dump dump = Dump.of(site);
        dump.load(site);
        server.sql("USE again; DROP TABLE wp_latin; CREATE VIEW wp_latin AS SELECT 1 AS a");
        assertThatThrownBy(() -> DatabaseLoad.undo(site)).hasMessageEndingWith("database again is as it was");
        server.sql("USE again; DROP VIEW wp_latin");
        DatabaseLoad.undo(site);
        assertThat(SiteContent.of(server, "again")).isEqualTo(before);
    }

    @Test
    @Tag("slow")
    void aSwapDoesNotWaitLongForATransaction() throws Exception {
        DatabaseAccess site = server.database("held");
        SiteContent.make(server, "held");
        List<String> before = SiteContent.of(server, "held");
        Dump dump = Dump.of(site);
        Thread holder = Thread.ofVirtual().start(() -> hold("held"));
        List<String> holders;
        do {
            holders = server.sql("SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(%'");
        } while (holders.isEmpty());
        assertThatThrownBy(() -> dump.load(site))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("ERROR 1205")
                .hasMessageEndingWith("database held is as it was");
        server.sql("KILL " + holders.getFirst());
        holder.join();
        assertThat(SiteContent.of(server, "held")).isEqualTo(before);
    }

    private void hold(String database) {
        try {
            server.sql("USE " + database + "; START TRANSACTION; SELECT * FROM wp_child; SELECT SLEEP(200)");
        } catch (IOException killed) {
            // As soon as it has been in the way for long enough.
        }
    }

    @Test
    void theLongestNameCanBeRestoredAndALongerOneIsRefusedAtOnce() throws IOException {
        String longest = "n".repeat(54);
        DatabaseAccess site = server.database("lengthy").withName(longest);
        server.sql("CREATE DATABASE " + longest + "; GRANT ALL ON " + longest + ".* TO lengthy@localhost;"
                + " GRANT ALL ON `" + longest + "\\_aloft\\_%`.* TO lengthy@localhost;"
                + " CREATE TABLE " + longest + ".a (n INT); INSERT INTO " + longest + ".a VALUES (1)");
        Dump dump = Dump.of(site);
        server.sql("DELETE FROM " + longest + ".a");
        dump.load(site);
        assertThat(server.sql("SELECT n FROM " + longest + ".a")).containsExactly("1");
        assertThatThrownBy(() -> site.withName(longest + "n")).hasMessageContaining(longest + "n");
    }

    @Test
    void aUserWhoMayCreateNoDatabaseLoadsInPlace() throws IOException {
        DatabaseAccess site = server.database("poor");
        SiteContent.make(server, "poor");
        List<String> before = SiteContent.of(server, "poor");
        Dump dump = Dump.of(site);
        server.sql("REVOKE ALL ON `poor\\_aloft\\_%`.* FROM poor@localhost; USE poor; DELETE FROM wp_latin");
        assertThatThrownBy(() -> dump.load(site))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("ERROR 1044")
                .extracting(e -> ((DatabaseException) e).advice())
                .asString()
                .contains("grant");
        List<String> changed = SiteContent.of(server, "poor");
        Dump other = new Dump(Dump.of(server.database("rich")).bytes, dump.facts);
        assertThatThrownBy(() -> other.into(site).runInPlace(new Progress()))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("SHA-256")
                .hasMessageEndingWith("database poor is as it was");
        assertThat(SiteContent.of(server, "poor")).isEqualTo(changed);
        dump.into(site).runInPlace(new Progress());
        assertThat(SiteContent.of(server, "poor")).isEqualTo(before);
    }

    @Test
    void onlyTheTablesOfThePrefixAreDumpedAndRestored() throws IOException {
        DatabaseAccess site = server.database("shared").withTablePrefix("wp_");
        SiteContent.make(server, "shared");
        server.sql("USE shared; CREATE TABLE wpx_other (a INT); CREATE TABLE other (a INT)");
        Dump dump = Dump.of(site);
        server.sql("USE shared; INSERT INTO other VALUES (7); DELETE FROM wp_latin");
        dump.load(site);
        assertThat(dump.facts.tables()).isEqualTo(5);
        assertThat(server.sql("SELECT a FROM shared.other; SELECT a FROM shared.wp_latin"))
                .containsExactly("7", "é");
    }

    @Test
    void sitesOfOneDatabaseAreTakenBackApart() throws IOException {
        DatabaseAccess one = server.database("two").withTablePrefix("one_");
        DatabaseAccess other = server.database("two").withTablePrefix("other_");
        server.sql("USE two; CREATE TABLE one_a (n INT); INSERT INTO one_a VALUES (1);"
                + " CREATE TABLE other_a (n INT); INSERT INTO other_a VALUES (1)");
        Dump dump = Dump.of(one);
        Dump otherDump = Dump.of(other);
        server.sql("USE two; UPDATE one_a SET n = 2; UPDATE other_a SET n = 2");
        dump.load(one);
        otherDump.load(other);
        DatabaseLoad.undo(one);
        assertThat(server.sql("SELECT n FROM two.one_a; SELECT n FROM two.other_a"))
                .containsExactly("2", "1");
        DatabaseLoad.undo(other);
        assertThat(server.sql("SELECT n FROM two.other_a")).containsExactly("2");
        DatabaseAccess longNames =
                server.database("two").withName("n".repeat(20)).withTablePrefix("x".repeat(40));
        assertThatThrownBy(() -> DatabaseLoad.undo(longNames)).hasMessageContaining("together more than 53 characters");
    }

    @Test
    void aDumpUnderAWritingLoadIsOfOneMoment() throws Exception {
        DatabaseAccess site = server.database("busy");
        server.sql("USE busy; CREATE TABLE a (n INT) ENGINE = InnoDB; CREATE TABLE z (n INT) ENGINE = InnoDB;"
                + " INSERT INTO a VALUES (100); INSERT INTO z VALUES (0); CREATE TABLE m (p LONGBLOB);"
                + " INSERT INTO m VALUES"
                + ", (REPEAT('x', 1000000))".repeat(20).substring(1));
        Thread writer = Thread.ofVirtual().start(() -> move(100_000));
        Dump dump = Dump.of(site);
        writer.interrupt();
        writer.join();
        dump.load(site);
        assertThat(server.sql("SELECT a.n + z.n FROM busy.a, busy.z")).containsExactly("100");
    }

    private void move(int times) {
        try {
            for (int i = 0; i < times && !Thread.currentThread().isInterrupted(); i++) {
                server.sql("USE busy; START TRANSACTION; UPDATE a SET n = n - 1; UPDATE z SET n = n + 1; COMMIT;"
                        .repeat(100));
            }
        } catch (IOException stopped) {
            // by the test
        }
    }
}
