package dev.aloft.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server that lists versions of objects as AWS does, and does nothing else: for histories that no server makes on
/// demand, such as many versions of one second. It checks no signature and has one bucket, of any name.
///
/// For any thread. The caller closes it.
public final class ListedVersions implements AutoCloseable {

    private final HttpServer server;
    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> queries = new CopyOnWriteArrayList<>();

    /// @param etag empty for a deletion
    private record Entry(String key, String id, Instant modified, String etag) {

        String xml(boolean latest) {
            String common = "<Key>" + encoded(key) + "</Key><VersionId>" + id + "</VersionId><IsLatest>" + latest
                    + "</IsLatest><LastModified>" + modified.truncatedTo(ChronoUnit.SECONDS) + "</LastModified>";
            return etag.isEmpty()
                    ? "<DeleteMarker>" + common + "</DeleteMarker>"
                    : "<Version>" + common + "<ETag>&quot;" + etag + "&quot;</ETag><Size>1</Size>"
                            + "<StorageClass>STANDARD</StorageClass></Version>";
        }
    }

    private ListedVersions() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /// Starts a server with an empty bucket.
    public static ListedVersions start() {
        try {
            return new ListedVersions();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Address of the server for path-style clients.
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// Adds a write to the end of the listing. The caller adds in S3's order: keys sorted, the newest version first.
    public void addWrite(String key, String id, Instant modified, String etag) {
        entries.add(new Entry(key, id, modified, etag));
    }

    /// Adds the mark of a deletion to the end of the listing.
    public void addDeletion(String key, String id, Instant modified) {
        entries.add(new Entry(key, id, modified, ""));
    }

    /// The decoded queries of the listings so far.
    public List<Map<String, String>> queries() {
        return queries;
    }

    private void answer(HttpExchange exchange) throws IOException {
        S3Target target = S3Target.parse(exchange.getRequestURI().toString());
        String xml = "";
        if (target.asks("versioning")) {
            xml = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
        } else if (target.asks("versions")) {
            queries.add(target.query());
            xml = page(target.query());
        }
        byte[] body = xml.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(xml.isEmpty() ? 501 : 200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String page(Map<String, String> query) {
        List<Entry> fitting = entries.stream()
                .filter(entry -> entry.key().startsWith(query.getOrDefault("prefix", "")))
                .toList();
        int from = from(fitting, query);
        int to = Math.min(fitting.size(), from + Integer.parseInt(query.getOrDefault("max-keys", "1000")));
        StringBuilder xml = new StringBuilder("<ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>"
                + (to < fitting.size()) + "</IsTruncated>");
        if (to < fitting.size()) {
            Entry last = fitting.get(to - 1);
            xml.append("<NextKeyMarker>" + encoded(last.key()) + "</NextKeyMarker><NextVersionIdMarker>" + last.id()
                    + "</NextVersionIdMarker>");
        }
        for (int i = from; i < to; i++) {
            xml.append(fitting.get(i)
                    .xml(i == 0
                            || !fitting.get(i - 1).key().equals(fitting.get(i).key())));
        }
        return xml.append("</ListVersionsResult>").toString();
    }

    /// The index after the marker's entry.
    private static int from(List<Entry> fitting, Map<String, String> query) {
        for (int i = 0; i < fitting.size(); i++) {
            if (fitting.get(i).key().equals(query.get("key-marker"))
                    && fitting.get(i).id().equals(query.get("version-id-marker"))) {
                return i + 1;
            }
        }
        return 0;
    }

    private static String encoded(String key) {
        return URLEncoder.encode(key, UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
