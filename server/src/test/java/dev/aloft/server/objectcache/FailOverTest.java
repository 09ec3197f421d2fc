package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.lab.Command;
import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.redis.RedisAddress;
import dev.aloft.server.redis.RedisConnection;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.RedisSentinel;
import dev.aloft.testkit.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two hosts of a site whose server is a primary with a replica, watched by two Sentinels; a third one is away.
@Timeout(180)
final class FailOverTest {

    private static final Pattern HIT = Pattern.compile("hit \\d+ \\d+ \\d+\\n(\\d+)$");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(10);

    /// Pause of a client that is answered, so that the two leave the processors to the servers.
    private static final Duration PACE = Duration.ofMillis(1);

    @TempDir
    private Path folder;

    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger away = new AtomicInteger();
    private volatile boolean stopped;

    @Test
    void noExchangeFailsOtherwiseAndNoOldValueIsReadWhenAnotherServerTakesOver() throws Exception {
        try (RedisServer first = RedisServer.start(folder.resolve("first"));
                RedisServer second =
                        RedisServer.start(folder.resolve("second"), "--replicaof", "127.0.0.1 " + first.port());
                RedisSentinel one = RedisSentinel.start(folder.resolve("one"), first.port(), 2);
                RedisSentinel two = RedisSentinel.start(folder.resolve("two"), first.port(), 2)) {
            RedisAddress address = RedisAddress.parse(
                    "redis+sentinel://127.0.0.1:1,127.0.0.1:" + one.port() + ",127.0.0.1:" + two.port() + "/main");
            awaitReplica(first);
            try (RedisObjectCache here = cache(address);
                    RedisObjectCache there = cache(address);
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Integer>> load =
                        List.of(threads.submit(() -> write(here)), threads.submit(() -> read(there)));
                try {
                    failOverTwice(first, second, one, here, there);
                } finally {
                    stopped = true;
                }
                for (Future<Integer> each : load) {
                    assertThat(each.get()).isPositive();
                }
            }
        }
    }

    private void failOverTwice(
            RedisServer first, RedisServer second, RedisSentinel one, RedisObjectCache here, RedisObjectCache there)
            throws Exception {
        Eventually.await("values are written", () -> acknowledged.get() > 100);
        on(here, command("set 0 -", "old", "0"));
        first.stop();
        Eventually.await("an exchange has failed", () -> away.get() > 0);
        int before = acknowledged.get();
        Eventually.await("the second server has taken over", () -> acknowledged.get() > before + 100);
        assertThat(on(there, command("get", "old", ""))).endsWith("miss\n");

        first.start(); // It is made a replica now.
        awaitReplica(second);
        on(here, command("set 0 -", "old", "0"));
        failOver(one);
        Eventually.await("the first one is a replica no more", () -> isPrimary(first));
        Eventually.await("it is used again", () -> isMissing(there, "old"));
    }

    /// The server changes its history when its first replica attaches, which only new connections have seen.
    @Test
    void hostsDoNotEmptyTheCacheInTurnWhenAReplicaAttaches() throws Exception {
        try (RedisServer server = RedisServer.start(folder.resolve("first"));
                RedisObjectCache old = cache(RedisAddress.parse("redis://127.0.0.1:" + server.port()))) {
            on(old, command("set 0 -", "a", "0"));
            try (RedisServer _ =
                            RedisServer.start(folder.resolve("second"), "--replicaof", "127.0.0.1 " + server.port());
                    RedisObjectCache fresh = cache(RedisAddress.parse("redis://127.0.0.1:" + server.port()))) {
                awaitReplica(server);
                assertThat(on(fresh, command("get", "a", ""))).endsWith("miss\n");
                on(fresh, command("set 0 -", "b", "1"));
                assertThat(on(old, command("get", "b", ""))).endsWith("\n1");
                assertThat(on(fresh, command("get", "b", ""))).endsWith("\n1");
            }
        }
    }

    private static boolean isMissing(RedisObjectCache cache, String name) throws IOException {
        try {
            return on(cache, command("get", name, "")).endsWith("miss\n");
        } catch (ObjectCache.AwayException e) {
            return false;
        }
    }

    @Test
    void sentinelsThatKnowNoSuchServerAreNamed() throws Exception {
        try (RedisServer server = RedisServer.start(folder.resolve("first"));
                RedisSentinel sentinel = RedisSentinel.start(folder.resolve("one"), server.port(), 1)) {
            RedisAddress other = RedisAddress.parse("redis+sentinel://127.0.0.1:" + sentinel.port() + "/other");
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> RedisConnection.open(other, LIMIT))
                    .withMessageContaining("knows no server other");
            RedisAddress plain = RedisAddress.parse("redis://127.0.0.1:" + sentinel.port());
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> RedisConnection.open(plain, LIMIT))
                    .withMessageContaining("write redis+sentinel://");
        }
    }

    private static RedisObjectCache cache(RedisAddress address) {
        return new RedisObjectCache(new FleetSettings(address, "test"), "media/one", 1 << 20, 0, Optional.empty());
    }

    private static void awaitReplica(RedisServer primary) throws Exception {
        Eventually.await("a replica is in step", () -> info(primary).contains("state=online"));
    }

    private static boolean isPrimary(RedisServer server) {
        return info(server).contains("role:master");
    }

    private static String info(RedisServer server) {
        RedisAddress address = RedisAddress.parse("redis://127.0.0.1:" + server.port());
        try (RedisConnection connection = RedisConnection.open(address, LIMIT)) {
            return connection.call(List.of("INFO", "replication")).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static void failOver(RedisSentinel sentinel) throws Exception {
        String port = String.valueOf(sentinel.port());
        Eventually.await("the Sentinel begins", () -> {
            List<String> words = List.of("redis-cli", "-p", port, "SENTINEL", "FAILOVER", "main");
            return Command.of(words).run().contains("OK");
        });
    }

    /// @return the number of its last value
    private int write(RedisObjectCache cache) throws Exception {
        int value = 1;
        for (; !stopped; value++) {
            try {
                assertThat(on(cache, command("set 0 -", "key", String.valueOf(value))))
                        .contains("\nok ");
                acknowledged.set(value);
                Thread.sleep(PACE);
            } catch (ObjectCache.AwayException e) {
                away.incrementAndGet();
                Thread.sleep(PAUSE);
            }
        }
        return value;
    }

    /// @return the number of values read
    private int read(RedisObjectCache cache) throws Exception {
        int values = 0;
        while (!stopped) {
            int newest = acknowledged.get();
            try {
                Matcher hit = HIT.matcher(on(cache, command("get", "key", "")));
                if (hit.find()) {
                    assertThat(Integer.parseInt(hit.group(1))).isGreaterThanOrEqualTo(newest);
                    values++;
                }
                Thread.sleep(PACE);
            } catch (ObjectCache.AwayException e) {
                away.incrementAndGet();
                Thread.sleep(PAUSE);
            }
        }
        return values;
    }

    private static String command(String words, String name, String value) {
        String length = words.startsWith("set") ? " " + value.length() : "";
        return words + " 1 " + name.length() + length + "\ng" + name + value;
    }

    private static String on(RedisObjectCache host, String request) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        host.answer(request.getBytes(ISO_8859_1), _ -> {}).forEach(all::writeBytes);
        return all.toString(ISO_8859_1);
    }
}
