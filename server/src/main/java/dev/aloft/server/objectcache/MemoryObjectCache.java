package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.aloft.server.objectcache.CacheCommand.Condition;
import java.io.IOException;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An object cache in the memory of this process.
final class MemoryObjectCache implements ObjectCache {

    /// The longest value, in bytes; smaller in a small cache.
    static final int MAX_VALUE_BYTES = 8 << 20;

    /// The most bytes of values in a response; further values are reported as absent.
    static final long MAX_RESPONSE_BYTES = 32 << 20;

    /// A value takes at most this part of a cache.
    private static final int MIN_VALUES = 4;

    /// The number of named flushes whose tokens are remembered; a forgotten one is repeated.
    private static final int MAX_FLUSH_TOKENS = 100;

    /// A value that can be added to.
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");

    /// The longest time until a value expires, in seconds.
    private static final long MAX_TTL = 10L * 365 * 24 * 3600;

    private final ReentrantLock lock = new ReentrantLock();
    private final EntryStore entries;
    private final long maxBytes;
    private final SequencedMap<String, String> flushTokens = new LinkedHashMap<>();
    private long hits;
    private long misses;

    /// @throws IllegalArgumentException for less than [#MIN_BYTES]
    MemoryObjectCache(long maxBytes, InstantSource clock) {
        if (maxBytes < MIN_BYTES) {
            throw new IllegalArgumentException("an object cache has at least " + MIN_BYTES + " bytes, not " + maxBytes);
        }
        this.maxBytes = maxBytes;
        entries = new EntryStore(maxBytes, (int) Math.min(MAX_VALUE_BYTES, maxBytes / MIN_VALUES), clock);
    }

