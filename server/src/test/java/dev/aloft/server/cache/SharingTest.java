package dev.aloft.server.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongUnaryOperator;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Who may have whose answer when many ask at once.
@Tag("unit")
final class SharingTest {

    private static final int CLIENTS = 20;

    private HttpCache cache;

    @BeforeEach
    void open() throws IOException {
        cache = new HttpCache(CacheSettings.DEFAULT, InstantSource.system());
    }

    @AfterEach
    void close() {
        cache.close();
    }

    /// Answers its first question only when the test lets it, and each with the client's own name and a number.
    private static final class Naming implements Origin {

        private final Map<String, String> headers;
        private final CountDownLatch released = new CountDownLatch(1);
        private final CountDownLatch asked = new CountDownLatch(1);
        private final AtomicInteger count = new AtomicInteger();

        Naming(Map<String, String> headers) {
            this.headers = headers;
        }

        @Override
        public String name() {
            return "naming";
        }

        @Override
        public Origin.Answer ask(Origin.Request request) throws IOException {
            int number = count.incrementAndGet();
            asked.countDown();
            try {
                if (number == 1 && !released.await(10, TimeUnit.SECONDS)) {
                    throw new IOException("not released");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            byte[] body = request.headers().get("Client").getBytes(StandardCharsets.UTF_8);
            HttpFields.Mutable fields = HttpFields.build();
            headers.forEach(fields::put);
            return new Origin.Answer(200, fields, body.length, new ByteArrayInputStream(body));
        }
    }

    @Test
    void aPrivateAnswerReachesNobodyElse() throws Exception {
        assertThat(everyoneGetsTheirOwn(new Naming(Map.of("Cache-Control", "private, max-age=60"))))
                .isEqualTo(CLIENTS);
    }

    @Test
    void anAnswerThatSaysNothingReachesNobodyElse() throws Exception {
        assertThat(everyoneGetsTheirOwn(new Naming(Map.of()))).isEqualTo(CLIENTS);
    }

    @Test
    void anAnswerThatVariesReachesNobodyOfAnotherKind() throws Exception {
        assertThat(everyoneGetsTheirOwn(new Naming(Map.of("Cache-Control", "max-age=60", "Vary", "Client"))))
                .isEqualTo(CLIENTS);
    }

    @Test
    void aPublicAnswerIsAskedForOnce() throws Exception {
        Naming origin = new Naming(Map.of("Cache-Control", "max-age=60"));
        List<String> bodies = ask(origin);
        assertThat(bodies).hasSize(CLIENTS).containsOnly(bodies.getFirst());
        assertThat(origin.count).hasValue(1);
    }

    @Test
    void aClientThatLooksJustBeforeAnswerIsStoredDoesNotAskAgain() throws IOException {
        Naming origin = new Naming(Map.of("Cache-Control", "max-age=60"));
        origin.released.countDown();
        AtomicBoolean looked = new AtomicBoolean();
        // Called between a client's look into the memory and its request.
        LongUnaryOperator trustedSince = _ -> {
            if (!looked.getAndSet(true)) {
                assertThat(assertDoesNotThrow(() -> body(origin, "first"))).isEqualTo("first");
            }
            return 0;
        };
        try (HttpCache watched = new HttpCache(CacheSettings.DEFAULT, InstantSource.system(), trustedSince)) {
            cache.close();
            cache = watched;
            assertThat(body(origin, "second")).isEqualTo("first");
        }
        assertThat(origin.count).hasValue(1);
    }

    @Test
    void anAnswerThatWasPurgedWhileItWasFetchedIsNotStored() throws Exception {
        Naming origin = new Naming(Map.of("Cache-Control", "max-age=60"));
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> first = clients.submit(() -> body(origin, "first"));
            assertThat(origin.asked.await(10, TimeUnit.SECONDS)).isTrue();
            cache.purge("naming", "/x");
            origin.released.countDown();
            assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("first");
        }
        assertThat(body(origin, "second")).isEqualTo("second");
    }

    @Test
    void aSettingThatCannotBeIsRefused() {
        assertThatThrownBy(() -> new CacheSettings(10, 11, java.util.Optional.empty(), 0, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10 bytes in memory cannot hold answers of 11 bytes");
    }

    private int everyoneGetsTheirOwn(Naming origin) throws Exception {
        List<String> bodies = ask(origin);
        for (int i = 0; i < CLIENTS; i++) {
            assertThat(bodies.get(i)).isEqualTo("client " + i);
        }
        return origin.count.get();
    }

    private List<String> ask(Naming origin) throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String client = "client " + i;
                answers.add(clients.submit(() -> body(origin, client)));
            }
            assertThat(origin.asked.await(10, TimeUnit.SECONDS)).isTrue();
            origin.released.countDown();
            List<String> bodies = new ArrayList<>();
            for (Future<String> answer : answers) {
                bodies.add(answer.get(20, TimeUnit.SECONDS));
            }
            return bodies;
        }
    }

    /// Else a client waits [Fetches#FETCH_LIMIT], and so does each that comes after it.
    @Test
    @Timeout(60)
    void anErrorOfAFetchReachesItsClients() {
        Origin broken = new Origin() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public Origin.Answer ask(Origin.Request request) {
                throw new NoClassDefFoundError("Answer");
            }
        };

        assertThatThrownBy(() -> body(broken, "first"))
                .isInstanceOf(Origin.Failure.class)
                .hasStackTraceContaining("NoClassDefFoundError");
    }

    private String body(Origin origin, String client) throws IOException {
        Origin.Request request =
                new Origin.Request("GET", "/x", HttpFields.build().put("Client", client));
        try (CacheAnswer answer = cache.exchange(origin, request)) {
            return new String(answer.content().stream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
