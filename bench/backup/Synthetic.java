import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/// An S3 whose buckets `media` and `mirror` list as many objects as its argument says, and accept copies without making
/// any; the bucket `staging` is empty. What is written to other buckets it keeps in memory. It checks no signatures, and takes little more time for a
/// request than its connection does. Prints its address; `/requests` is the number of requests since it was asked last.
static final String TIME = "2026-11-01T00:00:00.000Z";

static final String HTTP_TIME = "Sun, 01 Nov 2026 00:00:00 GMT";
static final String ETAG = "\"9e107d9d372bb6826bd81d3542a419d6\"";
static final int PAGE = 1_000;
static final int MAX_LINE = 16 << 10;

static final Answer COPIED = Answer.xml("<CopyObjectResult><LastModified>" + TIME + "</LastModified><ETag>" + ETAG
        + "</ETag></CopyObjectResult>");

final NavigableMap<String, byte[]> written = new ConcurrentSkipListMap<>();
final AtomicLong requests = new AtomicLong();

/// @param path decoded, without its first slash
/// @param headers by their names in lower case
record Request(String method, String path, Map<String, String> query, Map<String, String> headers, byte[] body) {}

/// @param fields more lines of the head
record Answer(String status, String fields, byte[] body) {

    static Answer xml(String text) {
        return new Answer("200 OK", "Content-Type: application/xml\r\n", text.getBytes(StandardCharsets.UTF_8));
    }

    /// Of an object.
    static Answer object(String status, String fields, byte[] body) {
        return new Answer(status, "ETag: " + ETAG + "\r\nLast-Modified: " + HTTP_TIME + "\r\n" + fields, body);
    }

    /// @param isHead to leave the body away
    byte[] bytes(boolean isHead) {
        byte[] head = ("HTTP/1.1 " + status + "\r\nContent-Length: " + body.length + "\r\n" + fields + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = Arrays.copyOf(head, head.length + (isHead ? 0 : body.length));
        System.arraycopy(body, 0, whole, head.length, whole.length - head.length);
        return whole;
    }
}

void main(String[] arguments) throws IOException {
    int count = Integer.parseInt(arguments[0]);
    try (ServerSocket server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress())) {
        IO.println("http://127.0.0.1:" + server.getLocalPort());
        while (true) {
            Socket client = server.accept();
            client.setTcpNoDelay(true);
            Thread.ofPlatform().daemon().start(() -> talk(client, count));
        }
    }
}

void talk(Socket client, int count) {
    try (client) {
        InputStream in = new BufferedInputStream(client.getInputStream(), 64 << 10);
        OutputStream out = client.getOutputStream();
        for (Request request = read(in, out); request != null; request = read(in, out)) {
            out.write(answer(request, count).bytes(request.method().equals("HEAD")));
        }
    } catch (IOException e) {
        // The client has left.
    }
}

/// The next request; null at the end of the connection.
Request read(InputStream in, OutputStream out) throws IOException {
    String first = line(in);
    if (first.isEmpty()) {
        return null;
    }
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
        int colon = line.indexOf(':');
        headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    if (headers.containsKey("expect")) {
        out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    }
    byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    String[] words = first.split(" ", 3);
    String[] target = words[1].split("\\?", 2);
    String path = URLDecoder.decode(target[0].substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
    return new Request(words[0], path, query(target.length < 2 ? "" : target[1]), headers, body);
}

/// A line without its end; empty at the end of the stream.
String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder(100);
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
        if (c != '\r') {
            line.append((char) c);
        }
        if (line.length() > MAX_LINE) {
            throw new IOException("a line of more than " + MAX_LINE + " bytes");
        }
    }
    return line.toString();
}

Answer answer(Request request, int count) {
    String path = request.path();
    Map<String, String> query = request.query();
    if (path.equals("requests")) {
        return Answer.xml(Long.toString(requests.getAndSet(0)));
    }
    requests.incrementAndGet();
    int slash = path.indexOf('/');
    switch (request.method()) {
        case "GET" -> {
            if (slash < 0 || slash == path.length() - 1) {
                String bucket = slash < 0 ? path : path.substring(0, slash);
                if (bucket.equals("staging")) {
                    return Answer.xml("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
                }
                return Answer.xml(bucket.equals("backups") ? listed(query) : madeUp(query, count));
            }
        }
        case "POST" -> {
            if (query.containsKey("uploads")) {
                return Answer.xml(
                        "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>");
            }
            written.put(path, joined(path));
            return Answer.xml("<CompleteMultipartUploadResult><ETag>" + ETAG
                    + "</ETag></CompleteMultipartUploadResult>");
        }
        case "PUT" -> {
            if (request.headers().containsKey("x-amz-copy-source")) {
                return COPIED;
            }
            String part = query.get("partNumber");
            written.put(part == null ? path : "part " + path + " %05d".formatted(Integer.parseInt(part)), request.body());
            return Answer.object("200 OK", "", new byte[0]);
        }
        case "DELETE" -> {
            written.remove(path);
            return new Answer("204 No Content", "", new byte[0]);
        }
        default -> {}
    }
    return written.containsKey(path)
            ? part(written.get(path), request.headers().get("range"))
            : new Answer("404 Not Found", "", new byte[0]);
}

Map<String, String> query(String raw) {
    Map<String, String> query = new HashMap<>();
    for (String pair : raw.split("&")) {
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

/// The bytes that are asked for.
///
/// @param range null for all
Answer part(byte[] bytes, String range) {
    if (range == null) {
        return Answer.object("200 OK", "", bytes);
    }
    String[] ends = range.substring("bytes=".length()).split("-", 2);
    int from = Integer.parseInt(ends[0]);
    int to = ends[1].isEmpty() ? bytes.length : Math.min(bytes.length, Integer.parseInt(ends[1]) + 1);
    return Answer.object(
            "206 Partial Content",
            "Content-Range: bytes " + from + "-" + (to - 1) + "/" + bytes.length + "\r\n",
            Arrays.copyOfRange(bytes, from, to));
}
