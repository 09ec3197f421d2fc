package dev.aloft.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server that gives the same answer to every request, with an ETag and a date unless the answer has its own.
final class CannedAnswer implements AutoCloseable {

    private final HttpServer server;
    private final List<Store> stores = new CopyOnWriteArrayList<>();
    private final List<Headers> received = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private volatile int status;
    private volatile byte[] body = {};
    private volatile Map<String, String> headers = Map.of();

    CannedAnswer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    Bucket bucket(Provider provider) {
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        Store store = Store.open(
                new StoreSettings(provider, endpoint, "us-east-1", true, StoreSettings.DEFAULT_TIMEOUT),
                "aloft",
                "not-a-secret");
        stores.add(store);
        return store.bucket("media");
    }

    /// @param extra headers; an empty value leaves the header away
    void answer(int code, String text, Map<String, String> extra) {
        status = code;
        body = text.getBytes(UTF_8);
        headers = extra;
    }

    /// The values of a header in the requests so far; empty where a request had none.
    List<String> received(String header) {
        return received.stream()
                .map(each -> Objects.requireNonNullElse(each.getFirst(header), ""))
                .toList();
    }

    /// The bodies of the requests so far.
    List<String> bodies() {
        return bodies;
    }

    private void handle(HttpExchange exchange) throws IOException {
        received.add(exchange.getRequestHeaders());
        bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        exchange.getResponseHeaders().set("ETag", "\"v1\"");
        exchange.getResponseHeaders().set("Last-Modified", "Sun, 29 Nov 2026 14:51:59 GMT");
        headers.forEach(exchange.getResponseHeaders()::set);
        exchange.getResponseHeaders()
                .values()
                .removeIf(values -> values.getFirst().isEmpty());
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        stores.forEach(Store::close);
        server.stop(0);
    }
}
