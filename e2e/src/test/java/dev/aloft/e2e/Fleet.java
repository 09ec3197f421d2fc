package dev.aloft.e2e;

import dev.aloft.bulk.OperationFiles;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.image.PictureException;
import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.MariaDb;
import dev.aloft.lab.PhpFpm;
import dev.aloft.lab.PhpPool;
import dev.aloft.lab.SiteSettings;
import dev.aloft.lab.WebServer;
import dev.aloft.lab.WebServerKind;
import dev.aloft.lab.WordPressSite;
import dev.aloft.lab.WordPressTree;
import dev.aloft.server.SiteFigures;
import dev.aloft.server.UrlKey;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.edge.TrustedProxies;
import dev.aloft.server.editor.PictureEditor;
import dev.aloft.server.objectcache.ObjectCache;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Bucket;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.testkit.FreePort;
import dev.aloft.testkit.S3Front;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A WordPress on several servers: one database, one code tree and one bucket; for each server an nginx as `aloft cdn`
/// configures it, an agent, a php-fpm and an edge of its own, all real, all in one folder. Every request to S3 passes
/// the [S3Front], which counts it.
///
/// Each server has its own [Store], so nothing that one agent knows is known to another but through S3. Server 0 makes
/// pictures with GD, all others with Imagick. The administrator may upload files of any type (WordPress's own switch).
final class Fleet implements AutoCloseable {

    static final String BUCKET = "media";

    private static final UrlSecret URL_SECRET = UrlSecret.of("the fleet's secret, of which PHP knows nothing");
    private static final long MAX_FILE_BYTES = 1L << 30;
    private static final long OBJECT_CACHE_BYTES = 64L << 20;

    private final Deque<Closeable> ends = new ArrayDeque<>();
    private final DataFolder data;
    private final S3Front front;
    private final RenderPool renderPool;
    private final WordPressSite site;
    private final List<Server> servers = new ArrayList<>();

    /// One server of the fleet.
    ///
    /// @param front where visitors reach it
    /// @param edge where its edge answers
    /// @param socket its agent's
    /// @param operations that the agent shows
    record Server(int number, URI front, URI edge, Path socket, Agent agent, OperationFiles operations) {}

