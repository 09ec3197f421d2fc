package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.fleet.FleetBus;
import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.redis.RedisAddress;
import dev.aloft.server.redis.RedisConnection;
import dev.aloft.store.Bucket;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.RedisSentinel;
import dev.aloft.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An edge and the agent of another host, whose bus is on a primary with a replica, watched by two Sentinels.
@Timeout(180)
final class FleetFailOverTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration STALE_LIMIT = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    @Test
    void noAnswerIsStaleWhileAnotherServerTakesOver() throws Exception {
        try (S3Fixture s3 = new S3Fixture(folder.resolve("s3"));
                RedisServer first = RedisServer.start(folder.resolve("first"));
                RedisServer second =
                        RedisServer.start(folder.resolve("second"), "--replicaof", "127.0.0.1 " + first.port());
                RedisSentinel one = RedisSentinel.start(folder.resolve("one"), first.port(), 2);
                RedisSentinel two = RedisSentinel.start(folder.resolve("two"), first.port(), 2)) {
            Eventually.await("the replica is in step", () -> info(first).contains("state=online"));
            RedisAddress address = RedisAddress.parse(
                    "redis+sentinel://127.0.0.1:" + one.port() + ",127.0.0.1:" + two.port() + "/main");
            try (FleetBus edges = join(address, s3, s3.bucket());
                    FleetBus writers = join(address, s3, s3.bucketOfAnotherHost());
                    Edge edge = Edge.start(
                            EdgeSettings.of("127.0.0.1", 0, s3.site()).withFleet(edges))) {
                awaitWhole(edges, writers);
                change(s3, edge, "before");

                long losses = edges.statistics().losses();
                first.stop();
                change(s3, edge, "while the primary is away");
                Eventually.await(
                        "the replica has taken over", () -> info(second).contains("role:master"));
                awaitWhole(edges, writers);
                assertThat(edges.statistics().losses()).isGreaterThan(losses);

                long received = edges.statistics().received();
                change(s3, edge, "on the new primary");
                Eventually.await("it was announced", () -> edges.statistics().received() > received);
            }
        }
    }

    private static FleetBus join(RedisAddress address, S3Fixture s3, Bucket bucket) {
        FleetBus bus = FleetBus.open(new FleetSettings(address, "test"), InstantSource.system());
        bus.join(bucket, s3.uploads().folder());
        return bus;
    }

    /// Another host overwrites a file that the edge holds, and the edge serves the new one in time.
    private static void change(S3Fixture s3, Edge edge, String text) throws Exception {
        s3.put("cat.jpg", "image/jpeg", "old, " + text);
        Eventually.await("it is held", () -> get(edge).equals("old, " + text));
        s3.put("cat.jpg", "image/jpeg", text);
        long acknowledged = System.nanoTime();
        while (!get(edge).equals(text)) {
            assertThat(Duration.ofNanos(System.nanoTime() - acknowledged)).isLessThan(STALE_LIMIT);
            Thread.sleep(20); // a visitor's pace
        }
    }

    private static String get(Edge edge) throws IOException {
        Answer answer = Answer.to(edge.port(), "GET", "/uploads/cat.jpg");
        assertThat(answer.status()).isEqualTo(200);
        return answer.text();
    }

    private static void awaitWhole(FleetBus... buses) throws Exception {
        for (FleetBus bus : buses) {
            Eventually.await(
                    "every host is heard",
                    () -> bus.statistics().whole() && bus.statistics().members() == 1);
        }
    }

    private static String info(RedisServer server) {
        RedisAddress address = RedisAddress.parse("redis://127.0.0.1:" + server.port());
        try (RedisConnection connection = RedisConnection.open(address, LIMIT)) {
            return connection.call(List.of("INFO", "replication")).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
