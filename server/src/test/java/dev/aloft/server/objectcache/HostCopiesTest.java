package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.redis.RedisAddress;
import dev.aloft.server.redis.RedisConnection;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Copies of the values that a host has read from the fleet's server, while another host changes them.
final class HostCopiesTest {

    private static final long MAX_BYTES = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern TWO_HITS = Pattern.compile("hit .*\\n(\\d+)hit .*\\n(\\d+)$");

    private RedisServer redis;
    private RedisObjectCache here;
    private RedisObjectCache there;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        redis = RedisServer.start(folder);
        here = host(0);
        there = host(0);
    }

    private RedisObjectCache host(int minReads) {
        RedisAddress address = RedisAddress.parse("redis://127.0.0.1:" + redis.port());
        return new RedisObjectCache(
                new FleetSettings(address, "test"), "media/one", MAX_BYTES, minReads, Optional.empty());
    }

    @AfterEach
    void stop() throws IOException {
        here.close();
        there.close();
        redis.close();
    }

    @Test
    void aPageThatWasReadBeforeIsNotReadFromTheServer() throws IOException {
        String page = "until 9999999999999\nflush-once name token\n" + command("recall", "page") + get("a");
        String fill = set("a", "one") + set("b", "two") + set("page", listed("a") + listed("b") + listed("absent"));
        on(there, fill);
        assertThat(on(here, page)).as("it is flushed once").endsWith("\nlist 0\nmiss\n");
        on(there, fill);
        String first = on(here, page);
        assertThat(first).contains("list 3\n", "\none", "\ntwo", "miss\n");
        long reads = readsOfTheServer();
        assertThat(on(here, page)).isEqualTo(first);
        assertThat(readsOfTheServer()).isEqualTo(reads);
        assertThat(here.statistics().hits()).isEqualTo(6);
        assertThat(on(here, "until 1000\n" + get("a"))).endsWith("\nlate\n");
    }

    @Test
    void changesOfAnotherHostAreReadAtOnce() throws IOException {
        for (int round = 0; round < 20; round++) {
            on(there, set("a", "x" + round) + set("b", "y"));
            assertThat(on(here, get("a") + get("b"))).contains("\nx" + round).endsWith("\ny");
            on(there, command("delete", "b"));
            assertThat(on(here, get("a") + get("b"))).contains("\nx" + round).endsWith("miss\n");
            on(there, round % 2 == 0 ? "flush\n" : "flush-group 1\ng");
            assertThat(on(here, get("a") + get("b"))).endsWith("\nmiss\nmiss\n");
        }
    }

    @Test
    void aValueIsNotReadAfterItHasExpired() throws Exception {
        on(there, "set 3 - 1 1 1\ngax");
        Eventually.await("it has expired", () -> on(here, get("a")).endsWith("miss\n"));
        assertThat(on(there, get("a"))).as("the server agrees").endsWith("miss\n");
    }

    @Test
    void valuesOfAServerThatWasRestartedAreNotRead() throws Exception {
        on(here, set("a", "lost"));
        on(here, get("a"));
        assertThat(on(here, get("a"))).endsWith("\nlost");
        redis.stop();
        redis.start();
        Eventually.await("the server is back", () -> {
            try {
                assertThat(on(here, get("a"))).endsWith("miss\n");
                return true;
            } catch (ObjectCache.AwayException e) {
                return false;
            }
        });
    }

    /// Another host changes two values together, time and again.
    @Test
    void severalValuesAreOfOneMoment() throws Exception {
        int changes = 3000;
        AtomicInteger acknowledged = new AtomicInteger();
        on(there, set("a", "0") + set("b", "0"));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> readers = new ArrayList<>();
            for (int reader = 0; reader < 4; reader++) {
                readers.add(threads.submit(() -> {
                    int reads = 0;
                    for (int newest = 0; newest < changes; reads++) {
                        newest = acknowledged.get();
                        Matcher found = TWO_HITS.matcher(on(here, get("a") + get("b")));
                        assertThat(found.find()).isTrue();
                        assertThat(found.group(1)).isEqualTo(found.group(2));
                        assertThat(Integer.parseInt(found.group(1))).isGreaterThanOrEqualTo(newest);
                    }
                    return reads;
                }));
            }
            for (int change = 1; change <= changes; change++) {
                on(there, set("a", String.valueOf(change)) + set("b", String.valueOf(change)));
                acknowledged.set(change);
            }
            for (Future<Integer> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
        }
    }

    @Test
    void memoryIsBounded() throws IOException {
        String value = "x".repeat(1000);
        for (int i = 0; i < 3000; i++) {
            on(there, set("key " + i, value));
            on(here, get("key " + i));
        }
        ObjectCache.Memory memory = here.statistics().memory();
        assertThat(memory.bytes()).isBetween(MAX_BYTES / 2, MAX_BYTES);
        assertThat(memory.entries()).isLessThan(1000);
        assertThat(memory.evictions()).isGreaterThan(2000);

        on(there, set("large", "x".repeat((int) MAX_BYTES)));
        on(here, get("large"));
        assertThat(here.statistics().memory().entries()).as("others are kept").isGreaterThan(500);
    }

    @Test
    void smallExchangesLeaveNoCopies() throws IOException {
        try (RedisObjectCache large = host(3)) {
            on(large, get("a") + get("b"));
            assertThat(large.statistics().memory().entries()).isZero();
            on(large, get("a") + get("b") + get("c"));
            assertThat(large.statistics().memory().entries()).isEqualTo(3);
        }
    }

    /// The number of times that the server has read values.
    private long readsOfTheServer() throws IOException {
        RedisAddress address = RedisAddress.parse("redis://127.0.0.1:" + redis.port());
        try (RedisConnection connection = RedisConnection.open(address, LIMIT)) {
            String statistics = connection.call(List.of("INFO", "commandstats")).toString();
            Matcher calls = Pattern.compile("cmdstat_mget:calls=(\\d+)").matcher(statistics);
            return calls.find() ? Long.parseLong(calls.group(1)) : 0;
        }
    }

    private static String get(String name) {
        return command("get", name);
    }

    private static String set(String name, String value) {
        return "set 0 - 1 " + name.length() + " " + value.length() + "\ng" + name + value;
    }

    private static String listed(String name) {
        return "1 " + name.length() + "\ng" + name;
    }

    private static String command(String verb, String name) {
        return verb + " 1 " + name.length() + "\ng" + name;
    }

    private static String on(RedisObjectCache host, String request) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        host.answer(request.getBytes(ISO_8859_1), _ -> {}).forEach(all::writeBytes);
        return all.toString(ISO_8859_1);
    }
}
