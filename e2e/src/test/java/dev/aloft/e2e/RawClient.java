package dev.aloft.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.regex.Pattern;

/// A client that sends requests as they are written, which no library does.
///
/// @param server where it connects to
/// @param host as in `Host`
/// @param patience how long the server may be silent
record RawClient(InetSocketAddress server, String host, Duration patience) {

    private static final Pattern CHUNKED = Pattern.compile("(?im)^Transfer-Encoding: *chunked");

    int port() {
        return server.getPort();
    }

    RawClient withHost(String other) {
        return new RawClient(server, other, patience);
    }

    /// The whole answer, head and body, a byte each character.
    String get(String target) throws IOException {
        return request("GET " + target + " HTTP/1.1", "", "");
    }

    /// @param fields of the head, each with its end of line
    String request(String line, String fields, String body) throws IOException {
        try (Open open = open(line, "Connection: close\r\n" + fields)) {
            open.send(body);
            return open.rest();
        }
    }

    /// Sends a head, and stays connected.
    Open open(String line, String fields) throws IOException {
        Socket socket = new Socket(server.getAddress(), server.getPort());
        socket.setSoTimeout((int) patience.toMillis());
        Open open = new Open(socket, new ByteArrayOutputStream());
        open.send(line + "\r\nHost: " + host + "\r\n" + fields + "\r\n");
        return open;
    }

    /// A connection with a request on it.
    ///
    /// @param received what has been read of the answer
    record Open(Socket socket, ByteArrayOutputStream received) implements AutoCloseable {

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        }

        /// Reads on until this has come.
        void awaitText(String text) throws IOException {
            InputStream in = socket.getInputStream();
            while (!received.toString(ISO_8859_1).contains(text)) {
                int next = in.read();
                if (next < 0) {
                    throw new IOException("the answer ended before \"" + text + "\": " + received);
                }
                received.write(next);
            }
        }

        /// All of the answer, which the server ends; a body in chunks as one.
        String rest() throws IOException {
            socket.getInputStream().transferTo(received);
            String answer = received.toString(ISO_8859_1);
            int body = answer.indexOf("\r\n\r\n") + 4;
            String head = answer.substring(0, body);
            return CHUNKED.matcher(head).find() ? head + joined(answer.substring(body)) : answer;
        }

        private static String joined(String chunks) {
            StringBuilder text = new StringBuilder();
            int at = 0;
            while (at < chunks.length()) {
                int data = chunks.indexOf("\r\n", at) + 2;
                int length = Integer.parseInt(chunks.substring(at, data - 2), 16);
                text.append(chunks, data, data + length);
                at = length == 0 ? chunks.length() : data + length + 2;
            }
            return text.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
