package dev.aloft.server.tachyon;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.server.Answer;
import dev.aloft.server.edge.Edge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Originals that give no picture, and a store or library that fails.
final class OriginalsWithoutPictureTest extends PicturesFixture {

    @Test
    void whatIsNoPictureIsRefused() throws IOException {
        s3.put("x.jpg", "image/jpeg", "<?php echo 42;");
        s3.put("empty.jpg", "image/jpeg", "");
        s3.put("half.tif", "image/tiff", new byte[] {'I', 'I', '*', 0, 0, 0, 0, 0});
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream stored = new GZIPOutputStream(gzip)) {
            stored.write(CAT);
        }
        s3.put("encoded.jpg", "image/jpeg", gzip.toByteArray());
        for (String name : List.of("x.jpg", "empty.jpg", "half.tif", "encoded.jpg")) {
            Answer answer = get("/tachyon/" + name + "?w=100");
            assertThat(answer.status()).as(name).isEqualTo(422);
            assertThat(answer.header("cache-control")).isEqualTo("no-store");
        }
    }

    @Test
    void anOriginalThatABrowserShowsIsSentWhereNoRenditionCanBeMade() throws IOException {
        byte[] half = Arrays.copyOf(CAT, CAT.length / 2);
        byte[] bitmap = "BM and pixels".getBytes(UTF_8);
        byte[] svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".getBytes(UTF_8);
        s3.put("half.jpg", "image/jpeg", half);
        s3.put("a.bmp", "text/html", bitmap);
        s3.put("a.svg", "image/svg+xml", svg);
        demandSentAsItIs("half.jpg", "image/jpeg", "broken", half);
        demandSentAsItIs("a.bmp", "image/bmp", "unsupported", bitmap);
        demandSentAsItIs("a.svg", "image/svg+xml", "unsupported", svg);
        s3.front().reset();
        assertThat(get("/tachyon/half.jpg?w=100").body()).isEqualTo(half);
        assertThatRequests(s3.front()).areNone();
        assertThat(Answer.to(strict.port(), "GET", "/tachyon/half.jpg?w=100").status())
                .as("without fallback")
                .isEqualTo(422);
    }

    private static void demandSentAsItIs(String name, String type, String reason, byte[] bytes) throws IOException {
        Answer answer = get("/tachyon/" + name + "?w=100");
        assertThat(answer.status()).as(name).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(bytes);
        assertThat(answer.headers())
                .containsEntry("content-type", type)
                .containsEntry("aloft-original", reason)
                .containsEntry("cache-control", "max-age=60")
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry("content-security-policy", "default-src 'none'; sandbox");
        Answer head = Answer.to(edge.port(), "HEAD", "/tachyon/" + name + "?w=100");
        assertThat(head.header("content-length")).isEqualTo("" + bytes.length);
    }

    @ParameterizedTest
    @CsvSource({
        "drawing.txt, 404",
        "drawing, 404",
        "cat.txt, 404",
        "cat.jpg.txt, 404",
        "drawing.jpg, 422",
        "cat.svg, 422",
        "cat.JPG, 200",
        "cat.png, 200"
    })
    void anOriginalHasTheNameOfItsKind(String name, int status) throws IOException {
        String drawing = "<!-- a comment before --><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>";
        byte[] bytes = name.startsWith("cat") ? CAT : drawing.getBytes(UTF_8);
        s3.put("kinds/" + name, "image/png", bytes);
        s3.front().reset();
        assertThat(get("/tachyon/kinds/" + name + "?w=100").status()).isEqualTo(status);
        if (status == 404) {
            assertThatRequests(s3.front()).areNone();
        }
    }

    @Test
    void aStoreThatFailsIsNeverAMissingOrBrokenPicture() throws IOException {
        s3.front().on("GetObject").answer(503);
        assertThat(get("/tachyon/2026/11/cat.jpg?w=70").status()).isEqualTo(503);
        s3.front().calm();
        s3.front().on("GetObject").truncateAnswerAfter(5_000);
        Answer cut = get("/tachyon/2026/11/cat.jpg?w=71");
        assertThat(cut.status()).isEqualTo(503);
        assertThat(cut.header("retry-after")).isEqualTo("5");
    }

    @Test
    void withoutALibraryPicturesAloneAreUnavailable() throws IOException {
        RenderPoolSettings nowhere = RenderPoolSettings.standard().withLibrary(Path.of("/nowhere/libvips.so"));
        try (RenderPool none = RenderPool.open(nowhere);
                Edge without = edge(none, PictureSettings.DEFAULT)) {
            Answer answer = Answer.to(without.port(), "GET", "/tachyon/2026/11/cat.jpg?w=70");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).contains("there is no libvips");
            assertThat(Answer.to(without.port(), "GET", "/uploads/2026/11/cat.jpg")
                            .status())
                    .isEqualTo(200);
        }
    }
}
