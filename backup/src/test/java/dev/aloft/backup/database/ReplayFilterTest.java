package dev.aloft.backup.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
final class ReplayFilterTest {

    private static final Instant NOW = Instant.parse("2026-11-29T14:03:07Z");

    private static List<Integer> kept(byte[] log, long from) throws IOException {
        return events(log, from).stream().map(LogEvent::type).toList();
    }

    private static List<LogEvent> events(byte[] log, long from) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ReplayFilter("shop", NOW, Set.of("shop", "shop_new", "live"))
                .copy(new ByteArrayInputStream(log), "bin.000001", from, out);
        byte[] bytes = out.toByteArray();
        List<LogEvent> events = new ArrayList<>();
        for (int at = LogEvent.MAGIC.length; at < bytes.length; ) {
            int length = Math.toIntExact(new LogEvent(Arrays.copyOfRange(bytes, at, bytes.length)).length());
            events.add(new LogEvent(Arrays.copyOfRange(bytes, at, at + length)));
            at += length;
        }
        return events;
    }

    private static List<Boolean> ends(LogBytes log) throws IOException {
        return events(log.toBytes(), 0).stream()
                .filter(LogEvent::changesRows)
                .map(LogEvent::endsStatement)
                .toList();
    }

    private static LogBytes twoDatabases() {
        return new LogBytes().query("shop", "BEGIN").tableMap(1, "shop").tableMap(2, "audit");
    }

    @Test
    void theLastRowsThatAreKeptEndTheStatementOfATrigger() throws IOException {
        assertThat(ends(twoDatabases()
                        .rows(1)
                        .rows(2)
                        .rows(1)
                        .rows(2)
                        .lastRows(2)
                        .event(LogEvent.XID, new byte[8])))
                .containsExactly(false, true);
        assertThat(ends(twoDatabases().rows(2).rows(1).lastRows(1))).containsExactly(false, true);
        assertThat(ends(twoDatabases().rows(1).lastRows(2).tableMap(1, "shop").lastRows(1)))
                .containsExactly(true, true);
        assertThat(kept(twoDatabases().rows(2).lastRows(2).toBytes(), 0))
                .as("no name of a table without rows, which the next statement would lock")
                .containsExactly(LogEvent.FORMAT, LogEvent.QUERY);
    }

    @Test
    void aStatementWithALargeRowIsRefusedOnlyIfItEndsInAnotherDatabase() throws IOException {
        int large = 17 << 20;
        assertThat(ends(twoDatabases().largeRows(1, large).rows(2).lastRows(1))).containsExactly(false, true);
        assertThat(ends(twoDatabases().largeRows(1, large).rows(1).lastRows(2))).containsExactly(false, true);
        LogBytes refused = twoDatabases().largeRows(1, large).lastRows(2);
        assertThatThrownBy(() -> kept(refused.toBytes(), 0))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("a trigger changes another database");
    }

    @Test
    void theChecksumIsThatOfTheRowsThatEndTheStatement() {
        byte[] event = new byte[60];
        event[4] = 23;
        event[9] = 60;
        int sum = checksum(event);
        for (int i = 0; i < 4; i++) {
            event[56 + i] = (byte) (sum >> (8 * i));
        }
        LogEvent ending = new LogEvent(event).endingStatement(4);
        assertThat(ending.endsStatement()).isTrue();
        assertThat(ByteBuffer.wrap(ending.bytes())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt(56))
                .isEqualTo(checksum(ending.bytes()));
    }

    private static int checksum(byte[] event) {
        CRC32 crc = new CRC32();
        crc.update(event, 0, 56);
        return (int) crc.getValue();
    }

    @Test
    void rowsOfOtherDatabasesAreLeftOut() throws IOException {
        LogBytes log = new LogBytes()
                .event(LogEvent.GTID, new byte[19])
                .tableMap(1, "shop")
                .tableMap(2, "other")
                .rows(2)
                .rows(1)
                .event(LogEvent.XID, new byte[8])
                .tableMap(1, "other")
                .rows(1);
        assertThat(kept(log.toBytes(), 0))
                .containsExactly(LogEvent.FORMAT, LogEvent.GTID, LogEvent.TABLE_MAP, 23, LogEvent.XID);
    }

    @Test
    void theEventsOfMySqlAreDividedAsThoseOfMariaDb() throws IOException {
        LogBytes log = new LogBytes()
                .event(LogEvent.PREVIOUS_GTIDS, new byte[8])
                .event(LogEvent.ANONYMOUS_GTID, new byte[42])
                .query("other", "BEGIN")
                .event(LogEvent.ROWS_QUERY, new byte[8])
                .tableMap(1, "shop")
                .tableMap(2, "other")
                .rows(LogEvent.PARTIAL_UPDATE, 1)
                .rows(30, 2)
                .event(LogEvent.XID, new byte[8])
                .event(LogEvent.MYSQL_GTID, new byte[42])
                .event(LogEvent.TAGGED_GTID, new byte[42]);
        assertThat(kept(log.toBytes(), 0))
                .containsExactly(
                        LogEvent.FORMAT,
                        LogEvent.ANONYMOUS_GTID,
                        LogEvent.QUERY,
                        LogEvent.TABLE_MAP,
                        LogEvent.PARTIAL_UPDATE,
                        LogEvent.XID,
                        LogEvent.MYSQL_GTID,
                        LogEvent.TAGGED_GTID);
    }

    @Test
    void aLogWithoutChecksumsIsReadToItsLastByte() throws IOException {
        LogBytes log = new LogBytes(0).query("shop", "DROP TABLE a, wp_posts");
        assertThat(kept(log.toBytes(), 0)).contains(LogEvent.QUERY);
        assertThatThrownBy(() -> kept(
                        new LogBytes(0).query("other", "DROP DATABASE shop").toBytes(), 0))
                .hasMessageContaining("DROP DATABASE shop");
    }

    @Test
    void eventsBeforeThePositionAndAfterTheSecondAreLeftOut() throws IOException {
        LogBytes log = new LogBytes().query("shop", "CREATE TABLE a (i INT)");
        long from = log.size();
        log.at(NOW)
                .query("shop", "BEGIN")
                .at(NOW.plusSeconds(1))
                .query("shop", "COMMIT")
                .at(NOW)
                .query("shop", "BEGIN");
        assertThat(kept(log.toBytes(), from)).containsExactly(LogEvent.FORMAT, LogEvent.QUERY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shop  | ALTER TABLE wp_posts ADD price DECIMAL(5.2)",
                "shop  | /* from a.b */ CREATE TABLE wp_a (shopping INT)",
                "shop  | /*!40000 ALTER TABLE `wp_a` DISABLE KEYS */",
                "shop  | CREATE VIEW v AS SELECT p.id FROM wp_posts p",
                "other | BEGIN",
            })
    void aStatementOfTheSiteIsKept(String database, String sql) throws IOException {
        assertThat(kept(new LogBytes().query(database, sql).toBytes(), 0)).contains(LogEvent.QUERY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "other | DROP TABLE wp_posts",
                "shop  | GRANT ALL ON shop.* TO x",
                "shop  | CREATE USER shop",
                "shop  | ANALYZE TABLE wp_posts",
                "shop  | CREATE TABLE gone.wp_posts (i INT)",
                "shop  | DROP TABLE IF EXISTS `live`.`wp_posts`",
                "shop  | TRUNCATE live.wp_posts",
                "other | CREATE DATABASE shop_new",
                "other | DROP DATABASE shopping",
                "shop  | CREATE DATABASE IF NOT EXISTS `shop`",
            })
    void aStatementOfAnotherDatabaseOrAboutUsersIsLeftOut(String database, String sql) throws IOException {
        assertThat(kept(new LogBytes().query(database, sql).toBytes(), 0)).doesNotContain(LogEvent.QUERY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shop  | ALTER TABLE shop.wp_posts ADD a INT",
                "shop  | /* x */ ALTER TABLE `shop` . `wp_posts` ADD a INT",
                "other | DROP TABLE shop.wp_posts",
                "shop  | DROP TABLE a, live.b",
                "''    | RENAME TABLE `shop`.`a` TO `shop_old`.`a`, `shop_new`.`a` TO `shop`.`a`",
                "shop  | RENAME TABLE a TO live.a",
                "shop  | INSERT INTO a SELECT * FROM live.a",
                "shop  | DROP DATABASE shop",
                "other | CREATE OR REPLACE DATABASE `shop`",
            })
    void aStatementThatWouldChangeTheTablesInUseIsRefused(String database, String sql) {
        assertThatThrownBy(() -> kept(new LogBytes().query(database, sql).toBytes(), 0))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("bin.000001:87: the statement names a database");
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 13, 14, 40, 165})
    void eventsOfTheStatementFormatAndCompressedOnesAreRefused(int type) {
        assertThatThrownBy(() -> kept(new LogBytes().event(type, new byte[9]).toBytes(), 0))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("event of type " + type);
    }

    @Test
    void aDamagedLogIsNeverAnythingElseThanDamaged() {
        byte[] log = new LogBytes()
                .query("shop", "CREATE TABLE a (i INT)")
                .tableMap(1, "shop")
                .rows(1)
                .toBytes();
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            byte[] damaged = Arrays.copyOf(log, random.nextInt(log.length));
            for (int i = 0; i < 3 && damaged.length > 0; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                kept(damaged, 0);
            } catch (IOException | RuntimeException e) {
                assertThat(e).as("seed " + seed).isInstanceOf(DatabaseException.class);
            }
        }
    }
}
