package dev.aloft.server.htaccess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.testkit.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Has a real Apache (Debian's `apache2-bin`) answer what [Htaccess] decides: what Apache keeps back is kept back
/// here, and what is understood is decided alike.
@Tag("slow")
final class ApacheTest {

    private static final String MODULES = "/usr/lib/apache2/modules/mod_";
    private static final int RANDOM_SITES = 600;

    private static Process apache;
    private static Path folder;
    private static int port;

    @BeforeAll
    static void start(@TempDir Path place) throws Exception {
        folder = place;
        port = FreePort.next();
        String modules = List.of(
                        "mpm_event",
                        "authz_core",
                        "authz_host",
                        "authz_user",
                        "authn_core",
                        "authn_file",
                        "auth_basic",
                        "access_compat",
                        "rewrite",
                        "alias",
                        "vhost_alias",
                        "setenvif",
                        "headers",
                        "expires",
                        "mime")
                .stream()
                .map(name -> "LoadModule " + name + "_module " + MODULES + name + ".so\n")
                .collect(Collectors.joining());
        Path conf = Files.writeString(folder.resolve("apache.conf"), modules + """
                Listen 127.0.0.1:%d
                ServerName apache.test
                User www-data
                PidFile %2$s/pid
                ErrorLog %2$s/error.log
                DefaultRuntimeDir %2$s
                TypesConfig /dev/null
                UseCanonicalName Off
                VirtualDocumentRoot %2$s/%%0
                <Directory %2$s>
                    AllowOverride All
                    Require all granted
                </Directory>
                """.formatted(port, folder));
        Files.createDirectories(folder.resolve("up"));
        Files.writeString(folder.resolve("up/x"), "x");
        Runtime.getRuntime()
                .exec(new String[] {"chmod", "-R", "a+rX", folder.toString()})
                .waitFor();
        apache = new ProcessBuilder("apache2", "-DFOREGROUND", "-f", conf.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.log").toFile())
                .start();
        for (long end = System.nanoTime() + Duration.ofSeconds(20).toNanos(); ; ) {
            try {
                assertThat(ask("up", "/x")).isEqualTo(200);
                return;
            } catch (IOException e) {
                if (!apache.isAlive() || System.nanoTime() > end) {
                    throw new IOException(Files.readString(folder.resolve("out.log")), e);
                }
                Thread.sleep(50); // a process of its own, which does not report when it listens
            }
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        apache.destroy();
        if (!apache.waitFor(10, TimeUnit.SECONDS)) {
            apache.destroyForcibly();
        }
    }

    @Test
    void apacheAnswersEveryCaseAsTheTableSays() throws IOException {
        int number = 0;
        for (Cases cases : Cases.all()) {
            String site = "case" + number++;
            write(site, cases.files());
            for (Cases.Question question : cases.questions()) {
                write(site, Map.of(question.path(), "x"));
                int status = ask(
                        site,
                        Cases.URL
                                + question.path()
                                        .replace(" ", "%20")
                                        .replace("{", "%7B")
                                        .replace("}", "%7D"));
                if (question.answer().equals("served")) {
                    assertThat(status)
                            .as(cases.title() + ": " + question.path())
                            .isEqualTo(200);
                } else if (question.answer().startsWith("denied") && !isOurOwnMind(cases, question)) {
                    assertThat(status)
                            .as(cases.title() + ": " + question.path())
                            .isNotEqualTo(200);
                }
            }
        }
    }

    /// A grant in a section that is not understood counts at Apache's, and does not here.
    private static boolean isOurOwnMind(Cases cases, Cases.Question question) {
        return cases.files().entrySet().stream()
                .anyMatch(file -> question.answer().contains(file.getKey())
                        && file.getValue().contains("<If \"true\">"));
    }

    @Test
    void whatApacheKeepsBackOfRandomFilesIsKeptBack() throws IOException {
        List<String> paths = List.of("a.jpg", "a.pdf", "in/a.jpg", "in/a.pdf", "in/b.jpg");
        int served = 0;
        for (long seed : IntStream.range(0, RANDOM_SITES).asLongStream().toArray()) {
            Map<String, String> files = RandomFiles.of(seed);
            String site = "random" + seed;
            write(site, paths.stream().collect(Collectors.toMap(path -> path, _ -> "x")));
            write(site, files);
            for (String path : paths) {
                boolean atApache = ask(site, Cases.URL + path) == 200;
                Optional<Htaccess.Denial> denial = Cases.denial(files, path);
                // What such sections lift at Apache's, they do not lift here.
                boolean alike = denial.stream().allMatch(Htaccess.Denial::understood)
                        && !files.toString().matches("(?s).*<(Limit|IfVersion).*");
                if (!atApache || alike) {
                    assertThat(denial.isEmpty())
                            .as("seed %d, %s: %s", seed, path, files)
                            .isEqualTo(atApache);
                }
                served += denial.isEmpty() ? 1 : 0;
            }
        }
        assertThat(served).isBetween(RANDOM_SITES, 4 * RANDOM_SITES);
    }

    private static void write(String site, Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = folder.resolve(site + Cases.URL + file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    private static int ask(String site, String target) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            String request = "GET " + target + " HTTP/1.1\r\nHost: " + site + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            return Integer.parseInt(answer.split(" ", 3)[1]);
        }
    }
}
