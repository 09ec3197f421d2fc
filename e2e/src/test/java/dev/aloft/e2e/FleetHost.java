package dev.aloft.e2e;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.fleet.FleetBus;
import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.redis.RedisAddress;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import dev.aloft.testkit.TcpProxy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// A host of a fleet: a store, an agent, an edge with a cache on disk, and a PHP process. It reaches the fleet's server
/// through a proxy of its own.
final class FleetHost implements AutoCloseable {

    static final String BUCKET = "media";

    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final long DISK_BYTES = 1L << 30;

    private final String name;
    private final TcpProxy way;
    private final Store store;
    private final FleetBus bus;
    private final Agent agent;
    private final Edge edge;
    private final URI uploads;
    private final FileTree files;
    private final Process php;
    private final PrintWriter toPhp;
    private final BufferedReader fromPhp;
    private volatile boolean crashed;

    private FleetHost(String name, Path folder, TestS3 s3, int redisPort) throws IOException {
        this.name = name;
        Files.createDirectories(folder);
        way = TcpProxy.before(redisPort);
        store = Store.open(s3.settings(s3.endpoint()), s3.accessKey(), s3.secretKey());
        Bucket bucket = store.bucket(BUCKET);
        RedisAddress address = RedisAddress.parse("redis://127.0.0.1:" + way.port());
        bus = FleetBus.open(new FleetSettings(address, FleetSettings.DEFAULT_NAME), InstantSource.system());
        bus.join(bucket, UploadsFolder.of(FilePath.ROOT));
        files = new FileTree(bucket, FilePath.ROOT);
        Path socket = folder.resolve("agent");
        agent = Agent.start(List.of(new AgentSite(name, socket, null, files, 1L << 30)));
        CacheSettings cache =
                new CacheSettings(64 << 20, MAX_ANSWER_BYTES, Optional.of(folder.resolve("cache")), DISK_BYTES, false);
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(UploadsSite.of(bucket, FilePath.ROOT)))
                .withCache(cache)
                .withFleet(bus));
        uploads = edge.uri().resolve("/uploads/");
        ProcessBuilder process = new ProcessBuilder(
                        "php8.2",
                        "-d",
                        "auto_prepend_file=" + Checkout.folder("wordpress/aloft.php"),
                        Checkout.folder("e2e/src/test/resources/versioned-files.php")
                                .toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        process.environment().put("ALOFT_SOCKET", socket.toString());
        process.environment().put("ALOFT_BUCKET", BUCKET);
        php = process.start();
        toPhp = new PrintWriter(php.outputWriter(StandardCharsets.US_ASCII), true);
        fromPhp = php.inputReader(StandardCharsets.US_ASCII);
    }

    /// @param folder its own, which need not be there
    static FleetHost start(String name, Path folder, TestS3 s3, int redisPort) throws IOException {
        return new FleetHost(name, folder, s3, redisPort);
    }

    String name() {
        return name;
    }

    /// The proxy before the fleet's server.
    TcpProxy way() {
        return way;
    }

    FileTree files() {
        return files;
    }

    URI upload(String name) {
        return uploads.resolve(name);
    }

    /// True if it hears as many others.
    boolean hears(int others) {
        return bus.statistics().whole() && bus.statistics().members() == others;
    }

    /// True if it has heard of as many others.
    boolean knows(int others) {
        return bus.statistics().members() >= others;
    }

    /// Has PHP do one thing; for one thread.
    ///
    /// @return a version, or what failed
    String php(String command) throws IOException {
        toPhp.println(command);
        String answer = fromPhp.readLine();
        if (answer == null) {
            throw new IOException("PHP has ended");
        }
        return answer;
    }

    boolean hasCrashed() {
        return crashed;
    }

    /// Ends it as a loss of power does, as far as the fleet can tell: nothing more is announced.
    void crash() throws IOException {
        crashed = true;
        way.hold();
        close();
    }

    @Override
    public void close() throws IOException {
        crashed = true;
        try (way;
                store;
                bus;
                agent;
                edge) {
            php.destroyForcibly();
        }
    }
}
