package dev.aloft.server.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.SettableTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Answers of an origin whose changes may have been missed since 0.9 s ago.
@Tag("unit")
final class MissedChangesTest {

    private static final Duration TRUST = Duration.ofMillis(900);

    private final SettableTime time = new SettableTime();
    private HttpCache cache;

    @BeforeEach
    void open() throws IOException {
        cache = new HttpCache(CacheSettings.DEFAULT, time, now -> now - TRUST.toMillis());
    }

    @AfterEach
    void close() {
        cache.close();
    }

    /// Answers with the number of the request, always with one tag; may wait before its first answer.
    private static final class Numbering implements Origin {

        private final Duration memory;
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch released;
        private final AtomicInteger count = new AtomicInteger();

        Numbering(Duration memory, int waits) {
            this.memory = memory;
            this.released = new CountDownLatch(waits);
        }

        @Override
        public String name() {
            return "numbering";
        }

        @Override
        public Duration memory(Origin.Request request) {
            return request.method().equals("HEAD") ? memory : Duration.ZERO;
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
            HttpFields headers =
                    HttpFields.build().put("Cache-Control", "max-age=60").put("ETag", "\"tag\"");
            if (request.method().equals("HEAD")) {
                return Origin.Answer.empty(200, headers);
            }
            byte[] body = String.valueOf(number).getBytes(StandardCharsets.US_ASCII);
            return new Origin.Answer(200, headers, body.length, new ByteArrayInputStream(body));
        }
    }

    private String ask(Origin origin, String method) throws IOException {
        Origin.Request request = new Origin.Request(method, "/x", HttpFields.EMPTY);
        try (CacheAnswer answer = cache.exchange(origin, request)) {
            return new String(answer.content().stream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aFetchThatBeganBeforeIsNotJoined() throws Exception {
        Numbering origin = new Numbering(Duration.ZERO, 1);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> first = clients.submit(() -> ask(origin, "GET"));
            assertThat(origin.asked.await(10, TimeUnit.SECONDS)).isTrue();
            time.pass(Duration.ofMinutes(1));
            assertThat(ask(origin, "GET")).isEqualTo("2");
            origin.released.countDown();
            assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("1");
        }
    }

    @Test
    void anAnswerThatAHeadHasConfirmedIsTrusted() throws Exception {
        Numbering origin = new Numbering(Duration.ZERO, 0);
        assertThat(ask(origin, "GET")).isEqualTo("1");
        time.pass(Duration.ofSeconds(1));
        ask(origin, "HEAD");
        assertThat(ask(origin, "GET")).isEqualTo("1");
    }

    @Test
    void unlessTheHeadWasAnsweredFromMemory() throws Exception {
        Numbering origin = new Numbering(Duration.ofSeconds(1), 0);
        assertThat(ask(origin, "GET")).isEqualTo("1");
        time.pass(Duration.ofSeconds(1));
        ask(origin, "HEAD");
        assertThat(ask(origin, "GET")).isEqualTo("3");
    }
}
