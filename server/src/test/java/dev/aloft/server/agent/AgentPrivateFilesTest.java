package dev.aloft.server.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FileMetadata;
import dev.aloft.files.FilePath;
import dev.aloft.image.Parameters;
import dev.aloft.server.SignedPicture;
import dev.aloft.server.SignedUrl;
import dev.aloft.server.UrlKey;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.agent.RawClient.Answer;
import dev.aloft.store.PrivateMark;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Private files, and signatures of their URLs and of pictures.
final class AgentPrivateFilesTest extends AgentProtocolSuite {

    @Test
    void filesAreMadePrivateAndPublicAgain() throws IOException {
        put(CAT, "cat");
        FileMetadata seen = new FileMetadata(files(Duration.ofSeconds(20)));

        Answer marked = many("private", "[\"cat.jpg\",\"missing\"]");
        assertThat(marked.status()).isEqualTo(200);
        assertThat(marked.text()).startsWith("{\"marked\":1,\"errors\":[{\"name\":\"missing\",\"reason\":");
        assertThat(seen.of(FilePath.of("uploads/cat.jpg"))).containsEntry(PrivateMark.NAME, "1");
        assertThat(get(CAT).text()).isEqualTo("cat");
        assertThat(get(CAT).header("Aloft-Private")).isEqualTo("1");

        s3.reset();
        assertThat(many("private", "[\"cat.jpg\"]").text()).isEqualTo("{\"marked\":1,\"errors\":[]}\n");
        assertThat(s3.count("CopyObject")).as("it has the mark already").isZero();

        assertThat(many("public", "[\"cat.jpg\"]").text()).isEqualTo("{\"marked\":1,\"errors\":[]}\n");
        assertThat(new FileMetadata(files(Duration.ofSeconds(20))).of(FilePath.of("uploads/cat.jpg")))
                .isEmpty();
        assertThat(get(CAT).header("Aloft-Private")).isEmpty();
    }

    @Test
    void aFileIsBornPrivate() throws IOException {
        s3.reset();
        assertThat(exchange("PUT", CAT, "Aloft-Private: 1", "Content-Length: 0").status())
                .isEqualTo(201);
        assertThat(exchange("POST", DOG, "Aloft-Private: 1", "Content-Length: 0")
                        .status())
                .isEqualTo(200);

        assertThat(s3.count("CopyObject")).as("marked in the PUT itself").isZero();
        for (String name : List.of("cat.jpg", "dog.jpg")) {
            assertThat(metadata("uploads/" + name)).containsEntry(PrivateMark.NAME, "1");
        }
        assertThat(exchange("POST", DOG, "Content-Length: 0").status()).isEqualTo(200);
        assertThat(metadata("uploads/dog.jpg")).as("an append keeps the mark").isNotEmpty();
        assertThat(put(CAT, "anew").status()).isEqualTo(201);
        assertThat(metadata("uploads/cat.jpg")).isEmpty();
        assertThat(exchange("PUT", CAT, "Aloft-Private: yes", "Content-Length: 0")
                        .status())
                .isEqualTo(400);
    }

    private Map<String, String> metadata(String key) throws IOException {
        return new FileMetadata(files(Duration.ofSeconds(20))).of(FilePath.of(key));
    }

