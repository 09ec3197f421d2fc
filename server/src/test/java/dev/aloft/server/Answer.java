package dev.aloft.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// An answer of the edge, read byte for byte from a connection of its own: no client library corrects what the test
/// asks, or what comes back.
///
/// @param headers by lower-case name; of a header that comes twice, both values joined by a line feed
/// @param raw the body, a character for each byte
/// @param whole whether the body came to the end that the head announced, if it announced one
public record Answer(int status, Map<String, String> headers, String raw, boolean whole) {

    private static final int LIMIT_MILLIS = 60_000;

    /// Asks for a target exactly as it is written here.
    ///
    /// @param fields as in `Range: bytes=0-9`; `Host` is added unless it is among them
    public static Answer to(int port, String method, String target, String... fields) throws IOException {
        return to(port, method, target, new byte[0], fields);
    }

    public static Answer to(int port, String method, String target, byte[] body, String... fields) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        if (List.of(fields).stream().noneMatch(f -> f.regionMatches(true, 0, "host:", 0, 5))) {
            head.append("Host: site.test:").append(port).append("\r\n");
        }
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        if (body.length > 0) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("Connection: close\r\n\r\n");
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
        request.writeBytes(body);
        return toRaw(port, method, request.toByteArray());
    }

    public static Answer toRaw(int port, String method, byte[] request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(LIMIT_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(request);
            out.flush();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(all);
            } catch (java.net.SocketException reset) {
                // Whatever came before it counts.
            }
            return parse(method, all.toByteArray());
        }
    }

    public byte[] body() {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    public String text() {
        return new String(body(), StandardCharsets.UTF_8);
    }

    public String header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT))).orElse("(no " + name + ")");
    }

    private static Answer parse(String method, byte[] bytes) {
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = all.indexOf("\r\n\r\n");
        if (end < 0) {
            return new Answer(0, Map.of(), all, false);
        }
        String[] lines = all.substring(0, end).split("\r\n", -1);
        int status = Integer.parseInt(lines[0].split(" ", -1)[1]);
        if (status == 100) {
            return parse(method, java.util.Arrays.copyOfRange(bytes, end + 4, bytes.length));
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line : List.of(lines).subList(1, lines.length)) {
            int colon = line.indexOf(':');
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (a, b) -> a + "\n" + b);
        }
        String body = all.substring(end + 4);
        boolean bodiless = method.equals("HEAD") || status == 304 || status == 204;
        boolean whole;
        if ("chunked".equals(headers.get("transfer-encoding")) && !bodiless) {
            whole = body.endsWith("0\r\n\r\n");
            body = whole ? dechunked(body) : body;
        } else {
            String length = headers.get("content-length");
            whole = bodiless ? body.isEmpty() : length == null || Long.parseLong(length) == body.length();
        }
        return new Answer(status, headers, body, whole);
    }

    private static String dechunked(String body) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (true) {
            int line = body.indexOf("\r\n", at);
            int length = Integer.parseInt(body.substring(at, line), 16);
            if (length == 0) {
                return text.toString();
            }
            text.append(body, line + 2, line + 2 + length);
            at = line + 2 + length + 2;
        }
    }
}
