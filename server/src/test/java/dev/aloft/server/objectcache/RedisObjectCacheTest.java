package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.redis.RedisAddress;
import dev.aloft.server.redis.RedisConnection;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.RedisServer;
import dev.aloft.testkit.TcpProxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two hosts of one site, which share its object cache, and another site.
final class RedisObjectCacheTest extends ObjectCacheSuite {

    private static final Pattern FIRST_LINE = Pattern.compile("^at (\\d+)\\n");

    private static final Pattern LIST = Pattern.compile("\\nlist (\\d+) (\\d+)\\n");

    private static final long COPIES_BYTES = 1 << 20;

    private static RedisServer redis;

    private TcpProxy way;
    private RedisObjectCache here;
    private RedisObjectCache there;
    private RedisObjectCache otherSite;

    @BeforeAll
    static void startServer(@TempDir Path folder) throws IOException {
        redis = RedisServer.start(folder);
    }

    @AfterAll
    static void stopServer() throws IOException {
        redis.close();
    }

    @BeforeEach
    void start() throws IOException {
        way = TcpProxy.before(redis.port());
        here = cacheOf("media/one", way.port());
        there = cacheOf("media/one", redis.port());
        otherSite = cacheOf("media/two", redis.port());
        answer("flush\n");
    }

    private static RedisObjectCache cacheOf(String site, int port) {
        RedisAddress address = RedisAddress.parse("redis://127.0.0.1:" + port);
        return new RedisObjectCache(new FleetSettings(address, "test"), site, COPIES_BYTES, 0, Optional.empty());
    }

    @AfterEach
    void stop() throws IOException {
        here.close();
        there.close();
        otherSite.close();
        way.close();
    }

    @Override
    ObjectCache cache() {
        return here;
    }

    @Test
    void aWriteIsReadOnAnotherHost() throws IOException {
        answer(set("a", "x"));
        assertThat(on(there, get("a"))).endsWith(" 0 1\nx");
        on(there, delete("a"));
        assertThat(answer(get("a"))).isEqualTo("miss");
    }

    @Test
    void aSiteDoesNotReachTheKeysOfAnother() throws IOException {
        answer(set("a", "x"));
        assertThat(on(otherSite, get("a"))).endsWith("miss\n");
        on(otherSite, "flush\n" + set("a", "y"));
        String cursor = "0";
        int keys = 0;
        do { // of all sites on the server
            Matcher list = LIST.matcher(on(otherSite, "keys " + cursor + "\n"));
            assertThat(list.find()).isTrue();
            keys += Integer.parseInt(list.group(1));
            cursor = list.group(2);
        } while (!cursor.equals("0"));
        assertThat(keys).isEqualTo(1);
        assertThat(answer(get("a"))).endsWith("\nx");
    }

    @Test
    void deletionAndAdditionTellTheLastChangeBefore() {
        answer(set("a", "1"));
        long stored = at();
        assertThat(answer(command("incr 1", "g", "a"))).matches("ok \\d+ 2 " + stored);
        long changed = at();
        assertThat(answer(delete("a"))).isEqualTo("ok " + changed);
        assertThat(answer(delete("a"))).matches("miss \\d+");
    }

    @Test
    void aValueExpires() throws Exception {
        answer(command("set 1 -", "g", "a", "x"));
        long base = at();
        Eventually.await("it has expired", () -> answer(get("a")).equals("miss"));
        assertThat(answer(command("add 0 " + (base - 1), "g", "a", "old"))).isEqualTo("changed");
    }

    @Test
    void lateCommandsAreNotCarriedOut() {
        assertThat(answer(set("b", "1") + "until 1000\n" + delete("b"))).matches("ok \\d+\nlate");
        assertThat(answer(get("b"))).endsWith("\n1");
    }

    @Test
    void valuesThatAreLargerThanExpectedNeedRoom() throws IOException {
        String large = "x".repeat(2 << 20);
        answer(set("a", large));
        List<Long> reserved = new ArrayList<>();
        byte[] request = get("a").getBytes(ISO_8859_1);
        assertThat(here.answer(request, reserved::add).getLast()).hasSize(large.length());
        assertThat(reserved.getLast()).isBetween((long) large.length(), large.length() + 100L + ChangeTable.BYTES);

        byte[] change = (get("a") + delete("a")).getBytes(ISO_8859_1);
        assertThatIOException()
                .isThrownBy(() -> here.answer(change, bytes -> {
                    if (bytes > large.length()) {
                        throw new IOException("no room");
                    }
                }));
        assertThat(answer(get("a"))).endsWith(large);
    }

