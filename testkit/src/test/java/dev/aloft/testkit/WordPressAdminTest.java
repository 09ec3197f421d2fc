package dev.aloft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.lab.Command;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.DebianPackages;
import dev.aloft.lab.MariaDb;
import dev.aloft.lab.Service;
import dev.aloft.lab.SiteSettings;
import dev.aloft.lab.WordPressSite;
import dev.aloft.lab.WordPressTree;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Both ways of uploading on a real WordPress, whose uploads stay in its folder. PHP's own web server is its door.
@Tag("slow")
@Timeout(300)
final class WordPressAdminTest {

    private static final Path TREES = Path.of("target/wordpress-trees");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private static Path top;

    private static int port;
    private static DataFolder data;
    private static MariaDb mariaDb;
    private static WordPressSite site;
    private static Service php;
    private static Browser browser;
    private static Path photo;

    @BeforeAll
    static void start() throws IOException {
        DebianPackages.forWordPress().require(System.err::println);
        Files.setPosixFilePermissions(top, PosixFilePermissions.fromString("rwxr-xr-x"));
        port = FreePort.next();
        data = DataFolder.open(top.resolve("data"));
        mariaDb = MariaDb.start(data, System.err::println);
        Path plugin = Files.createDirectories(top.resolve("plugin"));
        Files.writeString(plugin.resolve("aloft.php"), "<?php\n");
        WordPressTree tree = WordPressTree.newest(TREES, System.err::println);
        site = WordPressSite.install(
                data,
                new SiteSettings(tree, mariaDb.database("wordpress"), plugin, home("127.0.0.1"), Map.of()),
                System.err::println);
        php = Service.start(
                data,
                "php-server",
                Command.of(
                                "php8.2",
                                "-S",
                                "127.0.0.1:" + port,
                                "-t",
                                site.documentRoot().toString())
                        .withEnvironment("PHP_CLI_SERVER_WORKERS", "4"),
                WordPressAdminTest::listens,
                LIMIT);
        browser = Browser.start();
        photo = photo();
    }

    @AfterAll
    static void stop() throws IOException {
        browser.close();
        php.close();
        mariaDb.close();
        data.close();
    }

    @Test
    void theEditorOnLocalhostMakesTheSizesInTheBrowser() throws IOException {
        WordPressAdmin admin = WordPressAdmin.logIn(browser, home("localhost"), site.user(), site.password());
        admin.openEditor();
        assertThat(admin.resizesInBrowser()).isTrue();
        long attachment = admin.uploadInEditor(photo);
        assertThat(requests("POST /wp-json/wp/v2/media/.*/sideload")).hasSize(7);
        assertThat(requests("POST /wp-json/wp/v2/media/.*/finalize")).hasSize(1);
        assertThat(uploads()).hasSizeGreaterThanOrEqualTo(8);
        admin.openLibrary(attachment);
    }

    @Test
    void theServerMakesTheSizesOfTheMediaPageAndOfTheEditorOn127001() throws IOException {
        int before = requests("sideload").size();
        WordPressAdmin admin = WordPressAdmin.logIn(browser, home("127.0.0.1"), site.user(), site.password());
        long first = admin.uploadOnMediaPage(photo);
        admin.openEditor();
        assertThat(admin.resizesInBrowser()).isFalse();
        long second = admin.uploadInEditor(photo);
        assertThat(second).isGreaterThan(first);
        assertThat(requests("sideload")).hasSize(before);
        admin.openLibrary(first, second);
    }

    @Test
    void whatWordPressRefusesIsReported() throws IOException {
        Path program = Files.writeString(top.resolve("evil.php"), "<?php");
        WordPressAdmin admin = WordPressAdmin.logIn(browser, home("127.0.0.1"), site.user(), site.password());
        assertThatThrownBy(() -> admin.uploadOnMediaPage(program))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("evil.php")
                .hasMessageContaining("not allowed");
    }

    @Test
    void aWrongPasswordIsReportedWithoutIt() throws IOException {
        try (Browser stranger = Browser.start()) {
            assertThatThrownBy(() -> WordPressAdmin.logIn(stranger, home("127.0.0.1"), site.user(), "wrong-words"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("incorrect")
                    .message()
                    .doesNotContain("wrong-words");
        }
    }

    private static List<String> requests(String pattern) throws IOException {
        try (Stream<String> lines = Files.lines(data.log("php-server"))) {
            return lines.filter(line -> line.matches(".*" + pattern + ".*")).toList();
        }
    }

    private static List<Path> uploads() throws IOException {
        try (Stream<Path> files = Files.walk(site.documentRoot().resolve("wp-content/uploads"))) {
            return files.filter(file -> file.toString().endsWith(".jpg")).toList();
        }
    }

    private static URI home(String host) {
        return URI.create("http://" + host + ":" + port);
    }

    private static boolean listens() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        }
    }

    /// Twelve megapixels.
    private static Path photo() throws IOException {
        BufferedImage image = new BufferedImage(4_000, 3_000, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        for (int i = 0; i < 400; i++) {
            pen.setColor(new Color(i * 41 % 256, i * 67 % 256, i * 97 % 256));
            pen.fillOval(i * 631 % 4_000, i * 379 % 3_000, 300, 200);
        }
        pen.dispose();
        Path file = top.resolve("photo.jpg");
        ImageIO.write(image, "jpeg", file.toFile());
        return file;
    }
}
