package dev.aloft.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server that answers each GET with the next of some prepared documents, as S3 would.
final class CannedVersions implements AutoCloseable {

    private final HttpServer server;
    private final Store store;
    private final List<String> answers = new ArrayList<>();
    private final List<String> queries = new CopyOnWriteArrayList<>();

    CannedVersions() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        store = Store.open(StoreSettings.at(Provider.OTHER, endpoint), "aloft", "not-a-secret");
    }

    ObjectVersions versions() {
        return store.bucket("media").versions();
    }

    /// Adds the page that the next request gets.
    ///
    /// @param entries XML of versions and delete markers
    void page(String entries) {
        answers.add("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListVersionsResult"
                + " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>media</Name>"
                + "<EncodingType>url</EncodingType>" + entries + "</ListVersionsResult>");
    }

    static String written(String key, String id, String modified) {
        return "<Version><Key>" + key + "</Key><VersionId>" + id + "</VersionId><IsLatest>false</IsLatest>"
                + "<LastModified>" + modified + "</LastModified><ETag>&quot;" + id + "&quot;</ETag><Size>3</Size>"
                + "<StorageClass>STANDARD</StorageClass><Owner><ID>Version</ID></Owner></Version>";
    }

    static String deleted(String key, String id, String modified) {
        return "<DeleteMarker><Key>" + key + "</Key><VersionId>" + id + "</VersionId><IsLatest>true</IsLatest>"
                + "<LastModified>" + modified + "</LastModified></DeleteMarker>";
    }

    /// The query strings so far, as they came.
    List<String> queries() {
        return queries;
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) { // whether the bucket is there
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
            return;
        }
        queries.add(exchange.getRequestURI().getRawQuery());
        byte[] body = answers.removeFirst().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        store.close();
        server.stop(0);
    }
}
