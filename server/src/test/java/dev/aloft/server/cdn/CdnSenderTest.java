package dev.aloft.server.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.server.cdn.CdnStandIn.Answer;
import dev.aloft.server.uploads.UploadPath;
import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CdnSenderTest {

    private static final SiteUrls SITE =
            new SiteUrls("shop", FilePath.of("sites/shop"), Set.of("shop.test"), UploadPath.OF_EVERY_SITE);

    @TempDir
    private Path folder;

    private CdnStandIn cdn;

    @BeforeEach
    void start() throws IOException {
        cdn = CdnStandIn.start();
    }

    @AfterEach
    void stop() {
        cdn.close();
    }

    @Test
    void changesOfOneMomentAreOneRequest() throws Exception {
        try (CdnSender sender = sender()) {
            sender.queue().add(CdnPurge.of("shop", "uploads/a.jpg"));
            sender.queue().add(CdnPurge.of("shop", "uploads/a-150x150.jpg"));

            Eventually.await("both are delivered", () -> sender.delivered() == 2);
        }
        assertThat(cdn.asked()).hasSize(1);
        assertThat(cdn.asked().getFirst().method()).isEqualTo("BAN");
        assertThat(keys(cdn.asked())).hasSize(2).allMatch(key -> key.matches("shop/[0-9a-f]{16}"));
    }

    @Test
    void aPurgeThatFailsIsRepeatedUntilItIsConfirmed() throws Exception {
        cdn.answer(Answer.of(503), Answer.of(500));
        try (CdnSender sender = sender()) {
            sender.queue().add(CdnPurge.of("shop", "uploads/a.jpg"));

            Eventually.await("it is delivered", () -> sender.delivered() == 1);
            assertThat(sender.failures()).isEqualTo(2);
        }
        assertThat(cdn.asked()).hasSize(3);
    }

    @Test
    void aRequestThatCannotBeMadeIsRepeatedAsWell() throws Exception {
        SiteUrls site = new SiteUrls("shop", FilePath.ROOT, Set.of("no_host"), UploadPath.OF_EVERY_SITE);
        CdnApi api = CdnApi.nginx(cdn.uri(), List.of(site));
        try (CdnSender sender = CdnSender.start(new CdnSettings("front", folder, List.of(site), api))) {
            sender.queue().add(CdnPurge.of("shop", "uploads/a.jpg"));

            Eventually.await("it fails twice", () -> sender.failures() == 2);
            assertThat(sender.queue().size()).isOne();
        }
    }

    @Test
    void theCdnDeterminesThePause() throws Exception {
        cdn.answer(new Answer(429, "", Map.of("Retry-After", "3")));
        try (CdnSender sender = sender()) {
            sender.queue().add(CdnPurge.of("shop", "uploads/a.jpg"));
            Eventually.await("it is refused", () -> sender.failures() == 1);
            long begin = System.nanoTime();
            Eventually.await("it is delivered", () -> sender.delivered() == 1);
            assertThat(System.nanoTime() - begin).isGreaterThan(2_000_000_000L);
        }
    }

    @Test
    void ofABatchThatTheCdnRefusesTheSitesArePurged() throws Exception {
        cdn.answer(Answer.of(400));
        try (CdnSender sender = sender()) {
            sender.queue().add(CdnPurge.of("shop", "uploads/a.jpg"));
            Eventually.await("it is delivered", () -> sender.delivered() == 1);
        }
        assertThat(cdn.asked().getLast().header("Surrogate-key")).isEqualTo("shop");
    }

    @Test
    void aStopDeliversWhatWaitsAndKeepsTheRestForTheNextStart() throws Exception {
        try (CdnSender sender = sender()) {
            sender.queue().add(CdnPurge.of("shop", "uploads/a.jpg"));
        }
        assertThat(cdn.asked()).hasSize(1);
        int port = cdn.port();
        cdn.close();
        CdnSettings away = settings();
        try (CdnSender sender = CdnSender.start(away)) {
            sender.queue().add(CdnPurge.of("shop", "uploads/b.jpg"));
            Eventually.await("it fails", () -> sender.failures() > 0);
        }
        cdn = CdnStandIn.start(port);
        try (CdnSender sender = CdnSender.start(away)) {
            Eventually.await("it is delivered", () -> sender.delivered() == 1);
        }
    }

    /// An acknowledged change reaches the CDN, at whatever moment the process is killed.
    @Test
    void aKilledProcessLosesNoPurge() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<String> acknowledged = new HashSet<>();
        for (int round = 0; round < 3; round++) {
            Path names = folder.resolve("names-" + round);
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin/java").toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Writer.class.getName(),
                            folder.toString(),
                            names.toString(),
                            cdn.uri().toString(),
                            String.valueOf(round))
                    .inheritIO()
                    .start();
            long bytes = 10L * (1 + random.nextInt(2000));
            Eventually.await("it has written", () -> Files.exists(names) && Files.size(names) > bytes);
            process.destroyForcibly().waitFor();
            String text = Files.readString(names);
            text.substring(0, text.lastIndexOf('\n')).lines().forEach(acknowledged::add);
        }
        Set<String> expected = new HashSet<>();
        for (String name : acknowledged) {
            expected.add(CdnPurge.of("shop", "uploads/" + name).surrogateKey());
        }
        try (CdnSender _ = sender()) {
            Eventually.await("all of seed " + seed, () -> keys(cdn.asked()).containsAll(expected));
        }
    }

    /// The process that is killed: writes each name to a file after it has been queued.
    static final class Writer {

        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            CdnApi api = CdnApi.varnish(URI.create(arguments[2]));
            CdnSender sender = CdnSender.start(new CdnSettings("front", Path.of(arguments[0]), List.of(SITE), api));
            try (OutputStream names = Files.newOutputStream(Path.of(arguments[1]))) {
                for (int i = 0; ; i++) {
                    String name = arguments[3] + "-" + i + ".jpg";
                    sender.queue().add(CdnPurge.of("shop", "uploads/" + name));
                    names.write((name + "\n").getBytes(StandardCharsets.UTF_8));
                    if (i % 100 == 0) {
                        Thread.sleep(20); // deliveries run beside it
                    }
                }
            }
        }
    }

    private CdnSender sender() throws IOException {
        return CdnSender.start(settings());
    }

    private CdnSettings settings() {
        return new CdnSettings("front", folder, List.of(SITE), CdnApi.varnish(cdn.uri()));
    }

    private static List<String> keys(List<CdnStandIn.Asked> asked) {
        List<String> keys = new ArrayList<>();
        asked.forEach(
                each -> keys.addAll(Arrays.asList(each.header("Surrogate-key").split(" "))));
        return keys;
    }
}
