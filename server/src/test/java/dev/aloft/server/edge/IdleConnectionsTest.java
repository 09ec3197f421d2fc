package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The memory of an edge with more clients than it admits. Its process ends if its heap does not suffice.
final class IdleConnectionsTest {

    /// More than the edge's own limit of connections. The limit of open files of the machine may allow fewer.
    private static final int CONNECTIONS = (int) Math.min(10_000, descriptors() - 1_000);

    /// Connections of one address.
    private static final int PER_ADDRESS = 1_000;

    /// With fewer open files the test says nothing.
    private static final long MIN_DESCRIPTORS = 8_192;

    private static final long MAX_MEBIBYTES_WHEN_IDLE = 300;

    @TempDir
    private Path folder;

    @Test
    void tenThousandIdleConnectionsHoldLittle() throws Exception {
        assumeThat(descriptors()).isGreaterThan(MIN_DESCRIPTORS);
        List<SocketChannel> clients = new ArrayList<>();
        try (S3Fixture s3 = new S3Fixture(folder.resolve("s3"));
                EdgeProcess edge = EdgeProcess.start(
                        "", s3.front().endpoint(), folder.resolve("cache"), "-Xmx96m", "-XX:+ExitOnOutOfMemoryError")) {
            s3.put("cat.jpg", "image/jpeg", "meow");
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.add(answered(edge.port(), i / PER_ADDRESS));
            }
            assertThat(Answer.to(edge.port(), "GET", "/uploads/cat.jpg").text()).isEqualTo("meow");
            assertThat(edge.peakMebibytes()).isLessThan(MAX_MEBIBYTES_WHEN_IDLE);
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    /// A connection whose request has been answered.
    private static SocketChannel answered(int port, int address) throws IOException {
        SocketChannel client = SocketChannel.open();
        client.bind(new InetSocketAddress("127.0.1." + (1 + address), 0));
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        client.write(ByteBuffer.wrap(
                "GET /uploads/cat.jpg HTTP/1.1\r\nHost: site.test\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer answer = ByteBuffer.allocate(2_000);
        int begin = client.read(answer);
        assertThat(new String(answer.array(), 0, Math.max(begin, 0), StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 200");
        return client;
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount();
    }
}
