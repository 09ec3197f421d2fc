package dev.aloft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The bytes on the wire: the test is the client on one side and the store on the other.
final class RelayTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private ServerSocket port;
    private S3Front front;
    private Socket client;

    @BeforeEach
    void connect() throws IOException {
        port = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        front = S3Front.before(URI.create("http://127.0.0.1:" + port.getLocalPort()));
        client = connected(
                new Socket(InetAddress.getLoopbackAddress(), front.endpoint().getPort()));
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
        front.close();
        port.close();
        threads.shutdownNow();
    }

    @Test
    void headsAndSizedBodiesPassAsTheyCame() throws Exception {
        String request = "PUT /b/k HTTP/1.1\r\nhOsT:  media.example:9 \r\nX-Odd:\r\ncontent-length: 5\r\n\r\nhello";
        String answer = "HTTP/1.1 200 Very Fine\r\nContent-Length: 3\r\nx-Amz-Id-2: \t7\r\n\r\nyes";
        exchange(request, answer);
        assertThat(front.requests()).singleElement().satisfies(put -> {
            assertThat(put.bytesIn()).isEqualTo(5);
            assertThat(put.bytesOut()).isEqualTo(3);
        });
    }

    @Test
    void chunkSizesExtensionsAndTrailersPassAsTheyCame() throws Exception {
        String head = "PUT /b/k HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        String body = "005;signature=1\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum: 9\r\n\r\n";
        String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n";
        exchange(head + body, answer);
        assertThat(front.requests()).singleElement().satisfies(put -> {
            assertThat(put.bytesIn()).isEqualTo(6);
            assertThat(put.bytesOut()).isEqualTo(10);
        });
    }

    @Test
    void answersWithoutABodyKeepTheConnection() throws Exception {
        try (Socket store =
                exchange("HEAD /b/k HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")) {
            exchangeOn(store, "DELETE /b/k HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n");
            exchangeOn(
                    store,
                    "GET /b/k HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"1\"\r\n\r\n",
                    "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nContent-Length: 7\r\n\r\n");
            exchangeOn(
                    store,
                    "GET /b/k HTTP/1.1\r\nHost: a\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nseventh");
        }
        assertThat(front.summary()).isEqualTo("2 GetObject, 1 DeleteObject, 1 HeadObject");
    }

    @Test
    void aBodyThatEndsWithTheConnectionEndsTheClientsToo() throws Exception {
        String answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end";
        send(client, "POST /b/k?uploads HTTP/1.1\r\nHost: a\r\n\r\n");
        try (Socket store = accept()) {
            receive(store, "POST /b/k?uploads HTTP/1.1\r\nHost: a\r\n\r\n");
            send(store, answer);
        }
        receive(client, answer);
        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void theBodyWaitsForTheStoresContinue() throws Exception {
        String head = "PUT /b/k HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
        send(client, head);
        try (Socket store = accept()) {
            receive(store, head);
            send(store, "HTTP/1.1 100 Continue\r\n\r\n");
            receive(client, "HTTP/1.1 100 Continue\r\n\r\n");
            send(client, "body");
            receive(store, "body");
            send(store, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            receive(client, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            exchangeOn(store, "HEAD /b HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n");
        }
    }

    @Test
    void aRefusalInsteadOfContinueEndsTheConnection() throws Exception {
        String head = "PUT /b/k HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
        String refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno";
        send(client, head);
        try (Socket store = accept()) {
            receive(store, head);
            send(store, refusal);
            receive(client, refusal);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void anAnswerMayComeBeforeTheEndOfTheBody() throws Exception {
        String begun = "PUT /b/k HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc";
        String refusal = "HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n";
        send(client, begun);
        try (Socket store = accept()) {
            receive(store, begun);
            send(store, refusal);
            receive(client, refusal);
        }
    }

    @Test
    void aStoreThatHungUpBetweenTwoRequestsIsCalledAnew() throws Exception {
        String request = "GET /b/k HTTP/1.1\r\nHost: a\r\n\r\n";
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        exchange(request, answer).close();
        exchange(request, answer).close();
        assertThat(front.requests()).extracting(S3Request::status).containsExactly(200, 200);
    }

    @Test
    void aStoreThatIsAwayShowsAsAReset() throws Exception {
        port.close();
        send(client, "GET /b/k HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(endOf(client)).isEqualTo("reset");
        assertThat(front.requests()).extracting(S3Request::status).containsExactly(0);
    }

    @Test
    void aClientThatLeavesHalfwayResetsTheStore() throws Exception {
        String begun = "PUT /b/k HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc";
        send(client, begun);
        try (Socket store = accept()) {
            receive(store, begun);
            client.close();
            assertThat(endOf(store)).isEqualTo("reset");
        }
    }

    @Test
    void theStoreNeverHasTheWholeOfARequestThatIsReset() throws Exception {
        front.onEvery().resetRequestAfter(1_000);
        send(client, "PUT /b/k HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
        try (Socket store = accept()) {
            receive(store, "PUT /b/k HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbod");
            assertThat(endOf(client)).isEqualTo("reset");
            assertThat(endOf(store)).isEqualTo("reset");
        }
    }

    @Test
    void aTruncatedAnswerEndsInOrderAndAResetOneDoesNot() throws Exception {
        front.on("GetObject").next(1).truncateAnswerAfter(3);
        front.on("GetObject").next(1).resetAnswerAfter(3);
        String request = "GET /b/k HTTP/1.1\r\nHost: a\r\n\r\n";
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n";
        try (Socket _ = ask(request, head + "abcdef")) {
            receive(client, head + "abc");
            assertThat(endOf(client)).isEqualTo("end");
        }
        reconnect();
        try (Socket _ = ask(request, head + "abcdef")) {
            receive(client, head + "abc");
            assertThat(endOf(client)).isEqualTo("reset");
        }
    }

    @Test
    void aChunkedAnswerIsCutWithinItsChunk() throws Exception {
        front.on("GetObject").truncateAnswerAfter(3);
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        try (Socket _ = ask("GET /b/k HTTP/1.1\r\n\r\n", head + "2\r\nab\r\n4\r\ncdef\r\n0\r\n\r\n")) {
            receive(client, head + "2\r\nab\r\n4\r\nc");
            assertThat(endOf(client)).isEqualTo("end");
        }
    }

    @Test
    void anEndlessHeadIsCutOff() throws Exception {
        send(client, "GET /b/k HTTP/1.1\r\nX-Long: " + "x".repeat(HttpHead.MAX_BYTES));
        assertThat(endOf(client)).isEqualTo("reset");
        assertThat(front.requests()).isEmpty();
    }

    /// One exchange on a connection that the front opens to the store.
    private Socket exchange(String request, String answer) throws Exception {
        send(client, request);
        Socket store = accept();
        receive(store, request);
        send(store, answer);
        receive(client, answer);
        return store;
    }

    private void exchangeOn(Socket store, String request, String answer) throws Exception {
        send(client, request);
        receive(store, request);
        send(store, answer);
        receive(client, answer);
    }

    private Socket ask(String request, String answer) throws Exception {
        send(client, request);
        Socket store = accept();
        receive(store, request);
        send(store, answer);
        return store;
    }

    private void reconnect() throws IOException {
        client.close();
        client = connected(
                new Socket(InetAddress.getLoopbackAddress(), front.endpoint().getPort()));
    }

    private Socket accept() throws Exception {
        return connected(within(port::accept));
    }

    private static Socket connected(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Takes exactly as many bytes as are expected, and compares.
    private static void receive(Socket socket, String expected) throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        while (received.size() < expected.length()) {
            int octet = in.read();
            if (octet < 0) {
                break;
            }
            received.write(octet);
        }
        assertThat(received.toString(StandardCharsets.ISO_8859_1)).isEqualTo(expected);
    }

    private static String endOf(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0 ? "end" : "more";
        } catch (SocketException e) {
            return "reset";
        }
    }

    private <T> T within(Callable<T> task) throws InterruptedException, ExecutionException, TimeoutException {
        Future<T> result = threads.submit(task);
        return result.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
