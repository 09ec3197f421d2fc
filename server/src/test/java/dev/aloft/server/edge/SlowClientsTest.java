package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.aloft.server.S3Fixture;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that hold connections and do not use them.
final class SlowClientsTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String GET = "GET /uploads/a.txt HTTP/1.1\r\nHost: site.test\r\n\r\n";

    private static S3Fixture s3;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        s3 = new S3Fixture(folder);
        s3.put("a.txt", "text/plain", "a");
    }

    @AfterAll
    static void stop() throws IOException {
        s3.close();
    }

    @Test
    void aHeadThatComesByteByByteEndsTheConnectionInTime() throws IOException {
        try (Edge edge = edge(new EdgeSettings.Limits(LONG, Duration.ofSeconds(1), 100, 100), TrustedProxies.NONE);
                Socket client = connect(edge)) {
            assertDripIsCut(client);
        }
    }

    @Test
    void soDoesOneThatFollowsAnAnswer() throws IOException {
        try (Edge edge = edge(new EdgeSettings.Limits(LONG, Duration.ofSeconds(1), 100, 100), TrustedProxies.NONE);
                Socket client = connect(edge)) {
            assertAnswered(client);
            assertDripIsCut(client);
        }
    }

    @Test
    void aConnectionMayRestLongerThanAHeadMayTake() throws IOException {
        try (Edge edge = edge(new EdgeSettings.Limits(LONG, Duration.ofMillis(200), 100, 100), TrustedProxies.NONE);
                Socket client = connect(edge);
                Socket slow = connect(edge)) {
            assertAnswered(client);
            assertDripIsCut(slow);
            assertAnswered(client);
        }
    }

    @Test
    void theConnectionThatIsIdleLongestMakesRoomForAVisitor() throws IOException {
        try (Edge edge = edge(new EdgeSettings.Limits(LONG, LONG, 16, 100), TrustedProxies.NONE)) {
            List<Socket> crowd = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                crowd.add(connect(edge));
            }
            assertVisitorIsAnswered(edge);
            awaitOneThatIsOver(crowd.subList(0, 14)); // The edge may see two of them in the other order.
            closeAll(crowd);
        }
    }

    @Test
    void whatIsUnderWayStays() throws IOException {
        s3.put("slow.bin", "application/octet-stream", new byte[200_000]);
        s3.front().on("GetObject").dripAnswer(20_000, Duration.ofMillis(100));
        try (Edge edge = edge(new EdgeSettings.Limits(LONG, LONG, 16, 100), TrustedProxies.NONE);
                Socket reader = connect(edge)) {
            write(reader, GET.replace("a.txt", "slow.bin").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
            assertThat(reader.getInputStream().read()).isEqualTo('H');
            List<Socket> crowd = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                crowd.add(connect(edge));
            }
            assertThat(reader.getInputStream().readAllBytes().length).isGreaterThan(200_000);
            closeAll(crowd);
        } finally {
            s3.front().reset();
        }
    }

    @Test
    void oneAddressHasSoManyConnectionsAndNoMore() throws IOException {
        try (Edge edge = edge(new EdgeSettings.Limits(LONG, LONG, 100, 3), TrustedProxies.NONE)) {
            List<Socket> crowd = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                crowd.add(connect(edge));
            }
            crowd.remove(awaitOneThatIsOver(crowd));
            for (Socket client : crowd) {
                assertAnswered(client);
            }
            closeAll(crowd);
        }
    }

    @Test
    void aTrustedProxyHasAsManyAsItWants() throws IOException {
        try (Edge edge = edge(new EdgeSettings.Limits(LONG, LONG, 100, 3), TrustedProxies.of(List.of("127.0.0.0/8")))) {
            List<Socket> crowd = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                crowd.add(connect(edge));
            }
            for (Socket client : crowd) {
                assertAnswered(client);
            }
            closeAll(crowd);
        }
    }

    private static Edge edge(EdgeSettings.Limits limits, TrustedProxies trust) throws IOException {
        return Edge.start(
                EdgeSettings.of("127.0.0.1", 0, s3.site()).withLimits(limits).withTrustedProxies(trust));
    }

    private static Socket connect(Edge edge) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), edge.port());
        client.setSoTimeout((int) LIMIT.toMillis());
        return client;
    }

    /// Comes again as a browser does: so soon after a crowd his connection may be one too many.
    private static void assertVisitorIsAnswered(Edge edge) {
        assertTimeoutPreemptively(LIMIT, () -> {
            while (true) {
                try (Socket visitor = connect(edge)) {
                    assertAnswered(visitor);
                    return;
                } catch (SocketException | EOFException closed) {
                    Thread.onSpinWait();
                }
            }
        });
    }

    private static void write(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void assertAnswered(Socket client) throws IOException {
        write(client, GET);
        InputStream in = client.getInputStream();
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n\r\na")) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("closed after: " + answer);
            }
            answer.append((char) next);
        }
        assertThat(answer.toString()).startsWith("HTTP/1.1 200 ");
    }

    /// Sends a head that never ends.
    private static void assertDripIsCut(Socket client) {
        assertTimeoutPreemptively(LIMIT, () -> {
            try {
                write(client, "GET / HTTP/1.1\r\nX: ");
                client.setSoTimeout(50);
                while (!isOver(client)) {
                    write(client, "x");
                }
            } catch (SocketException cut) {
                // As it should be.
            }
        });
    }

    /// Returns true if the server has closed the connection; waits at most for the timeout of the socket.
    private static boolean isOver(Socket client) throws IOException {
        try {
            return client.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        } catch (java.net.SocketTimeoutException silent) {
            return false;
        }
    }

    /// Any of them: connections that are opened at once are registered in any order.
    private static Socket awaitOneThatIsOver(List<Socket> clients) {
        return assertTimeoutPreemptively(LIMIT, () -> {
            while (true) {
                for (Socket client : clients) {
                    client.setSoTimeout(50);
                    boolean over = isOver(client);
                    client.setSoTimeout((int) LIMIT.toMillis());
                    if (over) {
                        return client;
                    }
                }
            }
        });
    }

    private static void closeAll(List<Socket> clients) throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }
}
