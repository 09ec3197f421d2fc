package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that take a large upload slowly, where it is not kept on disk: more of them than S3 has connections for.
final class SlowReadersTest {

    /// The store has 256 connections.
    private static final int READERS = 300;

    private static final Duration PROMPT = Duration.ofSeconds(2);

    @Test
    void smallUploadsAreServedPromptlyAndSlowReadersToTheEnd(@TempDir Path folder) throws IOException {
        byte[] film = new byte[4 << 20];
        new Random(3).nextBytes(film);
        List<Socket> readers = new ArrayList<>();
        try (S3Fixture s3 = new S3Fixture(folder);
                Edge edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, s3.site()))) {
            s3.put("film.mp4", "video/mp4", film);
            for (int i = 0; i < READERS; i++) {
                readers.add(reader(edge.port()));
            }
            for (Socket reader : readers) {
                assertThat(reader.getInputStream().read())
                        .as("each has a beginning")
                        .isEqualTo('H');
            }
            for (int i = 0; i < 20; i++) {
                s3.put("small" + i + ".jpg", "image/jpeg", "meow");
                long begin = System.nanoTime();
                assertThat(Answer.to(edge.port(), "GET", "/uploads/small" + i + ".jpg")
                                .text())
                        .isEqualTo("meow");
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PROMPT);
            }
            for (Socket reader : readers.subList(0, 20)) {
                assertThat(Arrays.equals(bodyOf(reader.getInputStream()), film)).isTrue();
            }
        } finally {
            for (Socket reader : readers) {
                reader.close();
            }
        }
    }

    /// Has asked, and takes next to nothing by itself.
    private static Socket reader(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 << 10);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream()
                .write("GET /uploads/film.mp4 HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static byte[] bodyOf(InputStream answer) throws IOException {
        byte[] all = answer.readAllBytes();
        int head = new String(all, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
        return Arrays.copyOfRange(all, head, all.length);
    }
}
