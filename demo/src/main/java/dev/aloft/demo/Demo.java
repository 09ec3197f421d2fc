package dev.aloft.demo;

import dev.aloft.cli.Main;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Lifetime;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.MariaDb;
import dev.aloft.lab.PhpFpm;
import dev.aloft.lab.PhpPool;
import dev.aloft.lab.S3Credentials;
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
import dev.aloft.server.tachyon.Admission;
import dev.aloft.server.tachyon.PictureSettings;
import dev.aloft.server.tachyon.Pictures;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Bucket;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The demo: every part of Aloft and everything it stands on, wired together on one machine.
///
/// The data folder holds everything that survives a restart: the S3's objects, the database, the site. The credentials
/// of the S3 and the secret of private URLs are new at each start. [DemoConfiguration] leaves the credentials in the
/// folder for other commands.
final class Demo {

    static final String BUCKET = "media";
    static final String BACKUPS = "backups";
    private static final String ADDRESS = "127.0.0.1";
    /// S3's own limit for an object.
    private static final long MAX_FILE_BYTES = 5L << 40;

    private static final int SECRET_BYTES = 32;
    private static final Duration PAGE_LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final int port;
    private final TreeSource wordpress;
    private final Path plugin;
    private final Consumer<String> progress;

    /// Where the code of WordPress comes from.
    @FunctionalInterface
    interface TreeSource {

        /// @param data the demo's folder, which may keep it
        WordPressTree in(Path data) throws IOException;
    }

    Demo(Path folder, int port, TreeSource wordpress, Path plugin, Consumer<String> progress) {
        this.folder = folder;
        this.port = port;
        this.wordpress = wordpress;
        this.plugin = plugin;
        this.progress = progress;
    }

    /// Brings everything up, bottom first; `lifetime` stops it.
    Site start(Lifetime lifetime) throws Failure, IOException {
        URI home = URI.create("http://" + ADDRESS + ":" + port);
        DataFolder data = lifetime.keep(openFolder());
        data.stopLeftOvers();
        requireFree();
        WordPressTree tree = requireWordPress(data);
        S3Credentials credentials = S3Credentials.random();
        URI s3 = startS3(data, credentials, lifetime);
        Bucket bucket = openBucket(s3, credentials, lifetime);
        Path socket = data.socket("agent.sock");
        UrlSecret secret = randomSecret();
        RenderPool renderPool = lifetime.keep(RenderPool.open(RenderPoolSettings.standard()));
        Shared shared = new Shared(bucket, secret, renderPool, new SiteFigures(Provider.EMBEDDED, true));
        startAgent(socket, shared, lifetime);
        MariaDb mariaDb = lifetime.keep(MariaDb.start(data, progress));
        Map<String, String> constants = Map.of(
                "ALOFT_BUCKET",
                BUCKET,
                "ALOFT_SOCKET",
                socket.toString(),
                "TACHYON_URL",
                home.resolve("/tachyon").toString());
        WordPressSite site = WordPressSite.install(
                data, new SiteSettings(tree, mariaDb.database("wordpress"), plugin, home, constants), progress);
        DemoConfiguration.write(data, s3, credentials, socket, site.configuration());
        PhpFpm php = lifetime.keep(
                PhpFpm.start(data, new PhpPool("demo", Map.of("ALOFT_SOCKET", socket.toString()), Map.of()), progress));
        Edge edge = startEdge(shared, lifetime);
        startNginx(data, site.documentRoot(), php.socket(), edge, lifetime);
        requirePage(home.resolve("/"));
        return new Site(home.resolve("/"), site.user(), site.password());
    }

