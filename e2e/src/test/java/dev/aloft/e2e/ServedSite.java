package dev.aloft.e2e;

import dev.aloft.lab.Command;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.MariaDb;
import dev.aloft.lab.PhpFpm;
import dev.aloft.lab.PhpPool;
import dev.aloft.lab.SiteSettings;
import dev.aloft.lab.WebServerKind;
import dev.aloft.lab.WordPressSite;
import dev.aloft.lab.WordPressTree;
import dev.aloft.store.StoreSettings;
import dev.aloft.testkit.Browser;
import dev.aloft.testkit.FreePort;
import dev.aloft.testkit.S3Front;
import dev.aloft.testkit.WordPressAdmin;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// A WordPress that was there before Aloft, on its own database and php-fpm, `aloft serve` beside it and an nginx
/// before both as an operator starts them: by a configuration, with the credentials in the environment. S3 is behind an
/// [S3Front].
///
/// Agent and edge are one process, or two, so that one can be away while the other is there.
final class ServedSite implements AutoCloseable {

    static final String BUCKET = "media";

    private static final Duration START_LIMIT = Duration.ofMinutes(4);

    private final Path folder;
    private final TestS3 s3;
    private final Deque<Closeable> ends = new ArrayDeque<>();
    private final S3Front front;
    private final Path socket;
    private final URI home;
    private final URI edge;
    private final boolean apart;
    private final Duration timeout;
    private final MariaDb mariaDb;
    private final WordPressSite site;
    private AloftProcess agent;
    private String keys = "";

    private ServedSite(Path folder, TestS3 s3, boolean apart, Duration timeout)
            throws IOException, InterruptedException {
        this.folder = folder;
        this.apart = apart;
        this.timeout = timeout;
        this.s3 = s3;
        s3.createBucket(BUCKET);
        front = S3Front.before(s3.endpoint());
        ends.push(front::close);
        DataFolder data = DataFolder.open(folder);
        ends.push(data::close);
        socket = data.socket("agent");
        home = URI.create("http://127.0.0.1:" + FreePort.next());
        edge = URI.create("http://127.0.0.1:" + FreePort.next());
        mariaDb = MariaDb.startWithLog(data, System.err::println);
        ends.push(mariaDb::close);
        site = WordPressSite.install(
                data,
                new SiteSettings(
                        WordPressTree.newest(Checkout.folder("target/wordpress-trees"), System.err::println),
                        mariaDb.database("wordpress"),
                        Checkout.folder("wordpress"),
                        home,
                        Map.of("ALOFT_BUCKET", BUCKET, "ALOFT_SOCKET", socket.toString())),
                System.err::println);
        PhpFpm php = PhpFpm.start(data, new PhpPool("site", Map.of(), Map.of()), System.err::println);
        ends.push(php::close);
        Front front = Front.of(home, edge, site.documentRoot(), php.socket());
        ends.push(front.start(data, WebServerKind.NGINX, "site")::close);
        agent = startAgent();
        if (apart) {
            ends.push(startEdge()::close);
        }
    }

    /// Brings it up in a folder that others may enter, with one process for agent and edge.
    static ServedSite start(Path folder, TestS3 s3) throws IOException, InterruptedException {
        return new ServedSite(folder, s3, false, StoreSettings.DEFAULT_TIMEOUT);
    }

    /// The same with a process for each.
    ///
    /// @param timeout of a request to S3
    static ServedSite startApart(Path folder, TestS3 s3, Duration timeout) throws IOException, InterruptedException {
        return new ServedSite(folder, s3, true, timeout);
    }

    /// The site, with the right to upload.
    WordPress wordPress() {
        return new WordPress(home, site.user(), site.applicationPassword());
    }

    /// The site's wp-admin, with its administrator logged in.
    WordPressAdmin logIn(Browser browser) {
        return WordPressAdmin.logIn(browser, home, site.user(), site.password());
    }

    /// Address for visitors.
    URI home() {
        return home;
    }

    /// Adds a must-use plugin that runs before all others, or replaces it. It counts from the next request: PHP would
    /// keep a changed program for two seconds, so the program stays, and reads what to do.
    void runFirst(String php) throws IOException {
        Path plugins = site.documentRoot().resolve("wp-content/mu-plugins");
        Files.writeString(plugins.resolve("first.txt"), php);
        Files.writeString(plugins.resolve("0-first.php"), "<?php eval(file_get_contents(__DIR__ . '/first.txt'));");
    }

    /// Runs statements as the database server's administrator.
    void sql(String statements) throws IOException {
        Command.of(
                        "mariadb",
                        "--no-defaults",
                        "--socket=" + mariaDb.socket(),
                        "--user=" + System.getProperty("user.name"))
                .withInput(statements)
                .run();
    }

    /// The `wp-config.php`.
    Path wpConfig() {
        return site.configuration();
    }

    /// Starts a command of aloft with the agent's configuration.
    AloftProcess command(String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--config", folder.resolve("agent.toml").toString()));
        return AloftProcess.start(folder, credentials(), all.toArray(String[]::new));
    }

    /// The agent's socket.
    Path socket() {
        return socket;
    }

    /// The front before S3.
    S3Front s3() {
        return front;
    }

    /// The agent's process as it is now.
    AloftProcess agent() {
        return agent;
    }

    /// Starts the agent again, which is not running.
    void restartAgent() throws IOException, InterruptedException {
        agent.close();
        agent = startAgent();
    }

    /// Starts it again with more in the site's configuration: lines of TOML.
    void restartWith(String more) throws IOException, InterruptedException {
        keys = more;
        restartAgent();
    }

    private AloftProcess startAgent() throws IOException, InterruptedException {
        AloftProcess process = serve("agent.toml", (apart ? "" : edge()) + siteWith(socket));
        process.awaitError("agent on " + socket, START_LIMIT);
        if (!apart) {
            process.awaitError("edge on ", START_LIMIT);
        }
        return process;
    }

    private AloftProcess startEdge() throws IOException, InterruptedException {
        AloftProcess process = serve("edge.toml", edge() + siteWith(folder.resolve("edge-agent")));
        process.awaitError("edge on ", START_LIMIT);
        return process;
    }

    private String edge() {
        return """
                [edge]
                listen = "%s"
                trusted_proxies = ["127.0.0.1"]

                """.formatted(edge.getAuthority());
    }

    private String siteWith(Path socket) {
        return """
                [[site]]
                name = "site"
                bucket = "%s"
                socket = "%s"
                %s
                %s
                """.formatted(BUCKET, socket, group(), keys);
    }

    private AloftProcess serve(String name, String tables) throws IOException {
        Path configuration = folder.resolve(name);
        Files.writeString(
                configuration,
                """
                [s3]
                provider = "%s"
                endpoint = "%s"
                timeout = "%dms"

                """.formatted(s3.provider().name().toLowerCase(Locale.ROOT), front.endpoint(), timeout.toMillis())
                        + tables);
        return AloftProcess.start(folder, credentials(), "serve", "--config", configuration.toString());
    }

    private Map<String, String> credentials() {
        return Map.of("AWS_ACCESS_KEY_ID", s3.accessKey(), "AWS_SECRET_ACCESS_KEY", s3.secretKey());
    }

    private static String group() {
        return PhpFpm.workerGroup().map(group -> "socket_group = \"" + group + "\"").stream()
                .collect(Collectors.joining());
    }

    @Override
    public void close() throws IOException {
        agent.close();
        for (Closeable end : ends) {
            end.close();
        }
    }
}
