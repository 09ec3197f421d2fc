package dev.aloft.server.tachyon;

import static dev.aloft.server.tachyon.Drawing.jpeg;
import static dev.aloft.server.tachyon.Drawing.size;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.SignedUrl;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.operations.OperatorSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Pictures at the edge, from a real S3, by a real worker.
final class PicturesTest extends PicturesFixture {

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
}
