package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two servers of one site, which know of each other's files only through the bucket, on any S3.
@Timeout(900)
abstract class TwoServersSuite {

    private static final Duration UPLOAD_LIMIT = Duration.ofMinutes(3);

    /// A stat may be a second behind another server; the rest is for a machine that is busy.
    private static final Duration STAT_LIMIT = Duration.ofSeconds(10);

    private static final List<Color> COLORS = List.of(new Color(0xc02020), new Color(0x2040c0));

    private final Fleet fleet;
    private final BucketView bucket;
    private final int rounds;

    /// @param rounds how often both upload the same name at the same moment
    TwoServersSuite(Fleet fleet, BucketView bucket, int rounds) {
        this.fleet = fleet;
        this.bucket = bucket;
        this.rounds = rounds;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whatOneServerUploadsTheOtherListsReadsCropsAndDeletesAtOnce(int uploader) throws Exception {
        WordPress one = fleet.wordPress(uploader);
        WordPress other = fleet.wordPress(1 - uploader);
        Set<String> keysBefore = bucket.keys();

        WordPress.Answer photo = one.upload("harbour-" + uploader + ".jpg", "image/jpeg", Photo.jpeg(1600, 1200, 5));
        assertThat(photo.status()).isEqualTo(201);
        assertSeen(other, photo);

        WordPress.Answer crop =
                other.edit(photo.id(), """
                {"src": "%s", "modifiers": [
                    {"type": "crop", "args": {"left": 25, "top": 25, "width": 50, "height": 50}}]}
                """.formatted(photo.urls().getFirst()));
        assertThat(crop.status()).as(crop.json().toString()).isEqualTo(201);
        assertThat(crop.json().at("/media_details/width").asInt()).isEqualTo(800);
        assertSeen(one, crop);

        assertThat(other.delete(photo.id()).status()).isEqualTo(200);
        assertThat(bucket.keysSince(keysBefore)).containsExactlyInAnyOrderElementsOf(keys(crop));
        assertGone(one, photo);

        assertThat(one.delete(crop.id()).status()).isEqualTo(200);
        assertGone(other, crop);
        assertThat(bucket.keys()).isEqualTo(keysBefore);
    }

    @Test
    void bothKeepTheirFileWhenTheyUploadTheSameNameAtTheSameMoment() throws Exception {
        Set<String> keysBefore = bucket.keys();
        fleet.s3().reset();
        List<Uploaded> uploads = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            uploads.addAll(uploadOnBoth("same.jpg", round));
        }
        long refused = fleet.s3().requests().stream()
                .filter(request -> request.operation().equals("PutObject") && request.status() == 412)
                .count();
        System.err.printf(
                "the same name on two servers, %d times: S3 refused a taken name %d times%n", rounds, refused);
        Set<String> urls = new HashSet<>();
        for (Uploaded upload : uploads) {
            assertThat(upload.answer().status()).as(upload.toString()).isEqualTo(201);
            assertThat(upload.answer().urls())
                    .as("its own files only")
                    .hasSize(3)
                    .allMatch(urls::add);
            String original = BucketView.key(upload.answer().urls().getFirst());
            assertThat(sha256(bucket.bytes(original))).as(upload.toString()).isEqualTo(upload.sha256());
            for (String key : keys(upload.answer())) {
                assertThat(colorOf(bucket.bytes(key)))
                        .as(key + " of server " + upload.server())
                        .isEqualTo(COLORS.get(upload.server()));
            }
        }
        assertThat(bucket.keysSince(keysBefore)).hasSize(urls.size());

        WordPress wordPress = fleet.wordPress(0);
        for (Uploaded upload : uploads) {
            if (upload.server() == 0) {
                assertThat(wordPress.delete(upload.answer().id()).status()).isEqualTo(200);
            }
        }
        List<String> others = uploads.stream()
                .filter(upload -> upload.server() == 1)
                .flatMap(upload -> keys(upload.answer()).stream())
                .toList();
        assertThat(bucket.keysSince(keysBefore)).containsExactlyInAnyOrderElementsOf(others);
    }

    /// An upload of one server, and WordPress's answer.
    private record Uploaded(int server, int round, String sha256, WordPress.Answer answer) {

        @Override
        public String toString() {
            return "round " + round + ", server " + server + ": " + answer.json();
        }
    }

    private List<Uploaded> uploadOnBoth(String name, int round) throws Exception {
        CyclicBarrier together = new CyclicBarrier(COLORS.size());
        try (ExecutorService browsers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Uploaded>> answers = new ArrayList<>();
            for (int number = 0; number < COLORS.size(); number++) {
                int server = number;
                byte[] photo = Photo.ofOneColor(400, 300, COLORS.get(server), "server " + server + ", round " + round);
                Callable<Uploaded> upload = () -> {
                    together.await(UPLOAD_LIMIT.toSeconds(), TimeUnit.SECONDS);
                    return new Uploaded(
                            server,
                            round,
                            sha256(photo),
                            fleet.wordPress(server).upload(name, "image/jpeg", photo));
                };
                answers.add(browsers.submit(upload));
            }
            List<Uploaded> uploads = new ArrayList<>();
            for (Future<Uploaded> answer : answers) {
                uploads.add(answer.get(UPLOAD_LIMIT.toSeconds(), TimeUnit.SECONDS));
            }
            return uploads;
        }
    }

    /// The other server's PHP finds each file, lists it beside the others, and reads what is in the bucket; its edge
    /// serves it.
    private void assertSeen(WordPress server, WordPress.Answer attachment) throws Exception {
        for (String key : keys(attachment)) {
            SeenByPhp seen = SeenByPhp.on(server, path(key));
            assertThat(seen.exists()).as(key).isTrue();
            assertThat(seen.sha256()).as(key).isEqualTo(sha256(bucket.bytes(key)));
            assertThat(seen.neighbours()).as(key).containsAll(names(attachment));
        }
        for (String url : attachment.urls()) {
            assertThat(server.get(url).body()).as(url).isEqualTo(bucket.bytes(BucketView.key(url)));
        }
    }

    /// Nothing of it can be read any more, and within a second nothing of it is said to exist.
    private void assertGone(WordPress server, WordPress.Answer attachment) throws Exception {
        for (String key : keys(attachment)) {
            assertThat(SeenByPhp.on(server, path(key)).sha256()).as(key).isEmpty();
        }
        long end = System.nanoTime() + STAT_LIMIT.toNanos();
        for (String key : keys(attachment)) {
            while (SeenByPhp.on(server, path(key)).exists()) {
                assertThat(System.nanoTime()).as(key + " still exists").isLessThan(end);
            }
            assertThat(SeenByPhp.on(server, path(key)).neighbours())
                    .as(key)
                    .doesNotContainAnyElementsOf(names(attachment));
        }
    }

    private static List<String> keys(WordPress.Answer attachment) {
        return attachment.urls().stream().map(BucketView::key).toList();
    }

    private static List<String> names(WordPress.Answer attachment) {
        return keys(attachment).stream()
                .map(key -> key.substring(key.lastIndexOf('/') + 1))
                .toList();
    }

    private static String path(String key) {
        return "s3://" + Fleet.BUCKET + "/" + key;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /// The one of the two that a picture's middle is nearest to.
    private static Color colorOf(byte[] picture) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture));
        Color middle = new Color(image.getRGB(image.getWidth() / 2, image.getHeight() / 2));
        return middle.getRed() > middle.getBlue() ? COLORS.getFirst() : COLORS.getLast();
    }
}
