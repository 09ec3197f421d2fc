package dev.aloft.bench.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Many simultaneous clients, each with one request. The caller closes them.
final class Crowd implements AutoCloseable {

    private static final int RECEIVE_BUFFER = 64 * 1024;

    private final List<SocketChannel> clients = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);

    /// Connects them, without a request.
    Crowd(Subject subject, int size) throws IOException {
        for (int i = 0; i < size; i++) {
            SocketChannel client = SocketChannel.open();
            clients.add(client);
            client.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), subject.port()));
        }
    }

    void ask(String path) throws IOException {
        byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        for (SocketChannel client : clients) {
            client.write(ByteBuffer.wrap(request));
            client.configureBlocking(false);
        }
    }

    /// Lets each client read at most this many bytes. Returns the total; -1 when all have reached the end.
    long read(int most) throws IOException {
        long sum = 0;
        boolean ended = true;
        for (SocketChannel client : clients) {
            buffer.clear().limit(Math.min(most, buffer.capacity()));
            int count = client.read(buffer);
            ended &= count < 0;
            sum += Math.max(count, 0);
        }
        return ended ? -1 : sum;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
    }
}
