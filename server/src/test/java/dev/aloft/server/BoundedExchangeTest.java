package dev.aloft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BoundedExchangeTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final CountDownLatch disconnected = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    @AfterEach
    void stop() {
        stopped.countDown();
        server.stop(0);
        client.shutdownNow();
    }

    @Test
    void aWholeResponseIsReturned() throws Exception {
        answer(418, 5, out -> out.write("short".getBytes(StandardCharsets.US_ASCII)));

        HttpResponse<String> response = send(LONG);

        assertThat(response.statusCode()).isEqualTo(418);
        assertThat(response.body()).isEqualTo("short");
    }

    @Test
    void aBodyThatComesTooSlowlyIsAFailureAndItsConnectionIsClosed() throws Exception {
        answer(200, 1_000_000_000, out -> {
            try {
                while (!stopped.await(10, TimeUnit.MILLISECONDS)) {
                    out.write('x');
                    out.flush();
                }
            } finally {
                disconnected.countDown();
            }
        });

        assertThatThrownBy(() -> send(Duration.ofSeconds(2)))
                .isInstanceOf(HttpTimeoutException.class)
                .hasMessage("no complete response within 2 s");
        assertThat(disconnected.await(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void ofABodyWithoutAnEndTheBeginningIsReturned() throws Exception {
        answer(503, 0, out -> {
            byte[] bytes = "x".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
            try {
                while (true) {
                    out.write(bytes);
                }
            } finally {
                disconnected.countDown();
            }
        });

        HttpResponse<String> response = send(LONG);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).hasSize(BoundedExchange.MAX_BODY).containsPattern("^x+$");
        assertThat(disconnected.await(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void aFailureIsAnIoException() {
        server.stop(0);

        assertThatThrownBy(() -> send(LONG)).isInstanceOf(ConnectException.class);
    }

    private HttpResponse<String> send(Duration limit) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        return BoundedExchange.send(
                client,
                HttpRequest.newBuilder(uri).build(),
                limit,
                bytes -> new String(bytes, StandardCharsets.US_ASCII));
    }

    private interface Body {
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    /// @param length 0 for a body in chunks
    private void answer(int status, long length, Body body) {
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(status, length);
                body.write(exchange.getResponseBody());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
