package dev.aloft.e2e;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.testkit.S3Front;
import dev.aloft.testkit.S3Request;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Fate of a file that is uploaded through the REST API of a real WordPress, on any S3: all of it is in the
/// bucket, nothing on a disk, every file comes back through the edge byte for byte, and goes with its attachment.
@Timeout(600)
abstract class UploadSuite {

    /// Requests to find a free name: one, and three more on a machine so busy that a second passes between the two
    /// questions of WordPress.
    private static final int REQUESTS_FOR_A_NAME = 4;

    /// One asks whether the picture that the agent holds is still the newest, as WordPress measures it for its answer;
    /// one finds what there is to remove, and one removes it.
    private static final int REQUESTS_OF_A_DELETION = 3;

    private final Fleet fleet;
    private final BucketView bucket;

    UploadSuite(Fleet fleet, BucketView bucket) {
        this.fleet = fleet;
        this.bucket = bucket;
    }

    /// Server 0 makes the sizes with GD, server 1 with Imagick.
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void everySizeOfAPhotographIsAnObjectUntilItIsDeleted(int server) throws Exception {
        WordPress wordPress = fleet.wordPress(server);
        Set<String> keysBefore = bucket.keys();
        Set<Path> diskBefore = fleet.filesOnDisk();
        byte[] photo = Photo.ofTwelveMegapixels(server);

        fleet.s3().reset();
        WordPress.Answer uploaded = wordPress.upload("holiday-" + server + ".jpg", "image/jpeg", photo);
        report("upload", server, uploaded.took());

        assertThat(uploaded.status()).isEqualTo(201);
        assertThat(uploaded.urls())
                .as("the original, the scaled one, six sizes")
                .hasSize(8);
        assertThat(fleet.filesOnDisk()).isEqualTo(diskBefore);
        assertGivenToS3(8);
        assertThat(uploaded.json().at("/media_details/image_meta/camera").asString())
                .isEqualTo(Photo.CAMERA);
        assertServed(wordPress, uploaded, keysBefore, "image/jpeg");
        assertThat(bucket.bytes(BucketView.key(uploaded.urls().getLast())))
                .as("the original")
                .isEqualTo(photo);

        fleet.s3().reset();
        WordPress.Answer deleted = wordPress.delete(uploaded.id());
        report("deletion", server, deleted.took());

        assertThat(deleted.status()).isEqualTo(200);
        assertThatRequests(fleet.s3()).areAtMost(REQUESTS_OF_A_DELETION);
        assertThat(fleet.s3().requests().stream()
                        .filter(request -> request.operation().equals("GetObject")))
                .as("a deletion may ask whether it knows the newest version, and downloads nothing")
                .allMatch(request -> request.bytesOut() == 0);
        assertThat(bucket.keys()).isEqualTo(keysBefore);
    }

    static Stream<Specimen> specimens() {
        return Stream.of(
                Specimen.pdf("report.pdf"),
                Specimen.mp4("film.mp4"),
                Specimen.text("notes.txt"),
                Specimen.withoutExtension("LICENCE"));
    }

    @ParameterizedTest
    @MethodSource("specimens")
    void aFileThatIsNoPictureIsAnObjectUntilItIsDeleted(Specimen file) throws Exception {
        WordPress wordPress = fleet.wordPress(1);
        Set<String> keysBefore = bucket.keys();
        Set<Path> diskBefore = fleet.filesOnDisk();

        WordPress.Answer uploaded = wordPress.upload(file.name(), file.type(), file.bytes());

        assertThat(uploaded.status()).as(uploaded.json().toString()).isEqualTo(201);
        String own = BucketView.key(uploaded.urls().getFirst());
        assertThat(own).endsWith("/" + file.name());
        assertThat(bucket.bytes(own)).isEqualTo(file.bytes());
        assertThat(bucket.type(own)).startsWith(file.type());
        assertThat(bucket.keysSince(keysBefore)).containsExactlyInAnyOrderElementsOf(keys(uploaded));
        assertThat(fleet.filesOnDisk()).isEqualTo(diskBefore);
        HttpResponse<byte[]> served = wordPress.get(uploaded.urls().getFirst());
        assertThat(served.statusCode()).isEqualTo(200);
        assertThat(served.body()).isEqualTo(file.bytes());
        if (file.type().startsWith("video/")) {
            assertThat(uploaded.json().at("/media_details/length").asInt())
                    .as("what getID3 read")
                    .isEqualTo(Specimen.FILM_SECONDS);
        }

        assertThat(wordPress.delete(uploaded.id()).status()).isEqualTo(200);
        assertThat(bucket.keys()).isEqualTo(keysBefore);
    }

