package dev.aloft.cli.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.aloft.cli.FrontServer;
import dev.aloft.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Output of `aloft cdn` before an edge: well formed, and, for the servers that Debian has, run with a request
/// through it.
final class CdnCommandTest {

    private static final String HOST = "shop.test";

    private HttpServer edge;
    private HttpServer site;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        edge = server("edge");
        site = server("site");
    }

    @AfterEach
    void stop() {
        edge.stop(0);
        site.stop(0);
    }

    /// Says who it is and what it was asked.
    private static HttpServer server(String name) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] text = (name + " " + exchange.getRequestURI() + " "
                            + exchange.getRequestHeaders().getFirst("X-Forwarded-For"))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        server.start();
        return server;
    }

    @ParameterizedTest
    @EnumSource
    void everyConfigurationNamesThePathsAndHasNoPlaceLeft(CdnTemplate kind) throws IOException {
        String text = print(kind);
        assertThat(text).contains("uploads/", "tachyon/").doesNotContainPattern("@[A-Z_]+");
        if (text.startsWith("{")) {
            try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
                while (json.nextToken() != null) {
                    assertThat(json.currentToken()).isNotNull();
                }
            }
        } else {
            assertThat(text.chars().filter(c -> c == '{').count())
                    .isEqualTo(text.chars().filter(c -> c == '}').count());
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyConfigurationNamesFurtherPathsOfUploads(CdnTemplate kind) {
        String text = print(kind, "--upload-path", "/app/uploads/", "--upload-path", "/files/");

        assertThat(text).contains("/app/uploads/", "/files/").doesNotContainPattern("@[A-Z_]+");
        assertThat(print(kind)).doesNotContain("/app/uploads/");
    }

    @Test
    void noPathOfUploadsStandsInAConfigurationTwice() {
        String text =
                print(CdnTemplate.NGINX, "--upload-path", "/uploads/", "--upload-path", "/a/", "--upload-path", "/a/");

        assertThat(text).containsOnlyOnce("location ^~ /uploads/").containsOnlyOnce("location ^~ /a/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/../", "/tachyon/", "/", "a/", "/a b/"})
    void whatIsNoPathOfUploadsIsRefused(String path) {
        CommandLine line = Main.command().setErr(new PrintWriter(new StringWriter()));

        assertThat(line.execute(
                        "cdn",
                        "nginx",
                        "--host",
                        HOST,
                        "--edge",
                        "http://x",
                        "--site",
                        "http://y",
                        "--upload-path",
                        path))
                .isEqualTo(2);
    }

    @Test
    void whatIsNoAddressDoesNotBecomePartOfAConfiguration() {
        StringWriter err = new StringWriter();
        CommandLine line = Main.command().setErr(new PrintWriter(err));
        assertThat(line.execute("cdn", "nginx", "--host", HOST, "--edge", "http://x;}"))
                .isEqualTo(2);
        assertThat(line.execute("cdn", "nginx", "--host", "a b", "--edge", "http://x", "--site", "http://y"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("not a host's name: a b");
    }

    @ParameterizedTest
    @CsvSource({
        "nginx,   --root /a --php-socket /b;c",
        "nginx,   --site http://x --folder a;b",
        "nginx,   --site http://x --behind a;b",
        "nginx,   --site http://x --listen nowhere",
        "varnish, --root /a --php-socket /b",
        "varnish, --site http://x --folder blog",
        "caddy,   --site http://x --behind 10.0.0.1",
        "nginx,   --root /a",
        "nginx,   --site http://x --root /a --php-socket /b"
    })
    void whatDoesNotGoTogetherIsRefused(String kind, String options) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> words = new ArrayList<>(List.of("cdn", kind, "--host", HOST, "--edge", "http://10.0.0.7"));
        words.addAll(List.of(options.split(" ")));

        int code = Main.command()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words.toArray(String[]::new));

        assertThat(code).as(err.toString()).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"NGINX", "VARNISH", "CADDY"})
    @Tag("slow")
    void aServerThatDebianHasSendsEachPathToItsPlace(CdnTemplate kind) throws Exception {
        try (FrontServer front = FrontServer.start(kind.toString(), print(kind), HOST, folder)) {
            assertThat(front.get("/uploads/a%20b.jpg").text()).isEqualTo("edge /uploads/a%20b.jpg 127.0.0.1");
            assertThat(front.get("/wp-content/uploads/a.jpg?ver=2").text())
                    .startsWith("edge /wp-content/uploads/a.jpg?ver=2 ");
            assertThat(front.get("/tachyon/a.jpg?w=300").text()).startsWith("edge /tachyon/a.jpg?w=300 ");
            assertThat(front.get("/uploadsx").text()).startsWith("site /uploadsx ");
            assertThat(front.get("/").text()).startsWith("site / ");
        }
    }

    private String print(CdnTemplate kind, String... more) {
        StringWriter out = new StringWriter();
        List<String> arguments = new ArrayList<>(
                List.of("cdn", kind.toString(), "--host", HOST, "--edge", uri(edge), "--site", uri(site)));
        arguments.addAll(List.of(more));
        int code = Main.command().setOut(new PrintWriter(out)).execute(arguments.toArray(String[]::new));
        assertThat(code).isZero();
        return out.toString();
    }

    private static String uri(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }
}
