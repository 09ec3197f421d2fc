package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/// Commands of an exchange as arguments of `exchange.lua`.
final class ScriptWords {

    private final long aheadMillis;
    private final long known;
    private final List<Object> words = new ArrayList<>();

    private ScriptWords(long aheadMillis, long known) {
        this.aheadMillis = aheadMillis;
        this.known = known;
    }

    /// @param aheadMillis by which the server's clock is ahead of this host's
    /// @param known the number of the last change that this host knows
    static List<Object> of(List<CacheCommand> commands, long aheadMillis, long known) {
        ScriptWords words = new ScriptWords(aheadMillis, known);
        commands.forEach(words::add);
        return words.words;
    }

    private void add(CacheCommand command) {
        switch (command) {
            case CacheCommand.Until(long deadline) -> add("until", deadline + aheadMillis);
            case CacheCommand.Changes() -> add("changes", known);
            case CacheCommand.Keys(String cursor) -> add("keys", cursor);
            case CacheCommand.Get(EntryKey key) -> add("get", key);
            case CacheCommand.Recall(EntryKey list) -> add("recall", list);
            case CacheCommand.Store store ->
                add(
                        "store",
                        store.condition(),
                        store.ttl(),
                        store.base() == null ? "-" : store.base(),
                        store.key(),
                        store.value());
            case CacheCommand.Delete(EntryKey key) -> add("delete", key);
            case CacheCommand.Increment(EntryKey key, long offset) -> add("incr", offset, key);
            case CacheCommand.FlushGroup(String group) -> add("group", group.getBytes(ISO_8859_1));
            case CacheCommand.Flush() -> add("flush");
            case CacheCommand.FlushOnce(String name, String token) ->
                add("once", name.getBytes(ISO_8859_1), token.getBytes(ISO_8859_1));
        }
    }

    private void add(Object... given) {
        for (Object word : given) {
            if (word instanceof EntryKey key) {
                words.add(key.group().getBytes(ISO_8859_1));
                words.add(key.name().getBytes(ISO_8859_1));
            } else {
                words.add(word);
            }
        }
    }
}
