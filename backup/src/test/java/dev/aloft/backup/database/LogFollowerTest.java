package dev.aloft.backup.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.backup.DatabasePart;
import dev.aloft.bulk.Progress;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.Bucket;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.testkit.Eventually;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The binary log of a real server, followed and replayed.
@ParameterizedClass
@EnumSource(Maker.class)
@Timeout(300)
final class LogFollowerTest {

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    private static final Duration INTERVAL = Duration.ofMillis(200);

    @TempDir
    Path top;

    private final Maker maker;
    private TestServer server;
    private EmbeddedS3 s3;
    private Store store;
    private DatabaseAccess site;
    private LogArchive archive;
    private final ByteArrayOutputStream dumped = new ByteArrayOutputStream();

    LogFollowerTest(Maker maker) {
        TestServer.assumeInstalled(maker);
        this.maker = maker;
    }

    /// A follower on a thread of its own.
    private final class Following implements AutoCloseable {

        private final LogFollower follower = new LogFollower(site, archive, INTERVAL);
        private final Thread thread = Thread.ofPlatform().start(this::run);
        private volatile Optional<IOException> failure = Optional.empty();

        private void run() {
            try {
                follower.run();
            } catch (IOException e) {
                failure = Optional.of(e);
            }
        }

        /// Waits until everything before now is shipped, by the archive's own state.
        void awaitComplete() throws Exception {
            Instant now = now();
            Eventually.await("the log is followed to " + now, () -> {
                assertThat(failure).isEmpty();
                return archive.state()
                        .filter(state -> !state.complete().isBefore(now))
                        .isPresent();
            });
        }

