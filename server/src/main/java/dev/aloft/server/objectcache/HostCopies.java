package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.aloft.server.objectcache.CacheCommand.Changes;
import dev.aloft.server.objectcache.CacheCommand.FlushOnce;
import dev.aloft.server.objectcache.CacheCommand.Get;
import dev.aloft.server.objectcache.CacheCommand.Recall;
import dev.aloft.server.objectcache.CacheCommand.Until;
import dev.aloft.server.objectcache.KnownChanges.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Copies of what this host has read from the fleet's server: values, absences and lists, bounded by bytes. The ones
/// that were not used for the longest time are evicted first.
///
/// No copy is used on its own. An exchange that only reads first takes the copies of all its keys ([#take]). Then it
/// asks the server what has changed, and is answered from the copies only if none of the keys has changed since they
/// were read. So it returns the values of one moment, none older than the last write that was acknowledged before. If
/// a copy is missing or outdated, the server carries out the exchange. Safe for many threads.
final class HostCopies {

    /// A copy takes at most this part of the memory.
    private static final int MIN_COPIES = 4;

    private final long maxBytes;
    private final int minReads;
    private final KnownChanges changes;
    private final SequencedMap<CacheCommand, HostCopy> copies = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long evictions;

    /// @param minReads the number of reads below which an exchange with the server takes no longer
    HostCopies(long maxBytes, int minReads, KnownChanges changes) {
        this.maxBytes = maxBytes;
        this.minReads = minReads;
        this.changes = changes;
    }

    synchronized ObjectCache.Memory memory() {
        return new ObjectCache.Memory(copies.size(), bytes, maxBytes, evictions);
    }

    /// True for an exchange whose answer is worth a copy: it only reads, and much.
    boolean isOf(List<CacheCommand> commands) {
        int reads = 0;
        int tables = 0;
        for (CacheCommand command : commands) {
            switch (command) {
                case Get _ -> reads++;
                case Recall _ -> reads = Math.max(reads, minReads);
                case Changes _ -> tables++;
                case Until _, FlushOnce _ -> {
                    // reads no key
                }
                case CacheCommand.Keys _,
                        CacheCommand.Store _,
                        CacheCommand.Delete _,
                        CacheCommand.Increment _,
                        CacheCommand.FlushGroup _,
                        CacheCommand.Flush _ -> {
                    return false;
                }
            }
        }
        return reads >= minReads && tables <= 1;
    }

    /// The copies that an exchange needs; empty if one is missing.
    Optional<Taken> take(List<CacheCommand> commands) {
        Taken taken = new Taken(commands);
        return isOf(commands) && taken.hasAll() ? Optional.of(taken) : Optional.empty();
    }

    private synchronized @Nullable HostCopy find(CacheCommand command) {
        return copies.get(command);
    }

    private synchronized void put(CacheCommand command, HostCopy copy) {
        HostCopy old = copies.remove(command);
        bytes -= old == null ? 0 : old.cost(command);
        if (copy.cost(command) <= maxBytes / MIN_COPIES) {
            copies.put(command, copy);
            bytes += copy.cost(command);
        }
        while (bytes > maxBytes) {
            Map.Entry<CacheCommand, HostCopy> eldest = copies.pollFirstEntry();
            bytes -= eldest.getValue().cost(eldest.getKey());
            evictions++;
        }
    }

    /// The copies of one exchange.
    final class Taken {

        private final List<CacheCommand> commands;
        private final Map<CacheCommand, HostCopy> found = new HashMap<>();
        private final long nowMillis = System.currentTimeMillis();
        private final long nowNanos = System.nanoTime();
        private long valueBytes;
        private int hits;
        private int misses;

        private Taken(List<CacheCommand> commands) {
            this.commands = commands;
        }

        private boolean hasAll() {
            boolean isRecalled = false;
            for (CacheCommand command : commands) {
                if (command instanceof Changes) {
                    valueBytes += ChangeTable.BYTES;
                } else if (!(command instanceof Until) && !(isRecalled && command instanceof Recall)) {
                    HostCopy copy = taken(command);
                    if (copy == null || !copy.keys().stream().allMatch(key -> taken(key) != null)) {
                        return false;
                    }
                    isRecalled |= !copy.keys().isEmpty();
                    valueBytes += copy.keys().stream()
                            .mapToLong(get -> get.key().bytes())
                            .sum();
                }
            }
            return valueBytes <= MemoryObjectCache.MAX_RESPONSE_BYTES;
        }