    /// The server carries out nothing else meanwhile.
    @Test
    void aLongValueIsNotReadAgainAndAgain() throws IOException {
        answer(set("a", "x".repeat(8 << 20)));
        String commands = get("a").repeat(20)
                + command("incr 1", "g", "a").repeat(20)
                + command("add 0 -", "g", "a", "y").repeat(20);
        try (RedisConnection connection =
                RedisConnection.open(RedisAddress.parse("redis://127.0.0.1:" + redis.port()), Duration.ofSeconds(30))) {
            connection.call(List.of("CONFIG", "RESETSTAT"));
            assertThat(answer(commands)).endsWith("exists");
            assertThat(connection.call(List.of("INFO", "commandstats")).toString())
                    .containsPattern("cmdstat_get:calls=[1-5],");
        }
    }

    @Test
    void aListOfKeysNeedsRoom() throws IOException {
        List<Long> reserved = new ArrayList<>();
        List<byte[]> _ = here.answer("keys 0\n".getBytes(ISO_8859_1), reserved::add);
        assertThat(reserved)
                .singleElement()
                .satisfies(bytes -> assertThat(bytes).isGreaterThan(500L * 2 * EntryKey.MAX_BYTES));
    }

    @Test
    void textThatIsAddedToNeedsRoom() {
        String text = "x".repeat(1 << 20);
        assertThat(answer(set("a", text) + command("incr 1", "g", "a"))).endsWith(text);
        assertThat(answer(command("incr 1", "g", "a"))).endsWith(text);
        assertThat(answer(set("b", text) + get("b"))).endsWith(text);
    }

    @Test
    void whatTheServerHasLostIsChanged() throws IOException {
        answer(set("a", "x"));
        long base = at();
        try (RedisConnection connection =
                RedisConnection.open(RedisAddress.parse("redis://127.0.0.1:" + redis.port()), Duration.ofSeconds(30))) {
            connection.call(List.of("DEL", "aloft:test:{media/one}:changes"));
            assertThat(answer(command("add 0 " + (base - 1), "g", "b", "old"))).isEqualTo("changed");
            connection.call(List.of("DEL", "aloft:test:{media/one}:meta"));
        }
        assertThat(answer(get("a"))).as("an outdated value may be among them").isEqualTo("miss");
        assertThat(answer(command("add 0 " + base, "g", "a", "old"))).isEqualTo("changed");
    }

    @Test
    void onlyTheLatestChangesAreKnownByKey() throws IOException {
        long base = at();
        answer(set("a", "x") + delete("a"));
        assertThat(answer(command("add 0 " + base, "g", "untouched", "x"))).startsWith("ok ");
        base = at();
        for (int part = 0; part < 110; part++) {
            StringBuilder sets = new StringBuilder();
            for (int i = 0; i < 1000; i++) {
                sets.append(set(part + " " + i, "x"));
            }
            assertThat(answer(sets.toString())).startsWith("ok ");
        }
        assertThat(answer(command("add 0 " + base, "g", "never there", "x"))).isEqualTo("changed");
        assertThat(answer(command("add 0 " + at(), "g", "never there", "x"))).startsWith("ok ");
    }

    @Test
    void aChangeThatTheServerMissedIsMadeUpFor() throws Exception {
        answer(set("a", "old") + set("b", "kept"));
        way.hold();
        assertThatExceptionOfType(ObjectCache.AwayException.class).isThrownBy(() -> on(here, set("a", "new")));
        assertThatExceptionOfType(ObjectCache.AwayException.class).isThrownBy(() -> on(here, get("a")));
        way.release();
        awaitReturn();
        assertThat(answer(get("a"))).isEqualTo("miss");
        assertThat(on(there, get("b"))).endsWith("\nkept");
    }

    @Test
    void withoutTheServerEveryExchangeFailsAtOnceAndAfterwardsNothingOldIsRead() throws Exception {
        answer(set("a", "old"));
        redis.stop();
        assertThatExceptionOfType(ObjectCache.AwayException.class).isThrownBy(() -> on(here, set("a", "new")));
        long begin = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            assertThatExceptionOfType(ObjectCache.AwayException.class).isThrownBy(() -> on(here, delete("a")));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        redis.start();
        awaitReturn();
        assertThat(answer(get("a"))).isEqualTo("miss");
    }

    @Test
    void aProcessThatEndsDuringAnOutageFlushesAtItsNextStart(@TempDir Path folder) throws Exception {
        Optional<Path> awayFile = Optional.of(folder.resolve("site.sock.away"));
        FleetSettings settings = new FleetSettings(RedisAddress.parse("redis://127.0.0.1:" + way.port()), "test");
        answer(set("a", "old"));
        way.hold();
        try (RedisObjectCache ending = new RedisObjectCache(settings, "media/one", COPIES_BYTES, awayFile)) {
            assertThatExceptionOfType(ObjectCache.AwayException.class).isThrownBy(() -> on(ending, set("a", "new")));
        }
        way.release();
        assertThat(on(there, get("a"))).endsWith("\nold");
        try (RedisObjectCache _ = new RedisObjectCache(settings, "media/one", COPIES_BYTES, awayFile)) {
            Eventually.await("it has flushed", () -> on(there, get("a")).endsWith("miss\n"));
            Eventually.await("the outage is over", () -> Files.notExists(awayFile.orElseThrow()));
        }
    }

