package dev.aloft.testkit;

import dev.aloft.lab.Command;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A Redis of Debian's package `redis-server`, on a free port of 127.0.0.1, with its files in one folder. It keeps
/// nothing over a restart, unless it was asked to `SAVE`. For one thread at a time; the caller closes it.
public final class RedisServer implements AutoCloseable {

    static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final DataFolder data;
    private final int port;
    private final List<String> options;
    private @Nullable Service service;
    private int clusterPort;

    private RedisServer(DataFolder data, int port, List<String> options) {
        this.data = data;
        this.port = port;
        this.options = options;
    }

    /// Starts a server.
    ///
    /// @param options of the command line: `--requirepass`, `secret`
    public static RedisServer start(Path folder, String... options) throws IOException {
        RedisServer server = new RedisServer(DataFolder.open(folder), FreePort.next(), List.of(options));
        server.start();
        return server;
    }

    /// Starts a server of a Redis Cluster that has no other server and no keys yet.
    public static RedisServer startInCluster(Path folder) throws IOException {
        int bus = FreePort.next();
        RedisServer server = start(folder, "--cluster-enabled", "yes", "--cluster-port", String.valueOf(bus));
        server.clusterPort = bus;
        return server;
    }

    /// Starts it again on the same port, with what was saved.
    public void start() throws IOException {
        Stream<String> words = Stream.of(
                "redis-server",
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                data.path().toString());
        service = Service.start(
                data,
                "redis",
                Command.of(Stream.concat(words, options.stream()).toList()),
                () -> answers(port),
                START_LIMIT);
    }

    /// Ends it, with its data.
    public void stop() throws IOException {
        Objects.requireNonNull(service).close();
    }

    static boolean answers(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) START_LIMIT.toMillis());
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            int first = socket.getInputStream().read();
            return first == '+' || first == '-';
        }
    }

    /// The port, which does not change.
    public int port() {
        return port;
    }

    /// The port by which servers of a cluster speak with each other; 0 outside of one.
    public int clusterPort() {
        return clusterPort;
    }

    @Override
    public void close() throws IOException {
        try (data) {
            stop();
        }
    }
}
