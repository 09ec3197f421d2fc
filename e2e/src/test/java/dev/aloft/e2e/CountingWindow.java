package dev.aloft.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// Shows a test that is written in PHP the requests that reached S3: `GET` answers with the tally, in the words of
/// [S3Front#summary]; `POST` forgets them, and the faults. `POST /down` and `/up` are the front's own.
final class CountingWindow implements AutoCloseable {

    private final HttpServer server;
    private final S3Front front;

    private CountingWindow(HttpServer server, S3Front front) {
        this.server = server;
        this.front = front;
    }

    static CountingWindow open(S3Front front) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        CountingWindow window = new CountingWindow(server, front);
        server.createContext("/", window::answer);
        server.start();
        return window;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestMethod().equals("POST")) {
                switch (exchange.getRequestURI().getPath()) {
                    case "/down" -> front.goDown();
                    case "/up" -> front.comeUp();
                    default -> front.reset();
                }
            }
            byte[] tally = front.summary().getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, tally.length);
            exchange.getResponseBody().write(tally);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