        private @Nullable HostCopy taken(CacheCommand command) {
            HostCopy copy = find(command);
            if (copy == null || !copy.isUsable(nowMillis, nowNanos)) {
                return null;
            }
            found.put(command, copy);
            valueBytes += copy.length();
            return copy;
        }

        /// The most bytes of all values in the answer.
        long bytes() {
            return valueBytes;
        }

        int hits() {
            return hits;
        }

        int misses() {
            return misses;
        }

        /// The answer, if no key has changed.
        ///
        /// @param state of the server, which was asked after [HostCopies#take]
        Optional<List<byte[]>> answer(State state) {
            if (!found.values().stream().allMatch(copy -> copy.isCurrent(state, changes))) {
                return Optional.empty();
            }
            CommandResults results = new CommandResults(valueBytes);
            boolean isRecalled = false;
            for (CacheCommand command : commands) {
                if (command instanceof Until(long deadline) && deadline < System.currentTimeMillis()) {
                    results.line("late");
                    break;
                }
                switch (command) {
                    case Changes _ -> changes.write(state, results);
                    case Get get -> write(get, results);
                    case Recall recall -> {
                        List<Get> keys = isRecalled ? List.of() : copy(recall).keys();
                        isRecalled |= !keys.isEmpty();
                        results.line("list", keys.size());
                        for (Get get : keys) {
                            results.key(get.key());
                            write(get, results);
                        }
                    }
                    default -> results.line("ok");
                }
            }
            return Optional.of(results.pieces("at " + state.last() + "\n"));
        }

        private HostCopy copy(CacheCommand command) {
            return Objects.requireNonNull(found.get(command));
        }

        private void write(Get get, CommandResults results) {
            CachedEntry entry = copy(get).value();
            if (entry == null) {
                misses++;
                results.line("miss");
            } else {
                hits++;
                results.hit(entry, nowMillis);
            }
        }
    }

    /// Copies what the server has answered.
    ///
    /// @param commands of an exchange that [#isOf] here
    /// @param pieces of the answer, without its first line and the result of `changes`
    /// @param state as the answer tells it
    /// @param sentMillis before the commands were sent
    void learn(List<CacheCommand> commands, List<byte[]> pieces, State state, long sentMillis) {
        Reading reading = new Reading(pieces.iterator(), state, sentMillis);
        for (CacheCommand command : commands) {
            if (!(command instanceof Changes) && !reading.learn(command)) {
                return;
            }
        }
    }

    /// Reads the results of one exchange.
    private final class Reading {

        private final Iterator<byte[]> pieces;
        private final State state;
        private final long sentMillis;
        private final long nowNanos = System.nanoTime();
        private boolean isRecalled;

        private Reading(Iterator<byte[]> pieces, State state, long sentMillis) {
            this.pieces = pieces;
            this.state = state;
            this.sentMillis = sentMillis;
        }

        /// @return false if the exchange has ended before this command
        private boolean learn(CacheCommand command) {
            String[] words = words();
            switch (command) {
                case Until _ -> {
                    return words[0].equals("ok");
                }
                case Get get -> value(get, words);
                case Recall recall -> list(recall, Integer.parseInt(words[1]));
                default -> put(command, new HostCopy(null, List.of(), HostCopy.ANY_SLOT, state, nowNanos));
            }
            return true;
        }

        private void value(Get get, String[] words) {
            CachedEntry entry = null;
            boolean isLasting = true;
            if (words[0].equals("hit")) {
                long seconds = Long.parseLong(words[2]);
                isLasting = seconds != 1; // the server rounds up
                long expires = seconds == 0 ? 0 : sentMillis + 1000 * (seconds - 1);
                entry = new CachedEntry(pieces.next(), Long.parseLong(words[1]), expires);
            }
            if (isLasting) {
                put(get, new HostCopy(entry, List.of(), KnownChanges.slot(get.key()), state, nowNanos));
            }
        }

        private void list(Recall recall, int count) {
            List<Get> keys = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                Get get = new Get(new CommandReader(pieces.next()).listed());
                keys.add(get);
                value(get, words());
            }
            if (!isRecalled) {
                put(recall, new HostCopy(null, keys, KnownChanges.slot(recall.list()), state, nowNanos));
            }
            isRecalled |= count > 0;
        }

        private String[] words() {
            return new String(pieces.next(), ISO_8859_1).strip().split(" ");
        }
    }
}
