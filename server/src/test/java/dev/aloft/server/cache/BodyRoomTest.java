package dev.aloft.server.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The memory of bodies that clients take for longer than the cache holds them.
final class BodyRoomTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final Duration SHORT = Duration.ofMillis(10);

    /// Room for one, and for 8 more, 4 of them for small ones.
    private static final CacheSettings SETTINGS = new CacheSettings(MEBIBYTE, MEBIBYTE, Optional.empty(), 0, false);

    private static final int ROOM = 5;

    /// Answers with a body of one size.
    private record Sized(int size, String cacheControl) implements Origin {

        private static final Sized LARGE = new Sized(MEBIBYTE, "max-age=60");
        private static final Sized SMALL = new Sized(BodyRoom.SMALL_BYTES, "max-age=60");

        @Override
        public String name() {
            return "sized";
        }

        @Override
        public Origin.Answer ask(Origin.Request request) {
            HttpFields.Mutable fields = HttpFields.build().put(HttpHeader.CACHE_CONTROL, cacheControl);
            return new Origin.Answer(200, fields, size, new ByteArrayInputStream(new byte[size]));
        }
    }

    @Test
    void bodiesThatClientsTakeAreBoundedAndOthersPassThrough() throws IOException {
        try (HttpCache cache = new HttpCache(SETTINGS, InstantSource.system())) {
            List<CacheAnswer> taken = new ArrayList<>();
            for (int i = 0; i < ROOM; i++) {
                taken.add(get(cache, Sized.LARGE, "/" + i));
            }
            assertThat(taken).allMatch(answer -> answer.content() instanceof Content.Bytes);
            try (CacheAnswer passing = get(cache, Sized.LARGE, "/one-more")) {
                assertThat(passing.content()).isInstanceOf(Content.Streamed.class);
                assertThat(passing.content().stream().readAllBytes()).hasSize(MEBIBYTE);
            }
            taken.getFirst().close();
            try (CacheAnswer kept = get(cache, Sized.LARGE, "/another")) {
                assertThat(kept.content()).isInstanceOf(Content.Bytes.class);
            }
        }
    }

    @Test
    void smallBodiesAreStoredWhileClientsTakeManyLargeOnes() throws IOException {
        try (HttpCache cache = new HttpCache(SETTINGS, InstantSource.system())) {
            for (int i = 0; i < 2 * ROOM; i++) {
                var _ = get(cache, Sized.LARGE, "/" + i);
            }
            try (CacheAnswer small = get(cache, Sized.SMALL, "/small")) {
                assertThat(small.content()).isInstanceOf(Content.Bytes.class);
            }
        }
    }

    @Test
    void smallBodiesThatClientsTakeAreBounded() throws IOException {
        try (HttpCache cache = new HttpCache(SETTINGS, InstantSource.system())) {
            int small = 9 * MEBIBYTE / BodyRoom.SMALL_BYTES;
            for (int i = 0; i < small; i++) {
                assertThat(get(cache, Sized.SMALL, "/" + i).content()).isInstanceOf(Content.Bytes.class);
            }
            assertThat(get(cache, Sized.SMALL, "/one-more").content()).isInstanceOf(Content.Streamed.class);
        }
    }

    @Test
    void aBodyInSeveralRangesCountsUntilTheirEnd() throws IOException {
        try (HttpCache cache = new HttpCache(SETTINGS, InstantSource.system())) {
            get(cache, Sized.SMALL, "/").close();
            HttpFields ranges = HttpFields.build().put(HttpHeader.RANGE, "bytes=0-0,1-");
            CacheAnswer answer = cache.exchange(Sized.SMALL, new Origin.Request("GET", "/", ranges));
            assertThat(answer.status()).isEqualTo(206);
            assertThat(cache.bytesUnderWay()).isEqualTo(BodyRoom.SMALL_BYTES);
            var _ = answer.content().stream().readNBytes(1000);
            assertThat(cache.bytesUnderWay()).isEqualTo(BodyRoom.SMALL_BYTES);
            answer.close();
            assertThat(cache.bytesUnderWay()).isZero();
        }
    }

    /// The client of an answer that is not for others takes it from memory, too.
    @ParameterizedTest
    @ValueSource(strings = {"no-cache", "max-age=0"})
    void aBodyForOneClientCounts(String cacheControl) throws IOException {
        try (HttpCache cache = new HttpCache(SETTINGS, InstantSource.system())) {
            CacheAnswer answer = get(cache, new Sized(MEBIBYTE, cacheControl), "/");
            assertThat(cache.bytesUnderWay()).isEqualTo(MEBIBYTE);
            assertThat(answer.content().stream().readAllBytes()).hasSize(MEBIBYTE);
            answer.close();
            assertThat(cache.bytesUnderWay()).isZero();
        }
    }

    @Test
    void aBodyCountsOnceForAllItsClients() {
        BodyRoom room = new BodyRoom(MEBIBYTE, 0);
        MemoryBody body = new MemoryBody(new byte[MEBIBYTE]);
        Runnable first = room.take(body, 0, 1).end();
        Runnable second = room.take(body, 0, 1).end();
        assertThat(room.bytes()).isEqualTo(MEBIBYTE);
        assertThat(room.reserve(1, SHORT)).isFalse();
        first.run();
        first.run();
        assertThat(room.bytes()).isEqualTo(MEBIBYTE);
        second.run();
        assertThat(room.reserve(MEBIBYTE, SHORT)).isTrue();
    }

    /// A body moves out of the heap when it is sent often; a client that has begun before keeps the copy there.
    @Test
    void bothCopiesOfABodyThatMovesWhileAClientTakesItCount() {
        BodyRoom room = new BodyRoom(4 * MEBIBYTE, 0);
        MemoryBody body = new MemoryBody(new byte[MEBIBYTE]);
        Runnable slow = room.take(body, 0, 1).end();
        for (int i = 2; i < MemoryBody.MAX_SENDS_FROM_HEAP; i++) {
            room.take(body, 0, 1).end().run();
        }
        assertThat(room.bytes()).isEqualTo(MEBIBYTE);
        Runnable afterwards = room.take(body, 0, 1).end();
        assertThat(room.bytes()).isEqualTo(2 * MEBIBYTE);
        slow.run();
        assertThat(room.bytes()).isEqualTo(MEBIBYTE);
        afterwards.run();
        assertThat(room.bytes()).isZero();
    }

    @Test
    void buffersLeaveHalfOfTheRoomToBodies() {
        BodyRoom room = new BodyRoom(2 * MEBIBYTE, 0);
        assertThat(room.takeBuffer(MEBIBYTE)).isTrue();
        assertThat(room.takeBuffer(1)).isFalse();
        assertThat(room.bytes()).isEqualTo(MEBIBYTE);
        assertThat(room.reserve(MEBIBYTE, SHORT)).isTrue();
        room.giveBack(MEBIBYTE);
        room.giveBackBuffer(MEBIBYTE);
        assertThat(room.bytes()).isZero();
    }

    private static CacheAnswer get(HttpCache cache, Origin origin, String target) throws Origin.Failure {
        return cache.exchange(origin, new Origin.Request("GET", target, HttpFields.EMPTY));
    }
}
