package dev.aloft.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.files.WriteHeaders;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.PhpFpm;
import dev.aloft.lab.PhpPool;
import dev.aloft.lab.WebServerKind;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.edge.TrustedProxies;
import dev.aloft.server.uploads.UploadPath;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.FreePort;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A site of small pages instead of WordPress: a php-fpm as Debian has it and an edge on an S3 of its own, for web
/// servers with what `aloft cdn` prints for them.
final class PageSite implements AutoCloseable {

    static final String HOST = "pages.test";

    /// A further path of uploads that the edge knows.
    static final String OLD_PATH = "/old/media.files/";

    private static final String BUCKET = "media";

    private final Path folder = OpenFolder.create("aloft-pages");
    private final Deque<Closeable> ends = new ArrayDeque<>();
    private final DataFolder data;
    private final FileTree files;
    private final PhpFpm php;
    private final Edge edge;

    PageSite() throws IOException {
        data = DataFolder.open(folder.resolve("site"));
        ends.push(data::close);
        Files.createDirectories(root());
        TestS3 s3 = TestS3.embedded(folder.resolve("s3"));
        ends.push(s3::close);
        s3.createBucket(BUCKET);
        Store store = Store.open(s3.settings(s3.endpoint()), s3.accessKey(), s3.secretKey());
        ends.push(store::close);
        Bucket bucket = store.bucket(BUCKET);
        files = new FileTree(bucket, FilePath.ROOT);
        php = PhpFpm.start(data, new PhpPool("pages", Map.of(), Map.of("cgi.fix_pathinfo", "1")), System.err::println);
        ends.push(php::close);
        edge = Edge.start(EdgeSettings.of(
                        "127.0.0.1",
                        0,
                        EdgeSite.of(bucket, FilePath.ROOT)
                                .withHosts(Set.of(HOST))
                                .withUploadPaths(List.of(new UploadPath(OLD_PATH, UploadsFolder.UPLOADS))))
                .withTrustedProxies(TrustedProxies.of(List.of("127.0.0.1"))));
        ends.push(edge::close);
    }

    /// The folder with the site's index.php.
    Path root() {
        return folder.resolve("site/root");
    }

    /// Adds a page or any other file to the code.
    Path put(String name, String text) throws IOException {
        Path file = root().resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    /// Adds an upload.
    void upload(String name, String text) throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(text.getBytes(UTF_8));
        files.write(FilePath.of("uploads/" + name), bytes, text.length(), WriteHeaders.NONE, WriteCondition.always());
    }

    /// Starts a web server before it.
    ///
    /// @param address of loopback
    /// @param options more of `aloft cdn`
    /// @return where it listens
    InetSocketAddress serve(WebServerKind kind, InetAddress address, String... options) throws IOException {
        return serve(Front.phpOrigin(root(), php.socket()), kind, address, options);
    }

    /// Starts a web server before another one that serves the site.
    InetSocketAddress serveBefore(InetSocketAddress server, WebServerKind kind, InetAddress address, String... options)
            throws IOException {
        String url = "http://" + server.getAddress().getHostAddress() + ":" + server.getPort();
        return serve(List.of("--site", url), kind, address, options);
    }

    private InetSocketAddress serve(List<String> origin, WebServerKind kind, InetAddress address, String... options)
            throws IOException {
        InetSocketAddress listen = new InetSocketAddress(address, FreePort.next());
        Front front = new Front(HOST, listen, edge.uri(), origin);
        ends.push(front.start(data, kind, "front-" + ends.size(), options)::close);
        return listen;
    }

    @Override
    public void close() throws IOException {
        for (Closeable end : ends) {
            end.close();
        }
        OpenFolder.delete(folder);
    }
}
