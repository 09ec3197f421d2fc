package dev.aloft.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// One TCP connection, with the two ways to end it: in order, or with a reset. Reading and writing may run in two
/// threads; closing is for any thread, and ends both.
final class TcpConnection implements Closeable {

    /// A peer that is silent for longer has left.
    static final Duration IDLE_LIMIT = Duration.ofSeconds(60);

    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;

    private TcpConnection(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.socket().setSoTimeout((int) IDLE_LIMIT.toMillis());
        in = new BufferedInputStream(channel.socket().getInputStream(), 64 * 1024);
        out = new BufferedOutputStream(channel.socket().getOutputStream(), 64 * 1024);
    }

    /// Takes over a connection.
    static TcpConnection of(SocketChannel channel) throws IOException {
        try {
            return new TcpConnection(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Connects; on loopback this succeeds or fails at once.
    static TcpConnection open(SocketAddress address) throws IOException {
        return of(SocketChannel.open(address));
    }

    InputStream in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    /// Writes and sends.
    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /// Returns true until this side has closed it.
    boolean isOpen() {
        return channel.isOpen();
    }

    /// Returns true if the peer has closed an idle connection. Called by the reading thread only, while no other
    /// writes.
    boolean isOver() {
        try {
            channel.configureBlocking(false);
            try {
                return channel.read(ByteBuffer.allocate(1)) != 0;
            } finally {
                channel.configureBlocking(true);
            }
        } catch (IOException e) {
            return true;
        }
    }

    /// Ends the connection with a TCP reset: the peer sees an error, not an end.
    void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // Closed already.
        }
        close();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the connection " + channel, e);
        }
    }
}
