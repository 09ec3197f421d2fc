package dev.aloft.server.uploads;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UploadsTest {

    private static S3Fixture s3;
    private static Edge edge;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        s3 = new S3Fixture(folder);
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, s3.site()));
    }

    @AfterAll
    static void stop() throws IOException {
        edge.close();
        s3.close();
    }

    @BeforeEach
    void beCalm() throws Exception {
        s3.recover();
    }

    @Test
    void anUploadIsOneGetAtS3() throws IOException {
        StoredObject cat = s3.put("2026/11/cat.jpg", "image/jpeg", "meow");
        Answer answer = get("/uploads/2026/11/cat.jpg");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("meow");
        assertThat(answer.headers())
                .containsEntry("content-type", "image/jpeg")
                .containsEntry("content-length", "4")
                .containsEntry("etag", cat.etag())
                .containsEntry("accept-ranges", "bytes")
                .containsEntry("cache-control", "public, max-age=300")
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry("cross-origin-resource-policy", "cross-origin")
                .containsKeys("last-modified", "date")
                .doesNotContainKeys("content-disposition", "server");
        assertThatRequests(s3.front()).are("GetObject", 1);
    }

    @Test
    void theLongPathOfWordPressMeansTheSameUpload() throws IOException {
        s3.put("long.txt", "text/plain", "long");
        assertThat(get("/wp-content/uploads/long.txt").text()).isEqualTo("long");
    }

    @Test
    void aHeadIsOneHeadAtS3AndHasTheHeadersOfTheGet() throws IOException {
        s3.put("head.jpg", "image/jpeg", "12345");
        Answer head = Answer.to(edge.port(), "HEAD", "/uploads/head.jpg");
        assertThatRequests(s3.front()).are("HeadObject", 1);
        Answer get = get("/uploads/head.jpg");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String ofEachAnswer : new String[] {"date", "age", "cache-status"}) {
            head.headers().remove(ofEachAnswer);
            get.headers().remove(ofEachAnswer);
        }
        assertThat(head.headers()).isEqualTo(get.headers());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a b+c.jpg       | /uploads/a%20b+c.jpg",
                "é(1)[2]#'.jpg   | /uploads/%C3%A9(1)%5B2%5D%23'.jpg",
                "100%25.jpg      | /uploads/100%2525.jpg",
                "q?x&y=1;z.jpg   | /uploads/q%3Fx&y=1;z.jpg",
                "deep/down/x.jpg | //uploads///deep/down//x.jpg"
            })
    void anyNameIsFoundUnderItsEncoding(String name, String target) throws IOException {
        s3.put(name, "image/jpeg", name);
        assertThat(get(target).text()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0,     206, 0,             bytes 0-0/10",
        "bytes=2-4,     206, 234,           bytes 2-4/10",
        "bytes=5-,      206, 56789,         bytes 5-9/10",
        "bytes=-3,      206, 789,           bytes 7-9/10",
        "bytes=-99,     206, 0123456789,    bytes 0-9/10",
        "bytes=8-99,    206, 89,            bytes 8-9/10",
        "bytes=4-2,     200, 0123456789,    (no content-range)",
        "chars=0-1,     200, 0123456789,    (no content-range)"
    })
    void aRangeIsAnsweredWithItsBytes(String range, int status, String body, String contentRange) throws IOException {
        String name = "range" + range.hashCode() + ".txt";
        s3.put(name, "text/plain", "0123456789");
        Answer answer = get("/uploads/" + name, "Range: " + range);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).isEqualTo(body);
        assertThat(answer.header("content-range")).isEqualTo(contentRange);
        assertThatRequests(s3.front()).are("GetObject", 1);
    }

    @Test
    void aRangeBeyondTheEndIsToldTheSize() throws IOException {
        s3.put("short.txt", "text/plain", "0123456789");
        Answer answer = get("/uploads/short.txt", "Range: bytes=10-");
        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.header("content-range")).isEqualTo("bytes */10");
    }

    @Test
    void conditionsComeBeforeTheRange() throws IOException {
        StoredObject object = s3.put("order.txt", "text/plain", "0123456789");
        assertThat(get("/uploads/order.txt", "Range: bytes=99-", "If-None-Match: " + object.etag())
                        .status())
                .isEqualTo(304);
        assertThat(get("/uploads/order.txt", "Range: bytes=99-", "If-Match: \"no\"")
                        .status())
                .isEqualTo(412);
    }

    @Test
    void aRangeOfAnotherVersionIsAnsweredWithTheWholeOfThisOne() throws IOException {
        StoredObject object = s3.put("ifrange.txt", "text/plain", "0123456789");
        assertThat(get("/uploads/ifrange.txt", "Range: bytes=0-1", "If-Range: " + object.etag())
                        .text())
                .isEqualTo("01");
        for (String range : new String[] {"bytes=0-1", "bytes=99-"}) {
            Answer answer = get("/uploads/ifrange.txt", "Range: " + range, "If-Range: \"older\"");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("0123456789");
        }
    }

    @Test
    void aKnownVersionIsAskedOfS3AsSuchAndCostsNoBody() throws IOException {
        StoredObject object = s3.put("known.bin", "application/octet-stream", new byte[100_000]);
        Answer answer = get("/uploads/known.bin", "If-None-Match: W/" + object.etag());
        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.header("etag")).isEqualTo(object.etag());
        assertThat(answer.whole()).isTrue();
        assertThatRequests(s3.front()).are("HeadObject", 1);
    }

    @Test
    void anEmptyUploadIsServed() throws IOException {
        s3.put("empty.txt", "text/plain", "");
        Answer answer = get("/uploads/empty.txt");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-length")).isEqualTo("0");
        assertThat(get("/uploads/empty.txt", "Range: bytes=0-").header("content-range"))
                .isEqualTo("bytes */0");
    }

    @Test
    void aLargeUploadArrivesByteForByte() throws IOException {
        byte[] film = new byte[5_000_001];
        new Random(7).nextBytes(film);
        s3.put("film.mp4", "video/mp4", film);
        Answer answer = get("/uploads/film.mp4");
        assertThat(answer.whole()).isTrue();
        assertThat(Arrays.equals(answer.body(), film)).isTrue();
    }

    @Test
    void severalRangesComeInSeveralParts() throws IOException {
        s3.put("parts.txt", "text/plain", "0123456789");
        Answer answer = get("/uploads/parts.txt", "Range: bytes=0-1,-2");
        String boundary = answer.header("content-type").replaceFirst("multipart/byteranges; boundary=", "");
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.whole()).isTrue();
        assertThat(answer.headers()).doesNotContainKey("content-range");
        assertThat(answer.text()).isEqualTo("""
                        \r
                        --@\r
                        Content-Type: text/plain; charset=utf-8\r
                        Content-Range: bytes 0-1/10\r
                        \r
                        01\r
                        --@\r
                        Content-Type: text/plain; charset=utf-8\r
                        Content-Range: bytes 8-9/10\r
                        \r
                        89\r
                        --@--\r
                        """.replace("@", boundary));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void whatIsPrivateIsAnsweredLikeWhatIsMissing(String method) throws IOException {
        s3.hide(s3.put("unseen.jpg", "image/jpeg", "unseen"));
        Answer hidden = Answer.to(edge.port(), method, "/uploads/unseen.jpg");
        Answer missing = Answer.to(edge.port(), method, "/uploads/none.jpg");
        hidden.headers().remove("date");
        missing.headers().remove("date");
        assertThat(hidden.status()).isEqualTo(404);
        assertThat(hidden).isEqualTo(missing);
    }

    @ParameterizedTest
    @CsvSource({"500, 503", "503, 503", "403, 404"})
    void anErrorOfS3IsToldInFewWords(int s3Status, int status) throws IOException {
        s3.put(s3Status + ".jpg", "image/jpeg", "x");
        for (String method : new String[] {"GET", "HEAD"}) {
            s3.front().on("GetObject").answer(s3Status);
            s3.front().on("HeadObject").answer(s3Status);
            Answer answer = Answer.to(edge.port(), method, "/uploads/" + s3Status + ".jpg");
            s3.front().calm();
            assertThat(answer.status()).as(method).isEqualTo(status);
            assertThat(answer.header("retry-after")).isEqualTo(status == 503 ? "5" : "(no retry-after)");
            assertThat(answer.text()).doesNotContain("s3", "media", "shop");
        }
    }

    private static Answer get(String target, String... fields) throws IOException {
        return Answer.to(edge.port(), "GET", target, fields);
    }
}