    @Test
    void urlsAreSignedForManyFilesInOneExchangeWithoutAskingS3() throws IOException {
        Instant now = Instant.ofEpochSecond(1_800_000_123);
        UrlKey key = UrlKey.of(UrlSecret.of("0123456789abcdef0123456789abcdef"), "media", FilePath.of("uploads"));
        signingAgent(new UrlSigner(key, InstantSource.fixed(now)));
        s3.reset();

        Answer signed = body("POST", "/media/uploads/uploads/?sign=600", "[\"11/a b.jpg\",\"c.jpg\"]".getBytes(UTF_8));

        assertThat(signed.status()).isEqualTo(200);
        List<String> queries = Pattern.compile("aloft-[^\"]+")
                .matcher(signed.text())
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(queries).hasSize(2);
        SignedUrl first = SignedUrl.of("11/a b.jpg", queries.getFirst()).orElseThrow();
        assertThat(first.isValid(key, now.plusSeconds(600)))
                .as("as long as asked")
                .isTrue();
        assertThat(first.expires()).as("at most a sixth longer").isBeforeOrEqualTo(now.plusSeconds(700));
        assertThat(SignedUrl.of("c.jpg", queries.getLast()).orElseThrow().isValid(key, now))
                .isTrue();
        assertThat(s3.requests()).isEmpty();
        for (String seconds : List.of("59", "2592001")) {
            assertThat(body("POST", "/media/uploads/uploads/?sign=" + seconds, "[]".getBytes(UTF_8))
                            .status())
                    .as(seconds)
                    .isEqualTo(400);
        }
        assertThat(many("sign=600", "[\"not-an-upload.jpg\"]").status()).isEqualTo(400);
    }

    @Test
    void picturesAreSignedForEverWithoutAskingS3() throws IOException {
        UrlKey key = UrlKey.of(UrlSecret.of("0123456789abcdef0123456789abcdef"), "media", FilePath.of("uploads"));
        signingAgent(new UrlSigner(key, InstantSource.system()));
        s3.reset();

        Answer signed = body(
                "POST",
                "/media/uploads/uploads/?pictures",
                "[\"11/a ?b.jpg?resize=300%2C200&aloft-expires=1\",\"c.jpg?\"]".getBytes(UTF_8));

        assertThat(signed.status()).isEqualTo(200);
        List<String> queries = Pattern.compile("s=[^\"]+")
                .matcher(signed.text())
                .results()
                .map(MatchResult::group)
                .toList();
        Parameters first = Parameters.of("resize=300,200&" + queries.getFirst());
        assertThat(SignedPicture.isSigned(key, "11/a ?b.jpg", first)).isTrue();
        assertThat(SignedPicture.isSigned(key, "c.jpg", Parameters.of(queries.getLast())))
                .isTrue();
        assertThat(s3.requests()).isEmpty();
        assertThat(body("POST", "/media/uploads/uploads/?pictures", "[\"c.jpg\"]".getBytes(UTF_8))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aFilesUrlStaysTheSameForAWhile() {
        UrlKey key = UrlKey.of(UrlSecret.of("0123456789abcdef0123456789abcdef"), "media", FilePath.of("uploads"));
        Duration hour = Duration.ofHours(1);
        Instant window = Instant.ofEpochSecond(1_800_000_000);
        Instant first = new UrlSigner(key, InstantSource.fixed(window.plusSeconds(1))).expiry(hour);

        assertThat(new UrlSigner(key, InstantSource.fixed(window.plusSeconds(600))).expiry(hour))
                .isEqualTo(first);
        assertThat(new UrlSigner(key, InstantSource.fixed(window.plusSeconds(601))).expiry(hour))
                .isEqualTo(first.plusSeconds(600));
    }

    @Test
    void nothingIsSignedWithoutASecret() throws IOException {
        Answer refused = body("POST", "/media/uploads/uploads/?sign=600", "[\"a.jpg\"]".getBytes(UTF_8));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text()).contains("no secret");
        assertThat(body("POST", "/media/uploads/uploads/?pictures", "[\"a.jpg?w=9\"]".getBytes(UTF_8))
                        .status())
                .isEqualTo(409);
    }

    private void signingAgent(UrlSigner signer) throws IOException {
        Path at = folder.resolve("signing.sock");
        AgentSite site = new AgentSite("signing", at, null, files(Duration.ofSeconds(20)), MAX_FILE_BYTES);
        opened.add(Agent.start(List.of(site.withSigner(signer))));
        client = connect(at);
    }

    private Answer many(String query, String names) throws IOException {
        return body("POST", "/media/uploads/?" + query, names.getBytes(UTF_8));
    }
}
