package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.cache.CacheAnswer;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.cache.HttpCache;
import dev.aloft.server.cache.Origin;
import dev.aloft.testkit.Eventually;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The memory of bodies whose clients leave in the middle.
final class AbandonedBodiesTest {

    /// More than the kernel's buffers hold.
    private static final int BODY_BYTES = 16 << 20;

    /// The type of a frame.
    private static final int HEADERS = 1;

    private static final String SEVERAL_RANGES = "bytes=0-0,1-";

    private HttpCache cache;
    private Server server;
    private ServerConnector connector;

    @BeforeEach
    void start() throws Exception {
        cache = new HttpCache(
                new CacheSettings(2 * BODY_BYTES, BODY_BYTES, Optional.empty(), 0, false), InstantSource.system());
        cache.exchange(new Large(), question(HttpFields.EMPTY)).close();
        server = new Server();
        HttpConfiguration http = new HttpConfiguration();
        connector =
                new ServerConnector(server, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                CacheAnswer answer = cache.exchange(new Large(), question(request.getHeaders()));
                Delivery.send(answer, cache.room(), response, callback);
                return true;
            }
        });
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
        cache.close();
    }

    private static Origin.Request question(HttpFields headers) {
        return new Origin.Request("GET", "/", headers);
    }

    private static final class Large implements Origin {

        @Override
        public String name() {
            return "large";
        }

        @Override
        public Origin.Answer ask(Origin.Request request) {
            HttpFields.Mutable fields = HttpFields.build().put(HttpHeader.CACHE_CONTROL, "max-age=600");
            return new Origin.Answer(200, fields, BODY_BYTES, new ByteArrayInputStream(new byte[BODY_BYTES]));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-", SEVERAL_RANGES})
    void aConnectionThatBreaksEndsTheUse(String range) throws Exception {
        try (Socket client = connect()) {
            client.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: site.test\r\nRange: " + range + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().read()).isEqualTo('H');
            awaitBytes(bytesInUse(range));
            client.setSoLinger(true, 0);
        }
        awaitBytes(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-", SEVERAL_RANGES})
    void aStreamThatIsResetEndsTheUse(String range) throws Exception {
        try (Socket client = connect()) {
            DataOutputStream out = takeNothing(client, range);
            awaitBytes(bytesInUse(range));
            writeFrame(out, 3, 0, 1, new byte[] {0, 0, 0, 8}); // RST_STREAM, CANCEL
            awaitBytes(0);
        }
    }

    @Test
    void aConnectionOfHttp2ThatBreaksEndsTheUse() throws Exception {
        try (Socket client = connect()) {
            takeNothing(client, "bytes=0-");
            awaitBytes(BODY_BYTES);
            client.setSoLinger(true, 0);
        }
        awaitBytes(0);
    }

    /// Several ranges come through a buffer.
    private static int bytesInUse(String range) {
        return BODY_BYTES + (range.equals(SEVERAL_RANGES) ? Delivery.BUFFER_BYTES : 0);
    }

    @Test
    void aBufferIsSmallWhileOthersTakeTheRoom() throws Exception {
        int others = 0;
        while (cache.room().takeBuffer(Delivery.BUFFER_BYTES)) {
            others += Delivery.BUFFER_BYTES;
        }
        try (Socket client = connect()) {
            client.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\nRange: " + SEVERAL_RANGES
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().read()).isEqualTo('H');
            awaitBytes(BODY_BYTES + others);
            assertThat(client.getInputStream().readAllBytes()).hasSizeGreaterThan(BODY_BYTES);
        }
        awaitBytes(others);
    }

    private void awaitBytes(long bytes) throws Exception {
        Eventually.await(bytes + " bytes in use", () -> cache.bytesUnderWay() == bytes);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 << 10);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
        return socket;
    }

    /// Asks by HTTP/2 with a window by which the server may send no byte of a body, and returns when the head is there.
    private static DataOutputStream takeNothing(Socket client, String range) throws IOException {
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        writeFrame(out, 4, 0, 0, new byte[] {0, 4, 0, 0, 0, 0}); // SETTINGS, INITIAL_WINDOW_SIZE
        writeFrame(out, HEADERS, 0x5, 1, get(range));
        DataInputStream in = new DataInputStream(client.getInputStream());
        while (skipFrame(in) != HEADERS) {
            // Settings and windows come before.
        }
        return out;
    }

    /// Returns the type.
    private static int skipFrame(DataInputStream in) throws IOException {
        int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        in.skipNBytes(5L + length);
        return type;
    }

    private static void writeFrame(DataOutputStream out, int type, int flags, int stream, byte[] payload)
            throws IOException {
        out.writeByte(0);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
    }

    /// The fields of a GET in HPACK, by the indices of its static table.
    private static byte[] get(String range) {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        fields.writeBytes(new byte[] {(byte) 0x82, (byte) 0x86, (byte) 0x84}); // GET, http, /
        fields.writeBytes(new byte[] {0x01, (byte) "site.test".length()}); // :authority
        fields.writeBytes("site.test".getBytes(StandardCharsets.US_ASCII));
        fields.writeBytes(new byte[] {0x0f, 50 - 15, (byte) range.length()}); // range
        fields.writeBytes(range.getBytes(StandardCharsets.US_ASCII));
        return fields.toByteArray();
    }
}
