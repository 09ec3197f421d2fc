package dev.aloft.server.uploads;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.SettableTime;
import dev.aloft.server.SignedUrl;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.operations.OperatorSettings;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.Eventually;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Compressed uploads: which are, for whom, and what becomes of their conditions and ranges.
final class CompressionTest {

    private static final UrlSecret SECRET = UrlSecret.of("0123456789abcdef0123456789abcdef");
    private static final SettableTime TIME = new SettableTime();

    /// 40 KB of words in random order.
    private static final byte[] STYLE = words(40_000);

    private static S3Fixture s3;
    private static Edge edge;
    private static RepresentationNotation notation;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        s3 = new S3Fixture(folder);
        EdgeSite site = EdgeSite.of(s3.uploads().withSecret(SECRET));
        OperatorSettings operators =
                OperatorSettings.NONE.withAdmin(InetSocketAddress.createUnresolved("127.0.0.1", 0), SECRET);
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, site).withOperators(operators), TIME);
        s3.put("style.css", "text/css", STYLE);
        StoredObject style =
                s3.bucket().head(S3Fixture.key("style.css"), Duration.ZERO).orElseThrow();
        notation = new RepresentationNotation(style.etag());
    }

    @AfterAll
    static void stop() throws IOException {
        edge.close();
        s3.close();
    }

    @BeforeEach
    void haveAllCopies() throws Exception {
        for (String coding : List.of("br", "zstd", "gzip")) {
            if (Decoders.has(coding)) {
                awaitCoding("style.css", coding);
            }
        }
        s3.front().reset();
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "gzip", "identity"})
    void theDecodedBytesAreThoseOfTheOriginal(String coding) throws IOException {
        Assumptions.assumeTrue(Decoders.has(coding));
        Answer answer = get("style.css", "Accept-Encoding: " + coding);
        assertThat(Decoders.decoded(coding, answer.body(), STYLE.length)).isEqualTo(STYLE);
        if (!coding.equals("identity")) {
            assertThat(answer.header("content-encoding")).isEqualTo(coding);
            assertThat(answer.body().length).isLessThan(STYLE.length * 6 / 10);
            assertThat(answer.headers()).doesNotContainKey("accept-ranges");
        }
        assertThat(answer.header("etag")).isEqualTo(notation.tag(coding));
        assertThat(answer.header("vary")).isEqualTo("Accept-Encoding");
        assertThat(answer.header("content-type")).isEqualTo("text/css; charset=utf-8");
    }

    @Test
    void bytesThatAreStoredEncodedAreSentAsTheyAreWithTheirEncoding() throws IOException {
        byte[] encoded = gzip(STYLE);
        StoredObject stored = put("stored.css", encoded, "gzip");

        for (String accepted : List.of("br, gzip", "br", "identity", "")) {
            Answer answer = get("stored.css", "Accept-Encoding: " + accepted);
            assertThat(answer.body()).isEqualTo(encoded);
            assertThat(answer.headers())
                    .containsEntry("content-encoding", "gzip")
                    .containsEntry("content-type", "text/css; charset=utf-8")
                    .containsEntry("etag", stored.etag())
                    .containsEntry("accept-ranges", "bytes")
                    .doesNotContainKey("vary");
        }
        Answer part = get("stored.css", "Accept-Encoding: br", "Range: bytes=2-9");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(encoded, 2, 10));
        assertThat(part.header("content-encoding")).isEqualTo("gzip");
        Answer known = get("stored.css", "Accept-Encoding: br", "If-None-Match: " + stored.etag());
        assertThat(known.status()).isEqualTo(304);
        assertThat(known.headers()).containsEntry("etag", stored.etag()).doesNotContainKey("content-encoding");
    }

    @Test
    void bytesWhoseEncodingAnotherHostChangesAreCompressedOnlyWithoutOne() throws Exception {
        Assumptions.assumeTrue(Decoders.has("br"));
        put("changing.css", STYLE, null);
        awaitCoding("changing.css", "br");
        long before = compressions("br");
        put("changing.css", STYLE, "gzip");
        TIME.pass(UploadsOrigin.FRESH.plus(UploadsOrigin.WHILE_ASKING).plusSeconds(1));
        for (int i = 0; i < 2; i++) {
            Answer encoded = get("changing.css", "Accept-Encoding: br");
            assertThat(encoded.header("content-encoding")).isEqualTo("gzip");
            assertThat(encoded.body()).isEqualTo(STYLE);
        }
        assertThat(compressions("br")).isEqualTo(before);

        put("changing.css", STYLE, null);
        TIME.pass(UploadsOrigin.FRESH.plus(UploadsOrigin.WHILE_ASKING).plusSeconds(1));
        assertThat(Decoders.decoded("br", awaitCoding("changing.css", "br").body(), STYLE.length))
                .isEqualTo(STYLE);
    }

    private static StoredObject put(String name, byte[] bytes, @Nullable String encoding) throws IOException {
        return s3.bucketOfAnotherHost()
                .put(
                        S3Fixture.key(name),
                        new ByteArrayInputStream(bytes),
                        bytes.length,
                        new ObjectHeaders("text/css", null, encoding),
                        Map.of(),
                        WriteCondition.always());
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(encoded)) {
            gzip.write(bytes);
        }
        return encoded.toByteArray();
    }

    /// See [RepresentationNotation].
    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', delimiter = '>', textBlock = """
            (nothing)                                                             > 200 identity
            Accept-Encoding: gzip                                                 > 200 gzip
            Accept-Encoding: gzip, deflate, br, zstd                              > 200 br
            Accept-Encoding: br;q=0.5, gzip                                       > 200 gzip
            Accept-Encoding: identity, br;q=0.5                                   > 200 identity
            Accept-Encoding: identity;q=0                                         > 200 identity
            Accept-Encoding: identity;q=0, gzip;q=0.1                             > 200 gzip
            Accept-Encoding: *                                                    > 200 br
            Accept-Encoding: deflate                                              > 200 identity
            Accept-Encoding: br; If-None-Match: "e-br"                            > 304 br
            Accept-Encoding: br; If-None-Match: W/"e-br"                          > 304 br
            Accept-Encoding: br; If-None-Match: "e"                               > 304 identity
            Accept-Encoding: br; If-None-Match: "x", "e-br"                       > 304 br
            Accept-Encoding: br, gzip; If-None-Match: "e-gzip"                    > 304 gzip
            Accept-Encoding: br, gzip; If-None-Match: "e-gzip", "e-br"            > 304 br
            Accept-Encoding: br; If-None-Match: "e-gzip"                          > 200 br
            Accept-Encoding: gzip; If-None-Match: "e-br"                          > 200 gzip
            Accept-Encoding: gzip; If-None-Match: "x-gzip"                        > 200 gzip
            If-None-Match: "e-br"                                                 > 200 identity
            If-None-Match: "e"                                                    > 304 identity
            Accept-Encoding: br; If-Match: "e-br"                                 > 200 br
            Accept-Encoding: br; If-Match: "e"                                    > 200 identity
            Accept-Encoding: br, gzip; If-Match: "e-gzip"                         > 200 gzip
            Accept-Encoding: br; If-Match: *                                      > 200 br
            Accept-Encoding: gzip; If-Match: "e-br"                               > 412
            Accept-Encoding: br; If-Match: "x"                                    > 412
            Accept-Encoding: br; If-Match: W/"e-br"                               > 412
            If-Match: "e-br"                                                      > 412
            Accept-Encoding: br; Range: bytes=0-9                                 > 206 identity
            Accept-Encoding: br; Range: bytes=0-9,20-29                           > parts
            Accept-Encoding: br; Range: bytes=40000-                              > 416
            Accept-Encoding: br; Range: bytes=0-9; If-Range: "e"                  > 206 identity
            Accept-Encoding: br; Range: bytes=0-9; If-Range: "e-br"               > 200 identity
            Accept-Encoding: br; Range: bytes=0-9; If-None-Match: "e-br"          > 304 br
            Accept-Encoding: br, identity;q=0; Range: bytes=0-9                   > 200 br
            Accept-Encoding: br, identity;q=0; Range: bytes=0-9; If-Match: "e-br" > 200 br
            """)
    void everyConditionAndRangeMeansItsRepresentation(String fields, String expected) throws IOException {
        Assumptions.assumeTrue(Decoders.has("br") && Decoders.has("zstd"));
        Answer get = get("style.css", notation.fields(fields));
        assertThat(notation.answer(get)).isEqualTo(expected);
        Answer head = Answer.to(edge.port(), "HEAD", "/uploads/style.css", notation.fields(fields));
        boolean ranged = get.status() == 206 || get.status() == 416;
        assertThat(notation.answer(head)).isEqualTo(ranged ? "200 identity" : expected);
        if (!ranged) {
            assertThat(head.headers().keySet()).isEqualTo(get.headers().keySet());
            assertThat(head.header("content-length")).isEqualTo(get.header("content-length"));
        }
        assertThat(head.body()).isEmpty();
    }

    /// The same for a copy that this edge has not made.
    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', delimiter = '>', textBlock = """
            Accept-Encoding: br; If-None-Match: "e-br"          > 304 br
            Accept-Encoding: br; If-None-Match: W/"e-br"        > 304 br
            Accept-Encoding: br; If-None-Match: "e"             > 304 identity
            If-None-Match: "e-br"                               > 200 identity
            Accept-Encoding: br; Range: bytes=0-9               > 206 identity
            """)
    void aMissIsAnsweredTheSame(String fields, String expected) throws IOException {
        edge.purgeEverything();
        assertThat(notation.answer(get("style.css", notation.fields(fields)))).isEqualTo(expected);
        edge.purgeEverything();
        Answer head = Answer.to(edge.port(), "HEAD", "/uploads/style.css", notation.fields(fields));
        assertThat(notation.answer(head)).isEqualTo(expected.replace("206", "200"));
    }

    @Test
    void aThousandFirstClientsCompressOnceFromOneGet() throws Exception {
        Assumptions.assumeTrue(Decoders.has("br"));
        s3.put("herd.css", "text/css", STYLE);
        long before = compressions("br");
        Map<String, String> bodies = new HashMap<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = IntStream.range(0, 1000)
                    .mapToObj(_ -> clients.submit(() -> get("herd.css", "Accept-Encoding: br")))
                    .toList();
            for (Future<Answer> each : answers) {
                Answer answer = each.get(90, TimeUnit.SECONDS);
                bodies.putIfAbsent(answer.header("content-encoding"), answer.raw());
                assertThat(answer.raw()).isEqualTo(bodies.get(answer.header("content-encoding")));
            }
        }
        for (Map.Entry<String, String> each : bodies.entrySet()) {
            byte[] body = each.getValue().getBytes(StandardCharsets.ISO_8859_1);
            assertThat(Decoders.decoded(each.getKey(), body, STYLE.length)).isEqualTo(STYLE);
        }
        assertThat(compressions("br")).isEqualTo(before + 1);
        assertThatRequests(s3.front()).are("GetObject", 1);
    }

    @Test
    void aCopyIsKeptWhenItsOriginalIsConfirmedAndDroppedWhenItChanges() throws Exception {
        s3.put("site.js", "text/javascript", STYLE);
        String first = awaitCoding("site.js", "gzip").header("etag");
        long before = compressions("gzip");
        TIME.pass(UploadsOrigin.FRESH.plus(UploadsOrigin.WHILE_ASKING).plusSeconds(1));
        assertThat(get("site.js", "Accept-Encoding: gzip").header("etag")).isEqualTo(first);
        assertThat(compressions("gzip")).isEqualTo(before);

        byte[] changed = words(30_000);
        s3.change("site.js", "text/javascript", changed);
        Eventually.await("the new version", () -> {
            Answer now = get("site.js", "Accept-Encoding: gzip");
            return now.header("content-encoding").equals("gzip")
                    && Arrays.equals(Decoders.decoded("gzip", now.body(), changed.length), changed);
        });
        assertThat(compressions("gzip")).isEqualTo(before + 1);
    }

    @Test
    void aCopyCountsAsMemoryOfTheCache() throws Exception {
        edge.purgeEverything();
        get("style.css");
        Eventually.await("the original's weight", () -> metric("aloft_cache_memory_bytes") >= STYLE.length);
        long without = metric("aloft_cache_memory_bytes");
        int copied = awaitCoding("style.css", "gzip").body().length;
        Eventually.await("the weight", () -> metric("aloft_cache_memory_bytes") == without + copied);
    }

    /// Types and sizes that are not compressed; with `Vary` they are compressible in principle.
    @ParameterizedTest
    @CsvSource({
        "photo.jpg, 40000, false",
        "face.woff2, 40000, false",
        "paper.pdf, 40000, false",
        "tiny.css, 1023, true",
        "huge.css, 1100000, true",
        "noise.css, 0, true"
    })
    void nothingIsCompressedThatGainsTooLittle(String name, int size, boolean varies) throws IOException {
        byte[] noise = new byte[5000];
        new Random(3).nextBytes(noise);
        byte[] bytes = size == 0 ? noise : words(size);
        s3.put(name, "text/css", bytes);
        for (int i = 0; i < 2; i++) {
            Answer answer = get(name, "Accept-Encoding: br, gzip");
            assertThat(answer.body()).isEqualTo(bytes);
            assertThat(answer.headers()).doesNotContainKey("content-encoding");
            assertThat(answer.header("vary")).isEqualTo(varies ? "Accept-Encoding" : "(no vary)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.css", "a.js", "a.svg", "a.json", "a.xml", "a.txt", "a.csv", "a.ttf", "a.otf", "a.ico"})
    void whatIsTextAtHeartIsCompressed(String name) throws Exception {
        s3.put(name, "application/octet-stream", STYLE);
        assertThat(Decoders.decoded("gzip", awaitCoding(name, "gzip").body(), STYLE.length))
                .isEqualTo(STYLE);
    }

    @Test
    void aPrivateUploadIsNeverCompressed() throws IOException {
        s3.hide(s3.put("private.css", "text/css", STYLE));
        SignedUrl url = SignedUrl.sign(
                S3Fixture.key(SECRET), "private.css", Instant.now().plusSeconds(600));
        Answer answer = get("private.css?" + url.query(), "Accept-Encoding: br, gzip");
        assertThat(answer.body()).isEqualTo(STYLE);
        assertThat(answer.headers()).doesNotContainKeys("content-encoding", "vary");
    }

    @Test
    void switchedOffNothingIsCompressedAndNothingVaries() throws IOException {
        EdgeSettings settings =
                EdgeSettings.of("127.0.0.1", 0, s3.site()).withCache(CacheSettings.DEFAULT.withoutCompression());
        try (Edge plain = Edge.start(settings)) {
            for (int i = 0; i < 2; i++) {
                Answer answer = Answer.to(plain.port(), "GET", "/uploads/style.css", "Accept-Encoding: br, gzip");
                assertThat(answer.body()).isEqualTo(STYLE);
                assertThat(answer.headers()).doesNotContainKeys("content-encoding", "vary");
            }
        }
    }

    private static Answer get(String target, String... fields) throws IOException {
        return Answer.to(edge.port(), "GET", "/uploads/" + target, fields);
    }

    /// The first clients get the original where the machine is too busy to compress in time.
    private static Answer awaitCoding(String name, String coding) throws Exception {
        List<Answer> last = new ArrayList<>();
        Eventually.await(coding + " of " + name, () -> {
            last.clear();
            last.add(get(name, "Accept-Encoding: " + coding));
            return last.getFirst().header("content-encoding").equals(coding);
        });
        return last.getFirst();
    }

    private static long compressions(String coding) throws IOException {
        return metric("aloft_compressions_total{coding=\"" + coding + "\",result=\"kept\"}");
    }

    private static long metric(String name) throws IOException {
        String text = Answer.to(edge.adminPort(), "GET", "/metrics").text();
        Matcher value = Pattern.compile("^" + Pattern.quote(name) + " (\\d+)$", Pattern.MULTILINE)
                .matcher(text);
        assertThat(value.find()).as(text).isTrue();
        return Long.parseLong(value.group(1));
    }

    private static byte[] words(int length) {
        Random random = new Random(length);
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) " etaoinshrdlu{};:".charAt(random.nextInt(1 + random.nextInt(17)));
        }
        return text;
    }
}
