package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.testkit.Browser;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Sounds and films of an edge in a page of another origin. WordPress 7.1 gives their elements in the media library the
/// attribute `crossorigin="anonymous"`.
@Timeout(300)
final class MediaElementsTest {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Test
    void theElementsOfWordPressPlayOnlyForAnOriginInCorsOrigins(@TempDir Path folder) throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/chromium"))).isTrue();
        HttpServer page = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String origin = "http://127.0.0.1:" + page.getAddress().getPort();
        try (S3Fixture s3 = new S3Fixture(folder);
                Edge strict = Edge.start(EdgeSettings.of("127.0.0.1", 0, s3.site()));
                Edge open = Edge.start(
                        EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(s3.uploads().withCors(new Cors(Set.of(origin))))));
                Browser browser = Browser.start()) {
            s3.put("tone.wav", "audio/wav", tone());
            serve(
                    page,
                    element("strict", "crossorigin='anonymous'", strict)
                            + element("plain", "", strict)
                            + element("open", "crossorigin='anonymous'", open));

            browser.open(URI.create(origin + "/"));

            awaitState(browser, "open", "readyState >= 1");
            awaitState(browser, "plain", "readyState >= 1");
            awaitState(browser, "strict", "error");
            assertThat(browser.evaluate("document.getElementById('open').duration"))
                    .isEqualTo(0.5);
        } finally {
            page.stop(0);
        }
    }

    private static void awaitState(Browser browser, String id, String state) {
        browser.await(id + ": " + state, LIMIT, "document.getElementById(arguments[0])." + state, id);
    }

    private static String element(String id, String attribute, Edge edge) {
        return "<audio id='%s' preload='metadata' %s src='%suploads/tone.wav'></audio>"
                .formatted(id, attribute, edge.uri());
    }

    private static void serve(HttpServer server, String page) {
        byte[] html = ("<!DOCTYPE html><title>page</title>" + page).getBytes(StandardCharsets.US_ASCII);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, html.length);
            exchange.getResponseBody().write(html);
            exchange.close();
        });
        server.start();
    }

    /// Half a second of 8-bit sound at 8 kHz.
    private static byte[] tone() {
        int samples = 4000;
        ByteBuffer wave = ByteBuffer.allocate(44 + samples).order(ByteOrder.LITTLE_ENDIAN);
        wave.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + samples);
        wave.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
        wave.putShort((short) 1).putShort((short) 1).putInt(8000).putInt(8000);
        wave.putShort((short) 1).putShort((short) 8);
        wave.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(samples);
        for (int i = 0; i < samples; i++) {
            wave.put((byte) (128 + 100 * Math.sin(i * 0.3)));
        }
        return wave.array();
    }
}
