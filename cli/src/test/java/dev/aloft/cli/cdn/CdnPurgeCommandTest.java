package dev.aloft.cli.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.aloft.cli.CommandRun;
import dev.aloft.server.SurrogateKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CdnPurgeCommandTest {

    private static final String CAT = SurrogateKeys.ofFile("shop", "uploads/2026/11/cat 1.jpg");

    @TempDir
    private Path folder;

    private final List<String> keys = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private HttpServer varnish;
    private Path configuration;

    @BeforeEach
    void start() throws IOException {
        varnish = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        varnish.createContext("/", exchange -> {
            keys.add(exchange.getRequestHeaders().getFirst("Surrogate-Key"));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        varnish.start();
        configuration = Files.writeString(
                folder.resolve("aloft.toml"), """
                [s3]
                region = "eu-central-1"
                [[cdn]]
                type = "varnish"
                url = "http://127.0.0.1:%d"
                folder = "/nowhere"
                [[site]]
                name = "shop"
                hosts = ["shop.test"]
                bucket = "media"
                socket = "/run/shop.sock"
                [[site]]
                name = "blog"
                hosts = ["blog.test"]
                bucket = "blog"
                socket = "/run/blog.sock"
                """.formatted(varnish.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        varnish.stop(0);
    }

    @Test
    void urlsOfAnUploadAndItsPicturesMeanTheUpload() {
        assertThat(purge("https://shop.test/uploads/2026/11/cat%201.jpg?ver=1").out())
                .isEqualTo("purged\n");
        assertThat(purge("https://shop.test/tachyon/2026/11/cat%201.jpg?w=9").code())
                .isZero();
        assertThat(keys).containsExactly(CAT, CAT);
    }

    @Test
    void aSiteOrAllArePurgedAsAWhole() {
        assertThat(purge("--site", "blog").code()).isZero();
        assertThat(purge("--all").code()).isZero();
        assertThat(keys).containsExactly("blog", "shop blog");
    }

    @Test
    void aCdnThatRefusesIsNamedWithItsAnswer() {
        status = 403;
        CommandRun run = purge("--site", "shop");
        assertThat(run.code()).isEqualTo(9);
        assertThat(run.err()).contains("cdn varnish: BAN http://127.0.0.1:", "was answered with 403");
    }

    @Test
    void edgesThatAPurgeDoesNotReachAreReported() throws IOException {
        assertThat(purge("--all").err()).isEmpty();
        Files.writeString(configuration, "[edge]\nlisten = \":8080\"\n", StandardOpenOption.APPEND);
        CommandRun run = purge("--all");
        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("no edge is purged, because [edge] has no admin_token");

        Files.writeString(configuration, "admin_token = \"%s\"\n".formatted("t".repeat(32)), StandardOpenOption.APPEND);
        assertThat(purge("--all").err()).contains("no edge is purged, because [edge] has neither admin nor peers");
    }

    @Test
    void whatCannotBePurgedIsAnError() {
        assertThat(purge("https://other.test/uploads/a.jpg").code()).isEqualTo(10);
        assertThat(purge("https://shop.test/").code()).isEqualTo(10);
        assertThat(purge("--site", "none").code()).isEqualTo(3);
        assertThat(purge().code()).isEqualTo(2);
        assertThat(purge("--all", "https://shop.test/uploads/a.jpg").code()).isEqualTo(2);
        assertThat(keys).isEmpty();
    }

    private CommandRun purge(String... arguments) {
        List<String> words = new ArrayList<>(List.of("cdn", "purge", "--config", configuration.toString()));
        words.addAll(List.of(arguments));
        return CommandRun.of(words.toArray(String[]::new));
    }
}
