package dev.aloft.server.fleet;

import dev.aloft.server.UploadsFolder;
import dev.aloft.server.fleet.FleetMessage.Change;
import dev.aloft.server.redis.RedisConnection;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectChanges.Watch;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// The changes of a fleet's uploads, over Redis or Valkey. A change that S3 has acknowledged, or may have carried
/// out, is announced to all processes, and each of them forgets what it knows of the object.
///
/// Nothing waits for the server: changes are announced in the background, and while it is away, answers of S3 are
/// trusted for less than a second, see [#trustedSince]. Safe for many threads.
public final class FleetBus implements AutoCloseable {

    /// The longest time between two messages of a process, and the limit of each wait for the server.
    static final Duration SILENCE_LIMIT = Duration.ofMillis(900);

    private static final Duration RETRY_INTERVAL = Duration.ofMillis(200);

    private final ChangeSender sender;
    private final ChangeReceiver receiver;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();

    private FleetBus(FleetSettings settings, InstantSource clock) {
        String origin = UUID.randomUUID().toString();
        FleetTrouble trouble = new FleetTrouble(settings.address());
        this.sender = new ChangeSender(settings, origin, trouble, clock);
        this.receiver = new ChangeReceiver(settings, origin, trouble, this::changed, clock);
    }

    /// Joins a fleet. Its server is connected to in the background.
    ///
    /// @param clock the one by which answers of S3 are trusted
    public static FleetBus open(FleetSettings settings, InstantSource clock) {
        FleetBus bus = new FleetBus(settings, clock);
        bus.sender.start();
        bus.receiver.start();
        return bus;
    }

    /// Tries what a fleet needs of its server: the login, and the permission to publish.
    ///
    /// @param limit of each wait
    /// @throws IOException if it does not work
    public static void tryServer(FleetSettings settings, Duration limit) throws IOException {
        try (RedisConnection connection = RedisConnection.open(settings.address(), limit)) {
            connection.call(List.of("PUBLISH", settings.channel(), "TRIAL"));
            connection.call(List.of("SUBSCRIBE", settings.channel()));
        }
    }

    /// Announces for a command that any upload may have changed. What the caches of the fleet hold is revalidated then.
    ///
    /// @param limit of each wait
    /// @throws IOException if the server is away
    public static void announceUnknown(FleetSettings settings, Duration limit) throws IOException {
        FleetMessage message = new FleetMessage(FleetMessage.Kind.UNKNOWN, "command", 0, 0, null);
        try (RedisConnection connection = RedisConnection.open(settings.address(), limit)) {
            connection.call(List.of("PUBLISH", settings.channel(), message.text()));
        }
    }

    /// Announces this process's changes of a site's uploads, and applies those of others to the bucket.
    public void join(Bucket bucket, UploadsFolder uploads) {
        buckets.put(bucket.name(), bucket);
        watches.add(bucket.changes().watch(key -> {
            if (uploads.name(key).isPresent()) {
                sender.announce(new Change(bucket.name(), key));
            }
        }));
    }

    private void changed(Change change) {
        Bucket bucket = buckets.get(change.bucket());
        if (bucket != null) {
            bucket.changes().elsewhere(change.key());
        }
    }

    /// The time since which no change can have been missed; what S3 answered before may be outdated.
    ///
    /// @param now the present time; both in milliseconds since 1970
    public long trustedSince(long now) {
        return receiver.trustedSince(now);
    }

    /// Counts since the start.
    ///
    /// @param whole every other process is heard now
    /// @param members the number of other processes
    /// @param announced changes by this process
    /// @param dropped those of them that are not announced, because too many waited
    /// @param waiting those of them that wait for the server
    /// @param received changes by other processes
    /// @param losses lost connections and missing numbers
    public record Statistics(
            boolean whole, int members, long announced, long dropped, long waiting, long received, long losses) {}

    public Statistics statistics() {
        return new Statistics(
                receiver.isWhole(),
                receiver.members(),
                sender.announced(),
                sender.dropped(),
                sender.waiting(),
                receiver.received(),
                receiver.losses());
    }

    /// Waits before the next attempt; an interrupt ends the wait.
    static void pause() {
        try {
            Thread.sleep(RETRY_INTERVAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Announces what waits, unless the server is away, and leaves the fleet.
    @Override
    public void close() {
        watches.forEach(Watch::close);
        sender.close();
        receiver.close();
    }
}