    /// As after a crash of a server that saves its data from time to time.
    @Test
    void anOldStateOfTheServerIsNotRead() throws Exception {
        answer(set("a", "old"));
        try (RedisConnection connection =
                RedisConnection.open(RedisAddress.parse("redis://127.0.0.1:" + redis.port()), Duration.ofSeconds(30))) {
            connection.call(List.of("SAVE"));
            answer(set("a", "new"));
        }
        long base = at();
        redis.stop();
        redis.start();
        try (RedisObjectCache begun = cacheOf("media/one", redis.port())) {
            assertThat(on(begun, get("a"))).endsWith("miss\n");
            assertThat(on(begun, command("add 0 " + base, "g", "a", "outdated")))
                    .endsWith("changed\n");
            on(begun, set("a", "newest"));
        }
        assertThatExceptionOfType(ObjectCache.AwayException.class).isThrownBy(() -> on(here, get("a")));
        awaitReturn();
    }

    @Test
    void anExchangeThatTheServerRefusesIsNoOutage() throws IOException {
        answer(set("a", "old") + set("b", "kept"));
        try (RedisConnection connection =
                RedisConnection.open(RedisAddress.parse("redis://127.0.0.1:" + redis.port()), Duration.ofSeconds(30))) {
            connection.call(List.of("SET", "aloft:test:{media/one}:tokens", "of another type"));
            assertThatExceptionOfType(ObjectCache.AwayException.class)
                    .isThrownBy(() -> on(here, set("a", "new") + "flush-once a t\n"))
                    .withMessageContaining("WRONGTYPE");
            assertThat(answer(get("a"))).isEqualTo("miss");
            connection.call(List.of("DEL", "aloft:test:{media/one}:tokens"));
        }
        assertThat(answer(set("b", "x") + get("b"))).endsWith("\nx");
    }

    /// Two hosts change different options of one array, each as WordPress does: it reads the array, writes its own
    /// option to the database, and then the whole array to the cache. An array that another host has changed in
    /// between is dropped, and read from the database when it is needed next.
    @Test
    void noChangeOfAllOptionsIsLostToARace() throws Exception {
        int rounds = 2000;
        AtomicIntegerArray database = new AtomicIntegerArray(2);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> hosts = List.of(
                    threads.submit(() -> countUp(here, database, 0, rounds)),
                    threads.submit(() -> countUp(there, database, 1, rounds)));
            for (Future<Integer> host : hosts) {
                assertThat(host.get()).as("writes that were accepted").isPositive();
            }
        }
        assertThat(on(here, get("alloptions"))).matches("(?s).*\n(miss\n|hit .*\n" + rounds + "," + rounds + ")");
    }

    /// @return the number of accepted writes
    private static int countUp(RedisObjectCache cache, AtomicIntegerArray database, int own, int rounds)
            throws IOException {
        int accepted = 0;
        for (int done = 1; done <= rounds; done++) {
            String read = on(cache, get("alloptions"));
            Matcher first = FIRST_LINE.matcher(read);
            assertThat(first.lookingAt()).isTrue();
            String[] options = read.contains("hit ")
                    ? read.strip().substring(read.strip().lastIndexOf('\n') + 1).split(",")
                    : new String[] {String.valueOf(database.get(0)), String.valueOf(database.get(1))};
            database.set(own, done);
            options[own] = String.valueOf(done);
            String wrote = on(cache, command("set 0 " + first.group(1), "g", "alloptions", String.join(",", options)));
            assertThat(wrote).containsPattern("\n(ok|changed)");
            accepted += wrote.contains("\nok ") ? 1 : 0;
        }
        return accepted;
    }

    @Test
    void ofAddersOnTwoHostsOneWins() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 100; round++) {
                String add = command("add 0 -", "locks", "lock " + round, "x");
                List<Future<String>> answers = new ArrayList<>();
                for (int worker = 0; worker < 16; worker++) {
                    RedisObjectCache host = worker % 2 == 0 ? here : there;
                    answers.add(threads.submit(() -> on(host, add)));
                }
                int winners = 0;
                for (Future<String> each : answers) {
                    winners += each.get().contains("\nok ") ? 1 : 0;
                }
                assertThat(winners).isEqualTo(1);
            }
        }
    }

    private void awaitReturn() throws Exception {
        Eventually.await("the server is back", () -> {
            try {
                on(here, get("none"));
                return true;
            } catch (ObjectCache.AwayException e) {
                return false;
            }
        });
    }

    private static String on(RedisObjectCache host, String request) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        host.answer(request.getBytes(ISO_8859_1), _ -> {}).forEach(all::writeBytes);
        return all.toString(ISO_8859_1);
    }
}
