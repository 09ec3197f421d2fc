package dev.aloft.server.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FileMetadata;
import dev.aloft.files.FilePath;
import dev.aloft.image.Limits;
import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.server.agent.RawClient.Answer;
import dev.aloft.server.editor.PictureEditor;
import dev.aloft.store.PrivateMark;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Pictures that the agent makes of a file and stores.
final class AgentRenditionsTest extends AgentProtocolSuite {

    private static final byte[] PHOTO = jpeg(800, 600);
    private static final String ONE = "[{\"name\":\"cat-80x60.jpg\",\"query\":\"resize=80,60\"}]";

    private static final Pattern SENT_BACK =
            Pattern.compile("\\A\\{\"original\":\\{\"type\":\"image/jpeg\",\"width\":800,"
                    + "\"height\":600,\"frames\":1},\"renditions\":\\[\\{\"type\":\"image/jpeg\",\"width\":80,\"height\":60,"
                    + "\"size\":(\\d+)},\\{\"type\":\"image/png\",\"width\":40,\"height\":30,\"size\":(\\d+)}]}\n");

    private static RenderPool pool;

    @BeforeAll
    static void startPool() {
        pool = RenderPool.onDemand(RenderPoolSettings.standard());
    }

    @AfterAll
    static void stopPool() {
        pool.close();
    }

    @BeforeEach
    void startEditor() throws IOException {
        client = connect(editing("edit.sock", pool));
        putBytes(CAT, PHOTO);
        s3.reset();
    }

    @Test
    void allSizesAreMadeInOneExchangeFromTheBytesOfTheUpload() throws IOException {
        String orders = sizes(20);

        Answer made = render(CAT, orders, "Cache-Control: max-age=60");

        assertThat(made.status()).as(made.text()).isEqualTo(200);
        assertThat(made.text())
                .startsWith(
                        "{\"original\":{\"type\":\"image/jpeg\",\"width\":800,\"height\":600,\"frames\":1,\"etag\":")
                .contains("{\"name\":\"cat-119.jpg\",\"type\":\"image/jpeg\",\"width\":119,\"height\":89,\"size\":");
        assertThat(s3.count("PutObject")).isEqualTo(20);
        assertThat(s3.requests()).as("no GET, no HEAD, no LIST").hasSize(20);
        byte[] stored = get("/media/uploads/cat-119.jpg").bytes();
        assertThat(ImageIO.read(new ByteArrayInputStream(stored)).getWidth()).isEqualTo(119);
        assertThat(made.text()).contains("\"size\":" + stored.length);
    }

    @Test
    void anEmptyListAsksForTheHeader() throws IOException {
        Answer header = render(CAT, "[]", "Cache-Control: max-age=60");

        assertThat(header.status()).isEqualTo(200);
        assertThat(header.text()).contains("\"width\":800,\"height\":600").endsWith("\"renditions\":[]}\n");
        assertThat(s3.requests()).isEmpty();
    }

