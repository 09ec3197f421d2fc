package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The commands of an object cache, wherever it keeps its values.
abstract class ObjectCacheSuite {

    private static final Pattern KEY = Pattern.compile("gkey \\d+(?=entry)");
    private static final Pattern ENTRY = Pattern.compile("entry \\d+ \\d+");

    abstract ObjectCache cache();

    @Test
    void valueIsReturnedUntilItIsReplacedOrDeleted() {
        assertThat(answer(get("a"))).isEqualTo("miss");
        assertThat(answer(set("a", "one"))).startsWith("ok ");
        assertThat(answer(get("a"))).endsWith(" 0 3\none");
        assertThat(answer(set("a", "two") + get("a"))).endsWith(" 0 3\ntwo");
        assertThat(answer(delete("a") + get("a") + delete("a"))).matches("ok (\\d+)\nmiss\nmiss (\\d+)");
    }

    @Test
    void keysAndValuesAreAnyBytes() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            all.append(c);
        }
        String odd = all.toString();

        assertThat(answer(command("set 0 -", odd, odd, odd) + command("get", odd, odd)))
                .endsWith(" 0 256\n" + odd);
        assertThat(answer(command("get", odd, odd + "x"))).isEqualTo("miss");
        assertThat(answer(command("get", odd.substring(0, 255), "\u00ff" + odd)))
                .as("the same bytes, cut elsewhere")
                .isEqualTo("miss");
    }

    @Test
    void addNeedsAnAbsentKeyAndReplaceAPresentOne() {
        assertThat(answer(command("replace 0 -", "g", "a", "x"))).isEqualTo("miss");
        assertThat(answer(command("add 0 -", "g", "a", "x"))).startsWith("ok ");
        assertThat(answer(command("add 0 -", "g", "a", "y"))).isEqualTo("exists");
        assertThat(answer(command("replace 0 -", "g", "a", "z") + get("a"))).endsWith("\nz");
    }

    @Test
    void outdatedAddIsRejectedAndOutdatedSetDeletes() {
        long base = at();
        answer(delete("a"));
        assertThat(answer(command("add 0 " + base, "g", "a", "old"))).isEqualTo("changed");
        assertThat(answer(command("add 0 " + at(), "g", "a", "new"))).startsWith("ok ");

        base = at();
        assertThat(answer(command("set 0 " + base, "g", "a", "mine"))).startsWith("ok ");
        assertThat(answer(command("set 0 " + base, "g", "a", "merged into old")))
                .isEqualTo("changed");
        assertThat(answer(get("a"))).isEqualTo("miss");
    }

    @Test
    void numbersAreAddedToAndStayAboveZero() {
        answer(command("set 100 -", "g", "n", "5"));
        assertThat(answer(command("incr 3", "g", "n"))).matches("ok \\d+ 8 \\d+");
        assertThat(answer(command("incr -10", "g", "n") + get("n"))).matches("(?s)ok \\d+ 0 \\d+\nhit \\d+ \\d+ 1\n0");
        assertThat(answer(command("incr 1", "g", "absent"))).isEqualTo("miss");
        answer(set("text", "s:1:\"5\";"));
        assertThat(answer(command("incr 1", "g", "text"))).matches("other \\d+ 0 8\ns:1:\"5\";");
    }

    @Test
    void flushOfAGroupLeavesTheOthers() {
        answer(set("a", "x") + command("set 0 -", "other", "a", "y"));
        assertThat(answer(command("flush-group", "g") + get("a") + command("get", "other", "a")))
                .startsWith("ok\nmiss\nhit ");
        assertThat(answer(set("a", "z") + get("a"))).endsWith("\nz");
        assertThat(answer("flush\n" + get("a") + command("get", "other", "a"))).isEqualTo("ok\nmiss\nmiss");
    }

    @Test
    void manyFlushedGroupsAreFlushedTogether() {
        answer(set("a", "x"));
        for (int i = 0; i <= EntryStore.MAX_FLUSHED_GROUPS; i++) {
            answer(command("flush-group", "group-" + i));
        }
        assertThat(answer(get("a"))).isEqualTo("miss");
    }

    @Test
    void keysAreListedWithTheirSizes() {
        answer(command("set 0 -", "flushed", "a", "x") + command("flush-group", "flushed"));
        answer(command("set 0 -", "g\u00e4", "k\n1", "12345") + command("set 100 -", "g", "b", "") + delete("none"));
        answer(get("absent"));
        StringBuilder entries = new StringBuilder();
        String cursor = "0";
        do { // Redis may answer without a key before the end
            String listed = answer("keys " + cursor + "\n");
            cursor = cursorOf(listed);
            entries.append(listed);
        } while (!cursor.equals("0"));
        assertThat(entries).contains("key 2 3\ng\u00e4k\n1entry 5 0").contains("key 1 1\ngbentry 0 100");
        assertThat(ENTRY.matcher(entries).results()).hasSize(2);
    }

    @Test
    void manyKeysAreListedInParts() {
        int count = 3000;
        StringBuilder sets = new StringBuilder();
        for (int i = 0; i < count; i++) {
            sets.append(set("key " + i, "x"));
        }
        answer(sets.toString());
        Set<String> found = new HashSet<>();
        String cursor = "0";
        int parts = 0;
        do {
            String listed = answer("keys " + cursor + "\n");
            cursor = cursorOf(listed);
            KEY.matcher(listed).results().forEach(key -> found.add(key.group()));
            parts++;
        } while (!cursor.equals("0"));
        assertThat(found).hasSize(count);
        assertThat(parts).isGreaterThan(2);
    }

    @Test
    void flushWithATokenHasAnEffectOnce() {
        answer("flush-once a t1\nflush-once b t1\n" + set("a", "x"));
        assertThat(answer("flush-once a t1\nflush-once b t1\n" + get("a"))).endsWith("\nx");
        assertThat(answer("flush-once a t2\n" + get("a"))).isEqualTo("ok\nmiss");
        answer(set("a", "x"));
        assertThat(answer("flush-once a t1\n" + get("a"))).isEqualTo("ok\nmiss");
    }

    @Test
    void forgottenTokenFlushesAgain() {
        answer("flush-once first t\n");
        for (int i = 0; i < 100; i++) {
            answer("flush-once " + i + " t\n");
        }
        answer(set("a", "x"));
        assertThat(answer("flush-once first t\n" + get("a"))).isEqualTo("ok\nmiss");
    }

    @Test
    void keysOfTheFirstListThatExistsAreRecalled() {
        answer(set("a", "x") + command("set 0 -", "lists", "second", "1 1\nga1 3\ngabs"));
        String recalled = answer(command("recall", "lists", "first")
                + command("recall", "lists", "second")
                + command("recall", "lists", "second"));
        assertThat(recalled).matches("(?s)list 0\nlist 2\nkey 1 1\ngahit \\d+ 0 1\nxkey 1 3\ngabsmiss\nlist 0");
        assertThat(answer(command("recall", "g", "a"))).as("no list").isEqualTo("list 0");
    }

    /// A client keeps the value of a key, which was read at a number, and another one for comparison.
    @Test
    void everyChangeMakesAKeptValueOutdatedAndOthersStayValid() {
        List<String> kinds = List.of(
                set("a", "x"),
                delete("a"),
                command("incr 1", "g", "n"),
                command("add 0 -", "g", "new", "x"),
                command("flush-group", "g"),
                "flush\n");
        List<EntryKey> changed = List.of(
                new EntryKey("g", "a"),
                new EntryKey("g", "a"),
                new EntryKey("g", "n"),
                new EntryKey("g", "new"),
                new EntryKey("g", "any"),
                new EntryKey("other", "any"));
        EntryKey kept = new EntryKey("other", "kept");
        answer(set("n", "1"));
        for (int i = 0; i < kinds.size(); i++) {
            Changes known = changes();
            answer(kinds.get(i));
            assertThat(changes().accept(known, changed.get(i))).as(kinds.get(i)).isFalse();
            assertThat(changes().accept(known, kept))
                    .as(kinds.get(i))
                    .isEqualTo(!kinds.get(i).contains("flush"));
            assertThat(changes().accept(changes(), changed.get(i))).isTrue();
        }
    }

    @Test
    void changesAreThoseUpToTheirPlaceInAnExchange() {
        Changes known = changes();
        String read = whole("changes\n" + set("a", "x"));
        assertThat(new Changes(read).accept(known, new EntryKey("g", "a"))).isTrue();
        assertThat(read).containsPattern("ok \\d+\n$");
        assertThat(changes().accept(new Changes(read), new EntryKey("g", "a"))).isFalse();
    }

    @Test
    void changesOfMoreKeysThanAreListedConcernAll() {
        Changes known = changes();
        StringBuilder sets = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            sets.append(set("many " + i, "x"));
        }
        answer(sets.toString());
        Changes then = changes();
        for (int i = 0; i < 5000; i++) {
            assertThat(then.accept(known, new EntryKey("g", "many " + i))).isFalse();
        }
    }

    Changes changes() {
        return new Changes(whole("changes\n"));
    }

    /// The result of `changes` at the beginning of a response.
    static final class Changes {

        private static final Pattern HEAD = Pattern.compile("^at \\d+\nchanges (\\d+) (\\d+) (\\d+)\n");
        private final String generation;
        private final long at;
        private final ByteBuffer table;

        private Changes(String response) {
            Matcher head = HEAD.matcher(response);
            assertThat(head.lookingAt()).as(response).isTrue();
            generation = head.group(1);
            at = Long.parseLong(head.group(2));
            int end = head.end() + Integer.parseInt(head.group(3));
            table = ByteBuffer.wrap(response.substring(head.end(), end).getBytes(ISO_8859_1))
                    .order(ByteOrder.LITTLE_ENDIAN);
        }

        /// True if a value of this key that was read with other changes is still valid.
        boolean accept(Changes other, EntryKey key) {
            return generation.equals(other.generation)
                    && table.getLong(Long.BYTES * ChangeTable.slot(key, ChangeTable.BITS)) <= other.at;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get 1 1\ng",
                "get 1\ng",
                "get 1 1",
                "get -1 1\ng",
                "get 9999999999 1\ng",
                "set x - 1 1 1\ngax",
                "set 0 x 1 1 1\ngax",
                "steal 1 1\nga",
                "\n",
                "incr 1\n",
                "set 0 - 1 1 999999999999999999\ngax"
            })
    void malformedExchangeIsRejectedAsAWhole(String malformed) {
        answer(set("a", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> answer(delete("a") + malformed));
        assertThat(answer(get("a"))).endsWith("\nx");
    }

    @Test
    void exchangeIsLimitedInKeysAndCommands() {
        String longKey = "k".repeat(EntryKey.MAX_BYTES);
        assertThat(answer(get(longKey))).isEqualTo("miss");
        assertThatIllegalArgumentException().isThrownBy(() -> answer(get(longKey + "k")));
        assertThat(answer(command("flush-group", longKey))).isEqualTo("ok");
        assertThatIllegalArgumentException().isThrownBy(() -> answer(command("flush-group", longKey + "k")));
        String full = get("a").repeat(CommandReader.MAX_COMMANDS);
        assertThat(answer(full)).startsWith("miss\n");
        assertThatIllegalArgumentException().isThrownBy(() -> answer(full + get("a")));
    }

    @Test
    void exchangeIsLimitedInCommandsWithLongResults() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> answer(set("a", "x") + "keys 0\n".repeat(2)))
                .withMessageContaining("2 commands keys, at most 1");
        assertThat(answer(get("a"))).isEqualTo("miss");
        String recalls = command("recall", "g", "list").repeat(CommandReader.MAX_RECALLS);
        assertThat(answer(recalls)).endsWith("list 0");
        assertThatIllegalArgumentException().isThrownBy(() -> answer(recalls + command("recall", "g", "list")));
    }

    @Test
    void oneOfManyAddsWins() throws Exception {
        int workers = 16;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 200; round++) {
                String add = command("add 0 -", "locks", "lock " + round, "x");
                CountDownLatch start = new CountDownLatch(1);
                List<Future<String>> answers = new ArrayList<>();
                for (int worker = 0; worker < workers; worker++) {
                    answers.add(threads.submit(() -> {
                        start.await();
                        return answer(add);
                    }));
                }
                start.countDown();
                List<String> results = new ArrayList<>();
                for (Future<String> each : answers) {
                    results.add(each.get());
                }
                assertThat(Collections.frequency(results, "exists")).isEqualTo(workers - 1);
            }
        }
    }

    long at() {
        return Long.parseLong(whole("").replace("at ", "").strip());
    }

    /// The results, without the first line and the last line break.
    String answer(String request) {
        return whole(request).replaceFirst("^at \\d+\\n", "").replaceFirst("\\n$", "");
    }

    String whole(String request) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            cache().answer(request.getBytes(ISO_8859_1), _ -> {}).forEach(all::writeBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toString(ISO_8859_1);
    }

    static String get(String key) {
        return command("get", "g", key);
    }

    static String set(String key, String value) {
        return command("set 0 -", "g", key, value);
    }

    static String delete(String key) {
        return command("delete", "g", key);
    }

    static String command(String line, String... parts) {
        StringBuilder command = new StringBuilder(line);
        for (String part : parts) {
            command.append(' ').append(part.length());
        }
        return command.append('\n').append(String.join("", parts)).toString();
    }

    private static String cursorOf(String listed) {
        String head = listed.lines().findFirst().orElseThrow();
        return head.substring(head.lastIndexOf(' ') + 1);
    }
}