    private Fleet(DataFolder folder, TestS3 s3, int count, WordPressTree tree, Map<String, String> constants)
            throws IOException {
        data = keep(folder, DataFolder::close);
        try {
            front = keep(S3Front.before(s3.endpoint()), S3Front::close);
            renderPool = keep(RenderPool.open(RenderPoolSettings.standard()), RenderPool::close);
            int port = FreePort.next();
            site = installSite(tree, URI.create("http://127.0.0.1:" + port), constants);
            for (int number = 0; number < count; number++) {
                servers.add(startServer(s3, number, number == 0 ? port : FreePort.next()));
            }
            awaitPictures();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Waits until the agents make pictures, if they can on this machine.
    private void awaitPictures() {
        try {
            progress("pictures by " + renderPool.library());
        } catch (PictureException e) {
            progress("PHP makes all pictures: " + e.getMessage());
        }
    }

    /// Brings a fleet of the newest WordPress up in a folder, which others must be able to enter.
    static Fleet start(Path folder, TestS3 s3, int servers) throws IOException {
        return start(folder, s3, servers, newestTree(), Map.of());
    }

    /// The same, of this WordPress.
    ///
    /// @param constants more of wp-config.php; the environment of a PHP program comes before their values
    static Fleet start(Path folder, TestS3 s3, int servers, WordPressTree tree, Map<String, String> constants)
            throws IOException {
        DataFolder data = DataFolder.open(folder);
        s3.createBucket(BUCKET);
        return new Fleet(data, s3, servers, tree, constants);
    }

    private WordPressSite installSite(WordPressTree tree, URI home, Map<String, String> more) throws IOException {
        MariaDb mariaDb = keep(MariaDb.start(data, Fleet::progress), MariaDb::close);
        Map<String, String> constants = new HashMap<>(more);
        constants.put("ALOFT_BUCKET", BUCKET);
        constants.put("ALOFT_SOCKET", data.socket("agent-0").toString());
        constants.put("ALLOW_UNFILTERED_UPLOADS", "yes");
        WordPressSite installed = WordPressSite.install(
                data,
                new SiteSettings(tree, mariaDb.database("wordpress"), Checkout.folder("wordpress"), home, constants),
                Fleet::progress);
        EditorChoice.install(installed.documentRoot());
        SeenByPhp.install(installed.documentRoot());
        return installed;
    }

    private Server startServer(TestS3 s3, int number, int port) throws IOException {
        Store store = keep(Store.open(s3.settings(front.endpoint()), s3.accessKey(), s3.secretKey()), Store::close);
        Bucket bucket = store.bucket(BUCKET);
        Path socket = data.socket("agent-" + number);
        SiteFigures figures = new SiteFigures(Provider.EMBEDDED, true);
        AgentSite agentSite = new AgentSite(
                        "server-" + number,
                        socket,
                        PhpFpm.workerGroup().orElse(null),
                        new FileTree(bucket, FilePath.ROOT),
                        MAX_FILE_BYTES)
                .withObjectCache(ObjectCache.inMemory(OBJECT_CACHE_BYTES))
                .withUrlKey(UrlKey.of(URL_SECRET, BUCKET, FilePath.ROOT))
                .withEditor(new PictureEditor(renderPool))
                .withFigures(figures);
        OperationFiles operations = new OperationFiles(socket.resolveSibling("operations-" + number));
        Agent agent = keep(Agent.start(List.of(agentSite.withOperations(operations))), Agent::close);
        PhpPool pool = new PhpPool(
                "server-" + number,
                Map.of("ALOFT_SOCKET", socket.toString(), EditorChoice.VARIABLE, EditorChoice.of(number)),
                Map.of("max_execution_time", "120"));
        PhpFpm php = keep(PhpFpm.start(data, pool, Fleet::progress), PhpFpm::close);
        Edge edge = keep(
                Edge.start(EdgeSettings.of(
                                "127.0.0.1",
                                0,
                                EdgeSite.of(UploadsSite.of(bucket, FilePath.ROOT)
                                        .withSecret(URL_SECRET)
                                        .withFigures(figures)))
                        .withTrustedProxies(TrustedProxies.of(List.of("127.0.0.1")))),
                Edge::close);
        URI front = URI.create("http://127.0.0.1:" + port);
        Front printed = Front.of(front, edge.uri(), site.documentRoot(), php.socket());
        keep(printed.start(data, WebServerKind.NGINX, "server-" + number), WebServer::close);
        return new Server(number, front, edge.uri(), socket, agent, operations);
    }

    Server server(int number) {
        return servers.get(number);
    }

    /// The site as a visitor of one server reaches it, with the right to upload.
    WordPress wordPress(int server) {
        return new WordPress(server(server).front(), site.user(), site.applicationPassword());
    }

    WordPressSite site() {
        return site;
    }

    /// The front before S3, which counts requests and fails on demand.
    S3Front s3() {
        return front;
    }

    /// The files that lie on the servers' own disks: code, configuration, logs and what PHP has for a moment; not what
    /// the database keeps.
    Set<Path> filesOnDisk() throws IOException {
        Path database = data.path().resolve("mariadb");
        try (Stream<Path> files = Files.walk(data.path())) {
            return files.filter(file -> !file.startsWith(database) && Files.isRegularFile(file))
                    .collect(TreeSet::new, Set::add, Set::addAll);
        }
    }

    static WordPressTree newestTree() throws IOException {
        return WordPressTree.newest(Checkout.folder("target/wordpress-trees"), Fleet::progress);
    }

    /// The oldest WordPress that the plugin is for.
    static WordPressTree oldestTree() throws IOException {
        return WordPressTree.oldest(Checkout.folder("target/wordpress-oldest"), Fleet::progress);
    }

    private <T> T keep(T part, End<T> end) {
        ends.push(() -> end.of(part));
        return part;
    }

    private interface End<T> {
        void of(T part) throws IOException;
    }

    private static void progress(String line) {
        System.err.println(line);
    }

    /// Stops everything, from the last part to the first, also when one of them fails to stop.
    @Override
    public void close() throws IOException {
        IOException failure = new IOException("cannot stop a fleet in " + data.path());
        for (Closeable end : ends) {
            try {
                end.close();
            } catch (IOException | RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }
}
