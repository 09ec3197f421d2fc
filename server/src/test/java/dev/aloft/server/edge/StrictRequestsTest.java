package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.S3Fixture;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Heads of HTTP/2 that no client library sends, written frame by frame (RFC 9113; RFC 7541, without its compression).
final class StrictRequestsTest {

    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int END_OF_STREAM_AND_HEADERS = 5;

    /// Indexes of `:status` 200 and 400 in the static table of HPACK.
    private static final int STATUS_200 = 0x88;

    private static final int STATUS_400 = 0x8c;

    private static S3Fixture s3;
    private static Edge edge;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        s3 = new S3Fixture(folder.resolve("s3"));
        s3.put("a.txt", "text/plain", "a");
        s3.put("a b.txt", "text/plain", "a");
        Tls tls = TestCertificate.create(folder, "site.test", "ec:prime256v1");
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, s3.site()).withTls(tls));
    }

    @AfterAll
    static void stop() throws IOException {
        edge.close();
        s3.close();
    }

    @ParameterizedTest
    @CsvSource({"site.test", "SITE.test"})
    void aHostThatIsTheAuthorityIsAnswered(String host) throws Exception {
        assertThat(status("/uploads/a.txt", List.of("host", host))).isEqualTo(STATUS_200);
    }

    @ParameterizedTest
    @CsvSource({"other.test", "site.test:8080", "site.test.other.test"})
    void aHostBesideAnotherAuthorityIsRefused(String host) throws Exception {
        assertThat(status("/uploads/a.txt", List.of("host", host))).isEqualTo(STATUS_400);
    }

    @ParameterizedTest
    @CsvSource({"/uploads/a b.txt", "/uploads/a.txt HTTP/1.1"})
    void aSpaceInThePathIsRefused(String path) throws Exception {
        assertThat(status(path, List.of())).isEqualTo(STATUS_400);
    }

    /// @param field name and value of one more header
    /// @return the first byte of the answer's head that is no change of a table's size
    private static int status(String path, List<String> field) throws Exception {
        try (SSLSocket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(frame(SETTINGS, 0, 0, new byte[0]));
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            literal(head, ":method", "GET");
            literal(head, ":scheme", "https");
            literal(head, ":authority", "site.test");
            literal(head, ":path", path);
            if (!field.isEmpty()) {
                literal(head, field.getFirst(), field.getLast());
            }
            out.write(frame(HEADERS, END_OF_STREAM_AND_HEADERS, 1, head.toByteArray()));
            out.flush();
            return firstOfAnswer(new DataInputStream(socket.getInputStream()));
        }
    }

    private static int firstOfAnswer(DataInputStream in) throws IOException {
        while (true) {
            int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
            int type = in.readUnsignedByte();
            in.skipNBytes(5);
            byte[] payload = in.readNBytes(length);
            if (type == HEADERS) {
                int at = 0;
                while ((payload[at] & 0xe0) == 0x20) {
                    boolean longer = payload[at++] == 0x3f; // An integer that goes on in the next bytes.
                    while (longer) {
                        longer = (payload[at++] & 0x80) != 0;
                    }
                }
                return payload[at] & 0xff;
            }
            assertThat(type).as("the connection or stream ends").isNotIn(3, 7);
        }
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        frame.writeBytes(new byte[] {0, 0, 0, (byte) stream});
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    /// A field without index and without Huffman's code.
    private static void literal(ByteArrayOutputStream head, String name, String value) {
        head.write(0);
        for (String text : List.of(name, value)) {
            head.write(text.length());
            head.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static SSLSocket connect() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", edge.port());
        socket.setSoTimeout(60_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    /// The certificate of these tests is nobody's.
    private static final class TrustsAll implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
