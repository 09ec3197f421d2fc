import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// An S3 whose buckets `media` and `mirror` list as many objects as its argument says, and accept copies without making
/// any. What is written to other buckets it keeps in memory. It checks no signatures. Prints its address; `/requests` is
/// the number of requests since it was asked last.
static final String TIME = "2026-11-01T00:00:00.000Z";

static final String HTTP_TIME = "Sun, 01 Nov 2026 00:00:00 GMT";
static final String ETAG = "\"9e107d9d372bb6826bd81d3542a419d6\"";
static final int PAGE = 1_000;

final NavigableMap<String, byte[]> written = new ConcurrentSkipListMap<>();
final AtomicLong requests = new AtomicLong();

void main(String[] arguments) throws IOException {
    int count = Integer.parseInt(arguments[0]);
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
    server.setExecutor(Executors.newFixedThreadPool(64));
    server.createContext("/", exchange -> {
        try (exchange) {
            answer(exchange, count);
        }
    });
    server.start();
    IO.println("http://127.0.0.1:" + server.getAddress().getPort());
}

void answer(HttpExchange exchange, int count) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(1);
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (path.equals("requests")) {
        send(exchange, 200, Long.toString(requests.getAndSet(0)).getBytes(StandardCharsets.UTF_8));
        return;
    }
    requests.incrementAndGet();
    String method = exchange.getRequestMethod();
    int slash = path.indexOf('/');
    if (method.equals("GET") && (slash < 0 || slash == path.length() - 1)) {
        String bucket = slash < 0 ? path : path.substring(0, slash);
        xml(exchange, bucket.equals("backups") ? listed(query) : madeUp(query, count));
    } else if (method.equals("PUT") && exchange.getRequestHeaders().containsKey("x-amz-copy-source")) {
        xml(exchange, "<CopyObjectResult><LastModified>" + TIME + "</LastModified><ETag>" + ETAG
                + "</ETag></CopyObjectResult>");
    } else if (method.equals("POST") && query.containsKey("uploads")) {
        xml(exchange, "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>");
    } else if (method.equals("PUT") && query.containsKey("partNumber")) {
        written.put("part " + path + " %05d".formatted(Integer.parseInt(query.get("partNumber"))), body);
        sendObject(exchange, new byte[0]);
    } else if (method.equals("POST")) {
        written.put(path, joined(path));
        xml(exchange, "<CompleteMultipartUploadResult><ETag>" + ETAG + "</ETag></CompleteMultipartUploadResult>");
    } else if (method.equals("PUT")) {
        written.put(path, body);
        sendObject(exchange, new byte[0]);
    } else if (written.containsKey(path)) {
        read(exchange, written.get(path));
    } else {
        exchange.sendResponseHeaders(404, -1);
    }
}

Map<String, String> query(String raw) {
    Map<String, String> query = new HashMap<>();
    for (String pair : (raw == null ? "" : raw).split("&")) {
        String[] sides = pair.split("=", 2);
        query.put(sides[0], sides.length < 2 ? "" : URLDecoder.decode(sides[1], StandardCharsets.UTF_8));
    }
    return query;
}

/// The parts of an upload, one after the other.
byte[] joined(String path) {
    NavigableMap<String, byte[]> parts = written.subMap("part " + path + " ", false, "part " + path + "!", false);
    byte[] whole = new byte[parts.values().stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (byte[] part : parts.values()) {
        System.arraycopy(part, 0, whole, at, part.length);
        at += part.length;
    }
    parts.clear();
    return whole;
}

/// A page of keys that sort by their number.
String madeUp(Map<String, String> query, int count) {
    int from = 0;
    if (query.containsKey("continuation-token")) {
        from = Integer.parseInt(query.get("continuation-token"));
    } else if (!query.getOrDefault("marker", "").isEmpty()) { // of the first version of the listing, which rclone uses
        from = Integer.parseInt(query.get("marker").substring("uploads/".length(), "uploads/00000000".length())) + 1;
    }
    int to = Math.min(from + PAGE, count);
    StringBuilder page = new StringBuilder(head(to < count ? Integer.toString(to) : null));
    for (int i = from; i < to; i++) {
        page.append(entry("uploads/%08d.jpg".formatted(i), 2_048));
    }
    return page.append("</ListBucketResult>").toString();
}

/// All objects of the bucket of backups that begin so.
String listed(Map<String, String> query) {
    String prefix = "backups/" + query.getOrDefault("prefix", "");
    StringBuilder page = new StringBuilder(head(null));
    written.tailMap(prefix).forEach((path, bytes) -> {
        if (path.startsWith(prefix)) {
            page.append(entry(path.substring("backups/".length()), bytes.length));
        }
    });
    return page.append("</ListBucketResult>").toString();
}

String head(String next) {
    return "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>" + (next != null)
            + "</IsTruncated>"
            + (next == null ? "" : "<NextContinuationToken>" + next + "</NextContinuationToken>");
}

String entry(String key, int size) {
    return "<Contents><Key>" + key + "</Key><LastModified>" + TIME + "</LastModified><ETag>" + ETAG + "</ETag><Size>"
            + size + "</Size><StorageClass>STANDARD</StorageClass></Contents>";
}

void xml(HttpExchange exchange, String text) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    send(exchange, 200, text.getBytes(StandardCharsets.UTF_8));
}

/// The bytes that are asked for.
void read(HttpExchange exchange, byte[] bytes) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (exchange.getRequestMethod().equals("HEAD")) {
        describe(exchange);
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
        exchange.sendResponseHeaders(200, -1);
    } else if (range == null) {
        sendObject(exchange, bytes);
    } else {
        String[] ends = range.substring("bytes=".length()).split("-", 2);
        int from = Integer.parseInt(ends[0]);
        int to = ends[1].isEmpty() ? bytes.length : Math.min(bytes.length, Integer.parseInt(ends[1]) + 1);
        describe(exchange);
        exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + bytes.length);
        send(exchange, 206, Arrays.copyOfRange(bytes, from, to));
    }
}

void sendObject(HttpExchange exchange, byte[] bytes) throws IOException {
    describe(exchange);
    send(exchange, 200, bytes);
}

void describe(HttpExchange exchange) {
    exchange.getResponseHeaders().set("ETag", ETAG);
    exchange.getResponseHeaders().set("Last-Modified", HTTP_TIME);
}

void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
        exchange.getResponseBody().write(bytes);
    }
}
