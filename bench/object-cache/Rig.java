import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.objectcache.ObjectCache;
import dev.aloft.server.redis.RedisAddress;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// What `cache.php` is measured on, with its sockets in a folder: agents whose object cache is in memory (`memory`), on
/// Redis (`one-0`, `other-0`), and on Redis a millisecond away (`one-1`, `other-1`). The port of the latter is printed.
/// No exchange of the object cache reaches S3, so there is none. Ends with its input.
void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int redis = Integer.parseInt(arguments[1]);
    StoreSettings nowhere = StoreSettings.at(Provider.OTHER, URI.create("http://127.0.0.1:9"));
    try (ServerSocket far = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
            Store store = Store.open(nowhere, "access", "not-a-secret");
            ObjectCache one0 = onRedis(redis);
            ObjectCache other0 = onRedis(redis);
            ObjectCache one1 = onRedis(far.getLocalPort());
            ObjectCache other1 = onRedis(far.getLocalPort())) {
        Thread.ofPlatform().daemon().start(() -> forward(far, redis));
        FileTree files = new FileTree(store.bucket("media"), FilePath.ROOT);
        try (Agent agent = Agent.start(List.of(
                site(folder, "memory", files, ObjectCache.inMemory(64L << 20)),
                site(folder, "one-0", files, one0),
                site(folder, "other-0", files, other0),
                site(folder, "one-1", files, one1),
                site(folder, "other-1", files, other1)))) {
            IO.println("ready " + far.getLocalPort());
            IO.readln();
        }
    }
}

AgentSite site(Path folder, String name, FileTree files, ObjectCache cache) {
    return new AgentSite(name, folder.resolve(name), null, files, 1L << 30).withObjectCache(cache);
}

ObjectCache onRedis(int port) {
    RedisAddress address = RedisAddress.parse("redis://127.0.0.1:" + port);
    return ObjectCache.ofFleet(new FleetSettings(address, "bench"), "site", 64L << 20, Optional.empty());
}

/// Passes connections on, with a delay of what the client sends.
void forward(ServerSocket from, int to) {
    try {
        while (true) {
            Socket client = from.accept();
            Socket server = new Socket();
            server.connect(new InetSocketAddress("127.0.0.1", to));
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread.ofPlatform().daemon().start(() -> copy(client, server, 940_000)); // parking takes 60 µs more
            Thread.ofPlatform().daemon().start(() -> copy(server, client, 0));
        }
    } catch (IOException e) {
        // The rig ends.
    }
}

void copy(Socket from, Socket to, long delayNanos) {
    try (from; to) {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] bytes = new byte[1 << 16];
        for (int count = in.read(bytes); count > 0; count = in.read(bytes)) {
            if (delayNanos > 0) {
                LockSupport.parkNanos(delayNanos);
            }
            out.write(bytes, 0, count);
        }
    } catch (IOException e) {
        // One end is closed.
    }
}
