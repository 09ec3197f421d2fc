package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.aloft.server.objectcache.CacheCommand.Condition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the commands of one exchange: lines of words, each followed by the bytes whose lengths it states.
final class CommandReader {

    /// The most commands of an exchange, and keys of a list.
    static final int MAX_COMMANDS = 10_000;

    /// The most `keys` and `recall` commands of an exchange: each takes long, and has a long result.
    static final int MAX_KEYS_COMMANDS = 1;

    static final int MAX_RECALLS = 20;

    private static final int MAX_LINE_BYTES = 200;
    private static final Pattern CURSOR = Pattern.compile("\\d{1,20}");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");

    private final byte[] bytes;
    private int at;

    CommandReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /// @throws IllegalArgumentException for a malformed or unknown command
    List<CacheCommand> commands() {
        List<CacheCommand> commands = new ArrayList<>();
        while (at < bytes.length) {
            requireRoom(commands.size());
            commands.add(command(line()));
        }
        requireAtMost(MAX_KEYS_COMMANDS, "keys", CacheCommand.Keys.class, commands);
        requireAtMost(MAX_RECALLS, "recall", CacheCommand.Recall.class, commands);
        return commands;
    }

    /// Keys, in the form of `get` commands without the word.
    List<EntryKey> keys() {
        List<EntryKey> keys = new ArrayList<>();
        while (at < bytes.length) {
            requireRoom(keys.size());
            keys.add(key(line(), 0));
        }
        return keys;
    }

    /// The key in a `key` line of a result.
    EntryKey listed() {
        return key(line(), 1);
    }

    private CacheCommand command(String[] words) {
        return switch (words[0]) {
            case "until" -> new CacheCommand.Until(number(words, 1));
            case "changes" -> new CacheCommand.Changes();
            case "keys" -> new CacheCommand.Keys(cursor(words));
            case "get" -> new CacheCommand.Get(key(words, 1));
            case "recall" -> new CacheCommand.Recall(key(words, 1));
            case "set" -> store(Condition.ALWAYS, words);
            case "add" -> store(Condition.ABSENT, words);
            case "replace" -> store(Condition.PRESENT, words);
            case "delete" -> new CacheCommand.Delete(key(words, 1));
            case "incr" -> {
                long offset = number(words, 1);
                yield new CacheCommand.Increment(key(words, 2), offset);
            }
            case "flush-group" -> new CacheCommand.FlushGroup(text(words, 1));
            case "flush" -> new CacheCommand.Flush();
            case "flush-once" -> new CacheCommand.FlushOnce(word(words, 1), word(words, 2));
            default -> throw new IllegalArgumentException("no such command of the object cache: " + words[0]);
        };
    }

    private CacheCommand store(Condition condition, String[] words) {
        long ttl = number(words, 1);
        @Nullable Long base = word(words, 2).equals("-") ? null : (Long) number(words, 2);
        EntryKey key = key(words, 3);
        return new CacheCommand.Store(condition, key, take(number(words, 5)), ttl, base);
    }

    private EntryKey key(String[] words, int first) {
        String group = text(words, first);
        return new EntryKey(group, text(words, first + 1));
    }

    private String text(String[] words, int index) {
        return new String(take(number(words, index)), ISO_8859_1);
    }

    private byte[] take(long length) {
        if (length < 0 || length > bytes.length - at) {
            throw new IllegalArgumentException("a command of the object cache states " + length + " bytes, and only "
                    + (bytes.length - at) + " follow");
        }
        at += (int) length;
        return Arrays.copyOfRange(bytes, at - (int) length, at);
    }

    private String[] line() {
        int end = at;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        if (end == bytes.length || end - at > MAX_LINE_BYTES) {
            throw new IllegalArgumentException(
                    "a command of the object cache is a line of at most " + MAX_LINE_BYTES + " bytes");
        }
        String[] words = new String(bytes, at, end - at, ISO_8859_1).split(" ");
        at = end + 1;
        return words;
    }

    private static String word(String[] words, int index) {
        if (index >= words.length) {
            throw new IllegalArgumentException(
                    "a command of the object cache is incomplete: " + String.join(" ", words));
        }
        return words[index];
    }

    private static String cursor(String[] words) {
        String cursor = word(words, 1);
        if (!CURSOR.matcher(cursor).matches()) {
            throw new IllegalArgumentException("not a cursor in a command of the object cache: " + cursor);
        }
        return cursor;
    }

    private static long number(String[] words, int index) {
        String word = word(words, index);
        if (!NUMBER.matcher(word).matches()) {
            throw new IllegalArgumentException("not a number in a command of the object cache: " + word);
        }
        return Long.parseLong(word);
    }

    private static void requireAtMost(
            int limit, String name, Class<? extends CacheCommand> kind, List<CacheCommand> commands) {
        long count = commands.stream().filter(kind::isInstance).count();
        if (count > limit) {
            throw new IllegalArgumentException(
                    "one exchange of the object cache has " + count + " commands " + name + ", at most " + limit);
        }
    }

    private static void requireRoom(int size) {
        if (size == MAX_COMMANDS) {
            throw new IllegalArgumentException("more than " + MAX_COMMANDS + " keys or commands in one exchange");
        }
    }
}
