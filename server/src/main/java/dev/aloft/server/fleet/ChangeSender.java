package dev.aloft.server.fleet;

import dev.aloft.server.fleet.FleetMessage.Change;
import dev.aloft.server.fleet.FleetMessage.Kind;
import dev.aloft.server.redis.RedisConnection;
import dev.aloft.server.redis.RedisConnection.Reply;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Publishes this process's changes in their order, and signs of life between them, in a thread of its own.
///
/// While the server is away, up to [#MAX_WAITING] changes wait. With more, all are dropped: their numbers are missing
/// then, by which every receiver notices the loss. A message can be sent twice if a connection breaks. A server that
/// was restarted, or has taken over, may not have delivered the last messages to receivers that came to it earlier:
/// any object may have changed then.
final class ChangeSender implements AutoCloseable {

    static final int MAX_WAITING = 10_000;

    /// The interval of signs of life.
    static final Duration ALIVE_INTERVAL = Duration.ofMillis(200);

    private static final int MAX_BATCH = 500;

    private final FleetSettings settings;
    private final String origin;
    private final FleetTrouble trouble;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Deque<FleetMessage> waiting = new ArrayDeque<>();
    private final Thread thread;
    private long sequence;
    private long dropped;
    private boolean left;
    private volatile boolean closing;

    ChangeSender(FleetSettings settings, String origin, FleetTrouble trouble, InstantSource clock) {
        this.settings = settings;
        this.origin = origin;
        this.trouble = trouble;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("aloft-fleet-sender").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Returns at once.
    void announce(Change change) {
        lock.lock();
        try {
            sequence++;
            if (waiting.size() >= MAX_WAITING) {
                dropped += waiting.size() + 1;
                waiting.clear();
            } else {
                waiting.add(new FleetMessage(Kind.CHANGE, origin, sequence, clock.millis(), change));
            }
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Changes since the start.
    long announced() {
        return locked(() -> sequence);
    }

    /// Changes that were not announced, because too many waited.
    long dropped() {
        return locked(() -> dropped);
    }

    long waiting() {
        return locked(waiting::size);
    }

    private long locked(LongSupplier value) {
        lock.lock();
        try {
            return value.getAsLong();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        List<FleetMessage> unsent = List.of();
        String history = "";
        do {
            try (RedisConnection connection = RedisConnection.open(settings.address(), FleetBus.SILENCE_LIMIT)) {
                if (!history.isEmpty() && !history.equals(connection.history())) {
                    publish(connection, List.of(new FleetMessage(Kind.UNKNOWN, origin, 0, clock.millis(), null)));
                }
                history = connection.history();
                while (!left) {
                    unsent = unsent.isEmpty() ? next() : unsent;
                    publish(connection, unsent);
                    unsent = List.of();
                    trouble.ended(FleetTrouble.Part.SENDER);
                }
            } catch (IOException | RuntimeException e) {
                if (!closing) {
                    trouble.began(FleetTrouble.Part.SENDER, e);
                    FleetBus.pause();
                }
            } catch (InterruptedException e) {
                return; // The server does not answer while this process stops.
            }
        } while (!closing);
    }

    /// The changes that wait, as soon as there are any or the interval has passed; and a sign of life behind them.
    private List<FleetMessage> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = ALIVE_INTERVAL.toNanos();
            while (waiting.isEmpty() && !closing && nanos > 0) {
                nanos = arrived.awaitNanos(nanos);
            }
            List<FleetMessage> batch = new ArrayList<>();
            while (!waiting.isEmpty() && batch.size() < MAX_BATCH) {
                batch.add(waiting.poll());
            }
            left = closing && waiting.isEmpty();
            long last = waiting.isEmpty() ? sequence : batch.getLast().sequence();
            batch.add(new FleetMessage(left ? Kind.LEAVING : Kind.ALIVE, origin, last, clock.millis(), null));
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void publish(RedisConnection connection, List<FleetMessage> batch) throws IOException {
        List<List<Object>> commands = new ArrayList<>(batch.size());
        for (FleetMessage message : batch) {
            commands.add(List.of("PUBLISH", settings.channel(), message.text()));
        }
        for (Reply reply : connection.callAll(commands)) {
            if (reply instanceof Reply.Refused refused) {
                throw new IOException(settings.address() + " refuses PUBLISH: " + refused.text());
            }
        }
    }

    /// Sends what waits, and that this process leaves, unless the server is away.
    @Override
    public void close() {
        closing = true;
        lock.lock();
        try {
            arrived.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(FleetBus.SILENCE_LIMIT)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
