package dev.aloft.server.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.agent.RawClient.Answer;
import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.objectcache.ObjectCache;
import dev.aloft.server.redis.RedisAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// `POST /?object-cache`.
final class AgentObjectCacheTest extends AgentProtocolSuite {

    private static final String CACHE = "/?object-cache";

    @Test
    void valuesAreStoredAndReturnedWithoutS3() throws IOException {
        assertThat(send("get 1 3\nacat").status()).as("no object cache").isEqualTo(404);
        cached("one");
        s3.reset();

        assertThat(send("set 0 - 1 3 4\nacatmeow").text()).matches("at (\\d+)\nok \\1\n");
        assertThat(send("get 1 3\nacatget 1 3\nadog").text()).matches("at (\\d+)\nhit \\1 0 4\nmeowmiss\n");
        assertThat(get("/").text())
                .contains("\"object_cache\":{\"shared\":false,\"entries\":1,", "\"hits\":1,\"misses\":1}");
        assertThat(s3.requests()).isEmpty();
    }

    @Test
    void aSiteHasItsOwnValues() throws IOException {
        cached("one");
        send("set 0 - 1 3 4\nacatmeow");
        cached("two");
        assertThat(send("get 1 3\nacat").text()).endsWith("\nmiss\n");
    }

    @Test
    void largeValuesPass() throws IOException {
        cached("one");
        String value = "0123456789abcdef".repeat(100_000);
        assertThat(send("set 0 - 1 3 " + value.length() + "\nacat" + value).text())
                .contains("\nok ");
        assertThat(new String(send("get 1 3\nacat".repeat(3)).bytes(), ISO_8859_1))
                .endsWith(value);
    }

    @Test
    void malformedAndTooLongExchangesAreRejected() throws IOException {
        cached("one");
        assertThat(send("steal 1 3\nacat").status()).isEqualTo(400);
        assertThat(exchange("POST", CACHE).status()).isEqualTo(400);
        assertThat(body("POST", "/?other", new byte[0]).status()).isEqualTo(400);
        assertThat(exchange(
                                "POST",
                                CACHE,
                                "Content-Length: " + (ObjectCache.MAX_EXCHANGE_BYTES + 1),
                                "Expect: 100-continue")
                        .status())
                .isEqualTo(413);
    }

    @Test
    void withoutTheFleetsServerTheCacheIsAway() throws IOException {
        FleetSettings nowhere = new FleetSettings(RedisAddress.parse("redis://:word@127.0.0.1:1"), "test");
        try (ObjectCache away = ObjectCache.ofFleet(nowhere, "site", ObjectCache.MIN_BYTES, Optional.empty())) {
            cached("away", away);
            Answer answer = send("get 1 3\nacat");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).doesNotContain("word");
            assertThat(get("/").text())
                    .contains("\"object_cache\":{\"shared\":true,\"entries\":0,", "\"hits\":0,\"misses\":0}");
        }
    }

    private void cached(String name) throws IOException {
        cached(name, ObjectCache.inMemory(ObjectCache.MIN_BYTES * 16));
    }

    private void cached(String name, ObjectCache cache) throws IOException {
        Path at = folder.resolve(name);
        opened.add(Agent.start(List.of(site(at, Duration.ofSeconds(20)).withObjectCache(cache))));
        client = connect(at);
    }

    private Answer send(String commands) throws IOException {
        return body("POST", CACHE, commands.getBytes(ISO_8859_1));
    }
}
