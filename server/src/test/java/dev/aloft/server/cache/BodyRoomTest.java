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

/// The memory of bodies that clients take for longer than the cache holds them.
final class BodyRoomTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final Duration SHORT = Duration.ofMillis(10);

    /// Room for one, and for 8 more.
    private static final CacheSettings SETTINGS = new CacheSettings(MEBIBYTE, MEBIBYTE, Optional.empty(), 0, false);

    private static final int ROOM = 9;

    /// Answers with a mebibyte that may be stored.
    private static final class Large implements Origin {

        @Override
        public String name() {
            return "large";
        }

        @Override
        public Origin.Answer ask(Origin.Request request) {
            HttpFields.Mutable fields = HttpFields.build().put(HttpHeader.CACHE_CONTROL, "max-age=60");
            return new Origin.Answer(200, fields, MEBIBYTE, new ByteArrayInputStream(new byte[MEBIBYTE]));
        }
    }

    @Test
    void bodiesThatClientsTakeAreBoundedAndOthersPassThrough() throws IOException {
        try (HttpCache cache = new HttpCache(SETTINGS, InstantSource.system())) {
            List<CacheAnswer> taken = new ArrayList<>();
            for (int i = 0; i < ROOM; i++) {
                taken.add(get(cache, "/" + i));
            }
            assertThat(taken).allMatch(answer -> answer.content() instanceof Content.Bytes);
            try (CacheAnswer passing = get(cache, "/one-more")) {
                assertThat(passing.content()).isInstanceOf(Content.Streamed.class);
                assertThat(passing.content().stream().readAllBytes()).hasSize(MEBIBYTE);
            }
            taken.getFirst().close();
            try (CacheAnswer kept = get(cache, "/another")) {
                assertThat(kept.content()).isInstanceOf(Content.Bytes.class);
            }
        }
    }

    @Test
    void aBodyCountsOnceForAllItsClients() {
        BodyRoom room = new BodyRoom(MEBIBYTE);
        MemoryBody body = new MemoryBody(new byte[MEBIBYTE]);
        Runnable first = room.hold(body);
        Runnable second = room.hold(body);
        assertThat(room.bytes()).isEqualTo(MEBIBYTE);
        assertThat(room.reserve(1, SHORT)).isFalse();
        first.run();
        first.run();
        assertThat(room.bytes()).isEqualTo(MEBIBYTE);
        second.run();
        assertThat(room.reserve(MEBIBYTE, SHORT)).isTrue();
    }

    private static CacheAnswer get(HttpCache cache, String target) throws Origin.Failure {
        return cache.exchange(new Large(), new Origin.Request("GET", target, HttpFields.EMPTY));
    }
}
