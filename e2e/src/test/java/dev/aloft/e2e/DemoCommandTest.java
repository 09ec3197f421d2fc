package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.lab.WordPressTree;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// `./aloft demo` as a new user meets it: one line when it is ready, a site to upload to, nothing left when it stops,
/// and everything back when it starts again.
@Timeout(600)
class DemoCommandTest {

    private static final Duration FIRST_START_LIMIT = Duration.ofMinutes(4);

    /// Limit of a second start on an idle machine.
    private static final Duration SECOND_START_LIMIT = Duration.ofSeconds(15);

    private static final Pattern READY =
            Pattern.compile("ready: (http://127\\.0\\.0\\.1:\\d+/) user=(\\S+) password=(\\S+)");

    private Path folder;
    private Path data;
    private int port;

    @BeforeEach
    void choosePlaces() throws IOException {
        folder = OpenFolder.create("aloft-demo-test");
        data = folder.resolve("data");
        port = FreePort.next();
    }

    @AfterEach
    void leaveNothing() throws IOException {
        OpenFolder.delete(folder);
    }

    @Test
    void showsOneLineThenKeepsItsMediaOverEveryKindOfEnd() throws Exception {
        byte[] photo = Photo.jpeg(1600, 1200, 7);
        String picture;
        try (AloftProcess demo = demo()) {
            Site site = awaitReady(demo, FIRST_START_LIMIT);
            assertThat(get(site.home()).statusCode()).isEqualTo(200);
            JsonNode uploaded = AdminSession.logIn(site.home(), site.user(), site.password())
                    .upload("cat.jpg", "image/jpeg", photo);
            assertThat(uploaded.path("success").asBoolean())
                    .as(uploaded.toString())
                    .isTrue();
            picture = uploaded.path("data").path("url").asString();
            assertThat(URI.create(picture).getPath()).startsWith("/uploads/");
            assertThat(get(URI.create(picture)).body()).isEqualTo(photo);
            assertThat(demo.end("TERM")).isEqualTo(143);
            requireNothingLeft(demo);
        }
        try (AloftProcess demo = demo()) {
            Site site = awaitReady(demo, Machine.fair(SECOND_START_LIMIT));
            assertThat(get(URI.create(picture)).body()).isEqualTo(photo);
            AdminSession admin = AdminSession.logIn(site.home(), site.user(), site.password());
            assertThat(admin.get("/wp-json/wp/v2/media").body()).contains("cat.jpg");
            demo.end("KILL");
            assertThat(demo.descendants()).as("servers that outlive a hard end").isNotEmpty();
            try (AloftProcess next = demo()) {
                awaitReady(next, Machine.fair(SECOND_START_LIMIT));
                assertThat(demo.descendants()).as("servers of the killed demo").isEmpty();
                assertThat(get(URI.create(picture)).body()).isEqualTo(photo);
                assertThat(next.end("INT")).isEqualTo(130);
                requireNothingLeft(next);
            }
        }
    }

    /// As the tutorial does it.
    @Test
    void aDeletedPictureComesBackFromABackup() throws Exception {
        byte[] photo = Photo.jpeg(1600, 1200, 8);
        try (AloftProcess demo = demo()) {
            Site site = awaitReady(demo, FIRST_START_LIMIT);
            AdminSession admin = AdminSession.logIn(site.home(), site.user(), site.password());
            JsonNode uploaded = admin.upload("dog.jpg", "image/jpeg", photo).path("data");
            URI picture = URI.create(uploaded.path("url").asString());
            backup("create");

            admin.delete(uploaded);
            assertThat(get(picture).statusCode()).isEqualTo(404);
            assertThat(admin.get("/wp-json/wp/v2/media").body()).doesNotContain("dog.jpg");
            backup("restore", "--yes");

            Eventually.await(
                    "the edge has forgotten that the picture was missing",
                    () -> get(picture).statusCode() == 200);
            assertThat(get(picture).body()).isEqualTo(photo);
            assertThat(admin.get("/wp-json/wp/v2/media").body()).contains("dog.jpg");
            assertThat(demo.end("TERM")).isEqualTo(143);
        }
    }

    /// Runs `aloft backup` with the configuration and the credentials that the demo leaves in its folder.
    private void backup(String... words) throws IOException, InterruptedException {
        Map<String, String> credentials = Files.readAllLines(data.resolve("credentials.env")).stream()
                .map(line -> line.replaceFirst("^export ", "").split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        List<String> all = new ArrayList<>(List.of("backup"));
        all.addAll(List.of(words));
        all.addAll(List.of("--config", data.resolve("aloft.toml").toString()));
        try (AloftProcess command = AloftProcess.start(folder, credentials, all.toArray(String[]::new))) {
            assertThat(command.awaitEnd())
                    .as(String.join("\n", command.errors()))
                    .isZero();
        }
    }

    @Test
    void leavesNothingBehindWhenItIsStoppedInTheMiddleOfItsStart() throws Exception {
        List<String> steps = List.of(
                "agent on",
                "creating MariaDB's data",
                "starting MariaDB",
                "copying WordPress",
                "installing WordPress",
                "starting php-fpm",
                "starting nginx");
        for (String step : steps) {
            try (AloftProcess demo = demo()) {
                demo.awaitError(step, FIRST_START_LIMIT);
                assertThat(demo.end("TERM")).as("stopped at: " + step).isEqualTo(143);
                requireNothingLeft(demo);
                assertThat(demo.output()).as("stopped at: " + step).isEmpty();
                assertThat(demo.errors()).as("stopped at: " + step).noneMatch(line -> line.startsWith("aloft: "));
            }
        }
        try (AloftProcess demo = demo()) {
            awaitReady(demo, FIRST_START_LIMIT);
            assertThat(demo.end("INT")).isEqualTo(130);
            requireNothingLeft(demo);
        }
    }

    private AloftProcess demo() throws IOException {
        Path tree = WordPressTree.newest(Checkout.folder("target/wordpress-trees"), System.err::println)
                .folder();
        return AloftProcess.start(
                folder,
                Map.of(),
                "demo",
                "--port",
                Integer.toString(port),
                "--data",
                data.toString(),
                "--wordpress",
                tree.toString());
    }

    private static Site awaitReady(AloftProcess demo, Duration limit) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Matcher line = READY.matcher(demo.awaitOutput("ready", limit));
        System.err.println("ready after " + Duration.ofNanos(System.nanoTime() - begin));
        assertThat(line.matches()).as("the line is " + READY).isTrue();
        assertThat(demo.output()).hasSize(1);
        return new Site(URI.create(line.group(1)), line.group(2), line.group(3));
    }

    private void requireNothingLeft(AloftProcess demo) throws Exception {
        Eventually.await(
                "the processes that the demo has started end",
                () -> demo.descendants().isEmpty());
        assertThat(AloftProcess.withCommandLine(data.toString())).isEmpty();
    }

    private static HttpResponse<byte[]> get(URI address) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(address)
                            .timeout(Duration.ofSeconds(60))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private record Site(URI home, String user, String password) {}
}
