package dev.aloft.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Shows a test that is written in PHP the requests that reached S3: `GET` answers with the tally, in the words of
/// [S3Front#summary]; `POST` forgets them, and the faults. `POST /down` and `/up` are the front's own; others, such as
/// `/suspend`, are given.
final class CountingWindow implements AutoCloseable {

    private final HttpServer server;
    private final S3Front front;
    private final Map<String, Runnable> others;

    private CountingWindow(HttpServer server, S3Front front, Map<String, Runnable> others) {
        this.server = server;
        this.front = front;
        this.others = others;
    }

    static CountingWindow open(S3Front front, Map<String, Runnable> others) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        CountingWindow window = new CountingWindow(server, front, others);
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
                String path = exchange.getRequestURI().getPath();
                switch (path) {
                    case "/down" -> front.goDown();
                    case "/up" -> front.comeUp();
                    default -> others.getOrDefault(path, front::reset).run();
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
