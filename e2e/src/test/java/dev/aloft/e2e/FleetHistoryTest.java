package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.e2e.FleetFault.Kind;
import dev.aloft.e2e.History.Operation;
import dev.aloft.e2e.History.Violation;
import dev.aloft.lab.DebianPackages;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Three hosts with one S3 and one bus, written to and read by PHP, Java and visitors of the edges, while the bus
/// and the hosts fail: what each read gave is compared with the promise.
final class FleetHistoryTest {

    private static final int HOSTS = 3;
    private static final Duration SHORT = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofSeconds(45);

    @Test
    void everyReadGivesAVersionThatWasCurrent() throws Exception {
        check(1, SHORT);
    }

    static LongStream seeds() {
        return LongStream.range(2, 5);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("seeds")
    void soDoesEveryReadOfLongerHistories(long seed) throws Exception {
        check(seed, LONG);
    }

    private static void check(long seed, Duration length) throws Exception {
        DebianPackages.of("php8.2-cli", "redis-server").require(System.err::println);
        Path folder = OpenFolder.create("aloft-history");
        List<FleetFault> faults = FleetFault.schedule(new Random(seed), length, HOSTS);
        try (TestS3 s3 = TestS3.embedded(folder.resolve("s3"));
                RedisServer redis = RedisServer.start(folder.resolve("redis"))) {
            s3.createBucket(FleetHost.BUCKET);
            FleetLoad load = new FleetLoad(seed);
            try (Hosts hosts = new Hosts(folder, s3, redis, load)) {
                hosts.awaitWhole();
                load.begin();
                hosts.suffer(faults, length);
            }
            load.awaitEnd();
            assertRight(load, seed, faults);
        } finally {
            OpenFolder.delete(folder);
        }
    }

    private static void assertRight(FleetLoad load, long seed, List<FleetFault> faults) {
        History history = load.history();
        Map<String, Long> counts = history.operations().stream()
                .collect(Collectors.groupingBy(FleetHistoryTest::kind, TreeMap::new, Collectors.counting()));
        System.out.println("history of seed " + seed + ": " + counts + ", " + load.outcomes());
        List<Violation> violations = history.violations();
        assertThat(violations)
                .as(() -> "%d wrong reads of seed %d; the first:%n%s%nfaults:%n%s"
                        .formatted(
                                violations.size(),
                                seed,
                                history.describe(violations.getFirst(), load.zero()),
                                faults.stream().map(FleetFault::toString).collect(Collectors.joining("\n"))))
                .isEmpty();
        assertThat(counts)
                .as("operations of each kind")
                .hasSize(7)
                .allSatisfy((_, count) -> assertThat(count).isPositive());
    }

    private static String kind(Operation operation) {
        return operation.by().replaceFirst(".* ", "");
    }

    /// The hosts of a history, of which some crash and are replaced.
    private static final class Hosts implements AutoCloseable {

        private final Path folder;
        private final TestS3 s3;
        private final RedisServer redis;
        private final FleetLoad load;
        private final List<FleetHost> running = new ArrayList<>();
        private int started;
        private boolean serverAway;

        Hosts(Path folder, TestS3 s3, RedisServer redis, FleetLoad load) throws IOException {
            this.folder = folder;
            this.s3 = s3;
            this.redis = redis;
            this.load = load;
            for (int place = 0; place < HOSTS; place++) {
                running.add(start(place));
            }
        }

        private FleetHost start(int place) throws IOException {
            String name = "host-" + place + "-" + started++;
            FleetHost host = FleetHost.start(name, folder.resolve(name), s3, redis.port());
            load.add(host);
            return host;
        }

        void awaitWhole() throws Exception {
            Eventually.await(
                    "all hosts hear each other", () -> running.stream().allMatch(host -> host.hears(HOSTS - 1)));
        }

        private record Moment(long at, FleetFault fault, boolean begins) {}

        void suffer(List<FleetFault> faults, Duration length) throws Exception {
            List<Moment> moments = faults.stream()
                    .flatMap(fault -> Stream.of(
                            new Moment(fault.at(), fault, true), new Moment(fault.at() + fault.millis(), fault, false)))
                    .sorted(Comparator.comparingLong(Moment::at))
                    .toList();
            for (Moment moment : moments) {
                load.awaitMillis(moment.at());
                if (moment.begins()) {
                    begin(moment.fault());
                } else {
                    end(moment.fault());
                }
            }
            load.awaitMillis(length.toMillis());
        }

        private void begin(FleetFault fault) throws Exception {
            if (fault.kind() == Kind.PARTITION || fault.kind() == Kind.DELAY || fault.kind() == Kind.CRASH) {
                Eventually.await(
                        "all hosts know each other", () -> running.stream().allMatch(host -> host.knows(HOSTS - 1)));
            }
            FleetHost host = running.get(fault.host());
            switch (fault.kind()) {
                case SERVER_AWAY -> {
                    if (!serverAway) {
                        redis.stop();
                        serverAway = true;
                    }
                }
                case PARTITION, CRASH -> host.way().hold();
                case DELAY -> host.way().delay(Duration.ofMillis(fault.delayMillis()));
                case BREAK -> host.way().cut();
            }
        }

        private void end(FleetFault fault) throws IOException {
            FleetHost host = running.get(fault.host());
            switch (fault.kind()) {
                case SERVER_AWAY -> {
                    if (serverAway) {
                        redis.start();
                        serverAway = false;
                    }
                }
                case PARTITION -> host.way().release();
                case DELAY -> host.way().delay(Duration.ZERO);
                case BREAK -> host.way().cut();
                case CRASH -> {
                    host.crash();
                    running.set(fault.host(), start(fault.host()));
                }
            }
        }

        @Override
        public void close() throws IOException {
            for (FleetHost host : running) {
                host.close();
            }
            if (serverAway) {
                redis.start();
            }
        }
    }
}
