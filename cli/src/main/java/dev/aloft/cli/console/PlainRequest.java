package dev.aloft.cli.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// Requests to a service of this host, over TCP or a Unix socket: plain HTTP/1.1, one for each connection.
///
/// @param limit longest time until the end of an answer
public record PlainRequest(Duration limit) {

    private static final int MAX_ANSWER_BYTES = 1 << 20;

    /// Sends one request, on its own connection, which is closed at the end of the limit.
    ///
    /// @return head and body of the answer; empty if nothing answers in time
    public Optional<String> send(SocketAddress server, String target, String host) {
        String request = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
        try (SocketChannel channel = open(server)) {
            Thread timer = Thread.ofVirtual().start(() -> closeAtLimit(channel));
            try {
                channel.connect(server);
                channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
                return answer(channel);
            } finally {
                timer.interrupt();
            }
        } catch (IOException e) {
            return Optional.empty(); // refused, not permitted, broken, or too late
        }
    }

    private static SocketChannel open(SocketAddress server) throws IOException {
        return server instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
    }

    private void closeAtLimit(SocketChannel channel) {
        try {
            Thread.sleep(limit);
            channel.close();
        } catch (InterruptedException | IOException e) {
            // The exchange has ended.
        }
    }

    private static Optional<String> answer(SocketChannel channel) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer some = ByteBuffer.allocate(8192);
        while (channel.read(some.clear()) >= 0 && answer.size() < MAX_ANSWER_BYTES) {
            answer.write(some.array(), 0, some.position());
        }
        return answer.size() == 0 ? Optional.empty() : Optional.of(answer.toString(StandardCharsets.UTF_8));
    }
}
