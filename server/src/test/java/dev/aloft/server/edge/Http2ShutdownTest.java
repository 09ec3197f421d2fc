package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.S3Fixture;
import dev.aloft.testkit.S3Request;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A client of HTTP/2 during the shutdown of an edge (RFC 9113, 6.8).
final class Http2ShutdownTest {

    private static final String TEXT = "an upload";

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    /// `:status: 200`, as HPACK has it in its static table.
    private static final byte STATUS_200 = (byte) 0x88;

    @TempDir
    private Path folder;

    private S3Fixture s3;
    private Edge edge;

    @BeforeEach
    void start() throws Exception {
        s3 = new S3Fixture(folder.resolve("s3"));
        s3.put("a.txt", "text/plain", TEXT);
        Tls tls = TestCertificate.create(folder, "site.test", "ec:prime256v1");
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, s3.site()).withTls(tls));
    }

    @AfterEach
    void stop() throws IOException {
        edge.close();
        s3.close();
    }

    @Test
    void aRequestUnderWayIsAnsweredAfterTheGoAway() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        s3.front().on(request -> isHeld(request, arrived, released)).answer(500);
        try (Http2Connection client = Http2Connection.to(edge.port());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            client.get("/uploads/a.txt");
            arrived.await();
            Future<?> stop = threads.submit(edge::close);
            assertThat(client.next(GOAWAY).number(0)).as("last stream").isEqualTo(Integer.MAX_VALUE);
            released.countDown();
            assertThat(client.next(HEADERS).payload()).contains(STATUS_200);
            assertThat(client.next(DATA).payload())
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo(TEXT);
            Frame last = client.next(GOAWAY);
            assertThat(List.of(last.number(0), last.number(4)))
                    .as("last stream, error")
                    .containsExactly(1, 0);
            stop.get(60, TimeUnit.SECONDS);
        }
    }

    /// Holds a request for the upload back until it is released.
    private static boolean isHeld(S3Request request, CountDownLatch arrived, CountDownLatch released) {
        if (request.key().endsWith("/a.txt")) {
            arrived.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return false;
    }

    /// A frame (RFC 9113, 4.1).
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    private record Frame(int type, byte[] payload) {

        /// The 31 bits at an offset.
        int number(int offset) {
            return ByteBuffer.wrap(payload).getInt(offset) & Integer.MAX_VALUE;
        }
    }

    /// A connection whose frames are written and read byte by byte.
    private record Http2Connection(SSLSocket socket) implements AutoCloseable {

        static Http2Connection to(int port) throws Exception {
            SSLSocket socket = (SSLSocket)
                    TrustAll.context().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(60_000);
            Http2Connection connection = new Http2Connection(socket);
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            connection.write(SETTINGS, 0, 0, new byte[0]);
            return connection;
        }

        private void write(int type, int flags, int stream, byte[] payload) throws IOException {
            ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
            frame.putInt(payload.length << 8 | type)
                    .put((byte) flags)
                    .putInt(stream)
                    .put(payload);
            socket.getOutputStream().write(frame.array());
        }

        /// Sends a request on stream 1; its fields are literals or of the static table (RFC 7541, 6 and A).
        void get(String path) throws IOException {
            ByteArrayOutputStream fields = new ByteArrayOutputStream();
            fields.writeBytes(new byte[] {(byte) 0x82, (byte) 0x87, 0x04, (byte) path.length()});
            fields.writeBytes(path.getBytes(StandardCharsets.US_ASCII));
            fields.writeBytes(new byte[] {0x01, 1, 'a'});
            write(HEADERS, END_STREAM | END_HEADERS, 1, fields.toByteArray());
        }

        /// The next frame of a type; those that control the connection are skipped.
        Frame next(int type) throws IOException {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (true) {
                int head = in.readInt();
                in.skipNBytes(5);
                Frame frame = new Frame(head & 0xff, in.readNBytes(head >>> 8));
                if (frame.type() == type) {
                    return frame;
                }
                assertThat(frame.type()).isIn(SETTINGS, PING, WINDOW_UPDATE);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
