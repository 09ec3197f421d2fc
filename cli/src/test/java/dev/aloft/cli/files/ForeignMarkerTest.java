package dev.aloft.cli.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.aloft.bulk.Progress;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.store.Bucket;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Objects that have bytes and the name of a directory's marker. The embedded S3 cannot hold them, so the listing is
/// canned. Any other request fails.
@Timeout(60)
final class ForeignMarkerTest implements FileTransfer.Log {

    @TempDir
    private Path temp;

    private final List<String> failures = new ArrayList<>();
    private HttpServer s3;
    private Store store;
    private BucketRoot root;

    @BeforeEach
    void start() throws IOException {
        s3 = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        s3.createContext("/", ForeignMarkerTest::answer);
        s3.start();
        URI endpoint = URI.create("http://127.0.0.1:" + s3.getAddress().getPort());
        store = Store.open(StoreSettings.at(Provider.OTHER, endpoint), "aloft", "not-a-secret");
        Bucket bucket = store.bucket("media");
        root = new BucketRoot(new FileTree(bucket, FilePath.ROOT), bucket, FilePath.of("a"), "a/");
    }

    @AfterEach
    void stop() {
        store.close();
        s3.stop(0);
    }

    @Test
    void isNeitherDeletedNorMoved() throws IOException {
        Selection all = Selection.tree(root, NameFilter.ALL);

        transfer(false).delete(all);
        transfer(true).copy(all, new LocalRoot(temp, "out/"), UnaryOperator.identity());

        assertThat(failures)
                .containsExactly(
                        "a/b/: is an object with bytes whose name ends with a slash",
                        "a/: is an object with bytes whose name ends with a slash",
                        "a/b/: is an object with bytes whose name ends with a slash",
                        "a/: is an object with bytes whose name ends with a slash");
    }

    private FileTransfer transfer(boolean move) {
        return new FileTransfer(
                new FileTransfer.Options(4, false, move, true, FileTransfer.LocalCopies.ALL), new Progress(), this);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(403, -1);
                return;
            }
            byte[] xml = ("<ListBucketResult><IsTruncated>false</IsTruncated>" + object("a/") + object("a/b/")
                            + "</ListBucketResult>")
                    .getBytes(UTF_8);
            exchange.sendResponseHeaders(200, xml.length);
            exchange.getResponseBody().write(xml);
        }
    }

    private static String object(String key) {
        return "<Contents><Key>" + key + "</Key><Size>4</Size><ETag>&quot;1&quot;</ETag>"
                + "<LastModified>1970-01-01T00:00:00Z</LastModified></Contents>";
    }

    @Override
    public void copied(FileRoot from, Entry source, FileRoot to, String name) {
        failures.add("copied " + name);
    }

    @Override
    public void deleted(FileRoot from, Entry file) {
        failures.add("deleted " + file.name());
    }

    @Override
    public void failed(String file, String reason) {
        failures.add(file + ": " + reason);
    }
}
