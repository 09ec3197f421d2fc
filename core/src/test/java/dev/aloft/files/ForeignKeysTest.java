package dev.aloft.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.aloft.files.DirectoryPage.DirectoryEntry;
import dev.aloft.files.DirectoryPage.Entry;
import dev.aloft.files.DirectoryPage.FileEntry;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.DirectoryNotEmptyException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Keys that other programs may have put into a bucket and that the embedded S3 cannot hold, so the listings are
/// canned. No object answers to a HEAD here.
@Timeout(30)
final class ForeignKeysTest {

    private static final FilePath TOP = FilePath.of("uploads");
    private static final FilePath FOLDER = FilePath.of("uploads/11");

    private HttpServer s3;
    private Store store;
    private FileTree files;
    private String listing = "";

    @BeforeEach
    void start() throws IOException {
        s3 = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        s3.createContext("/", this::answer);
        s3.start();
        URI endpoint = URI.create("http://127.0.0.1:" + s3.getAddress().getPort());
        store = Store.open(StoreSettings.at(Provider.OTHER, endpoint), "aloft", "not-a-secret");
        files = new FileTree(store.bucket("media"), TOP);
    }

    @AfterEach
    void stop() {
        store.close();
        s3.stop(0);
    }

    @Test
    void keysThatAreNoPathsAreNotListed() throws IOException {
        holds(
                List.of("uploads/cat.jpg", "uploads/", "uploads/."),
                List.of("uploads//", "uploads/../", "uploads/./", "uploads/11/"));

        DirectoryPage page = files.list(TOP, "", 100, null);

        assertThat(page.entries())
                .containsExactly(new DirectoryEntry("11"), new FileEntry("cat.jpg", 4, Instant.ofEpochSecond(0)));
    }

    @Test
    void nameThatIsBothAFileAndADirectoryIsListedAsEach() throws IOException {
        holds(List.of("uploads/x", "uploads/x-1"), List.of("uploads/x/"));

        assertThat(files.list(TOP, "", 100, null).entries())
                .extracting(Entry::name)
                .containsExactly("x", "x-1", "x");
    }

    @Test
    void keyThatIsNoPathKeepsItsDirectory() throws IOException {
        holds(List.of("uploads/11//cat.jpg"), List.of());

        assertThat(files.stat(FOLDER)).contains(FileStat.Directory.DIRECTORY);
        assertThat(files.list(FOLDER, "", 100, null).entries()).isEmpty();
        assertThatExceptionOfType(DirectoryNotEmptyException.class).isThrownBy(() -> files.deleteDirectory(FOLDER));
    }

    private void holds(List<String> keys, List<String> prefixes) {
        listing = keys.stream()
                        .map(key -> "<Contents><Key>" + key + "</Key><Size>4</Size><ETag>&quot;1&quot;</ETag>"
                                + "<LastModified>1970-01-01T00:00:00Z</LastModified></Contents>")
                        .collect(Collectors.joining())
                + prefixes.stream()
                        .map(prefix -> "<CommonPrefixes><Prefix>" + prefix + "</Prefix></CommonPrefixes>")
                        .collect(Collectors.joining());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] xml = ("<ListBucketResult><IsTruncated>false</IsTruncated>" + listing + "</ListBucketResult>")
                    .getBytes(UTF_8);
            exchange.sendResponseHeaders(200, xml.length);
            exchange.getResponseBody().write(xml);
        }
    }
}
