package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// What `aloft cdn` prints: in good form, and, for the servers that Debian has, run with a request through it.
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

    @Test
    void whatIsNoAddressDoesNotBecomePartOfAConfiguration() {
        StringWriter err = new StringWriter();
        CommandLine line = Main.command().setErr(new PrintWriter(err));
        assertThat(line.execute("cdn", "nginx", "--host", HOST, "--edge", "http://x;}"))
                .isEqualTo(2);
        assertThat(line.execute("cdn", "nginx", "--host", "a b", "--edge", "http://x"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("not a host's name: a b");
    }

    @Test
    @Tag("slow")
    void nginxSendsEachPathToItsPlace() throws Exception {
        int port = freePort();
        String server = print(CdnTemplate.NGINX).replace("listen 80;", "listen 127.0.0.1:" + port + ";");
        Path conf = Files.writeString(
                folder.resolve("nginx.conf"),
                "pid " + folder + "/pid; error_log " + folder + "/error.log; events {}\nhttp { access_log off;\n"
                        + server + "}\n");
        through(port, "nginx", "-p", folder.toString(), "-c", conf.toString(), "-g", "daemon off;");
    }

    @Test
    @Tag("slow")
    void varnishSendsEachPathToItsPlace() throws Exception {
        int port = freePort();
        // Varnish reads it as a user of its own.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path conf = Files.writeString(folder.resolve("aloft.vcl"), print(CdnTemplate.VARNISH));
        through(
                port,
                "varnishd",
                "-F",
                "-a",
                "127.0.0.1:" + port,
                "-f",
                conf.toString(),
                "-n",
                folder.resolve("varnish").toString(),
                "-s",
                "malloc,16m");
    }

    @Test
    @Tag("slow")
    void caddySendsEachPathToItsPlace() throws Exception {
        int port = freePort();
        String text = "{\n\tadmin off\n}\n"
                + print(CdnTemplate.CADDY).replace(HOST + " {", "http://" + HOST + ":" + port + " {");
        Path conf = Files.writeString(folder.resolve("Caddyfile"), text);
        through(port, "caddy", "run", "--adapter", "caddyfile", "--config", conf.toString());
    }

    private void through(int port, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.log").toFile())
                .start();
        try {
            assertThat(get(port, "/uploads/a%20b.jpg", process)).isEqualTo("edge /uploads/a%20b.jpg 127.0.0.1");
            assertThat(get(port, "/wp-content/uploads/a.jpg?ver=2", process))
                    .startsWith("edge /wp-content/uploads/a.jpg?ver=2 ");
            assertThat(get(port, "/tachyon/a.jpg?w=300", process)).startsWith("edge /tachyon/a.jpg?w=300 ");
            assertThat(get(port, "/uploadsx", process)).startsWith("site /uploadsx ");
            assertThat(get(port, "/", process)).startsWith("site / ");
        } finally {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    /// Asks until the server listens.
    private String get(int port, String target, Process process) throws Exception {
        for (long end = System.nanoTime() + Duration.ofSeconds(20).toNanos(); ; ) {
            try {
                // HttpClient sends no other Host; with this property of the old one it does.
                HttpURLConnection connection = (HttpURLConnection)
                        URI.create("http://127.0.0.1:" + port + target).toURL().openConnection();
                connection.setRequestProperty("Host", HOST);
                try (InputStream in = connection.getInputStream()) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IOException(Files.readString(folder.resolve("out.log")), e);
                }
                Thread.sleep(50); // a process of its own: nobody tells when it listens
            }
        }
    }

    private String print(CdnTemplate kind) {
        StringWriter out = new StringWriter();
        List<String> arguments =
                List.of("cdn", kind.toString(), "--host", HOST, "--edge", uri(edge), "--site", uri(site));
        int code = Main.command().setOut(new PrintWriter(out)).execute(arguments.toArray(String[]::new));
        assertThat(code).isZero();
        return out.toString();
    }

    private static String uri(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    static {
        System.setProperty("sun.net.http.allowRestrictedHeaders", "true");
    }
}
