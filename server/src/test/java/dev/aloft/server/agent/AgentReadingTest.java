package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.aloft.server.agent.RawClient.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `HEAD` and `GET` of files: metadata, ranges, versions and reads that break off.
final class AgentReadingTest extends AgentProtocolSuite {

    @Test
    void headOfAFileHasItsSizeTypeVersionAndTime() throws IOException {
        String etag = put(CAT, "meow").header("ETag");
        Answer head = exchange("HEAD", CAT);

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo("4");
        assertThat(head.header("Content-Type")).isEqualTo("image/jpeg");
        assertThat(head.header("ETag")).isEqualTo(etag).matches("\"[^\"]+\"");
        assertThat(head.header("Last-Modified")).endsWith("GMT");
        assertThat(head.header("Aloft-Kind")).isEqualTo("file");
        assertThat(exchange("HEAD", CAT).status())
                .as("the next on the same connection")
                .isEqualTo(200);
    }

    @Test
    void headOfADirectoryTakesEitherForm() throws IOException {
        put("/media/uploads/11/cat.jpg", "meow");

        for (String target : List.of("/media/uploads/11", FOLDER, "/media/uploads", "/media/uploads/", "/media")) {
            Answer head = exchange("HEAD", target);
            assertThat(head.status()).as(target).isEqualTo(200);
            assertThat(head.header("Aloft-Kind")).isEqualTo("directory");
        }
    }

    @Test
    void headOfWhatIsMissingIs404AndSoIsAFileAskedForAsADirectory() throws IOException {
        put(CAT, "meow");

        assertThat(exchange("HEAD", DOG).status()).isEqualTo(404);
        assertThat(exchange("HEAD", CAT + "/").status()).isEqualTo(404);
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(200);
    }

    @Test
    void headAcceptsWhatIsAsOldAsMaxAgeSays() throws Exception {
        put(CAT, "meow");
        s3.reset();
        try (Agent other = agent(folder.resolve("other.sock"), Duration.ofSeconds(20));
                RawClient elsewhere = RawClient.connect(folder.resolve("other.sock"))) {
            elsewhere.send("DELETE " + CAT + " HTTP/1.1\r\nHost: aloft\r\n\r\n");
            assertThat(elsewhere.read("DELETE").status()).isEqualTo(204);
            assertThat(other).isNotNull();
        }
        s3.reset();

        assertThat(exchange("HEAD", CAT, "Cache-Control: max-age=60").status()).isEqualTo(200);
        assertThat(s3.requests()).isEmpty();
        assertThat(exchange("HEAD", CAT, "Cache-Control: max-age=0").status()).isEqualTo(404);
    }

    @Test
    void fileIsReadWholeOrInARange() throws IOException {
        put(CAT, "meow");

        Answer whole = get(CAT);
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.text()).isEqualTo("meow");
        assertThat(whole.header("Content-Type")).isEqualTo("image/jpeg");

        Answer part = get(CAT, "Range: bytes=1-2");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("eo");
        assertThat(part.header("Content-Range")).isEqualTo("bytes 1-2/4");
        assertThat(get(CAT, "Range: bytes=-1").text()).isEqualTo("w");
        assertThat(get(CAT, "Range: bytes=2-99").header("Content-Range")).isEqualTo("bytes 2-3/4");
        assertThat(get(CAT, "Range: bytes=0-0,2-3").status()).isEqualTo(200);
    }

    @Test
    void rangeOutsideTheFileIs416WithTheSize() throws IOException {
        put(CAT, "meow");
        put(DOG, "");

        Answer outside = get(CAT, "Range: bytes=4-");
        assertThat(outside.status()).isEqualTo(416);
        assertThat(outside.header("Content-Range")).isEqualTo("bytes */4");
        assertThat(get(DOG, "Range: bytes=0-9").header("Content-Range")).isEqualTo("bytes */0");
        assertThat(get(DOG).status()).isEqualTo(200);
        assertThat(get(DOG).bytes()).isEmpty();
    }

    @Test
    void versionThatTheClientHasIs304WithoutABodyOrItsHeaders() throws IOException {
        String etag = put(CAT, "meow").header("ETag");

        for (String tag : List.of(etag, "\"other\", " + etag, "W/" + etag, "*")) {
            Answer unchanged = get(CAT, "If-None-Match: " + tag);
            assertThat(unchanged.status()).as(tag).isEqualTo(304);
            assertThat(unchanged.header("ETag")).isEqualTo(etag);
            assertThat(unchanged.headers()).doesNotContainKeys("content-type", "content-range");
            assertThat(unchanged.header("Content-Length")).isIn("", "4");
        }
        assertThat(get(CAT, "If-None-Match: \"other\"").text()).isEqualTo("meow");
    }

    @Test
    void versionThatIsNotThereAnyMoreIs412() throws IOException {
        String old = put(CAT, "meow").header("ETag");
        String now = put(CAT, "purr").header("ETag");

        assertThat(get(CAT, "If-Match: " + old).status()).isEqualTo(412);
        assertThat(get(CAT, "If-Match: " + now).text()).isEqualTo("purr");
        assertThat(get(CAT, "If-Match: unquoted").status()).isEqualTo(400);
    }

    @Test
    void missingFileIs404AndADirectory409() throws IOException {
        put("/media/uploads/11/cat.jpg", "meow");

        Answer missing = get(CAT);
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.text()).isEqualTo("s3://media/uploads/cat.jpg: no such file or directory\n");
        assertThat(missing.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(get("/media/uploads/11").status()).isEqualTo(409);
    }

    @Test
    void ownWriteIsReadBackWithoutARequestToS3() throws IOException {
        put(CAT, "meow");
        s3.reset();

        assertThat(get(CAT, "Cache-Control: max-age=60").text()).isEqualTo("meow");
        assertThat(get(CAT, "Cache-Control: max-age=60", "Range: bytes=0-1").text())
                .isEqualTo("me");
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(200);
        assertThat(s3.requests()).isEmpty();
        assertThat(get(CAT).status()).isEqualTo(200);
        assertThat(s3.count("GetObject")).isEqualTo(1);
    }

    @Test
    void readThatBreaksInTheMiddleBreaksTheConnection() throws IOException {
        putBytes(CAT, new byte[20 * MIB]);
        s3.on("GetObject").next(1).truncateAnswerAfter(MIB);

        client.send(request("GET", CAT));
        assertThatIOException().isThrownBy(() -> client.read("GET"));
        assertThat(connect().send(request("GET", CAT)).read("GET").bytes()).hasSize(20 * MIB);
    }

    @Test
    void readThatBreaksBeforeItsFirstByteIs503() throws IOException {
        putBytes(CAT, new byte[20 * MIB]);
        s3.on("GetObject").next(1).truncateAnswerAfter(0);

        Answer broken = get(CAT);
        assertThat(broken.status()).isEqualTo(503);
        assertThat(broken.text()).startsWith("cannot read s3://media/uploads/cat.jpg: ");
        assertThat(broken.headers()).doesNotContainKeys("etag", "aloft-kind");
    }
}