    @Test
    void aPictureIsStoredWithItsHeadersAndUnderItsCondition() throws IOException {
        String order = "[{\"name\":\"/media-is-no-part/uploads/x.jpg\",\"query\":\"resize=9,9\"}]";
        assertThat(render(CAT, order).status()).as("outside the prefix").isEqualTo(403);
        order = "[{\"name\":\"/uploads/edits/a.webp\",\"query\":\"resize=9,9&type=webp\",\"headers\":"
                + "{\"Aloft-Private\":\"1\",\"If-None-Match\":\"*\"}}]";

        Answer first = render(CAT, order);
        Answer second = render(CAT, order);

        assertThat(first.text()).contains("\"type\":\"image/webp\",\"width\":9,\"height\":9");
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.text()).contains("{\"name\":\"/uploads/edits/a.webp\",\"status\":412,\"reason\":");
        assertThat(get("/media/uploads/edits/a.webp").header("Content-Type")).isEqualTo("image/webp");
        assertThat(new FileMetadata(files(Duration.ofSeconds(20))).of(FilePath.of("uploads/edits/a.webp")))
                .containsEntry(PrivateMark.NAME, "1");
    }

    @Test
    void anotherVersionIsNotEdited() throws IOException {
        String etag = get(CAT).header("ETag");
        assertThat(render(CAT, ONE, "If-Match: " + etag).status()).isEqualTo(200);
        putBytes(CAT, jpeg(40, 30));

        assertThat(render(CAT, ONE, "If-Match: \"another\"").status()).isEqualTo(412);
        assertThat(render("/media/uploads/missing.jpg", ONE).status()).isEqualTo(404);
        assertThat(render(FOLDER + "logs.jpg/../x", ONE).status()).isEqualTo(400);
    }

    @Test
    void aPreviewIsSentBackAndNothingIsStored() throws IOException {
        Answer made = preview(CAT, "resize=80,60&type=png", "Cache-Control: max-age=60");

        assertThat(made.status()).as(made.text()).isEqualTo(200);
        assertThat(made.header("Content-Type")).isEqualTo("image/png");
        assertThat(ImageIO.read(new ByteArrayInputStream(made.bytes())).getWidth())
                .isEqualTo(80);
        assertThat(s3.requests()).isEmpty();
        assertThat(preview("/media/uploads/missing.jpg", "resize=80,60").status())
                .isEqualTo(404);
        assertThat(preview(CAT, "resize=80,60", "If-Match: \"another\"").status())
                .isEqualTo(412);
        assertThat(preview(CAT, "resize=90000,90000").status()).isEqualTo(422);
        client = connect();
        assertThat(preview(CAT, "resize=80,60").status()).as("no editor").isEqualTo(409);
    }

    @Test
    void picturesOfAFileThatTheClientSendsAreSentBack() throws IOException {
        Answer made = send(PHOTO, "[\"resize=80,60\",\"resize=40,30&type=png\"]");

        assertThat(made.status()).as(made.text()).isEqualTo(200);
        Matcher line = SENT_BACK.matcher(new String(made.bytes(), ISO_8859_1));
        assertThat(line.find()).as(made.text()).isTrue();
        int first = Integer.parseInt(line.group(1));
        int second = Integer.parseInt(line.group(2));
        assertThat(made.bytes()).hasSize(line.end() + first + second);
        assertThat(widthOf(made.bytes(), line.end(), first)).isEqualTo(80);
        assertThat(widthOf(made.bytes(), line.end() + first, second)).isEqualTo(40);
        assertThat(s3.requests()).isEmpty();
    }

    @Test
    void aFileThatTheClientSendsHasTheLimitsOfOthers() throws IOException {
        assertThat(send("no picture".getBytes(UTF_8), "[]").status()).isEqualTo(422);
        assertThat(send(PHOTO, "[\"resize=90000,90000\"]").status()).isEqualTo(422);
        assertThat(send(PHOTO, "{}").status()).isEqualTo(400);
        assertThat(body("POST", "/?renditions", PHOTO).status()).isEqualTo(400);
        client = connect(editing("large.sock", pool));
        assertThat(body(
                                "POST",
                                "/?renditions",
                                new byte[ExchangeRequest.MAX_ORIGINAL_BYTES + 1],
                                "Aloft-Renditions: []")
                        .status())
                .isEqualTo(413);
        client = connect();
        assertThat(send(PHOTO, "[]").status()).as("no editor").isEqualTo(409);
    }

    @Test
    void aFileThatIsNoPictureIsRefusedAndNothingIsStored() throws IOException {
        byte[] broken = Arrays.copyOf(PHOTO, PHOTO.length / 3);
        for (byte[] original : List.of("no picture".getBytes(UTF_8), "<svg/>".getBytes(UTF_8), broken)) {
            putBytes(DOG, original);
            s3.reset();

            Answer refused = render(DOG, ONE);

            assertThat(refused.status()).as(refused.text()).isEqualTo(422);
            assertThat(s3.count("PutObject")).isZero();
        }
        String large = "{\"name\":\"%s.jpg\",\"query\":\"resize=6000,5000&quality=%s\"}";
        assertThat(render(CAT, "[" + large.formatted("a", 82) + "," + large.formatted("b", 83) + "]")
                        .status())
                .as("each within the limit, and not together")
                .isEqualTo(422);
    }

    @Test
    void aMalformedOrderIsRefused() throws IOException {
        for (String body : List.of(
                "{}",
                "[\"cat.jpg\"]",
                "[{\"name\":\"\"}]",
                "[{\"name\":\"a/\"}]",
                "[{\"name\":\"../a.jpg\"}]",
                "[{\"nom\":\"a.jpg\"}]",
                "[{\"name\":\"a.jpg\",\"query\":1}]",
                "[{\"name\":\"a.jpg\",\"query\":\"resize=9,9\",\"headers\":{\"Cache-Control\":\"a b\"}}]",
                sizes(Json.MAX_PICTURES + 1))) {
            assertThat(render(CAT, body).status()).as(body).isEqualTo(400);
        }
        assertThat(s3.count("PutObject")).isZero();
        assertThat(render(CAT, "[{\"name\":\"a.tmp\",\"query\":\"resize=9,9\"}]")
                        .status())
                .as("kept on the host")
                .isEqualTo(409);
    }

    @Test
    void aFailedWriteConcernsItsPictureOnly() throws IOException {
        s3.on(request -> request.key().contains("cat-101")).answer(403);

        Answer made = render(CAT, sizes(3));

        assertThat(made.status()).isEqualTo(200);
        assertThat(made.text())
                .contains("\"name\":\"cat-101.jpg\",\"status\":403,\"reason\":\"cannot write")
                .contains("\"name\":\"cat-102.jpg\",\"type\":\"image/jpeg\",\"width\":102");
    }

    @Test
    void anOriginalBeyondTheLimitsOfTimeIsRefused() throws IOException {
        Limits hasty = Limits.DEFAULT.withTime(Duration.ofMillis(1));
        try (RenderPool slow = RenderPool.onDemand(RenderPoolSettings.standard().withLimits(hasty))) {
            client = connect(editing("slow.sock", slow));

            assertThat(render(CAT, sizes(10)).status()).isIn(422, 503);
        }
    }

    @Test
    void theAgentTellsWhichTypesItEdits() throws Exception {
        String _ = pool.library(); // waits for the worker
        assertThat(get("/?pictures").text())
                .contains("\"image/jpeg\"", "\"image/png\"", "\"image/gif\"", "\"image/webp\"")
                .doesNotContain("svg");
        client = connect();

        assertThat(get("/?pictures").text()).isEqualTo("{\"reads\":[],\"writes\":[]}\n");
        assertThat(render(CAT, ONE).status()).as("no editor").isEqualTo(409);
    }

    private Path editing(String name, RenderPool of) throws IOException {
        Path at = folder.resolve(name);
        AgentSite site = site(at, Duration.ofSeconds(20)).withEditor(new PictureEditor(of));
        opened.add(Agent.start(List.of(site)));
        return at;
    }

    private Answer render(String original, String orders, String... headers) throws IOException {
        return body("POST", original + "?renditions", orders.getBytes(UTF_8), headers);
    }

    private Answer preview(String original, String query, String... headers) throws IOException {
        return body("POST", original + "?rendition", query.getBytes(UTF_8), headers);
    }

    private Answer send(byte[] original, String queries) throws IOException {
        return body("POST", "/?renditions", original, "Aloft-Renditions: " + queries);
    }

    private static int widthOf(byte[] bytes, int offset, int length) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(bytes, offset, length)).getWidth();
    }

    private static String sizes(int count) {
        return IntStream.range(100, 100 + count)
                .mapToObj(width ->
                        "{\"name\":\"cat-%d.jpg\",\"query\":\"resize=%d,%d\"}".formatted(width, width, width * 3 / 4))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static byte[] jpeg(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        for (int x = 0; x < width; x += 7) {
            pen.setColor(Color.getHSBColor(x / (float) width, 1, 1));
            pen.fillOval(x, x / 2, 50, 40);
        }
        pen.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpeg", bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }
}
