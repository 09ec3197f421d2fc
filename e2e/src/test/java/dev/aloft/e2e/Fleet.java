package dev.aloft.e2e;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.MariaDb;
import dev.aloft.lab.PhpFpm;
import dev.aloft.lab.PhpPool;
import dev.aloft.lab.SiteSettings;
import dev.aloft.lab.WordPressSite;
import dev.aloft.lab.WordPressTree;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.edge.Upstream;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/// A WordPress on several servers: one database, one code tree and one bucket; for each server an agent, a php-fpm and
/// an edge of its own, all real, all in one folder. Every request to S3 passes the [S3Front], which counts it.
///
/// Each server has its own [Store], so nothing that one agent knows is known to another but through S3. Server 0 makes
/// pictures with GD, all others with Imagick.
final class Fleet implements AutoCloseable {

    static final String BUCKET = "media";

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final S3Front front;
    private final WordPressSite site;
    private final List<Server> servers = new ArrayList<>();

    /// One server of the fleet.
    ///
    /// @param edge where its edge answers
    /// @param socket its agent's
    record Server(int number, URI edge, Path socket, Agent agent) {}

    private Fleet(DataFolder data, TestS3 s3, int count) throws IOException {
        front = keep(S3Front.before(s3.endpoint()));
        MariaDb mariaDb = keep(MariaDb.start(data, Fleet::progress));
        int port = freePort();
        site = WordPressSite.install(
                data,
                new SiteSettings(
                        tree(),
                        mariaDb.database("wordpress"),
                        Checkout.folder("wordpress"),
                        URI.create("http://127.0.0.1:" + port),
                        Map.of(
                                "ALOFT_BUCKET",
                                BUCKET,
                                "ALOFT_SOCKET",
                                data.socket("agent-0").toString())),
                Fleet::progress);
        EditorChoice.install(site.documentRoot());
        for (int number = 0; number < count; number++) {
            servers.add(startServer(data, s3, number, number == 0 ? port : 0));
        }
    }

    /// Brings a fleet up in a folder, which others must be able to enter.
    static Fleet start(Path folder, TestS3 s3, int servers) throws IOException {
        DataFolder data = DataFolder.open(folder);
        s3.createBucket(BUCKET);
        return new Fleet(data, s3, servers);
    }

    private Server startServer(DataFolder data, TestS3 s3, int number, int port) throws IOException {
        Store store = keep(Store.open(s3.settings(front.endpoint()), s3.accessKey(), s3.secretKey()));
        Bucket bucket = store.bucket(BUCKET);
        Path socket = data.socket("agent-" + number);
        Agent agent = keep(Agent.start(List.of(new AgentSite(
                "server-" + number,
                socket,
                PhpFpm.workerGroup().orElse(null),
                new FileTree(bucket, FilePath.ROOT),
                1L << 30))));
        PhpFpm php = keep(PhpFpm.start(
                data,
                new PhpPool(
                        "server-" + number,
                        Map.of("ALOFT_SOCKET", socket.toString(), EditorChoice.VARIABLE, EditorChoice.of(number)),
                        Map.of("max_execution_time", "120")),
                Fleet::progress));
        Edge edge = keep(Edge.start(EdgeSettings.of(
                "127.0.0.1",
                port,
                EdgeSite.of(bucket, FilePath.ROOT, new Upstream.PhpSite(site.documentRoot(), php.socket())))));
        return new Server(number, edge.uri(), socket, agent);
    }

    Server server(int number) {
        return servers.get(number);
    }

    /// The site as a visitor of one server reaches it, with the right to upload.
    WordPress wordPress(int server) {
        return new WordPress(server(server).edge(), site.user(), site.applicationPassword());
    }

    WordPressSite site() {
        return site;
    }

    /// What stands before S3: it counts the requests and goes wrong on demand.
    S3Front s3() {
        return front;
    }

    private static WordPressTree tree() throws IOException {
        return WordPressTree.newest(Checkout.folder("target/wordpress-trees"), Fleet::progress);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    private static void progress(String line) {
        System.err.println(line);
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable part : parts) {
            part.close();
        }
    }
}
