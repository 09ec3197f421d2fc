package dev.aloft.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.testkit.BenchRows;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Measures a site with Aloft beside the same site with its uploads on its own disk, in the same run: one WordPress,
/// one php-fpm, one database; a header of the request says where its uploads are and which editor makes the sizes. Not
/// a test: `bench/wordpress/measure` runs it.
///
/// Each figure is the median of some rounds, Aloft's and the disk's by turns. Times are as a client sees them; CPU is
/// that of the PHP worker, without the agent's.
final class SiteMeasurement {

    private static final int ROUNDS = Integer.getInteger("rounds", 3);
    private static final int PICTURES = 20;
    private static final int ATTACHMENTS = 40;
    private static final String DISK = "disk";
    private static final String ALOFT = "aloft";

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> rows = new ArrayList<>();

    /// Cost of one request.
    private record Sample(double wallMillis, double cpuMillis) {}

    @Test
    void measure() throws Exception {
        Path folder = OpenFolder.create("aloft-measurement");
        try (TestS3 s3 = TestS3.embedded(folder.resolve("s3"));
                Fleet fleet = Fleet.start(folder.resolve("servers"), s3, 1, Fleet.newestTree(), Map.of())) {
            installSwitch(fleet.site().documentRoot());
            for (int megapixels : new int[] {12, 24}) {
                for (String editor : List.of("gd", "imagick")) {
                    measureUpload(fleet, megapixels, editor, editor, "-");
                    measureUpload(fleet, megapixels, editor, "vips", editor.equals("gd") ? "<= 0.8" : "<= 0.6");
                }
            }
            measurePages(fleet);
        } finally {
            OpenFolder.delete(folder);
        }
        rows.forEach(System.err::println);
        Files.createDirectories(Checkout.folder("bench/wordpress/target"));
        Files.write(Checkout.folder("bench/wordpress/target/results.md"), rows, UTF_8);
    }

    /// Loads before Aloft, by its name.
    private static void installSwitch(Path documentRoot) throws IOException {
        Path uploads = Files.createDirectories(documentRoot.resolve("wp-content/uploads"));
        new ProcessBuilder("chown", "www-data", uploads.toString())
                .inheritIO()
                .start()
                .onExit()
                .join();
        Files.writeString(documentRoot.resolve("wp-content/mu-plugins/a-measured.php"), """
                <?php
                $measured_at = getrusage();
                putenv('S3_UPLOADS_USE_LOCAL=' . (($_SERVER['HTTP_X_PLACE'] ?? '') === 'disk' ? 'true' : 'false'));
                putenv('TEST_IMAGE_EDITOR=' . ($_SERVER['HTTP_X_EDITOR'] ?? 'gd'));
                ob_start(function (string $page) use ($measured_at): string {
                    $now = getrusage();
                    $spent = 0.0;
                    foreach (['ru_utime', 'ru_stime'] as $kind) {
                        $spent += ($now["$kind.tv_sec"] - $measured_at["$kind.tv_sec"]) * 1e3
                            + ($now["$kind.tv_usec"] - $measured_at["$kind.tv_usec"]) / 1e3;
                    }
                    header("X-Cpu-Millis: $spent");
                    return $page;
                });
                """);
    }

    /// @param disks editor of uploads on the disk
    /// @param alofts editor of uploads in S3; `vips` is the agent's
    /// @param aim of Aloft's wall time divided by the disk's
    private void measureUpload(Fleet fleet, int megapixels, String disks, String alofts, String aim) throws Exception {
        byte[] photo = megapixels == 12 ? Photo.ofTwelveMegapixels(1) : Photo.jpeg(6000, 4000, 1);
        String what = "upload of " + megapixels + " MP, " + disks + (alofts.equals(disks) ? "" : " against the agent");
        compare(what, aim, fleet, place -> upload(fleet, photo, place, place.equals(DISK) ? disks : alofts));
    }

    private Sample upload(Fleet fleet, byte[] photo, String place, String editor) throws Exception {
        HttpRequest request = request(fleet, "/wp-json/wp/v2/media", place, editor)
                .header("Content-Type", "image/jpeg")
                .header("Content-Disposition", "attachment; filename=\"measured.jpg\"")
                .POST(BodyPublishers.ofByteArray(photo))
                .build();
        long begin = System.nanoTime();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        double wall = (System.nanoTime() - begin) / 1e6;
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode json = JsonMapper.shared().readTree(answer.body());
        String id = json.path("id").asString();
        assertThat(json.path("media_details").path("sizes").size()).isGreaterThan(5);
        delete(fleet, id, place);
        return sample(wall, answer);
    }

