package dev.aloft.server.objectcache;

import dev.aloft.server.redis.RedisAddress;
import dev.aloft.server.redis.RedisConnection;
import dev.aloft.server.redis.RedisConnection.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Connections to one server, each used by one exchange at a time. After the failure of one, or when a new one reaches
/// another server, none that was open then is used again. Safe for many threads.
final class RedisPool implements AutoCloseable {

    private static final int MAX_CONNECTIONS = 64;

    /// The age at which a connection is replaced.
    private static final Duration AGE_LIMIT = Duration.ofMinutes(1);

    private final RedisAddress address;
    private final Duration limit;
    private final Semaphore room = new Semaphore(MAX_CONNECTIONS);
    private final ConcurrentLinkedDeque<Open> idle = new ConcurrentLinkedDeque<>();
    private volatile int generation;
    private volatile RedisAddress server;
    private volatile String history = "";

    /// @param limit of each wait: for the server, or for a connection
    RedisPool(RedisAddress address, Duration limit) {
        this.address = address;
        this.server = address;
        this.limit = limit;
    }

    /// An open connection.
    ///
    /// @param aheadMillis by which the server's clock is ahead of this host's, at least
    private record Open(RedisConnection connection, long aheadMillis, long openedNanos, int generation) {}

    /// One use of a connection.
    @FunctionalInterface
    interface Use<T> {
        /// @param aheadMillis by which the server's clock is ahead of this host's, at least
        T run(RedisConnection connection, long aheadMillis) throws IOException;
    }

    /// Runs an exchange on a connection of its own.
    <T> T run(Use<T> use) throws IOException {
        try {
            if (!room.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException("all " + MAX_CONNECTIONS + " connections to " + address + " are in use");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a connection to " + address, e);
        }
        Open open = null;
        boolean done = false;
        try {
            open = take();
            T result = use.run(open.connection(), open.aheadMillis());
            done = true;
            return result;
        } finally {
            giveBack(open, done);
            room.release();
        }
    }

    private Open take() throws IOException {
        Open open = idle.pollFirst();
        while (open != null && !isUsable(open)) {
            open.connection().close();
            open = idle.pollFirst();
        }
        return open == null ? open() : open;
    }

    private boolean isUsable(Open open) {
        return open.generation() == generation && System.nanoTime() - open.openedNanos() < AGE_LIMIT.toNanos();
    }

    private Open open() throws IOException {
        RedisConnection connection;
        try {
            connection = RedisConnection.open(server, limit);
        } catch (IOException e) {
            server = address;
            throw e;
        }
        try {
            int current = generationOf(connection);
            if (!(connection.call(List.of("TIME")) instanceof Reply.Items(List<Reply> time))) {
                throw new IOException(address + " does not know the time");
            }
            long millis = number(time.getFirst()) * 1000 + number(time.getLast()) / 1000;
            return new Open(connection, millis - System.currentTimeMillis(), System.nanoTime(), current);
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private synchronized int generationOf(RedisConnection connection) {
        if (!connection.history().equals(history)) {
            history = connection.history();
            generation++;
        }
        return generation;
    }

    /// Uses another server of the cluster from now on, until it cannot be reached.
    void follow(RedisAddress.Host host) {
        server = address.at(host);
        renew();
    }

    /// Uses no connection any more that is open now.
    synchronized void renew() {
        generation++;
    }

    private static long number(Reply reply) throws IOException {
        try {
            return Long.parseLong(reply.toString());
        } catch (NumberFormatException e) {
            throw new IOException("a server's time is no number", e);
        }
    }

    private void giveBack(@Nullable Open open, boolean done) {
        if (open == null) {
            return;
        }
        if (done) {
            idle.addFirst(open);
        } else {
            renew();
            open.connection().close();
        }
    }

    @Override
    public void close() {
        generation = -1;
        for (Open open = idle.pollFirst(); open != null; open = idle.pollFirst()) {
            open.connection().close();
        }
    }
}