    @Override
    public Statistics statistics() {
        lock.lock();
        try {
            Memory memory = new Memory(entries.size(), entries.bytes(), maxBytes, entries.evictions());
            return new Statistics(hits, misses, memory, false);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<byte[]> answer(byte[] request, Room room) throws IOException {
        Exchange exchange = new Exchange(new CommandReader(request).commands());
        lock.lock();
        try {
            exchange.lookAhead();
        } finally {
            lock.unlock();
        }
        room.reserve(exchange.valueBytes);
        lock.lock();
        try {
            // What the request itself stores is in its body, for which there is room.
            return exchange.answer(exchange.valueBytes + request.length);
        } finally {
            lock.unlock();
        }
    }

    private long length(EntryKey key) {
        CachedEntry entry = entries.get(key);
        return entry == null ? 0 : entry.value().length;
    }

    /// Keys of a list. A value that is no list has none.
    private List<EntryKey> keys(EntryKey list) {
        CachedEntry entry = entries.get(list);
        if (entry == null) {
            return List.of();
        }
        try {
            return new CommandReader(entry.value()).keys();
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    /// One exchange, under the lock.
    private final class Exchange {

        private final List<CacheCommand> commands;
        private CommandResults results = new CommandResults(0);
        private CacheCommand.@Nullable Recall recall;
        private List<EntryKey> recalled = List.of();
        private long valueBytes;

        private Exchange(List<CacheCommand> commands) {
            this.commands = commands;
        }

        /// Reads the first list that exists, and counts the bytes of the values that the commands return if nothing
        /// changes before they are carried out.
        private void lookAhead() {
            for (CacheCommand command : commands) {
                switch (command) {
                    case CacheCommand.Changes _ -> valueBytes += ChangeTable.BYTES;
                    case CacheCommand.Keys keys -> valueBytes += page(keys).keyBytes();
                    case CacheCommand.Get get -> valueBytes += length(get.key());
                    case CacheCommand.Increment increment -> valueBytes += length(increment.key());
                    case CacheCommand.Recall first
                    when recalled.isEmpty() -> {
                        recall = first;
                        recalled = keys(first.list());
                        for (EntryKey key : recalled) {
                            valueBytes += key.bytes() + length(key);
                        }
                    }
                    case CacheCommand.Recall _,
                            CacheCommand.Until _,
                            CacheCommand.Store _,
                            CacheCommand.Delete _,
                            CacheCommand.FlushGroup _,
                            CacheCommand.Flush _,
                            CacheCommand.FlushOnce _ -> {
                        // returns no value
                    }
                }
            }
            valueBytes = Math.min(valueBytes, MAX_RESPONSE_BYTES);
        }

        private List<byte[]> answer(long maxValueBytes) {
            results = new CommandResults(maxValueBytes);
            for (CacheCommand command : commands) {
                if (command instanceof CacheCommand.Until until && until.deadline() < entries.now()) {
                    results.line("late");
                    break;
                }
                run(command);
            }
            return results.pieces("at " + entries.sequence() + "\n");
        }

        private void run(CacheCommand command) {
            switch (command) {
                case CacheCommand.Until _ -> results.line("ok");
                case CacheCommand.Changes _ -> changes();
                case CacheCommand.Keys keys -> list(page(keys));
                case CacheCommand.Get get -> get(get.key());
                case CacheCommand.Recall listed -> recall(listed);
                case CacheCommand.Store store -> store(store);
                case CacheCommand.Delete delete -> {
                    long last = entries.lastChange(delete.key());
                    results.line(entries.delete(delete.key()) ? "ok" : "miss", last);
                }
                case CacheCommand.Increment increment -> increment(increment);
                case CacheCommand.FlushGroup flush -> {
                    entries.flushGroup(flush.group());
                    results.line("ok");
                }
                case CacheCommand.Flush _ -> {
                    entries.flush();
                    results.line("ok");
                }
                case CacheCommand.FlushOnce flush -> flushOnce(flush);
            }
        }

        private void changes() {
            byte[] table = entries.changes();
            if (results.hasRoomFor(table)) {
                results.line("changes", entries.generation(), entries.sequence(), table.length);
                results.value(table);
            } else {
                results.line("miss");
            }
        }

        private EntryStore.Page page(CacheCommand.Keys keys) {
            return entries.page(new BigInteger(keys.cursor())
                    .min(BigInteger.valueOf(Integer.MAX_VALUE))
                    .longValue());
        }

        /// Lists a page. One that has no room, because it has grown or values came before it, is empty.
        private void list(EntryStore.Page page) {
            Map<EntryKey, CachedEntry> listed = results.hasRoomFor(page.keyBytes()) ? page.found() : Map.of();
            results.line("list", listed.size(), page.next());
            listed.forEach((key, entry) -> {
                results.key(key);
                results.line("entry", entry.value().length, entry.secondsLeft(entries.now()));
            });
        }

        private void get(EntryKey key) {
            CachedEntry entry = entries.get(key);
            if (entry == null || !results.hasRoomFor(entry.value())) {
                misses++;
                results.line("miss");
            } else {
                hits++;
                results.hit(entry, entries.now());
            }
        }

        private void recall(CacheCommand.Recall command) {
            List<EntryKey> keys = command.equals(recall) ? recalled : List.of();
            recalled = keys.isEmpty() ? recalled : List.of();
            results.line("list", keys.size());
            for (EntryKey key : keys) {
                results.key(key);
                get(key);
            }
        }

        private void store(CacheCommand.Store store) {
            boolean present = entries.get(store.key()) != null;
            boolean changed = store.base() != null && !entries.isUnchangedSince(store.key(), store.base());
            if (present && store.condition() == Condition.ABSENT) {
                results.line("exists");
            } else if (!present && store.condition() == Condition.PRESENT) {
                results.line("miss");
            } else if (changed) {
                if (store.condition() != Condition.ABSENT) {
                    entries.delete(store.key());
                }
                results.line("changed");
            } else {
                put(store);
            }
        }

        private void put(CacheCommand.Store store) {
            long expires = store.ttl() == 0 ? 0 : entries.now() + 1000 * Math.min(store.ttl(), MAX_TTL);
            OptionalLong version = entries.put(store.key(), store.value(), expires);
            if (version.isPresent()) {
                results.line("ok", version.getAsLong());
            } else {
                results.line("large");
            }
        }

        private void increment(CacheCommand.Increment increment) {
            CachedEntry entry = entries.get(increment.key());
            if (entry == null || !results.hasRoomFor(entry.value())) {
                results.line("miss");
                return;
            }
            String text = new String(entry.value(), US_ASCII);
            if (!NUMBER.matcher(text).matches()) {
                results.line("other", entry.version(), entry.secondsLeft(entries.now()), entry.value().length);
                results.value(entry.value());
                return;
            }
            long number = Math.max(0, Long.parseLong(text) + increment.offset());
            byte[] value = Long.toString(number).getBytes(US_ASCII);
            long version = entries.put(increment.key(), value, entry.expires()).orElseThrow();
            results.line("ok", version, number, entry.version());
        }

        private void flushOnce(CacheCommand.FlushOnce flush) {
            if (!flush.token().equals(flushTokens.put(flush.name(), flush.token()))) {
                entries.flush();
            }
            if (flushTokens.size() > MAX_FLUSH_TOKENS) {
                flushTokens.pollFirstEntry();
            }
            results.line("ok");
        }
    }
}