    private void delete(Fleet fleet, String id, String place) throws Exception {
        HttpRequest delete = request(fleet, "/wp-json/wp/v2/media/" + id + "?force=true", place, "gd")
                .DELETE()
                .build();
        assertThat(http.send(delete, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    }

    private void measurePages(Fleet fleet) throws Exception {
        WordPress wordPress = fleet.wordPress(0);
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < ATTACHMENTS; i++) {
            WordPress.Answer picture = wordPress.upload("page-" + i + ".jpg", "image/jpeg", Photo.jpeg(900, 600, i));
            if (i < PICTURES) {
                content.append("<img class='wp-image-%d' src='%s'>"
                        .formatted(picture.id(), picture.urls().getFirst()));
            }
        }
        wordPress.tell(
                "/wp/v2/posts",
                JsonMapper.shared()
                        .writeValueAsString(
                                Map.of("title", "Pictures", "status", "publish", "content", content.toString())));
        compare("front page, " + PICTURES + " pictures", "-", fleet, place -> page(fleet, "/", place));
        compare(
                "media library, " + ATTACHMENTS + " attachments",
                "-",
                fleet,
                place -> page(fleet, "/wp-json/wp/v2/media?context=edit&per_page=" + ATTACHMENTS, place));
    }

    private Sample page(Fleet fleet, String path, String place) throws Exception {
        HttpRequest request = request(fleet, path, place, "gd").GET().build();
        long begin = System.nanoTime();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        double wall = (System.nanoTime() - begin) / 1e6;
        assertThat(answer.statusCode()).isEqualTo(200);
        return sample(wall, answer);
    }

    /// Both places by turns, and Aloft's once more with a store that is 20 ms away.
    private void compare(String what, String aim, Fleet fleet, Work work) throws Exception {
        S3Front s3 = fleet.s3();
        List<Sample> disk = new ArrayList<>();
        List<Sample> near = new ArrayList<>();
        List<Sample> far = new ArrayList<>();
        var _ = work.in(DISK);
        var _ = work.in(ALOFT);
        for (int round = 0; round < ROUNDS; round++) {
            s3.reset();
            disk.add(work.in(DISK));
            near.add(work.in(ALOFT));
            s3.onEvery().delay(Duration.ofMillis(20));
            far.add(work.in(ALOFT));
            s3.reset();
        }
        double base = median(disk, Sample::wallMillis);
        BenchRows.record(what + ", beside the disk: ms", median(near, Sample::wallMillis), base, aim);
        rows.add("| %s | %.0f | %.0f (%.2f) | %.0f (%.2f) | %.0f | %.0f (%.2f) |"
                .formatted(
                        what,
                        base,
                        median(near, Sample::wallMillis),
                        median(near, Sample::wallMillis) / base,
                        median(far, Sample::wallMillis),
                        median(far, Sample::wallMillis) / base,
                        median(disk, Sample::cpuMillis),
                        median(near, Sample::cpuMillis),
                        median(near, Sample::cpuMillis) / median(disk, Sample::cpuMillis)));
    }

    private interface Work {
        Sample in(String place) throws Exception;
    }

    private static HttpRequest.Builder request(Fleet fleet, String path, String place, String editor) {
        String user = fleet.site().user() + ":" + fleet.site().applicationPassword();
        URI front = fleet.server(0).front();
        return HttpRequest.newBuilder(front.resolve(path))
                .timeout(Duration.ofMinutes(2))
                .header("X-Place", place)
                .header("X-Editor", editor)
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(user.getBytes(UTF_8)));
    }

    private static Sample sample(double wallMillis, HttpResponse<?> answer) {
        return new Sample(wallMillis, number(answer, "X-Cpu-Millis"));
    }

    private static double number(HttpResponse<?> answer, String header) {
        return answer.headers().firstValue(header).map(Double::parseDouble).orElseThrow();
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> of) {
        double[] values = samples.stream().mapToDouble(of).toArray();
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
