package dev.aloft.nio;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A store of one directory, `d`, with more files than a test could write: it says the listing of them and knows
/// nothing else. The caller closes it.
final class HugeDirectory implements AutoCloseable {

    private static final int PAGE = 1000;
    private static final Pattern TOKEN = Pattern.compile("continuation-token=(\\d+)");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger requests = new AtomicInteger();
    private final int files;

    private HugeDirectory(HttpServer server, int files) {
        this.server = server;
        this.files = files;
    }

    static HugeDirectory start(int files) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        HugeDirectory directory = new HugeDirectory(server, files);
        server.createContext("/", directory::answer);
        server.setExecutor(directory.threads);
        server.start();
        return directory;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// The number of pages that were requested.
    int requests() {
        return requests.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        Matcher token = TOKEN.matcher(exchange.getRequestURI().getQuery());
        byte[] page = page(token.find() ? Integer.parseInt(token.group(1)) : 0).getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/xml");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
        }
    }

    private String page(int from) {
        int to = Math.min(files, from + PAGE);
        StringBuilder xml = new StringBuilder("<ListBucketResult><Name>media</Name><Prefix>d/</Prefix><IsTruncated>")
                .append(to < files)
                .append("</IsTruncated>");
        if (to < files) {
            xml.append("<NextContinuationToken>").append(to).append("</NextContinuationToken>");
        }
        for (int i = from; i < to; i++) {
            xml.append("<Contents><Key>d/file-")
                    .append(1_000_000 + i)
                    .append("</Key><Size>1</Size><ETag>&quot;e&quot;</ETag>")
                    .append("<LastModified>2026-11-01T00:00:00.000Z</LastModified></Contents>");
        }
        return xml.append("</ListBucketResult>").toString();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
