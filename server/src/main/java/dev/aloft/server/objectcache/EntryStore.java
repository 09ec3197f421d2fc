package dev.aloft.server.objectcache;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Keys and values in memory, bounded by bytes: the entries that were not used for the longest time are evicted first.
///
/// Every change has a number, larger than that of any earlier change. A write may state the number up to which its
/// author knew the key ([#isUnchangedSince]): if the key was stored, deleted, flushed, evicted or expired since, the
/// store says so. It errs on the side of "changed", never of "unchanged". So a value computed from outdated data can
/// be rejected, also when the key is absent.
///
/// Flushes take constant time: an entry is valid if it was stored after the last flush of its group.
///
/// Not safe for threads; [ObjectCache] locks it.
final class EntryStore {

    /// The number of groups whose flush is remembered; above it, everything is flushed.
    static final int MAX_FLUSHED_GROUPS = 4096;

    private static final int PAGE_KEYS = 500;

    /// The number of absent keys whose last change is known. All others may have changed as late as the latest that
    /// was forgotten.
    private static final int MAX_REMOVALS = 1 << 14;

    private final long maxBytes;
    private final int maxValueBytes;
    private final InstantSource clock;
    /// The last changes of absent keys by [#hash], the earliest first.
    private final SequencedMap<Long, Long> removals = new LinkedHashMap<>();
    private final Map<String, Long> groupFlushes = new HashMap<>();
    private final ChangeTable changes = new ChangeTable(ChangeTable.BITS);
    private SequencedMap<EntryKey, CachedEntry> entries = newEntries();
    private long bytes;
    private long forgottenRemoval;
    private long sequence;
    private long flush;
    private long evictions;

    /// @param maxBytes the limit of all entries, with an estimate of their overhead
    /// @param maxValueBytes the longest value
    EntryStore(long maxBytes, int maxValueBytes, InstantSource clock) {
        this.maxBytes = maxBytes;
        this.maxValueBytes = maxValueBytes;
        this.clock = clock;
        // Later than every change of an earlier process, so that what was known before a restart is outdated.
        sequence = Math.multiplyExact(clock.millis(), 1000L);
        flush = sequence;
    }

    private static SequencedMap<EntryKey, CachedEntry> newEntries() {
        return new LinkedHashMap<>(16, 0.75f, true);
    }

    /// The number of the last change.
    long sequence() {
        return sequence;
    }

    /// The number of the last flush of everything. It is another one in every process.
    long generation() {
        return flush;
    }

    /// The last changes since the last flush of everything, as in [ChangeTable#bytes].
    byte[] changes() {
        return changes.bytes();
    }

    int size() {
        return entries.size();
    }

    long bytes() {
        return bytes;
    }

    long evictions() {
        return evictions;
    }

    /// The time by which entries expire, in milliseconds since 1970.
    long now() {
        return clock.millis();
    }

    @Nullable
    CachedEntry get(EntryKey key) {
        CachedEntry entry = entries.get(key);
        if (entry == null || isValid(key, entry)) {
            return entry;
        }
        drop(key, entry);
        return null;
    }

    private boolean isValid(EntryKey key, CachedEntry entry) {
        return entry.version() > flushOf(key.group()) && !entry.isExpired(now());
    }

    /// The number of the key's last change, or a larger one.
    long lastChange(EntryKey key) {
        CachedEntry entry = get(key);
        return entry == null ? Math.max(removalOf(key), flushOf(key.group())) : entry.version();
    }

    /// False if the key may have changed after this number.
    boolean isUnchangedSince(EntryKey key, long base) {
        return lastChange(key) <= base && base <= sequence;
    }

    /// Stores a value. One that is too long is not stored, and the key's old value is deleted.
    ///
    /// @param expires in milliseconds since 1970; 0 for never
    /// @return the number of the change; empty if the value is too long
    OptionalLong put(EntryKey key, byte[] value, long expires) {
        CachedEntry entry = new CachedEntry(value, sequence + 1, expires);
        if (value.length > maxValueBytes || entry.cost(key) > maxBytes) {
            delete(key);
            return OptionalLong.empty();
        }
        sequence++;
        changes.changed(ChangeTable.slot(key, ChangeTable.BITS), sequence);
        CachedEntry old = entries.put(key, entry);
        bytes += entry.cost(key) - (old == null ? 0 : old.cost(key));
        evict();
        return OptionalLong.of(sequence);
    }

    /// Deletes a key. This is a change also if the key is absent: its value may just be on the way.
    ///
    /// @return true if there was a value
    boolean delete(EntryKey key) {
        Optional<CachedEntry> old = Optional.ofNullable(get(key));
        old.ifPresent(entry -> drop(key, entry));
        removed(key, ++sequence);
        changes.changed(ChangeTable.slot(key, ChangeTable.BITS), sequence);
        return old.isPresent();
    }

    /// Keys with values, the last used first. Those that are used meanwhile may be on two pages, or on none.
    ///
    /// @param first the number of keys to skip
    Page page(long first) {
        SequencedMap<EntryKey, CachedEntry> found = new LinkedHashMap<>();
        entries.sequencedEntrySet().reversed().stream()
                .skip(first)
                .limit(PAGE_KEYS)
                .filter(entry -> isValid(entry.getKey(), entry.getValue()))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return new Page(found, entries.size() - first > PAGE_KEYS ? first + PAGE_KEYS : 0);
    }

    /// Some keys and their values.
    ///
    /// @param next the first key of the next page; 0 for none
    record Page(SequencedMap<EntryKey, CachedEntry> found, long next) {

        long keyBytes() {
            return found.keySet().stream().mapToLong(EntryKey::bytes).sum();
        }
    }

    void flushGroup(String group) {
        if (groupFlushes.size() >= MAX_FLUSHED_GROUPS && !groupFlushes.containsKey(group)) {
            flush();
        } else {
            groupFlushes.put(group, ++sequence);
            changes.allChanged(sequence);
        }
    }

    void flush() {
        flush = ++sequence;
        groupFlushes.clear();
        entries = newEntries();
        bytes = 0;
    }

    private long flushOf(String group) {
        return Math.max(flush, groupFlushes.getOrDefault(group, 0L));
    }

    private void evict() {
        while (bytes > maxBytes) {
            Map.Entry<EntryKey, CachedEntry> eldest = entries.firstEntry();
            drop(eldest.getKey(), eldest.getValue());
            evictions++;
        }
    }

    /// Removes an entry without a change; the key counts as changed when the entry was stored.
    private void drop(EntryKey key, CachedEntry entry) {
        entries.remove(key);
        bytes -= entry.cost(key);
        removed(key, entry.version());
    }

    private void removed(EntryKey key, long change) {
        long last = Math.max(change, removalOf(key));
        removals.remove(hash(key));
        removals.putLast(hash(key), last);
        if (removals.size() > MAX_REMOVALS) {
            forgottenRemoval =
                    Math.max(forgottenRemoval, removals.pollFirstEntry().getValue());
        }
    }

    private long removalOf(EntryKey key) {
        return Math.max(forgottenRemoval, removals.getOrDefault(hash(key), 0L));
    }

    /// Two keys with one hash are both "changed" if one of them was.
    private static long hash(EntryKey key) {
        return ((long) key.group().hashCode() << 32) | (key.name().hashCode() & 0xffff_ffffL);
    }
}
