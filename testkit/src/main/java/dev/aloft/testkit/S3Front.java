package dev.aloft.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// An S3 endpoint that forwards everything to a real one, byte for byte, records every request, and fails when a test
/// says so.
///
/// ```java
/// try (S3Front front = S3Front.before(URI.create("http://127.0.0.1:9000"))) {
///     front.on("PutObject").next(2).answer(503);
///     // ... an S3 client with front.endpoint() and path style ...
///     assertThatRequests(front).are("PutObject", 3);
/// }
/// ```
///
/// It speaks HTTP/1.1 on a free port of 127.0.0.1, keeps connections open as long as the store does, and forwards the
/// Host field unchanged, because clients sign it. Requests are path-style. A request is recorded when its head has
/// arrived, and its answer before it is sent. A side that is silent for 60 s is disconnected. Safe for many threads.
/// [#close] ends its port, connections and threads, and does not stop the store.
public final class S3Front implements AutoCloseable {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final InetSocketAddress store;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("s3-front-", 0).factory());
    private final Set<TcpConnection> connections = ConcurrentHashMap.newKeySet();
    private final Queue<Exchange> exchanges = new ConcurrentLinkedQueue<>();
    private final List<Occasion> occasions = new CopyOnWriteArrayList<>();
    private final Port port;

    private S3Front(InetSocketAddress store) throws IOException {
        this.store = store;
        port = Port.open(threads, this::greet);
    }

    /// Starts a front before the store at this endpoint, an `http` one with a port.
    public static S3Front before(URI endpoint) throws IOException {
        if (!"http".equals(endpoint.getScheme()) || endpoint.getPort() < 0) {
            throw new IllegalArgumentException("expected an endpoint like http://127.0.0.1:9000, found " + endpoint);
        }
        return new S3Front(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()));
    }

    /// Address of this front for clients; unchanged after it was down.
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port.number());
    }

    /// Names a fault for requests of one operation, such as `PutObject`.
    ///
    /// @throws IllegalArgumentException when S3 has no such operation
    public Occasion on(String operation) {
        String name = S3Operation.checked(operation);
        return on(request -> request.operation().equals(name));
    }

    /// Names a fault for the requests that fit. They are shown as they were asked, not answered yet.
    public Occasion on(Predicate<S3Request> which) {
        return new Occasion(this, which);
    }

    /// Names a fault for all requests.
    public Occasion onEvery() {
        return on(_ -> true);
    }

    /// Forgets the faults; the requests stay.
    public void calm() {
        occasions.clear();
    }

    /// Forgets the requests and the faults.
    public void reset() {
        calm();
        exchanges.clear();
    }

    /// The requests so far, in the order in which they came.
    public List<S3Request> requests() {
        return exchanges.stream().map(Exchange::soFar).toList();
    }

    /// Number of requests of this operation so far.
    ///
    /// @throws IllegalArgumentException when S3 has no such operation
    public int count(String operation) {
        return Tally.of(requests()).count(operation);
    }

    /// The requests so far in a few words, the most frequent first: `8 PutObject, 1 ListObjectsV2`.
    public String summary() {
        return Tally.of(requests()).toString();
    }

    /// The store is down: connections are refused, and the open ones reset.
    public synchronized void goDown() throws IOException {
        port.refuse();
        resetAll();
    }

    /// The store is up again, on the same port.
    public synchronized void comeUp() throws IOException {
        port.accept();
    }

    /// Closes the port and every connection, and waits for the last thread.
    ///
    /// @throws IllegalStateException when something is still open after 10 s
    @Override
    public synchronized void close() {
        try {
            port.close();
            resetAll();
            threads.shutdownNow();
            if (!threads.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("cannot close " + this + ": a thread still runs after " + CLOSE_LIMIT);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot close " + this, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "S3 front " + endpoint() + " before " + store;
    }

    Exchange begin(HttpHead head) throws IOException {
        Exchange exchange = new Exchange(S3Request.asked(head));
        exchanges.add(exchange);
        return exchange;
    }

    void expect(Occasion occasion) {
        if (!occasions.contains(occasion)) {
            occasions.add(occasion);
        }
    }

    FaultPlan planFor(S3Request request) {
        FaultPlan plan = new FaultPlan();
        occasions.forEach(occasion -> occasion.meet(request, plan));
        return plan;
    }

    /// Connects to the store; [#leave] is the other half.
    TcpConnection openStore() throws IOException {
        TcpConnection connection = TcpConnection.open(store);
        connections.add(connection);
        return connection;
    }

    void leave(TcpConnection connection) {
        connections.remove(connection);
        connection.close();
    }

    Future<?> submit(Runnable task) throws IOException {
        try {
            return threads.submit(task);
        } catch (RejectedExecutionException e) {
            throw new IOException("cannot relay a body: " + this + " is closed", e);
        }
    }

    private void greet(SocketChannel guest) {
        try {
            TcpConnection client = TcpConnection.of(guest);
            connections.add(client);
            threads.execute(() -> talk(client));
        } catch (IOException e) {
            // It has left already.
        }
    }

    private void talk(TcpConnection client) {
        try {
            new Conversation(this, client).run();
        } finally {
            leave(client);
        }
    }

    private void resetAll() {
        connections.forEach(TcpConnection::reset);
    }
}
