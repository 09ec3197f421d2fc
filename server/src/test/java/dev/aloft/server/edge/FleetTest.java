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
import dev.aloft.testkit.RedisServer;
import dev.aloft.testkit.TcpProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An edge, and the agent of another host, which share a bucket and a bus. Each reaches the bus's server through a
/// proxy of its own.
final class FleetTest {

    /// The promise: no answer is outdated for longer, whatever happens to the bus.
    private static final int WRITES = 200;
    private static final Duration STALE_LIMIT = Duration.ofSeconds(5);

    /// The time for which the requests of a test go on after a change.
    private static final Duration WATCHED = Duration.ofSeconds(6);

    private S3Fixture s3;
    private RedisServer redis;
    private TcpProxy edgesWay;
    private TcpProxy writersWay;
    private FleetBus edgesBus;
    private FleetBus writersBus;
    private Edge edge;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        s3 = new S3Fixture(folder.resolve("s3"));
        redis = RedisServer.start(folder.resolve("redis"));
        edgesWay = TcpProxy.before(redis.port());
        writersWay = TcpProxy.before(redis.port());
        edgesBus = join(edgesWay, s3.bucket());
        writersBus = join(writersWay, s3.bucketOfAnotherHost());
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, s3.site()).withFleet(edgesBus));
        awaitWhole();
    }

    private FleetBus join(TcpProxy way, Bucket bucket) {
        RedisAddress address = RedisAddress.parse("redis://127.0.0.1:" + way.port());
        FleetBus bus = FleetBus.open(new FleetSettings(address, FleetSettings.DEFAULT_NAME), InstantSource.system());
        bus.join(bucket, s3.uploads().folder());
        return bus;
    }

    @AfterEach
    void stop() throws IOException {
        edge.close();
        edgesBus.close();
        writersBus.close();
        edgesWay.close();
        writersWay.close();
        redis.close();
        s3.close();
    }

    @Test
    void anEdgeDropsWhatAnotherHostHasOverwritten() throws Exception {
        s3.put("cat.jpg", "image/jpeg", "version 0");
        assertThat(get("cat.jpg")).isEqualTo("version 0");
        List<Duration> times = new ArrayList<>();
        for (int write = 1; write <= WRITES; write++) {
            String version = "version " + write;
            s3.put("cat.jpg", "image/jpeg", version);
            long acknowledged = System.nanoTime();
            while (!get("cat.jpg").equals(version)) {
                Thread.sleep(1); // a visitor's pace
            }
            times.add(Duration.ofNanos(System.nanoTime() - acknowledged));
        }
        times.sort(null);
        System.out.printf(
                "from the acknowledged write to its first answer by another host: p50 %.1f ms, p99 %.1f ms%n",
                times.get(WRITES / 2).toNanos() / 1e6,
                times.get(WRITES * 99 / 100).toNanos() / 1e6);
        assertThat(times.getLast()).as("sooner than by age").isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void anUploadThatWasMissingIsServedAsSoonAsAnotherHostHasIt() throws Exception {
        assertThat(Answer.to(edge.port(), "GET", "/uploads/new.jpg").status()).isEqualTo(404);
        s3.put("new.jpg", "image/jpeg", "new");
        Eventually.await(
                "the edge has heard",
                () -> Answer.to(edge.port(), "GET", "/uploads/new.jpg").status() == 200);
        assertThat(edgesBus.statistics().received()).isPositive();
    }

    @Test
    void anEdgeThatIsCutOffAsksAgain() throws Exception {
        edgesWay.hold();
        assertNoStaleAnswerAfterAChange();
        edgesWay.release();
        awaitWhole();
    }

    @Test
    void theChangesOfAHostThatIsCutOffAreSeen() throws Exception {
        writersWay.hold();
        assertNoStaleAnswerAfterAChange();
        writersWay.release();
        awaitWhole();
        Eventually.await("the change is announced", () -> edgesBus.statistics().received() > 0);
    }

    @Test
    void withoutTheServerNothingFailsAndNothingIsStale() throws Exception {
        redis.stop();
        assertNoStaleAnswerAfterAChange();
        Eventually.await("the loss is counted", () -> edgesBus.statistics().losses() > 0);
        redis.start();
        awaitWhole();
        Eventually.await("the change is announced", () -> edgesBus.statistics().received() > 0);
    }

    @Test
    void whatIsHeldFromBeforeALossIsConfirmedOnce() throws Exception {
        s3.put("cat.jpg", "image/jpeg", "old");
        Eventually.await("the edge has heard", () -> edgesBus.statistics().received() == 1);
        get("cat.jpg");
        redis.stop();
        Eventually.await("the edge notices", () -> !edgesBus.statistics().whole());
        redis.start();
        awaitWhole();
        s3.front().reset();
        for (int i = 0; i < 10; i++) {
            assertThat(get("cat.jpg")).isEqualTo("old");
        }
        // A busy machine may cut the bus off again meanwhile.
        assertThat(s3.front().requests()).hasSizeBetween(1, 4);
    }

    @Test
    void afterACommandEveryFileIsAskedForAgain() throws Exception {
        s3.put("cat.jpg", "image/jpeg", "old");
        Eventually.await("the edge has heard", () -> edgesBus.statistics().received() == 1);
        get("cat.jpg");
        long losses = edgesBus.statistics().losses();
        FleetBus.announceUnknown(
                new FleetSettings(RedisAddress.parse("redis://127.0.0.1:" + redis.port()), FleetSettings.DEFAULT_NAME),
                Duration.ofSeconds(30));
        Eventually.await("the edge has heard", () -> edgesBus.statistics().losses() > losses);
        s3.front().reset();
        get("cat.jpg");
        assertThat(s3.front().requests()).hasSize(1);
    }

    /// As where a replica takes over, which has not delivered the last messages of the one before.
    @Test
    void aHostThatComesLateToAnotherServerAnnouncesThatAnythingMayHaveChanged() throws Exception {
        writersWay.hold();
        redis.stop();
        redis.start();
        Duration limit = Duration.ofSeconds(60);
        RedisAddress address = RedisAddress.parse("redis://127.0.0.1:" + redis.port());
        try (RedisConnection edges = RedisConnection.open(address, limit)) {
            edges.call(List.of("SUBSCRIBE", "aloft:" + FleetSettings.DEFAULT_NAME + ":changes"));
            writersWay.release();
            Eventually.await(
                    "it is announced",
                    () -> edges.read() instanceof RedisConnection.Reply.Items(List<RedisConnection.Reply> words)
                            && words.getLast().toString().startsWith("UNKNOWN "));
        }
        awaitWhole();
    }

    private void assertNoStaleAnswerAfterAChange() throws Exception {
        s3.put("cat.jpg", "image/jpeg", "old");
        get("cat.jpg");
        s3.put("cat.jpg", "image/jpeg", "new");
        long acknowledged = System.nanoTime();
        long since = 0;
        while (since < WATCHED.toNanos()) {
            since = System.nanoTime() - acknowledged;
            String found = get("cat.jpg");
            if (since > STALE_LIMIT.toNanos()) {
                assertThat(found)
                        .as("%d ms after the change", since / 1_000_000)
                        .isEqualTo("new");
            }
            Thread.sleep(20); // a visitor's pace
        }
    }

    private String get(String name) throws IOException {
        Answer answer = Answer.to(edge.port(), "GET", "/uploads/" + name);
        assertThat(answer.status()).isEqualTo(200);
        return answer.text();
    }

    private void awaitWhole() throws Exception {
        Eventually.await(
                "both hosts hear each other",
                () -> hearsAnother(edgesBus.statistics()) && hearsAnother(writersBus.statistics()));
    }

    private static boolean hearsAnother(FleetBus.Statistics statistics) {
        return statistics.whole() && statistics.members() == 1;
    }
}
