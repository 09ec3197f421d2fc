package dev.aloft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Sockets of this process, as if a service manager had passed all of its descriptors.
final class InheritedSocketsTest {

    @Test
    void aSocketOfAnotherAddressOfTheSamePortIsNotTaken() throws IOException {
        try (ServerSocketChannel admin = listening("127.0.0.2", 0)) {
            int port = port(admin);
            InheritedSockets sockets = all();

            assertThat(sockets.has(new InetSocketAddress("127.0.0.2", port))).isTrue();
            assertThat(sockets.has(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                    .isFalse();
            assertThat(sockets.has(new InetSocketAddress("0.0.0.0", port))).isFalse();
            assertThat(sockets.take("127.0.0.1", port)).isEmpty();
        }
    }

    @Test
    void twoSocketsOfOnePortAreToldApart() throws IOException {
        try (ServerSocketChannel admin = listening("127.0.0.2", 0);
                ServerSocketChannel _ = listening("127.0.0.1", port(admin))) {
            InheritedSockets sockets = all();

            assertThat(sockets.has(new InetSocketAddress("127.0.0.2", port(admin))))
                    .isTrue();
            assertThat(sockets.has(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(admin))))
                    .isTrue();
            assertThat(sockets.has(new InetSocketAddress("127.0.0.3", port(admin))))
                    .isFalse();
        }
    }

    /// systemd opens `ListenStream=8080` for IPv6, which includes IPv4.
    @Test
    void everyAddressIsTheSameForBothFamilies() throws IOException {
        try (ServerSocketChannel edge = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
            edge.bind(new InetSocketAddress("::", 0));
            InheritedSockets sockets = all();

            assertThat(sockets.has(new InetSocketAddress("0.0.0.0", port(edge))))
                    .isTrue();
            assertThat(sockets.has(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(edge))))
                    .isFalse();
        }
    }

    @Test
    void aSocketThatDoesNotListenIsIgnored() throws IOException {
        try (DatagramChannel datagrams = DatagramChannel.open(StandardProtocolFamily.INET)) {
            datagrams.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketAddress address = datagrams.getLocalAddress();

            assertThat(all().has(address)).isFalse();
        }
    }

    private static ServerSocketChannel listening(String host, int port) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(host, port));
    }

    private static int port(ServerSocketChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    private static InheritedSockets all() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            int last = open.mapToInt(
                            entry -> Integer.parseInt(entry.getFileName().toString()))
                    .max()
                    .orElseThrow();
            return InheritedSockets.in(Map.of(
                    "LISTEN_PID", String.valueOf(ProcessHandle.current().pid()),
                    "LISTEN_FDS", String.valueOf(last)));
        }
    }
}
