package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The slowest exchanges of an object cache in the last day. Safe for many threads.
public final class SlowExchanges {

    /// The number of exchanges kept.
    static final int MAX_EXCHANGES = 10;

    private static final Duration AGE_LIMIT = Duration.ofDays(1);

    private final InstantSource clock;
    private final List<SlowExchange> slowest = new ArrayList<>();
    private volatile Threshold threshold = new Threshold(Duration.ZERO, Instant.MIN);

    public SlowExchanges(InstantSource clock) {
        this.clock = clock;
    }

    /// One slow exchange.
    ///
    /// @param commands their number
    /// @param bytes of the response
    /// @param key the first one, behind its group and a slash; empty if it has none
    public record SlowExchange(Instant when, Duration time, int commands, long bytes, Optional<String> key) {}

    /// The time that an exchange must exceed to be kept, until the first of those kept is forgotten.
    private record Threshold(Duration time, Instant until) {}

    /// The slowest first.
    public synchronized List<SlowExchange> slowest() {
        Instant oldest = clock.instant().minus(AGE_LIMIT);
        slowest.removeIf(exchange -> exchange.when().isBefore(oldest));
        return List.copyOf(slowest);
    }

    /// Keeps an exchange if it was slow.
    ///
    /// @param request that was carried out
    public void add(byte[] request, List<byte[]> response, Duration time) {
        Threshold current = threshold;
        if (time.compareTo(current.time()) > 0 || !clock.instant().isBefore(current.until())) {
            keep(request, response, time);
        }
    }

    private synchronized void keep(byte[] request, List<byte[]> response, Duration time) {
        if (slowest().size() == MAX_EXCHANGES && slowest.getLast().time().compareTo(time) >= 0) {
            return;
        }
        List<CacheCommand> commands = new CommandReader(request).commands();
        Optional<String> key =
                commands.stream().flatMap(command -> key(command).stream()).findFirst();
        long bytes = response.stream().mapToLong(piece -> piece.length).sum();
        slowest.add(new SlowExchange(clock.instant(), time, commands.size(), bytes, key));
        slowest.sort(Comparator.comparing(SlowExchange::time).reversed());
        if (slowest.size() > MAX_EXCHANGES) {
            slowest.removeLast();
        }
        if (slowest.size() == MAX_EXCHANGES) {
            Instant first = slowest.stream()
                    .map(SlowExchange::when)
                    .min(Instant::compareTo)
                    .orElseThrow();
            threshold = new Threshold(slowest.getLast().time(), first.plus(AGE_LIMIT));
        }
    }

    private static Optional<String> key(CacheCommand command) {
        Optional<EntryKey> key = switch (command) {
            case CacheCommand.Get get -> Optional.of(get.key());
            case CacheCommand.Store store -> Optional.of(store.key());
            case CacheCommand.Delete delete -> Optional.of(delete.key());
            case CacheCommand.Increment increment -> Optional.of(increment.key());
            case CacheCommand.Recall _,
                    CacheCommand.Until _,
                    CacheCommand.Changes _,
                    CacheCommand.Keys _,
                    CacheCommand.FlushGroup _,
                    CacheCommand.Flush _,
                    CacheCommand.FlushOnce _ -> Optional.empty();
        };
        return key.map(found -> new String((found.group() + "/" + found.name()).getBytes(ISO_8859_1), UTF_8));
    }
}
