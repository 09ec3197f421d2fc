package dev.aloft.server.fleet;

import dev.aloft.server.fleet.FleetMessage.Change;
import dev.aloft.server.redis.RedisConnection;
import dev.aloft.server.redis.RedisConnection.Reply;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Receives the changes of the other processes, in a thread of its own.
///
/// The own signs of life come back on the same channel. Silence on the connection therefore shows that it is broken,
/// and an old sign of life that this process lags behind.
final class ChangeReceiver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeReceiver.class);

    private final FleetSettings settings;
    private final String origin;
    private final FleetTrouble trouble;
    private final Consumer<Change> changes;
    private final InstantSource clock;
    private final Members members = new Members();
    private final LongAdder received = new LongAdder();
    private final LongAdder losses = new LongAdder();
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable RedisConnection current;

    /// @param origin this process, whose own changes are ignored
    /// @param changes called in the receiver's thread
    ChangeReceiver(
            FleetSettings settings,
            String origin,
            FleetTrouble trouble,
            Consumer<Change> changes,
            InstantSource clock) {
        this.settings = settings;
        this.origin = origin;
        this.trouble = trouble;
        this.changes = changes;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("aloft-fleet-receiver").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// See [Members#trustedSince].
    long trustedSince(long now) {
        return members.trustedSince(now);
    }

    /// True while every other process is heard.
    boolean isWhole() {
        return members.isWhole(clock.millis());
    }

    /// The number of other processes.
    int members() {
        return members.count();
    }

    /// Changes of other processes since the start.
    long received() {
        return received.sum();
    }

    /// Lost connections and missing numbers since the start.
    long losses() {
        return losses.sum();
    }

    private void run() {
        while (!closed) {
            try (RedisConnection connection = RedisConnection.open(settings.address(), FleetBus.SILENCE_LIMIT)) {
                current = connection;
                receive(connection);
            } catch (IOException | RuntimeException e) {
                if (members.disconnected()) {
                    losses.increment();
                }
                if (!closed) {
                    trouble.began(FleetTrouble.Part.RECEIVER, e);
                }
            }
            FleetBus.pause();
        }
    }

    private void receive(RedisConnection connection) throws IOException {
        connection.send(List.of(List.of("SUBSCRIBE", settings.channel())));
        while (!closed) {
            if (!(connection.read() instanceof Reply.Items(List<Reply> words)) || words.size() != 3) {
                throw new IOException(settings.address() + " refuses SUBSCRIBE " + settings.channel());
            }
            long now = clock.millis();
            if (words.getFirst().toString().equals("subscribe")) {
                members.connected(now);
                trouble.ended(FleetTrouble.Part.RECEIVER);
            } else {
                FleetMessage.parse(words.getLast().toString())
                        .ifPresentOrElse(
                                message -> heard(message, now),
                                () -> LOG.debug("fleet: a message of another version on {}", settings.channel()));
            }
        }
    }

    private void heard(FleetMessage message, long now) {
        if (message.origin().equals(origin)) {
            members.echoed(message.sentAt(), now);
            return;
        }
        if (members.heard(message, now)) {
            losses.increment();
        }
        if (message.change() != null) {
            received.increment();
            changes.accept(message.change());
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        RedisConnection connection = current;
        if (connection != null) {
            connection.close();
        }
    }
}