    private DataFolder openFolder() throws Failure {
        try {
            return DataFolder.open(folder);
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.MACHINE, Failure.messageOf(e), "choose another folder for the demo with --data", e);
        }
    }

    private void requireFree() throws Failure {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.ADDRESS,
                    "cannot listen on 127.0.0.1:" + port + ": " + e.getMessage(),
                    "stop what listens there, or choose another --port",
                    e);
        }
    }

    private WordPressTree requireWordPress(DataFolder data) throws Failure {
        try {
            WordPressTree tree = wordpress.in(data.path());
            progress.accept("WordPress " + tree.version() + " from " + tree.origin());
            return tree;
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    Failure.messageOf(e),
                    "connect this machine to the network, or name the folder or zip of a WordPress with --wordpress",
                    e);
        }
    }

    private URI startS3(DataFolder data, S3Credentials credentials, Lifetime lifetime) throws IOException {
        EmbeddedS3 s3 = lifetime.keep(EmbeddedS3.start(data.path().resolve("s3"), credentials));
        s3.createBucket(BUCKET);
        s3.createBucket(BACKUPS);
        progress.accept("S3 at " + s3.endpoint() + ", bucket " + BUCKET);
        return s3.endpoint();
    }

    private static Bucket openBucket(URI s3, S3Credentials credentials, Lifetime lifetime) {
        return lifetime.keep(Store.open(
                        StoreSettings.at(Provider.EMBEDDED, s3), credentials.accessKey(), credentials.secretKey()))
                .bucket(BUCKET);
    }

    /// Parts that agent and edge share.
    private record Shared(Bucket bucket, UrlSecret secret, RenderPool renderPool, SiteFigures figures) {

        UrlKey urlKey() {
            return UrlKey.of(secret, BUCKET, FilePath.ROOT);
        }
    }

    private void startAgent(Path socket, Shared shared, Lifetime lifetime) throws IOException {
        FileTree files = new FileTree(shared.bucket(), FilePath.ROOT);
        String group = PhpFpm.workerGroup().orElse(null);
        AgentSite site = new AgentSite("demo", socket, group, files, MAX_FILE_BYTES)
                .withUrlKey(shared.urlKey())
                .withEditor(new PictureEditor(shared.renderPool()))
                .withFigures(shared.figures());
        lifetime.keep(Agent.start(List.of(site)));
        progress.accept("agent on " + socket);
    }

    /// On a free port, which only nginx needs to know.
    private Edge startEdge(Shared shared, Lifetime lifetime) throws IOException {
        Pictures pictures = new Pictures(
                "site",
                shared.bucket(),
                FilePath.ROOT,
                shared.renderPool(),
                PictureSettings.DEFAULT.withAdmission(new Admission(Optional.empty(), Optional.of(shared.urlKey()))));
        EdgeSite site = EdgeSite.of(UploadsSite.of(shared.bucket(), FilePath.ROOT)
                        .withSecret(shared.secret())
                        .withFigures(shared.figures()))
                .withPictures(pictures);
        Edge edge = lifetime.keep(
                Edge.start(EdgeSettings.of(ADDRESS, 0, site).withTrustedProxies(TrustedProxies.of(List.of(ADDRESS)))));
        progress.accept("edge at " + edge.uri());
        return edge;
    }

    /// Runs nginx with the configuration that `aloft cdn nginx` prints.
    private void startNginx(DataFolder data, Path root, Path phpSocket, Edge edge, Lifetime lifetime)
            throws IOException {
        String configuration = print(
                "cdn",
                "nginx",
                "--host",
                ADDRESS,
                "--listen",
                ADDRESS + ":" + port,
                "--edge",
                edge.uri().toString(),
                "--root",
                root.toString(),
                "--php-socket",
                phpSocket.toString());
        InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        lifetime.keep(WebServer.start(data, WebServerKind.NGINX, "demo", configuration, listen, progress));
    }

    private static String print(String... words) throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.command()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
        if (code != 0) {
            throw new IOException("aloft " + String.join(" ", words) + " failed: " + err);
        }
        return out.toString();
    }

    private static UrlSecret randomSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return UrlSecret.of(HexFormat.of().formatHex(bytes));
    }

    /// The demo is ready when its front page is.
    private static void requirePage(URI page) throws IOException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<Void> answer = client.send(
                    HttpRequest.newBuilder(page).timeout(PAGE_LIMIT).build(), HttpResponse.BodyHandlers.discarding());
            if (answer.statusCode() != 200) {
                throw new IOException("the front page " + page + " answers " + answer.statusCode());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + page, e);
        }
    }

    /// Address of the demo, and its administrator.
    record Site(URI url, String user, String password) {}
}
