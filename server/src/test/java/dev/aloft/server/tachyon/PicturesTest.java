package dev.aloft.server.tachyon;

import static dev.aloft.server.tachyon.Drawing.jpeg;
import static dev.aloft.server.tachyon.Drawing.size;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Parameters;
import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.SignedPicture;
import dev.aloft.server.SignedUrl;
import dev.aloft.server.UrlKey;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.operations.OperatorSettings;
import dev.aloft.server.uploads.ServingRules;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Pictures at the edge, from a real S3, by a real worker.
final class PicturesTest {

    private static final byte[] CAT = jpeg(800, 600);

    private static final UrlSecret SECRET = UrlSecret.of("a secret of at least 32 bytes, for tests");
    private static final UrlKey KEY = S3Fixture.key(SECRET);

    private static S3Fixture s3;
    private static RenderPool renderPool;
    private static Edge edge;
    private static Edge strict;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        s3 = new S3Fixture(folder);
        renderPool = RenderPool.open(RenderPoolSettings.standard());
        edge = edge(renderPool, PictureSettings.DEFAULT);
        strict = edge(renderPool, new PictureSettings(Compatibility.STRICT, List.of(), false, Admission.OPEN, false));
        s3.put("2026/11/cat.jpg", "image/jpeg", CAT);
    }

    private static Edge edge(RenderPool renderPool, PictureSettings settings) throws IOException {
        Pictures pictures = new Pictures("site", s3.bucket(), S3Fixture.TOP, renderPool, settings);
        EdgeSite site = EdgeSite.of(s3.uploads().withSecret(SECRET));
        return Edge.start(EdgeSettings.of("127.0.0.1", 0, site.withPictures(pictures)));
    }

    @AfterAll
    static void stop() throws IOException {
        strict.close();
        edge.close();
        renderPool.close();
        s3.close();
    }

    @BeforeEach
    void count() {
        s3.front().calm();
        s3.front().reset();
    }

    @Test
    void aPictureIsOneGetAtS3() throws IOException {
        Answer answer = get("/tachyon/2026/11/cat.jpg?w=300");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("content-type", "image/jpeg")
                .containsEntry("cache-control", "max-age=31536000")
                .containsEntry("vary", "Accept, X-WebP")
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry("content-length", String.valueOf(answer.body().length))
                .containsKeys("etag", "last-modified", "content-security-policy");
        assertThat(size(answer)).isEqualTo("300x225");
        assertThatRequests(s3.front()).are("GetObject", 1);
    }

    @Test
    void anOriginalThatIsNotServedGivesNoPicture() throws IOException {
        Pictures pictures = new Pictures("site", s3.bucket(), S3Fixture.TOP, renderPool, PictureSettings.DEFAULT);
        EdgeSite site =
                EdgeSite.of(s3.uploads().withServing(ServingRules.DEFAULT)).withPictures(pictures);
        s3.put("edd/cat.jpg", "image/jpeg", CAT);
        s3.put("x/edd/cat.jpg", "image/jpeg", CAT);
        s3.put("woo/cat.jpg", "image/jpeg", CAT);
        try (Edge guarded = Edge.start(EdgeSettings.of("127.0.0.1", 0, site))) {
            for (String hidden : new String[] {"edd/cat.jpg", "x/tachyon/edd/cat.jpg"}) {
                assertThat(Answer.to(guarded.port(), "GET", "/tachyon/" + hidden + "?w=30")
                                .status())
                        .as(hidden)
                        .isEqualTo(404);
            }
            assertThat(Answer.to(guarded.port(), "GET", "/tachyon/woo/cat.jpg?w=30")
                            .status())
                    .isEqualTo(200);
            s3.change("woo/.htaccess", "deny from all");
            assertThat(Answer.to(guarded.port(), "GET", "/tachyon/woo/cat.jpg?w=30")
                            .status())
                    .isEqualTo(404);
            s3.bucket().delete(S3Fixture.key("woo/.htaccess"));
            assertThat(Answer.to(guarded.port(), "GET", "/tachyon/woo/cat.jpg?w=30")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aHeadSaysTheSameWithoutABody() throws IOException {
        Answer whole = get("/tachyon/2026/11/cat.jpg?w=200");
        Answer head = Answer.to(edge.port(), "HEAD", "/tachyon/2026/11/cat.jpg?w=200");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.header("content-length")).isEqualTo(whole.header("content-length"));
        assertThat(head.header("etag")).isEqualTo(whole.header("etag"));
    }

    @Test
    void aKnownRenditionCostsOneHeadAndNoDecoding() throws IOException {
        String tag = get("/tachyon/2026/11/cat.jpg?w=100").header("etag");
        s3.front().reset();
        Answer answer = get("/tachyon/2026/11/cat.jpg?w=100", "If-None-Match: W/\"x\", " + tag);
        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.header("etag")).isEqualTo(tag);
        assertThat(s3.front().requests()).allMatch(request -> request.bytesOut() == 0);
        assertThat(get("/tachyon/2026/11/cat.jpg?w=101", "If-None-Match: " + tag)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void whatThisProcessChangesOfAnOriginalIsSeenAtOnce() throws IOException {
        s3.put("new.jpg", "image/jpeg", CAT);
        String before = get("/tachyon/new.jpg?w=100").header("etag");
        s3.change("new.jpg", "image/jpeg", jpeg(400, 400));
        Answer after = get("/tachyon/new.jpg?w=100");
        assertThat(after.header("etag")).isNotEqualTo(before);
        assertThat(size(after)).isEqualTo("100x100");
    }

    @Test
    void whatAnotherHostChangesOfAnOriginalIsSeenAtOnceWhereItIsToldTo() throws Exception {
        InetSocketAddress any = InetSocketAddress.createUnresolved("127.0.0.1", 0);
        OperatorSettings told = OperatorSettings.NONE.withAdmin(any, SECRET);
        EdgeSite here = EdgeSite.of(s3.bucket(), S3Fixture.TOP)
                .withPictures(new Pictures("site", s3.bucket(), S3Fixture.TOP, renderPool, PictureSettings.DEFAULT));
        EdgeSite there = EdgeSite.of(s3.bucketOfAnotherHost(), S3Fixture.TOP);
        try (Edge edgeHere = Edge.start(EdgeSettings.of("127.0.0.1", 0, here).withOperators(told));
                Edge _ = Edge.start(EdgeSettings.of("127.0.0.1", 0, there)
                        .withOperators(
                                told.withPeers(List.of(URI.create("http://127.0.0.1:" + edgeHere.adminPort())))))) {
            s3.put("told.jpg", "image/jpeg", CAT);
            assertThat(size(Answer.to(edgeHere.port(), "GET", "/tachyon/told.jpg?w=100")))
                    .isEqualTo("100x75");
            s3.put("told.jpg", "image/jpeg", jpeg(400, 400));
            awaitSize(edgeHere, "/tachyon/told.jpg?w=100", "100x100");
        }
    }

    @Test
    void aRenditionThatWasMadeIsNotMadeAgain() throws IOException {
        Answer first = get("/tachyon/2026/11/cat.jpg?w=111", "Accept: image/webp,*/*");
        s3.front().reset();
        Answer second = get("/tachyon/2026/11/cat.jpg?w=111", "Accept: text/html, image/webp;q=0.9");
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(get("/tachyon/2026/11/cat.jpg?w=111", "Accept: image/webp", "If-None-Match: " + first.header("etag"))
                        .status())
                .isEqualTo(304);
        assertThatRequests(s3.front()).areNone();
    }

    @Test
    void whatIsPrivateIsAnsweredLikeWhatIsMissing() throws IOException {
        s3.hide(s3.put("unseen.jpg", "image/jpeg", CAT));
        Answer hidden = get("/tachyon/unseen.jpg?w=50");
        Answer missing = get("/tachyon/none.jpg?w=50");
        hidden.headers().remove("date");
        missing.headers().remove("date");
        assertThat(hidden).isEqualTo(missing);
    }

    @Test
    void aQueryThatIsTooLongAsksForNoPicture() throws IOException {
        assertThat(get("/tachyon/2026/11/cat.jpg?resize=" + "~".repeat(6000)).status())
                .as("~ has three characters in a query's one form")
                .isEqualTo(404);
    }

    @Test
    void aParameterThatChangesNoPictureMakesNoOther() throws IOException {
        assertThat(get("/tachyon/2026/11/cat.jpg?w=53").status()).isEqualTo(200);
        s3.front().reset();
        assertThat(get("/tachyon/2026/11/cat.jpg?w=53&X-Amz-Nonsense=1&utm=2").status())
                .isEqualTo(200);
        assertThatRequests(s3.front()).areNone();
    }

    @Test
    void aPrivateOriginalGivesPicturesToSignedRequestsAlone() throws IOException {
        s3.hide(s3.put("secret.jpg", "image/jpeg", CAT));
        String leave =
                SignedUrl.sign(KEY, "secret.jpg", Instant.now().plusSeconds(60)).query();
        assertThat(get("/tachyon/secret.jpg?w=50").status()).isEqualTo(404);
        Answer seen = get("/tachyon/secret.jpg?w=50&" + leave);
        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.header("cache-control")).isEqualTo("private, no-store");
        assertThat(seen.headers()).doesNotContainKey("aloft-private");
        assertThat(get("/tachyon/secret.jpg?w=50").status()).isEqualTo(404);
        assertThat(get("/tachyon/secret.jpg?w=50&" + leave.replace("signature=", "signature=x"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aFolderNamedTachyonHasItsOwnPictures() throws IOException {
        s3.put("tachyon/inside.jpg", "image/jpeg", CAT);
        s3.hide(s3.put("outside.jpg", "image/jpeg", CAT));
        String leave = SignedUrl.sign(KEY, "tachyon/outside.jpg", Instant.now().plusSeconds(60))
                .query();
        assertThat(get("/tachyon/tachyon/inside.jpg?w=50").status()).isEqualTo(200);
        assertThat(get("/tachyon/tachyon/outside.jpg?w=50&" + leave).status()).isEqualTo(404);
        assertThat(get("/tachyon/outside.jpg?w=50&" + leave).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "/tachyon/2026/11/cat.jpg, 200",
        "/tachyon/2026/11/tachyon/cat.jpg, 404",
        "/tachyon/2026%2F11/cat.jpg, 200",
        "/tachyon/2026/11/no.jpg, 404",
        "/tachyon/, 404",
        "/tachyon/2026/11/, 404",
        "/tachyon/2026/../2026/11/cat.jpg, 404",
        "/tachyon/2026/11/cat.jpg?w=x&resize=%zz, 200"
    })
    void thePathIsTheOriginalsBelowTheUploads(String target, int status) throws IOException {
        assertThat(get(target).status()).isEqualTo(status);
    }

    @Test
    void whatIsMissingIsSaidAsTachyonSaysIt() throws IOException {
        Answer answer = get("/tachyon/2026/11/no.jpg");
        assertThat(answer.text()).isEqualTo("File not found.");
        assertThat(answer.header("content-type")).startsWith("text/html");
        assertThat(answer.header("cache-control")).isEqualTo("no-store");
    }

    @ParameterizedTest
    @CsvSource({
        "'image/avif,image/webp,*/*;q=0.8', image/avif",
        "'image/webp,*/*', image/webp",
        "'image/webp;q=0,*/*', image/jpeg",
        "*/*, image/jpeg",
        "image/*, image/jpeg"
    })
    void theClientGetsTheBestFormatThatItNames(String accept, String type) throws IOException {
        Answer answer = get("/tachyon/2026/11/cat.jpg?w=60", "Accept: " + accept);
        assertThat(answer.header("content-type")).isEqualTo(type);
    }

    @Test
    void tachyonsHeaderAsksForWebp() throws IOException {
        assertThat(get("/tachyon/2026/11/cat.jpg?w=60", "X-WebP: 1").header("content-type"))
                .isEqualTo("image/webp");
        assertThat(get("/tachyon/2026/11/cat.jpg?w=60", "X-WebP: 0").header("content-type"))
                .isEqualTo("image/jpeg");
    }

    @Test
    void strictlyAcceptCountsForNothing() throws IOException {
        Answer answer = Answer.to(strict.port(), "GET", "/tachyon/2026/11/cat.jpg?w=60", "Accept: image/webp");
        assertThat(answer.header("content-type")).isEqualTo("image/jpeg");
        assertThat(answer.headers()).doesNotContainKey("vary");
        Answer webp = Answer.to(strict.port(), "GET", "/tachyon/2026/11/cat.jpg?w=60", "X-WebP: 0");
        assertThat(webp.header("content-type")).isEqualTo("image/webp");
    }

    @Test
    void aUrlThatS3WouldTakeGivesThePictureForItsTime() throws IOException {
        String query = s3.presigned("2026/11/cat.jpg", Duration.ofMinutes(10));
        Answer plain = get("/tachyon/2026/11/cat.jpg?w=50&" + query);
        assertThat(plain.status()).isEqualTo(200);
        assertThat(plain.header("cache-control")).matches("max-age=[3-6]\\d\\d");
        assertThat(get("/tachyon/2026/11/cat.jpg?w=51&presign=" + URLEncoder.encode(query, UTF_8))
                        .status())
                .isEqualTo(200);
        StoredObject hidden = s3.put("presigned.jpg", "image/jpeg", CAT);
        s3.hide(hidden);
        Answer seen = get("/tachyon/presigned.jpg?w=50&" + s3.presigned("presigned.jpg", Duration.ofMinutes(10)));
        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.header("cache-control")).isEqualTo("private, no-store");
        assertThat(get("/tachyon/presigned.jpg?w=50").status()).isEqualTo(404);
    }

    @Test
    void aSignatureThatS3WouldNotTakeGivesNoPictureOfAnything() throws IOException {
        s3.hide(s3.put("forged.jpg", "image/jpeg", CAT));
        String good = s3.presigned("forged.jpg", Duration.ofMinutes(10));
        String forged = good.replaceFirst("X-Amz-Signature=.{8}", "X-Amz-Signature=00000000");
        String longer = good.replace("X-Amz-Expires=600", "X-Amz-Expires=6000");
        String others = s3.presigned("2026/11/cat.jpg", Duration.ofMinutes(10));
        String unsigned = good.replaceFirst("X-Amz-Signature=[0-9a-f]+&?", "");
        String past = "X-Amz-Date=20200101T000000Z&X-Amz-Expires=60&X-Amz-Signature=0";
        String dateless = "X-Amz-Signature=0";
        String anonymous = good.replaceFirst("X-Amz-Algorithm=[^&]+&?", "");
        for (String query : List.of(forged, longer, others, unsigned, past, dateless, anonymous)) {
            assertThat(get("/tachyon/forged.jpg?w=50&" + query).status())
                    .as(query)
                    .isEqualTo(404);
            assertThat(get("/tachyon/forged.jpg?w=50&presign=" + URLEncoder.encode(query, UTF_8))
                            .status())
                    .as(query)
                    .isEqualTo(404);
        }
        assertThat(get("/tachyon/2026/11/cat.jpg?w=52&" + forged).status())
                .as("also where the picture is public")
                .isEqualTo(404);
        assertThat(get("/tachyon/forged.jpg?w=50&" + good).status()).isEqualTo(200);
    }

    @Test
    void aSiteThatListsItsSizesMakesTheOthersForASignatureAlone() throws IOException {
        Admission admission = new Admission(Optional.of(new ListedSizes(List.of("64x64"))), Optional.of(KEY));
        String signed = "w=65&s=" + SignedPicture.sign(KEY, "2026/11/cat.jpg", Parameters.of("w=65"));
        String leave = SignedUrl.sign(KEY, "2026/11/cat.jpg", Instant.now().plusSeconds(60))
                .query();
        try (Edge listing = edge(renderPool, PictureSettings.DEFAULT.withAdmission(admission))) {
            for (String query : List.of("resize=64,64", signed, signed + "&" + leave, "")) {
                assertThat(Answer.to(listing.port(), "GET", "/tachyon/2026/11/cat.jpg?" + query)
                                .status())
                        .as(query)
                        .isEqualTo(200);
            }
            s3.front().reset();
            for (String query :
                    List.of("w=66", signed + "&w=66", "resize=64,64&quality=3", "w=65&s=", "w=65&" + leave)) {
                Answer refused = Answer.to(listing.port(), "GET", "/tachyon/2026/11/cat.jpg?" + query);
                assertThat(refused.status()).as(query).isEqualTo(403);
                assertThat(refused.text()).contains("signature").contains("64x64");
            }
            assertThatRequests(s3.front()).areNone();
        }
    }

    private static void awaitSize(Edge asked, String target, String size) throws IOException {
        Instant limit = Instant.now().plusSeconds(10);
        String seen;
        do {
            seen = size(Answer.to(asked.port(), "GET", target));
        } while (!seen.equals(size) && Instant.now().isBefore(limit));
        assertThat(seen).isEqualTo(size);
    }

    @Test
    void spellingsOfAQueryAreOnePicture() throws IOException {
        Answer first = get("/tachyon/2026/11/cat.jpg?resize=77%2C78&gravity=north");
        s3.front().reset();
        assertThat(get("/tachyon/2026/11/cat.jpg?gravity=north&w=5&resize=77,78")
                        .header("etag"))
                .isEqualTo(first.header("etag"));
        s3.front().reset();
        assertThat(get("/tachyon/2026/11/cat.jpg?gravity=north&resize=1,1&resize=77,78")
                        .header("etag"))
                .isEqualTo(first.header("etag"));
        assertThatRequests(s3.front()).areNone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE"})
    void picturesCanOnlyBeRead(String method) throws IOException {
        Answer answer = Answer.to(edge.port(), method, "/tachyon/2026/11/cat.jpg");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("allow")).isEqualTo("GET, HEAD, OPTIONS");
    }

    @Test
    void whatIsNoPictureIsRefused() throws IOException {
        s3.put("x.jpg", "image/jpeg", "<?php echo 42;");
        s3.put("empty.jpg", "image/jpeg", "");
        s3.put("half.tif", "image/tiff", new byte[] {'I', 'I', '*', 0, 0, 0, 0, 0});
        for (String name : List.of("x.jpg", "empty.jpg", "half.tif")) {
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

    @Test
    void aPrivateOriginalThatGivesNoPictureIsMissingToo() throws IOException {
        s3.hide(s3.put("hidden-half.jpg", "image/jpeg", Arrays.copyOf(CAT, CAT.length / 2)));
        assertThat(get("/tachyon/hidden-half.jpg?w=100").status()).isEqualTo(404);
        assertThat(Answer.to(strict.port(), "GET", "/tachyon/hidden-half.jpg?w=100")
                        .status())
                .isEqualTo(404);
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
    void aParameterThatMakesNoOtherPictureIsNoOtherEntry() throws IOException {
        Answer first = get("/tachyon/2026/11/cat.jpg?w=87");
        s3.front().reset();
        for (String more : List.of("utm_source=x", "utm=1&fbclid=2", "s=")) {
            assertThat(get("/tachyon/2026/11/cat.jpg?" + more + "&w=87").header("etag"))
                    .isEqualTo(first.header("etag"));
        }
        assertThatRequests(s3.front()).areNone();
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
    void sizesThatAreAskedTogetherAreMadeOfOneDecoding() throws Exception {
        byte[] large = jpeg(4000, 3000);
        s3.put("large.jpg", "image/jpeg", large);
        s3.front().reset();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int width : new int[] {150, 300, 600, 768, 1024, 1536}) {
                answers.add(clients.submit(() -> get("/tachyon/large.jpg?w=" + width)));
            }
            for (Future<Answer> answer : answers) {
                assertThat(answer.get().status()).isEqualTo(200);
            }
        }
        assertThat(s3.front().requests().size()).isBetween(1, 3);
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

    private static Answer get(String target, String... fields) throws IOException {
        return Answer.to(edge.port(), "GET", target, fields);
    }
}
