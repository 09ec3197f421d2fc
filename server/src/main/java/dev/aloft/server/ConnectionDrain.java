package dev.aloft.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.component.Graceful;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The open connections of a server, the requests under way on each, and the graceful shutdown of both.
///
/// A connection is idle while no request is under way on it. During shutdown every request that arrives is answered,
/// as the last one of its connection, and a connection that is idle when the grace period ends is closed. The
/// server's stop timeout limits the requests under way; the connector must not limit them
/// (`setShutdownIdleTimeout(-1)`). Safe for many threads.
public class ConnectionDrain extends Handler.Wrapper implements Graceful {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionDrain.class);

    private static final Duration CLOSE_INTERVAL = Duration.ofMillis(250);

    private final Duration grace;
    private final Map<EndPoint, Integer> requests = new HashMap<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger aborted = new AtomicInteger();
    private volatile boolean stopping;

    /// @param grace how long an idle connection stays open during shutdown for a request already on its way
    public ConnectionDrain(Handler next, Duration grace) {
        super(next);
        this.grace = grace;
    }

    /// To be called for each new connection.
    public void opened(EndPoint endPoint) {
        close(open(endPoint));
    }

    private synchronized @Nullable EndPoint open(EndPoint endPoint) {
        requests.put(endPoint, 0);
        return onOpened(endPoint);
    }

    /// To be called for each connection that has ended.
    public synchronized void closed(EndPoint endPoint) {
        if (requests.remove(endPoint) != null) {
            onClosed(endPoint);
        }
    }

    /// The number of requests under way.
    public int requests() {
        return underWay.get();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint endPoint = endPoint(request);
        begin(endPoint);
        Request.addCompletionListener(request, failure -> {
            if (stopping) {
                (failure == null ? answered : aborted).incrementAndGet();
            }
            close(end(endPoint));
        });
        if (stopping && request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        return super.handle(request, response, callback);
    }

    private synchronized void begin(EndPoint endPoint) {
        underWay.incrementAndGet();
        Integer now = requests.computeIfPresent(endPoint, (_, count) -> count + 1);
        if (now != null && now == 1) {
            onBusy(endPoint);
        }
    }

    private synchronized @Nullable EndPoint end(EndPoint endPoint) {
        underWay.decrementAndGet();
        Integer left = requests.computeIfPresent(endPoint, (_, count) -> count - 1);
        return left != null && left == 0 ? onIdle(endPoint) : null;
    }

    /// Called under the lock for a new connection, which is idle.
    ///
    /// @return the connection to close to make room, or null
    protected @Nullable EndPoint onOpened(EndPoint endPoint) {
        return null;
    }

    /// Called under the lock when the first request on an idle connection begins.
    protected void onBusy(EndPoint endPoint) {}

    /// Called under the lock when the last request on a connection has ended.
    ///
    /// @return the connection to close to make room, or null
    protected @Nullable EndPoint onIdle(EndPoint endPoint) {
        return null;
    }

    /// Called under the lock for a connection that has ended.
    protected void onClosed(EndPoint endPoint) {}

    /// Stops the server, and logs at the beginning what it waits for and at the end what came of it. Does nothing to
    /// a server that does not run.
    ///
    /// @param part for the log: `the edge`
    public void stop(String part, Server server) throws Exception {
        if (!server.isRunning()) {
            server.stop();
            return;
        }
        long begin = NanoTime.now();
        LOG.info(
                "{} stops: {} requests in progress on {} connections have up to {} s",
                part,
                requests(),
                connections(),
                TimeUnit.MILLISECONDS.toSeconds(server.getStopTimeout()));
        try {
            server.stop();
        } finally {
            LOG.info(
                    "{} has stopped after {} ms: {} requests answered meanwhile, {} aborted",
                    part,
                    NanoTime.millisSince(begin),
                    answered,
                    aborted);
        }
    }

    private synchronized int connections() {
        return requests.size();
    }

    @Override
    public CompletableFuture<Void> shutdown() {
        stopping = true;
        closeIdleAfter(grace);
        return CompletableFuture.completedFuture(null); // The connector waits for its connections.
    }

    @Override
    public boolean isShutdown() {
        return stopping;
    }

    private void closeIdleAfter(Duration delay) {
        getServer().getScheduler().schedule(this::closeIdle, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void closeIdle() {
        if (!isStopped()) {
            idle().forEach(EndPoint::close);
            closeIdleAfter(CLOSE_INTERVAL);
        }
    }

    private synchronized List<EndPoint> idle() {
        return requests.entrySet().stream()
                .filter(entry -> entry.getValue() == 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void close(@Nullable EndPoint endPoint) {
        if (endPoint != null) {
            endPoint.close();
        }
    }

    /// The connection itself, beneath encryption and the PROXY protocol.
    private static EndPoint endPoint(Request request) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        while (endPoint instanceof EndPoint.Wrapper wrapper) {
            endPoint = wrapper.unwrap();
        }
        return endPoint;
    }
}
