package dev.aloft.store;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A store as there are some: it takes every write and deletion, and pays no heed to their conditions. It keeps
/// nothing but the requests that it was sent. Whoever starts it closes it.
public final class ForgetfulStore implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final int statusOfConditions;

    private ForgetfulStore(HttpServer server, int statusOfConditions) {
        this.server = server;
        this.statusOfConditions = statusOfConditions;
    }

    /// @param statusOfConditions what it answers to a write on a condition: 200, or 501 as some do
    public static ForgetfulStore start(int statusOfConditions) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ForgetfulStore store = new ForgetfulStore(server, statusOfConditions);
        server.createContext("/", store::answer);
        server.setExecutor(store.threads);
        server.start();
        return store;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            requests.add(exchange.getRequestMethod() + " " + path.substring(0, path.lastIndexOf('/') + 1));
            boolean write = exchange.getRequestMethod().equals("PUT");
            boolean condition = exchange.getRequestHeaders().containsKey("If-None-Match")
                    || exchange.getRequestHeaders().containsKey("If-Match");
            exchange.getResponseHeaders().set("ETag", "\"d41d8cd98f00b204e9800998ecf8427e\"");
            exchange.sendResponseHeaders(write ? condition ? statusOfConditions : 200 : 204, -1);
        }
    }

    /// Method and directory of each request, in order.
    public List<String> requests() {
        return requests;
    }

    /// Its one bucket, as a host sees it to whom the make of the store is unknown.
    public Store open() {
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return Store.open(StoreSettings.at(Provider.OTHER, endpoint), "aloft", "not-a-secret");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
