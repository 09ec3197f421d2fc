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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Object caches of several sites on a Redis Cluster of two servers. The keys of a site are on one of them.
@Timeout(120)
final class RedisClusterTest {

    private static final int SLOTS = 16384;
    private static final int SITES = 8;

    @Test
    void aSitesKeysAreFoundByTheAddressOfAnyServer(@TempDir Path folder) throws Exception {
        try (RedisServer first = RedisServer.startInCluster(folder.resolve("first"));
                RedisServer second = RedisServer.startInCluster(folder.resolve("second"))) {
            call(first, "CLUSTER", "ADDSLOTSRANGE", "0", String.valueOf(SLOTS / 2 - 1));
            call(second, "CLUSTER", "ADDSLOTSRANGE", String.valueOf(SLOTS / 2), String.valueOf(SLOTS - 1));
            meet(first, second);
            for (RedisServer each : List.of(first, second)) {
                Eventually.await(
                        "the cluster works", () -> call(each, "CLUSTER", "INFO").contains("cluster_state:ok"));
            }
            for (int site = 0; site < SITES; site++) {
                try (RedisObjectCache here = cache(first, "media/" + site);
                        RedisObjectCache there = cache(second, "media/" + site)) {
                    assertThat(on(here, "set 0 - 1 1 1\ngax")).contains("\nok ");
                    assertThat(on(there, "get 1 1\nga")).endsWith("\nx");
                }
            }
            RedisAddress several = RedisAddress.parse("redis://127.0.0.1:1,127.0.0.1:" + second.port());
            try (RedisObjectCache withoutTheFirst = cache(several, "media/1")) {
                assertThat(on(withoutTheFirst, "get 1 1\nga")).endsWith("\nx");
            }
            assertThat(List.of(call(first, "DBSIZE"), call(second, "DBSIZE")))
                    .as("both have keys")
                    .doesNotContain("0");
        }
    }

    /// As a server does that has failed over, and has come back.
    @Test
    void aReplicaLeadsToItsPrimary(@TempDir Path folder) throws Exception {
        try (RedisServer primary = RedisServer.startInCluster(folder.resolve("primary"));
                RedisServer replica = RedisServer.startInCluster(folder.resolve("replica"))) {
            call(primary, "CLUSTER", "ADDSLOTSRANGE", "0", String.valueOf(SLOTS - 1));
            meet(replica, primary);
            String name = call(primary, "CLUSTER", "MYID");
            Eventually.await(
                    "they know each other",
                    () -> call(replica, "CLUSTER", "NODES").contains(name));
            call(replica, "CLUSTER", "REPLICATE", name);
            Eventually.await(
                    "it is a replica",
                    () -> call(replica, "INFO", "replication").contains("link_status:up"));
            try (RedisObjectCache cache = cache(replica, "media/1")) {
                assertThat(on(cache, "set 0 - 1 1 1\ngax")).contains("\nok ");
            }
        }
    }

    private static void meet(RedisServer one, RedisServer other) throws IOException {
        call(one, "CLUSTER", "MEET", "127.0.0.1", String.valueOf(other.port()), String.valueOf(other.clusterPort()));
    }

    private static String call(RedisServer server, Object... command) throws IOException {
        try (RedisConnection connection = RedisConnection.open(address(server), Duration.ofSeconds(30))) {
            RedisConnection.Reply reply = connection.call(List.of(command));
            return reply instanceof RedisConnection.Reply.Count(long value) ? String.valueOf(value) : reply.toString();
        }
    }

    private static RedisAddress address(RedisServer server) {
        return RedisAddress.parse("redis://127.0.0.1:" + server.port());
    }

    private static RedisObjectCache cache(RedisServer server, String site) {
        return cache(address(server), site);
    }

    private static RedisObjectCache cache(RedisAddress address, String site) {
        return new RedisObjectCache(new FleetSettings(address, "test"), site, 1 << 20, 0, Optional.empty());
    }

    private static String on(RedisObjectCache host, String request) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        host.answer(request.getBytes(ISO_8859_1), _ -> {}).forEach(all::writeBytes);
        return all.toString(ISO_8859_1);
    }
}