        @Override
        public void close() {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(top, maker);
        s3 = EmbeddedS3.start(top.resolve("s3"), CREDENTIALS);
        s3.createBucket("backups");
        store = Store.open(
                StoreSettings.at(Provider.EMBEDDED, s3.endpoint()), CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
        Bucket bucket = store.bucket("backups");
        archive = new LogArchive(bucket, "shop/");
        site = server.database("shop");
        server.allowLog("shop");
        server.sql("USE shop; CREATE TABLE wp_posts (id INT PRIMARY KEY, title VARCHAR(99)) CHARACTER SET utf8mb4;"
                + " INSERT INTO wp_posts VALUES (0, 'before')");
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        s3.close();
        server.close();
    }

    private Instant now() throws IOException {
        return LocalDateTime.parse(
                        server.sql("SELECT UTC_TIMESTAMP(6)").getFirst().replace(' ', 'T'))
                .toInstant(ZoneOffset.UTC);
    }

    /// The last moment of a second in which all writes so far have happened and no later one will.
    private Instant nextSecond() throws Exception {
        Instant second = now();
        Eventually.await("the next second", () -> now().getEpochSecond() != second.getEpochSecond());
        return second;
    }

    /// A dump, and the last moment of a log that is followed from it on.
    private record Followed(DatabasePart dump, Instant after) {}

    /// @param statements that are run after the dump; empty for none
    private Followed followed(String statements) throws Exception {
        try (Following following = new Following()) {
            following.awaitComplete();
            DatabasePart dump = DatabaseDump.write(site, dumped);
            server.sql(statements);
            Instant after = nextSecond();
            following.awaitComplete();
            return new Followed(dump, after);
        }
    }

    private List<String> titles(String database) throws IOException {
        return server.sql("SELECT title FROM `" + database + "`.wp_posts ORDER BY id");
    }

    private DatabaseLoad load(DatabasePart dump, DatabaseAccess into) {
        return new DatabaseLoad(into, dump, () -> new ByteArrayInputStream(dumped.toByteArray()));
    }

    private void restore(DatabasePart dump, DatabaseAccess into, Instant until) throws IOException {
        load(dump, into).replaying(archive, until).run("a restoration", new Progress());
    }

    @Test
    void theDatabaseIsRestoredToASecondBetweenTwoWrites() throws Exception {
        Instant first;
        Instant second;
        Instant third;
        DatabasePart dump;
        try (Following following = new Following()) {
            following.awaitComplete();
            server.sql("INSERT INTO shop.wp_posts VALUES (1, 'in the dump')");
            dump = DatabaseDump.write(site, dumped);
            server.sql("USE shop; INSERT INTO wp_posts VALUES (2, 'é😀'); CREATE DATABASE other;"
                    + " CREATE TABLE other.wp_posts (id INT PRIMARY KEY, title VARCHAR(99));"
                    + " INSERT INTO other.wp_posts VALUES (2, 'not of the site')");
            first = nextSecond();
            server.sql("USE shop; ALTER TABLE wp_posts ADD note TEXT; UPDATE wp_posts SET note = title;"
                    + " FLUSH BINARY LOGS; INSERT INTO wp_posts VALUES (3, 'three', NULL)");
            following.awaitComplete();
        }
        server.sql("USE shop; INSERT INTO wp_posts VALUES (4, 'while no follower ran', 'x')");
        second = nextSecond();
        try (Following following = new Following()) {
            server.sql("USE shop; FLUSH BINARY LOGS; DELETE FROM wp_posts WHERE id = 1");
            third = nextSecond();
            server.sql("USE shop; UPDATE wp_posts SET title = 'destroyed'");
            following.awaitComplete();
        }
        List<String> destroyed = titles("shop");
        DatabaseAccess staging = site.withName("shop_aloft_staging");
        restore(dump, staging, first);
        assertThat(titles("shop_aloft_staging")).containsExactly("before", "in the dump", "é😀");
        restore(dump, staging, second);
        assertThat(server.sql("SELECT title, note FROM shop_aloft_staging.wp_posts ORDER BY id"))
                .containsExactly(
                        "before\tbefore",
                        "in the dump\tin the dump",
                        "é😀\té😀",
                        "three\tNULL",
                        "while no follower ran\tx");
        assertThat(titles("shop")).as("the tables in use").isEqualTo(destroyed);
        restore(dump, site, third);
        assertThat(titles("shop")).containsExactly("before", "é😀", "three", "while no follower ran");
        assertThat(server.sql("SELECT title FROM other.wp_posts")).containsExactly("not of the site");
    }

    @Test
    void rowsAreReplayedWhoseTriggerChangesAnotherDatabase() throws Exception {
        server.sql("CREATE DATABASE audit; CREATE TABLE audit.log (id INT PRIMARY KEY);"
                + " GRANT ALL ON audit.* TO shop@localhost; USE shop; CREATE DEFINER = shop@localhost"
                + " TRIGGER audited AFTER INSERT ON wp_posts FOR EACH ROW INSERT INTO audit.log VALUES (NEW.id)");
        DatabasePart dump;
        Instant first;
        Instant second;
        try (Following following = new Following()) {
            following.awaitComplete();
            dump = DatabaseDump.write(site, dumped);
            server.sql("USE shop; INSERT INTO wp_posts VALUES (1, 'one'), (2, 'two')");
            first = nextSecond();
            server.sql("USE shop; UPDATE wp_posts SET title = 'changed' WHERE id = 0;"
                    + " INSERT INTO wp_posts VALUES (3, 'three')");
            second = nextSecond();
            following.awaitComplete();
        }
        DatabaseAccess staging = site.withName("shop_aloft_staging");
        restore(dump, staging, first);
        assertThat(titles("shop_aloft_staging")).containsExactly("before", "one", "two");
        restore(dump, staging, second);
        assertThat(titles("shop_aloft_staging")).containsExactly("changed", "one", "two", "three");
        assertThat(server.sql("SELECT id FROM audit.log ORDER BY id")).containsExactly("1", "2", "3");
    }

    @Test
    void aStatementThatNamesTheDatabaseIsNotReplayed() throws Exception {
        Followed log =
                followed("USE shop; GRANT SELECT ON shop.* TO shop@localhost; ALTER TABLE shop.wp_posts ADD note TEXT");
        assertThatThrownBy(() -> restore(log.dump(), site, log.after()))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("the statement names a database: ALTER TABLE shop.wp_posts")
                .hasMessageEndingWith("database shop is as it was");
        assertThat(titles("shop")).containsExactly("before");
    }

    @Test
    void aFailureWhileTheLogIsReadLeavesTheDatabaseAsItWas() throws Exception {
        Followed log = followed("INSERT INTO shop.wp_posts VALUES (1, 'after the dump')");
        DatabaseLoad load = load(log.dump(), site).replaying(archive, log.after());
        store.close();
        assertThatThrownBy(() -> load.run("a restoration", new Progress()))
                .as("not the end of the program that got half a log")
                .isNotInstanceOf(DatabaseException.class);
        assertThat(titles("shop")).containsExactly("before", "after the dump");
    }

    @Test
    void aDecoderThatHangsIsKilled() throws Exception {
        Followed log = followed("");
        DatabaseAccess hanging = site.withPrograms(Programs.with(
                        top, maker == Maker.MARIADB ? "mariadb-binlog" : "mysqlbinlog", """
                        case "$*" in *--version) echo 'mysqlbinlog  Ver 8.0.44 for Linux on x86_64' ;; *) exec sleep 600 ;; esac
                        """, server.programs()))
                .suited();
        LogReplay replay = LogReplay.find(archive, log.dump(), log.after()).within(Duration.ofMillis(500));
        assertThatThrownBy(() -> replay.into(hanging, new Progress()))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("cannot read ")
                .hasMessageContaining("nothing within 0 s, so it was killed");
    }

    @Test
    void aMomentThatTheArchiveMayNotReachIsRefused() throws Exception {
        DatabasePart dump;
        try (Following following = new Following()) {
            following.awaitComplete();
            dump = DatabaseDump.write(site, dumped);
            following.awaitComplete();
        }
        Instant later = now().plusSeconds(60);
        assertThatThrownBy(() -> restore(dump, site, later))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("does not hold the binary log to");
        DatabasePart earlier = DatabaseDump.write(site, new ByteArrayOutputStream());
        server.sql("FLUSH BINARY LOGS");
        DatabasePart unknown = DatabaseDump.write(site, new ByteArrayOutputStream());
        assertThat(earlier.position()).isNotEqualTo(unknown.position());
        assertThatThrownBy(() -> restore(unknown, site, later))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("where the dump ends");
    }

    @Test
    void aServerThatForgotItsLogsIsFollowedAgainAndTheGapIsSeen() throws Exception {
        DatabasePart dump;
        try (Following following = new Following()) {
            following.awaitComplete();
            dump = DatabaseDump.write(site, dumped);
            following.awaitComplete();
        }
        server.sql("INSERT INTO shop.wp_posts VALUES (1, 'lost'); FLUSH BINARY LOGS; FLUSH BINARY LOGS;"
                + " INSERT INTO shop.wp_posts VALUES (2, 'after')");
        purgeTo("bin.000003");
        Instant after = nextSecond();
        try (Following following = new Following()) {
            following.awaitComplete();
        }
        assertThatThrownBy(() -> restore(dump, site, after))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("gap after bin.000001");
    }

    @Test
    void aCompressedLogIsNotFollowed() throws IOException {
        server.sql("SET GLOBAL " + maker.compressionVariable() + " = 1");
        assertThatThrownBy(() -> new LogFollower(site, archive, INTERVAL).run())
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("is compressed")
                .extracting(e -> ((DatabaseException) e).advice())
                .asString()
                .contains(maker.compressionVariable() + " = OFF");
    }

    @Test
    void aLogOfTheOtherMakerIsNotReplayed() throws Exception {
        Followed log = followed("");
        DatabasePart dump = log.dump();
        DatabasePart other = new DatabasePart(
                dump.name(),
                dump.moment(),
                maker == Maker.MARIADB ? "8.4.3" : "10.11.14-MariaDB",
                dump.position(),
                dump.gtid(),
                dump.bytes(),
                dump.sqlBytes(),
                dump.sha256(),
                dump.tables());
        assertThatThrownBy(() -> restore(other, site, log.after()))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("the binary log is of ")
                .hasMessageContaining(" is " + maker);
    }

    /// The server keeps a log as long as it believes that the follower's connection reads it.
    private void purgeTo(String log) throws Exception {
        Eventually.await(
                "the logs before " + log + " are purged",
                () -> server.sql("PURGE BINARY LOGS TO '" + log + "'; SHOW BINARY LOGS")
                        .getFirst()
                        .startsWith(log));
    }
}
