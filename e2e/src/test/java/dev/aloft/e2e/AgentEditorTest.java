package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.testkit.S3Request;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// Photographs uploaded to a real WordPress whose sizes the agent makes.
@Timeout(600)
final class AgentEditorTest {

    /// Requests to find a free name: one, and three more on a machine so busy that a second passes between the two
    /// questions of WordPress.
    private static final int REQUESTS_FOR_A_NAME = 4;

    private static final Duration KILLING_PAUSE = Duration.ofMillis(5);

    private static final String WORKER = "dev.aloft.image.worker.WorkerMain";

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.onEmbeddedS3();

    private final Fleet fleet;
    private final BucketView bucket;

    AgentEditorTest(Fleet fleet, BucketView bucket) {
        this.fleet = fleet;
        this.bucket = bucket;
    }

    @Test
    void sizesAreThoseOfWordPressForOnePutEach() throws Exception {
        byte[] photo = Photo.ofTwelveMegapixels(7);
        WordPress.Answer imagick = fleet.wordPress(1).upload("php.jpg", "image/jpeg", photo);
        Set<String> keysBefore = bucket.keys();
        fleet.s3().reset();

        WordPress.Answer uploaded = agents().upload("agent.jpg", "image/jpeg", photo);

        assertThat(uploaded.status()).as(uploaded.json().toString()).isEqualTo(201);
        System.err.printf(
                "upload of a photograph with the agent: %d requests (%s) in %d ms%n",
                fleet.s3().requests().size(),
                fleet.s3().summary(),
                uploaded.took().toMillis());
        List<String> operations =
                fleet.s3().requests().stream().map(S3Request::operation).toList();
        int named = operations.indexOf("PutObject");
        assertThat(operations.subList(0, named)).hasSizeBetween(1, REQUESTS_FOR_A_NAME);
        assertThat(operations.subList(named, operations.size())).hasSize(8).containsOnly("PutObject");
        assertThat(bucket.keysSince(keysBefore))
                .containsExactlyInAnyOrderElementsOf(
                        uploaded.urls().stream().map(BucketView::key).toList());
        assertThat(sizes(uploaded)).isEqualTo(sizes(imagick)).hasSize(7);
        assertWhole(uploaded);
    }

    @Test
    void theEditOfTheRestApiIsMadeByTheAgent() throws Exception {
        WordPress.Answer uploaded = agents().upload("edit.jpg", "image/jpeg", Photo.jpeg(1200, 800, 3));
        String edit = "{\"src\":\"%s\",\"modifiers\":[{\"type\":\"rotate\",\"args\":{\"angle\":90}}]}"
                .formatted(uploaded.urls().getFirst());

        WordPress.Answer edited = agents().edit(uploaded.id(), edit);

        assertThat(edited.status()).as(edited.json().toString()).isEqualTo(201);
        assertThat(edited.json().at("/media_details/width").asInt()).isEqualTo(800);
        assertThat(edited.json().at("/media_details/height").asInt()).isEqualTo(1200);
        assertWhole(edited);
    }

    /// Once the agent has stored the scaled picture, every worker is killed as soon as it is seen: WordPress's own
    /// editors make the sizes.
    @Test
    void anUploadSucceedsWhileWorkersAreKilled() throws Exception {
        fleet.s3().reset();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger killed = new AtomicInteger();
        Thread killer = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                worker().filter(_ -> isStored("killed-scaled.jpg"))
                        .filter(ProcessHandle::destroyForcibly)
                        .ifPresent(_ -> killed.incrementAndGet());
                LockSupport.parkNanos(KILLING_PAUSE.toNanos());
            }
        });
        try {
            WordPress.Answer uploaded = agents().upload("killed.jpg", "image/jpeg", Photo.jpeg(3000, 2000, 5));

            assertThat(killed).as("workers killed").hasPositiveValue();
            assertThat(uploaded.status()).as(uploaded.json().toString()).isEqualTo(201);
            assertThat(sizes(uploaded)).hasSize(7);
            assertWhole(uploaded);
        } finally {
            over.set(true);
            killer.join();
        }
    }

    private boolean isStored(String name) {
        return fleet.s3().requests().stream()
                .anyMatch(request ->
                        request.operation().equals("PutObject") && request.key().endsWith("/" + name));
    }

    private WordPress agents() {
        return fleet.wordPress(1).withEditor(EditorChoice.ANY);
    }

    private static Optional<ProcessHandle> worker() {
        return ProcessHandle.current()
                .children()
                .filter(child -> command(child).contains(WORKER))
                .findAny();
    }

    private static String command(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }

    private static Map<String, String> sizes(WordPress.Answer attachment) {
        Map<String, String> sizes = new TreeMap<>();
        attachment
                .json()
                .at("/media_details/sizes")
                .properties()
                .forEach(size -> sizes.put(
                        size.getKey(),
                        size.getValue().path("width").asInt() + "x"
                                + size.getValue().path("height").asInt()));
        return sizes;
    }

    /// Every size is the picture that WordPress's metadata describes.
    private void assertWhole(WordPress.Answer attachment) throws IOException {
        for (JsonNode size : attachment.json().at("/media_details/sizes")) {
            String key = BucketView.key(size.path("source_url").asString());
            byte[] bytes = bucket.bytes(key);
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
            assertThat(image.getWidth()).as(key).isEqualTo(size.path("width").asInt());
            assertThat(image.getHeight()).as(key).isEqualTo(size.path("height").asInt());
            assertThat(bucket.type(key)).isEqualTo("image/jpeg");
            if (size.has("filesize")) {
                assertThat(bytes).hasSize(size.path("filesize").asInt());
            }
        }
    }
}
