package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.S3Fixture;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The JDK's client of HTTP/2 while one of two edges behind a balancer stops.
final class Http2ClientShutdownTest {

    private static final int CLIENTS = 12;
    private static final int REQUESTS_AFTERWARDS = 20;

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Test
    void everyRequestIsAnsweredByOneEdgeOrTheOther() throws Exception {
        try (S3Fixture s3 = new S3Fixture(folder.resolve("s3"));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            s3.put("a.txt", "text/plain", "an upload");
            Tls tls = TestCertificate.create(folder, "site.test", "ec:prime256v1");
            EdgeSettings settings = EdgeSettings.of("127.0.0.1", 0, s3.site()).withTls(tls);
            CountDownLatch reading = new CountDownLatch(CLIENTS);
            CountDownLatch stopped = new CountDownLatch(1);
            List<Future<?>> clients = new ArrayList<>();
            try (Edge other = Edge.start(settings);
                    Edge stopping = Edge.start(settings);
                    Balancer balancer = new Balancer(List.of(stopping.port(), other.port()), threads)) {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(threads.submit(() -> read(balancer.uri(), reading, stopped)));
                }
                reading.await();
                threads.submit(stopping::close).get();
                stopped.countDown();
                for (Future<?> client : clients) {
                    client.get();
                }
            }
        }
    }

    private static Void read(URI uri, CountDownLatch reading, CountDownLatch stopped) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(LIMIT).build();
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(TrustAll.context()).build()) {
            int left = REQUESTS_AFTERWARDS;
            while (left > 0) {
                HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.version()).isEqualTo(Version.HTTP_2);
                reading.countDown();
                if (stopped.getCount() == 0) {
                    left--;
                }
            }
            return null;
        }
    }

    /// Sends each new connection to the first server that accepts it.
    private static final class Balancer implements AutoCloseable {

        private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<Integer> ports;
        private final ExecutorService threads;

        Balancer(List<Integer> ports, ExecutorService threads) throws IOException {
            this.ports = ports;
            this.threads = threads;
            var _ = threads.submit(this::accept);
        }

        URI uri() {
            return URI.create("https://127.0.0.1:" + socket.getLocalPort() + "/uploads/a.txt");
        }

        private Void accept() throws IOException {
            while (true) {
                Socket client = socket.accept();
                var _ = threads.submit(() -> serve(client));
            }
        }

        private Void serve(Socket client) throws IOException {
            Socket server = connect();
            var _ = threads.submit(() -> pass(client, server));
            return pass(server, client);
        }

        private Socket connect() throws IOException {
            for (int port : ports) {
                Socket server = new Socket();
                try {
                    server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                    return server;
                } catch (IOException _) {
                    server.close();
                }
            }
            throw new ConnectException("no server accepts");
        }

        private static Void pass(Socket from, Socket to) throws IOException {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
            } finally {
                to.shutdownOutput();
            }
            return null;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
