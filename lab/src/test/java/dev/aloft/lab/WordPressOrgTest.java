package dev.aloft.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The download of a release, from a server on this machine that answers as wordpress.org does.
final class WordPressOrgTest {

    @TempDir
    Path cache;

    private final Map<String, byte[]> files = new TreeMap<>();
    private final List<String> progress = new ArrayList<>();
    private Duration limit = Duration.ofSeconds(30);
    private HttpServer server;
    private URI home;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] file = files.get(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(file == null ? 404 : 200, file == null ? -1 : file.length);
            if (file != null) {
                exchange.getResponseBody().write(file);
            }
            exchange.close();
        });
        server.start();
        home = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        files.put(
                "/core/version-check/1.7/",
                "{\"offers\":[{\"response\":\"upgrade\",\"current\":\"7.2.1\",\"version\":\"7.2.1\"}]}"
                        .getBytes(UTF_8));
        publish(archive("wordpress/"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void theCurrentReleaseIsDownloadedAndKept() throws IOException {
        WordPressTree tree = fetch();

        assertThat(tree.version()).isEqualTo("7.2.1");
        assertThat(tree.origin()).isEqualTo(home + "wordpress-7.2.1.zip");
        assertThat(tree.folder()).hasParent(cache.toRealPath());
        assertThat(tree.folder().resolve("wp-admin/index.php")).hasContent("<?php");
        assertThat(cache).isDirectoryContaining("glob:**/wordpress-7.2.1");
        server.stop(0);
        assertThat(fetch()).isEqualTo(tree);
    }

    @Test
    void aFileThatDoesNotMatchItsChecksumIsNotUsed() {
        files.put("/wordpress-7.2.1.zip.sha1", "0".repeat(40).getBytes(UTF_8));

        WordPressTree tree = fallback();

        assertThat(tree.origin()).isEqualTo("the mirror");
        assertThat(progress).anyMatch(line -> line.contains("does not match its published SHA-1"));
    }

    @Test
    void theMirrorIsUsedWhereTheSiteCannotBeReached() {
        server.stop(0);

        assertThat(fallback().origin()).isEqualTo("the mirror");
        assertThat(progress).anyMatch(line -> line.contains("cannot get " + home));
    }

    @Test
    @Timeout(60)
    void theMirrorIsUsedWhereADownloadStalls() {
        limit = Duration.ofSeconds(2);
        CountDownLatch over = new CountDownLatch(1);
        server.createContext("/wordpress-7.2.1.zip", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            awaitQuietly(over);
            exchange.close();
        });

        try {
            assertThat(fallback().origin()).isEqualTo("the mirror");
        } finally {
            over.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anArchiveCannotWriteOutsideOfItsFolder() throws Exception {
        publish(archive("../../"));

        assertThatThrownBy(() -> new WordPressOrg(home, home, limit, progress::add).newestWordPress(cache))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("outside of its folder");
        assertThat(cache).isEmptyDirectory();
    }

    private WordPressTree fetch() throws IOException {
        return WordPressTree.newest(
                cache, progress::add, List.of(new WordPressOrg(home, home, limit, progress::add)::newestWordPress));
    }

    private WordPressTree fallback() {
        try {
            return WordPressTree.newest(
                    cache,
                    progress::add,
                    List.of(
                            new WordPressOrg(home, home, limit, progress::add)::newestWordPress,
                            folder -> new WordPressTree(folder, "7.1", "the mirror")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void publish(byte[] archive) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-1").digest(archive);
        files.put("/wordpress-7.2.1.zip", archive);
        files.put("/wordpress-7.2.1.zip.sha1", HexFormat.of().formatHex(digest).getBytes(UTF_8));
    }

    private static byte[] archive(String prefix) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : Map.of(
                            "wp-load.php", "<?php",
                            "wp-admin/index.php", "<?php",
                            "wp-includes/version.php", "<?php\n$wp_version = '7.2.1';\n")
                    .entrySet()) {
                zip.putNextEntry(new ZipEntry(prefix + file.getKey()));
                zip.write(file.getValue().getBytes(UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
