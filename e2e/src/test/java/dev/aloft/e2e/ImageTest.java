package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import dev.aloft.lab.Command;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The container image. Its form is read by a tool of others. Its root file system is started with its own command,
/// variables and user, read-only but for its volumes and `/tmp`. Only root can do that.
@Tag("slow")
@Timeout(1800)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ImageTest {

    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final String BUCKET = "media";

    /// Mounts, in a namespace of the process alone, what a container's engine mounts.
    private static final String CONTAINER = """
            set -e
            mount --bind "$1" "$1"
            mount --bind "$2/run" "$1/run/aloft"
            mount --bind "$2/cache" "$1/var/cache/aloft"
            mount --bind "$2/aloft.toml" "$1/etc/aloft/aloft.toml"
            mount -t tmpfs tmpfs "$1/tmp"
            mount -t proc proc "$1/proc"
            mount --rbind /dev "$1/dev"
            mount -o remount,bind,ro "$1"
            root=$1 user=$3
            shift 3
            exec chroot --userspec="$user" "$root" env -i "$@"
            """;

    private Path folder;
    private Path archive;
    private Path root;
    private JsonNode image;

    @BeforeAll
    void build() throws Exception {
        assumeThat(System.getProperty("user.name"))
                .as("who may change the root")
                .isEqualTo("root");
        folder = OpenFolder.create("aloft-image");
        assumeThatCode(() -> run("unshare", "--mount", "true"))
                .as("a machine that may mount")
                .doesNotThrowAnyException();
        archive = Path.of(run(Checkout.folder("package").toString(), "image")
                .lines()
                .toList()
                .getLast());
        Path layout = Files.createDirectory(folder.resolve("layout"));
        run("tar", "--extract", "--file", archive.toString(), "--directory", layout.toString());
        JsonNode index = json(layout.resolve("index.json"));
        JsonNode manifest = json(blob(layout, index.path("manifests").path(0)));
        image = json(blob(layout, manifest.path("config"))).path("config");
        root = unpacked(layout, manifest);
        Files.createDirectory(folder.resolve("run"));
        Files.createDirectory(folder.resolve("cache"));
        run("chown", image.path("User").asString(), folder + "/run", folder + "/cache");
        Files.setPosixFilePermissions(folder.resolve("cache"), PosixFilePermissions.fromString("rwx------"));
    }

    /// As an engine unpacks it: by the digests of the index, the manifest and the layer.
    private Path unpacked(Path layout, JsonNode manifest) throws IOException {
        Path unpacked = Files.createDirectory(folder.resolve("root"));
        for (JsonNode layer : manifest.path("layers")) {
            run(
                    "tar",
                    "--extract",
                    "--gzip",
                    "--numeric-owner",
                    "--same-permissions",
                    "--file",
                    blob(layout, layer).toString(),
                    "--directory",
                    unpacked.toString());
        }
        return unpacked;
    }

    private static Path blob(Path layout, JsonNode descriptor) {
        return layout.resolve("blobs")
                .resolve(descriptor.path("digest").asString().replace(':', '/'));
    }

    private static JsonNode json(Path file) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(file));
    }

    @AfterAll
    void remove() throws IOException {
        if (folder != null) {
            run("rm", "-rf", "--one-file-system", folder.toString());
        }
    }

    @Test
    void theImageIsWellFormedAndRunsWithoutRoot() throws Exception {
        Path copy = folder.resolve("copy");
        run("skopeo", "copy", "--quiet", "oci-archive:" + archive, "oci:" + copy + ":copied");
        assertThat(run("skopeo", "inspect", "--config", "oci-archive:" + archive))
                .contains("\"linux\"");
        run("skopeo", "copy", "--quiet", "docker-archive:" + archive, "oci:" + copy + ":by-docker");

        assertThat(image.path("User").asString()).isEqualTo("65532:65532");
        assertThat(Files.readString(root.resolve("etc/passwd"))).contains("\naloft:x:65532:65532:");
        assertThat(image.path("StopSignal").asString()).isEqualTo("SIGTERM");
        assertThat(image.path("Labels").path("org.opencontainers.image.version").asString())
                .isNotEmpty();
        assertThat(image.path("Volumes").propertyNames()).contains("/run/aloft", "/var/cache/aloft");
        assertThat(json(folder.resolve("layout/manifest.json"))
                        .path(0)
                        .path("RepoTags")
                        .path(0)
                        .asString())
                .startsWith("aloft:");
    }

    /// The second container has the volumes of the first one, and nothing else of it.
    @Test
    void anUploadInProgressSurvivesTheReplacementOfItsContainer() throws Exception {
        try (TestS3 s3 = TestS3.embedded(folder.resolve("s3"))) {
            s3.createBucket(BUCKET);
            int edge = FreePort.next();
            int admin = FreePort.next();
            Files.writeString(folder.resolve("aloft.toml"), """
                    [s3]
                    provider = "embedded"
                    endpoint = "%s"

                    [edge]
                    listen = "127.0.0.1:%d"
                    admin = "127.0.0.1:%d"
                    cache_folder = "/var/cache/aloft/edge"

                    [[site]]
                    name = "example"
                    bucket = "%s"
                    socket = "/run/aloft/example.sock"
                    """.formatted(s3.endpoint(), edge, admin, BUCKET));
            try (Container first = new Container(s3)) {
                first.awaitHealth();
                try (UnfinishedUpload upload =
                        UnfinishedUpload.begin(folder.resolve("run/example.sock"), BUCKET, "uploads/2026/11/a.txt")) {
                    first.process.destroy();
                    Eventually.await(
                            "the agent accepts no connection",
                            () -> !Machine.accepts(folder.resolve("run/example.sock")));
                    upload.finish();
                }
                assertThat(first.end()).isEqualTo(143);
            }
            try (Container next = new Container(s3)) {
                next.awaitHealth();
                assertThat(run("curl", "--silent", "http://127.0.0.1:" + edge + "/uploads/2026/11/a.txt"))
                        .isEqualTo("half a photo\nhalf a photo");
                next.process.destroy();
                assertThat(next.end()).isEqualTo(143);
            }
        }
    }

    /// A process that sees what a container sees, on the network of this machine.
    private final class Container implements AutoCloseable {

        private final Process process;

        Container(TestS3 s3) throws IOException {
            List<String> words = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", CONTAINER, "sh"));
            words.addAll(List.of(
                    root.toString(), folder.toString(), image.path("User").asString()));
            image.path("Env").forEach(variable -> words.add(variable.asString()));
            words.add("AWS_ACCESS_KEY_ID=" + s3.accessKey());
            words.add("AWS_SECRET_ACCESS_KEY=" + s3.secretKey());
            image.path("Entrypoint").forEach(word -> words.add(word.asString()));
            image.path("Cmd").forEach(word -> words.add(word.asString()));
            process = new ProcessBuilder(words).inheritIO().start();
        }

        /// Asks as the image's health check does, in the container.
        boolean isHealthy() {
            Stream<String> check =
                    image.path("Healthcheck").path("Test").valueStream().skip(1).map(JsonNode::asString);
            try {
                run(Stream.concat(
                                Stream.of(
                                        "nsenter",
                                        "--target",
                                        String.valueOf(process.pid()),
                                        "--mount",
                                        "chroot",
                                        "--userspec=" + image.path("User").asString(),
                                        root.toString()),
                                check)
                        .toArray(String[]::new));
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        void awaitHealth() throws Exception {
            Eventually.await("the container is healthy", () -> {
                assertThat(process.isAlive()).as("the container runs").isTrue();
                return isHealthy();
            });
        }

        int end() throws InterruptedException {
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static String run(String... words) throws IOException {
        return Command.of(List.of(words)).withLimit(LIMIT).run();
    }
}
