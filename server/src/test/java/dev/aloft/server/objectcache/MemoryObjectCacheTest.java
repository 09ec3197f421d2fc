package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
final class MemoryObjectCacheTest extends ObjectCacheSuite {

    private static final int MIB = 1 << 20;

    private Instant now = Instant.parse("2026-11-29T12:00:00Z");
    private final InstantSource clock = () -> now;
    private MemoryObjectCache cache = new MemoryObjectCache(MIB, clock);

    @Override
    ObjectCache cache() {
        return cache;
    }

    private ObjectCache.Memory memory() {
        return cache.statistics().memory();
    }

    @Test
    void deletionAndAdditionTellTheLastChangeBefore() {
        answer(set("a", "1"));
        long stored = at();
        assertThat(answer(command("incr 1", "g", "a"))).isEqualTo("ok " + (stored + 1) + " 2 " + stored);
        assertThat(answer(delete("a") + delete("a"))).isEqualTo("ok " + (stored + 1) + "\nmiss " + (stored + 2));
    }

    @Test
    void valueExpiresAtItsTime() {
        answer(command("set 10 -", "g", "a", "x"));
        assertThat(answer(get("a"))).endsWith(" 10 1\nx");
        now = now.plusSeconds(9);
        assertThat(answer(get("a"))).endsWith(" 1 1\nx");
        now = now.plusSeconds(1);
        assertThat(answer(get("a") + command("replace 0 -", "g", "a", "y"))).isEqualTo("miss\nmiss");
        assertThat(memory().entries()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"flush\n", "flush-group 1\ng", "set 0 - 1 1 1\ngax", "set 1 - 1 1 1\ngax"})
    void everyKindOfChangeMakesAnAddOutdated(String change) {
        long base = at();
        answer(change);
        answer(change.startsWith("set 0") ? delete("a") : "");
        now = now.plusSeconds(2);
        assertThat(answer(command("add 0 " + base, "g", "a", "old"))).isEqualTo("changed");
    }

    @Test
    void evictionMakesAnAddOutdated() {
        long base = at();
        answer(set("a", "x"));
        for (int i = 0; i < 20; i++) {
            answer(set("large-" + i, "x".repeat(200_000)));
        }
        assertThat(answer(command("add 0 " + base, "g", "a", "old"))).isEqualTo("changed");
    }

    @Test
    void whatWasKnownBeforeARestartIsOutdated() {
        answer(set("a", "x"));
        long base = at();
        now = now.plusMillis(1);
        cache = new MemoryObjectCache(MIB, clock);
        assertThat(answer(command("add 0 " + base, "g", "a", "old"))).isEqualTo("changed");
        assertThat(answer(command("add 0 " + (at() + 1000), "g", "a", "of a faster clock")))
                .isEqualTo("changed");
    }

    @Test
    void lateCommandsAreNotCarriedOut() {
        String until = "until " + now.toEpochMilli() + "\n";
        assertThat(answer(until + set("a", "1") + get("a"))).startsWith("ok\nok ");
        now = now.plusMillis(1);
        assertThat(answer(set("b", "1") + until + delete("a"))).matches("ok \\d+\nlate");
        assertThat(answer(get("a"))).endsWith("\n1");
    }

    @Test
    void memoryStaysWithinItsBound() {
        for (int i = 0; i < 20_000; i++) {
            answer(command("set 0 -", "group " + i, "key " + i, "x".repeat(i % 3000)));
            assertThat(memory().bytes()).isLessThanOrEqualTo(MIB);
        }
        assertThat(memory().evictions()).isPositive();
        assertThat(answer(command("get", "group 19999", "key 19999"))).startsWith("hit ");
        assertThat(answer("flush\n")).isEqualTo("ok");
        assertThat(memory().bytes()).isZero();
    }

    @Test
    void valueThatIsTooLongIsNotStoredAndTheOldOneIsGone() {
        answer(set("a", "old"));
        assertThat(answer(set("a", "x".repeat(MIB / 2)))).isEqualTo("large");
        assertThat(answer(get("a"))).isEqualTo("miss");
    }

    @Test
    void valuesBeyondTheLimitOfAResponseAreReportedAsAbsent() throws IOException {
        cache = new MemoryObjectCache(64L * MIB, clock);
        answer(set("a", "x".repeat(8 * MIB)));
        byte[] request = get("a").repeat(6).getBytes(ISO_8859_1);
        List<Long> reserved = new ArrayList<>();
        long bytes = cache.answer(request, reserved::add).stream()
                .mapToLong(piece -> piece.length)
                .sum();
        assertThat(bytes).isBetween(MemoryObjectCache.MAX_RESPONSE_BYTES, MemoryObjectCache.MAX_RESPONSE_BYTES + 1000);
        assertThat(reserved).containsExactly(MemoryObjectCache.MAX_RESPONSE_BYTES);
    }

    @Test
    void keysBeyondTheLimitOfAResponseAreNotListed() throws IOException {
        cache = new MemoryObjectCache(64L * MIB, clock);
        answer(set("a", "x".repeat(8 * MIB)));
        for (int i = 0; i < 300; i++) {
            answer(command("set 0 -", "g", i + "k".repeat(EntryKey.MAX_BYTES - 3), ""));
        }
        assertThat(answer("keys 0\n")).startsWith("list 301 0\n").hasSizeGreaterThan(MIB);
        assertThat(answer(get("a").repeat(4) + "keys 0\n"))
                .endsWith("list 0 0")
                .hasSizeLessThan((int) MemoryObjectCache.MAX_RESPONSE_BYTES + 1000);
    }

    @Test
    void textThatIsAddedToCountsTowardsTheLimitOfAResponse() throws IOException {
        cache = new MemoryObjectCache(64L * MIB, clock);
        answer(set("a", "x".repeat(8 * MIB)));
        String more = command("incr 1", "g", "a").repeat(6);
        assertThat(answer(more))
                .hasSizeLessThan((int) MemoryObjectCache.MAX_RESPONSE_BYTES + 1000)
                .endsWith("\nmiss");
    }

    @Test
    void nothingIsCarriedOutWithoutRoomForTheValues() throws IOException {
        answer(set("a", "1"));
        byte[] request = (get("a") + delete("a")).getBytes(ISO_8859_1);
        assertThatIOException()
                .isThrownBy(() -> cache.answer(request, bytes -> {
                    assertThat(bytes).isEqualTo(1);
                    throw new IOException("no room");
                }));
        assertThat(answer(get("a"))).endsWith("\n1");
    }
}
