package dev.aloft.server.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aloft.server.redis.RedisAddress.Host;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
final class RedisAddressTest {

    @Test
    void theShortestUrlHasTheDefaultPort() {
        assertThat(RedisAddress.parse("redis://cache.internal"))
                .isEqualTo(new RedisAddress("cache.internal", 6379, false, Optional.empty(), Optional.empty(), 0));
    }

    @Test
    void aUrlHasAllParts() {
        assertThat(RedisAddress.parse("rediss://shop:p%40ss%3Aword@[::1]:7000/3"))
                .isEqualTo(new RedisAddress("::1", 7000, true, Optional.of("shop"), Optional.of("p@ss:word"), 3));
        assertThat(RedisAddress.parse("redis://:word@h/").password()).contains("word");
    }

    @Test
    void aUrlNamesSentinels() {
        assertThat(RedisAddress.parse("rediss+sentinel://shop:p%40ss%2F@a.internal,[::1]:5000/main-1/3"))
                .isEqualTo(new RedisAddress(
                        List.of(new Host("a.internal", 26379), new Host("::1", 5000)),
                        true,
                        Optional.of("shop"),
                        Optional.of("p@ss/"),
                        3,
                        Optional.of("main-1")))
                .hasToString("rediss+sentinel://a.internal:26379,[::1]:5000/main-1/3");
        assertThat(RedisAddress.parse("redis+sentinel://10.0.0.1/main").user()).isEmpty();
    }

    @Test
    void aUrlNamesServersOfACluster() {
        assertThat(RedisAddress.parse("rediss://shop:word@a.internal,[::1]:7000/"))
                .isEqualTo(new RedisAddress(
                        List.of(new Host("a.internal", 6379), new Host("::1", 7000)),
                        true,
                        Optional.of("shop"),
                        Optional.of("word"),
                        0,
                        Optional.empty()))
                .hasToString("rediss://a.internal:6379,[::1]:7000");
    }

    @Test
    void theTextHasNoCredentials() {
        assertThat(RedisAddress.parse("rediss://shop:word@h:7000/3")).hasToString("rediss://h:7000/3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://:word@h",
                "redis://",
                "redis:word",
                "redis://:word@h/zero",
                "redis://:word@h?db=1",
                "redis://:wo rd@h",
                "redis://:word@h,",
                "redis://:word@h,i/3",
                "redis://:word@h,i j",
                "redis+sentinel://:word@h",
                "redis+sentinel://:word@h/main/zero",
                "redis+sentinel://:word@h:x/main",
                "redis+sentinel://:word@h,/main",
                "redis+sentinel://:word@h/main?db=1",
                "word"
            })
    void aMessageOnAnInvalidUrlHasNoPassword(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisAddress.parse(url))
                .withMessageNotContaining("word@")
                .withNoCause();
    }
}