    /// WordPress may change a name; the URL that it returns is the one that works.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a  b+c.txt",
                "100%25 %2f #&;'.txt",
                "na\u00efve (1) [x].txt",
                "nai\u0308ve.txt",
                "\u65e5\u672c\u8a9e.txt",
                "\u05e9\u05dc\u05d5\u05dd.txt",
                "a..b.txt"
            })
    void aFileOfAnyNameIsServedByTheAddressThatWordPressTells(String name) throws Exception {
        WordPress wordPress = fleet.wordPress(0);
        Set<String> keysBefore = bucket.keys();
        byte[] bytes = ("The bytes of " + name).getBytes(StandardCharsets.UTF_8);

        WordPress.Answer uploaded = wordPress.uploadByForm(name, "text/plain", bytes);

        assertThat(uploaded.status()).as(uploaded.json().toString()).isEqualTo(201);
        String address = asABrowserSendsIt(uploaded.urls().getFirst());
        assertThat(bucket.keysSince(keysBefore)).containsExactly(BucketView.key(address));
        HttpResponse<byte[]> served = wordPress.get(address);
        assertThat(served.statusCode()).as(address).isEqualTo(200);
        assertThat(served.body()).isEqualTo(bytes);
        assertThat(wordPress.delete(uploaded.id()).status()).isEqualTo(200);
        assertThat(bucket.keys()).isEqualTo(keysBefore);
    }

    private static String asABrowserSendsIt(String url) {
        StringBuilder sent = new StringBuilder();
        for (byte b : url.getBytes(StandardCharsets.UTF_8)) {
            sent.append(b > ' ' ? String.valueOf((char) b) : "%%%02X".formatted(b));
        }
        return sent.toString();
    }

    private static List<String> keys(WordPress.Answer attachment) {
        return attachment.urls().stream().map(BucketView::key).toList();
    }

    /// Once a name is found, S3 is given the files, and asked nothing about them.
    private void assertGivenToS3(int files) {
        List<String> operations =
                fleet.s3().requests().stream().map(S3Request::operation).toList();
        int named = operations.indexOf("PutObject");
        assertThat(operations.subList(0, named)).hasSizeBetween(1, REQUESTS_FOR_A_NAME);
        assertThat(operations.subList(named, operations.size())).hasSize(files).containsOnly("PutObject");
    }

    private void assertServed(WordPress visitor, WordPress.Answer uploaded, Set<String> keysBefore, String type)
            throws Exception {
        assertThat(bucket.keysSince(keysBefore)).containsExactlyInAnyOrderElementsOf(keys(uploaded));
        for (String url : uploaded.urls()) {
            HttpResponse<byte[]> served = visitor.get(url);
            assertThat(served.statusCode()).as(url).isEqualTo(200);
            assertThat(served.headers().firstValue("Content-Type")).as(url).hasValue(type);
            assertThat(served.body()).as(url).isEqualTo(bucket.bytes(BucketView.key(url)));
            assertThat(bucket.type(BucketView.key(url))).as(url).isEqualTo(type);
        }
    }

    private void report(String what, int server, Duration took) {
        S3Front s3 = fleet.s3();
        System.err.printf(
                "%s of a photograph with %s: %d requests (%s) in %d ms%n",
                what, EditorChoice.of(server), s3.requests().size(), s3.summary(), took.toMillis());
    }
}
