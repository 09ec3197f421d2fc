package dev.aloft.testkit;

import dev.aloft.lab.Command;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A Redis Sentinel, which Debian's package `redis-server` contains, on a free port of 127.0.0.1. It watches one server
/// by the name `main`, and takes a replica in its place a second after it has gone. For one thread at a time; the
/// caller closes it.
public final class RedisSentinel implements AutoCloseable {

    private final DataFolder data;
    private final int port;
    private final Service service;

    private RedisSentinel(DataFolder data, int port, Service service) {
        this.data = data;
        this.port = port;
        this.service = service;
    }

    /// @param server the port of the server
    /// @param quorum the number of Sentinels that must find it gone
    /// @param lines further ones of its configuration
    public static RedisSentinel start(Path folder, int server, int quorum, String... lines) throws IOException {
        DataFolder data = DataFolder.open(folder);
        int port = FreePort.next();
        Path configuration = data.path().resolve("sentinel.conf");
        List<String> all = new ArrayList<>(List.of(
                "port " + port,
                "bind 127.0.0.1",
                "dir " + data.path(),
                "sentinel monitor main 127.0.0.1 " + server + " " + quorum,
                "sentinel down-after-milliseconds main 1000",
                "sentinel failover-timeout main 5000"));
        all.addAll(List.of(lines));
        Files.write(configuration, all);
        Service service = Service.start(
                data,
                "sentinel",
                Command.of(List.of("redis-server", configuration.toString(), "--sentinel")),
                () -> RedisServer.answers(port),
                RedisServer.START_LIMIT);
        return new RedisSentinel(data, port, service);
    }

    public int port() {
        return port;
    }

    @Override
    public void close() throws IOException {
        try (data) {
            service.close();
        }
    }
}
