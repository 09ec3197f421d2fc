package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.StoreException.Kind;
import dev.aloft.testkit.Eventually;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tenants of one store, of whom one takes whatever it can get: the others do not notice, and the store is well.
@Timeout(180)
final class TenantsTest {

    private static final int MIB = 1 << 20;
    private static final ObjectKey FILM = ObjectKey.of("film.mp4");
    private static final ObjectKey CAT = ObjectKey.of("cat.jpg");

    @TempDir
    Path data;

    private TestStore store;
    private Bucket greedy;
    private Bucket innocent;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        store = TestStore.start(data);
        Bucket bucket = store.host();
        greedy = bucket.forTenant(new Tenant("site greedy", () -> {}));
        innocent = bucket.forTenant(new Tenant("site innocent", () -> {}));
        put(greedy, FILM, new byte[17 * MIB]);
        put(innocent, CAT, new byte[] {'m'});
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        store.close();
    }

    @Test
    void readersThatDoNotReadHoldNoMoreThanHalfOfTheConnectionsUntilTheyGiveOneBack() throws Exception {
        StoreException full = readWithoutReading();

        assertThat(open).hasSize(StoreResources.MAX_CONNECTIONS / 2);
        assertThat(full.kind()).isEqualTo(Kind.BUSY);
        assertThat(full)
                .hasMessage(
                        "cannot read s3://media/film.mp4: site greedy uses its whole share of the connections to S3"
                                + " (256 of 512), and too little of it was given back within 10 s; end something, or try again");
        assertThat(innocent.trouble())
                .as("what is told of a store that is well")
                .isEmpty();
        for (int i = 0; i < 20; i++) {
            assertThat(innocent.head(CAT, Duration.ZERO)).isPresent();
        }
        put(innocent, ObjectKey.of("dog.jpg"), new byte[] {'w'});
        assertThat(innocent.list(ListQuery.flat("")).objects()).hasSize(3);

        open.removeLast().close();
        assertThat(greedy.head(FILM, Duration.ZERO)).isPresent();
    }

    private StoreException readWithoutReading() throws IOException {
        try {
            while (open.size() <= StoreResources.MAX_CONNECTIONS) {
                open.add(greedy.get(FILM, null, ReadCondition.any()).orElseThrow());
            }
        } catch (StoreException e) {
            return e;
        }
        throw new AssertionError("one tenant has " + open.size() + " connections");
    }

    /// As many as would take all room before a byte is read, if each were given some.
    @Test
    void bodiesOfWhichNearlyNothingHasComeHoldNothing() throws Exception {
        List<SlowBody> bodies = putSlowly(100, 3);
        for (SlowBody body : bodies) {
            body.stalled.await();
        }

        put(greedy, ObjectKey.of("quick"), new byte[MIB]);
        put(innocent, ObjectKey.of("quick too"), new byte[MIB]);
        bodies.forEach(body -> body.goOn.countDown());
    }

    @Test
    void bodiesThatStallHalfWayTakeTheirOwnTenantsRoomAlone() throws Exception {
        List<SlowBody> bodies = putSlowly(40, MIB);
        long room = StoreResources.memoryBytes() / 2 / (16 * MIB);
        Eventually.await(
                "the room is taken",
                () -> bodies.stream().filter(SlowBody::hasStalled).count() >= room);

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> put(greedy, ObjectKey.of("one more"), new byte[16 * MIB - 1]))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.BUSY))
                .withMessageStartingWith("cannot write s3://media/one more: site greedy uses its whole share of the"
                        + " bytes of memory for bodies");
        put(innocent, ObjectKey.of("photo"), new byte[16 * MIB - 1]);
        assertThat(innocent.trouble()).isEmpty();
        bodies.forEach(body -> body.goOn.countDown());
    }

    private List<SlowBody> putSlowly(int count, int stallsAt) {
        List<SlowBody> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ObjectKey key = ObjectKey.of("slow-" + i);
            SlowBody body = new SlowBody(stallsAt);
            bodies.add(body);
            Thread.startVirtualThread(() -> {
                try {
                    greedy.put(key, body, 16 * MIB, "x/y", WriteCondition.always());
                } catch (IOException e) {
                    body.stalled.countDown(); // ended early, or found no room
                }
            });
        }
        return bodies;
    }

    @Test
    void readersOfHeldBytesThatDoNotReadHoldTheirTenantsRoomAlone() throws IOException {
        byte[] photo = new byte[8 * MIB];
        put(greedy, ObjectKey.of("photo"), photo);
        int held = 0;
        for (int i = 0; i < 100; i++) {
            ObjectContent content = greedy.read(ObjectKey.of("photo"), null, null, Duration.ofMinutes(1));
            open.add(content);
            held += content.body() instanceof ByteArrayInputStream ? 1 : 0;
        }

        assertThat(held).as("given from memory").isBetween(1, 50);
        try (ObjectContent content = innocent.read(ObjectKey.of("photo"), null, null, Duration.ofMinutes(1))) {
            assertThat(content.body()).isInstanceOf(ByteArrayInputStream.class).hasBinaryContent(photo);
        }
    }

    /// S3's policies are by prefix: a refusal of one site's write says nothing of another's.
    @Test
    void refusedWriteOfOneTenantStandsInTheWayOfNoOther() {
        store.front().on("PutObject").next(1).answer(403);

        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> put(greedy, CAT, new byte[1]));
        assertThat(greedy.writeProblem().map(StoreException::kind)).contains(Kind.DENIED);
        assertThat(sameTenant().writeProblem().map(StoreException::kind)).contains(Kind.DENIED);
        assertThat(innocent.writeProblem()).isEmpty();
    }

    @Test
    void refusedWriteIsForgottenWhenAnotherOfItsTenantSucceeds() throws IOException {
        store.front().on("PutObject").next(1).answer(403);
        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> put(greedy, CAT, new byte[1]));

        put(innocent, CAT, new byte[1]);
        assertThat(greedy.writeProblem()).isPresent();
        put(greedy, CAT, new byte[1]);
        assertThat(greedy.writeProblem()).isEmpty();
    }

    private Bucket sameTenant() {
        return innocent.forTenant(new Tenant("site greedy", () -> {}));
    }

    private static void put(Bucket bucket, ObjectKey key, byte[] bytes) throws IOException {
        bucket.put(key, new ByteArrayInputStream(bytes), bytes.length, "x/y", WriteCondition.always());
    }

    /// A body that stalls after so many bytes until it is told to go on, and then ends early.
    private static final class SlowBody extends InputStream {

        private final CountDownLatch stalled = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private int left;

        SlowBody(int stallsAt) {
            this.left = stallsAt;
        }

        boolean hasStalled() {
            return stalled.getCount() == 0;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0];
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (left == 0) {
                stalled.countDown();
                awaitEnd();
                return -1;
            }
            int n = Math.min(count, left);
            left -= n;
            return n;
        }

        private void awaitEnd() throws IOException {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }
}
