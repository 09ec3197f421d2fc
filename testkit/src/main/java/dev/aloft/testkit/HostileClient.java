package dev.aloft.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A client that attacks a server of this machine, and the visitors who come after it.
///
/// The site has three uploads with distinct texts: put [#VISITORS], [#SMUGGLED] and [#ASKED] at their paths
/// before the first attack.
///
/// @param port of the server on loopback
/// @param host of the site, as in `Host`
/// @param uploads the URL path below which the three uploads are, with a slash at both ends
/// @param patience how long a connection may be silent before it counts as ended
public record HostileClient(int port, String host, String uploads, Duration patience) {

    /// The name and the text of the upload that visitors ask for.
    public static final String VISITORS = "visitors-own.txt";

    /// The name and the text of the upload that an attack asks for in secret.
    public static final String SMUGGLED = "smuggled.txt";

    /// The name and the text of the upload that an attack asks for openly.
    public static final String ASKED = "asked-for.txt";

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");

    /// Bytes received on one connection until its end.
    ///
    /// @param text every byte, a character each
    /// @param ended whether the server ended the connection; false where it was silent for too long
    public record Received(String text, boolean ended) {

        /// The statuses of the final answers, in their order.
        public List<Integer> statuses() {
            return STATUS.matcher(text)
                    .results()
                    .map((MatchResult answer) -> Integer.parseInt(answer.group(1)))
                    .filter(status -> status >= 200)
                    .toList();
        }
    }

    /// Sends the request and, behind it on the same connection, a visitor's: what a proxy does that reuses its
    /// connections.
    public Received attack(HostileRequest request) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(request.bytes(uploads + ASKED, host, get(SMUGGLED, "")));
        bytes.writeBytes(visit().getBytes(StandardCharsets.ISO_8859_1));
        return exchange(bytes.toByteArray());
    }

    /// Answer to a visitor who requests [#VISITORS] on a separate connection.
    public Received visitor() throws IOException {
        return exchange(visit().getBytes(StandardCharsets.ISO_8859_1));
    }

    private String visit() {
        return get(VISITORS, "Connection: close\r\n");
    }

    private String get(String name, String field) {
        return "GET " + uploads + name + " HTTP/1.1\r\nHost: " + host + "\r\n" + field + "\r\n";
    }

    private Received exchange(byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) patience.toMillis());
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            boolean ended = true;
            try {
                socket.getOutputStream().write(bytes);
                socket.getInputStream().transferTo(received);
            } catch (SocketTimeoutException silent) {
                ended = false;
            } catch (SocketException reset) {
                // An end, too; what came before it counts.
            }
            return new Received(received.toString(StandardCharsets.ISO_8859_1), ended);
        }
    }
}
