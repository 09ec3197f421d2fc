package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.server.PercentCoding;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.store.Bucket;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Names that people and programs give to files: written through the agent as PHP writes them, and read through the
/// edge as a browser does, in each way in which a URL can be written.
final class NastyNamesTest {

    private static final S3Credentials CREDENTIALS = S3Credentials.random();
    private static final HttpClient BROWSER =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// The characters other than letters and digits that need no encoding in a path of a URL (RFC 3986).
    private static final String LITERAL = "-._~!$&'()*+,;=:@/";

    private static Path folder;
    private static EmbeddedS3 s3;
    private static Store store;
    private static Agent agent;
    private static Edge edge;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "aloft");
        s3 = EmbeddedS3.start(data, CREDENTIALS);
        s3.createBucket("media");
        store = Store.open(
                StoreSettings.at(Provider.EMBEDDED, s3.endpoint()), CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
        Bucket bucket = store.bucket("media");
        FilePath top = FilePath.of("shop");
        agent = Agent.start(
                List.of(new AgentSite("shop", folder.resolve("sock"), null, new FileTree(bucket, top), 1 << 20)));
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(bucket, top)));
    }

    @AfterAll
    static void stop() throws IOException {
        edge.close();
        agent.close();
        store.close();
        s3.close();
        Files.delete(folder);
    }

    static List<String> names() {
        return List.of(
                "a b.jpg",
                "a  b.jpg",
                " a.jpg",
                "a .jpg",
                "a.jpg ",
                "a+b.jpg",
                "a%2fb.jpg",
                "a%2Fb.jpg",
                "a%252fb.jpg",
                "%C3.jpg",
                "a%00b.jpg",
                "100%.jpg",
                "%zz.jpg",
                "%",
                "[1].jpg",
                "{x}.jpg",
                "(1).jpg",
                "it's.jpg",
                "\"q\".jpg",
                "a#b.jpg",
                "a?b.jpg",
                "a?b=c&d.jpg",
                "a&amp;b.jpg",
                "a;b.jpg",
                "a,b.jpg",
                "a:b.jpg",
                "a@b.jpg",
                "a=b.jpg",
                "a!b$c*d~e.jpg",
                "a|b.jpg",
                "a<b>.jpg",
                "a^b`c.jpg",
                "-rf.jpg",
                "~a.jpg",
                "CON.jpg",
                "Thumbs.db",
                "\u00e9.jpg", // é as one
                "e\u0301.jpg", // and as two
                "\u212b.jpg", // Ångström, which is not Å
                "\u00c5.jpg",
                "\u65e5\u672c\u8a9e.jpg",
                "\ud83d\ude00.jpg",
                "\ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67.jpg",
                "\u05e9\u05dc\u05d5\u05dd.jpg",
                "\u202egpj.exe.jpg",
                "a\u00a0b.jpg",
                "\u200b.jpg",
                "\ufb00.jpg",
                "\u0130.jpg",
                "a\u2028b.jpg",
                "\ufeffa.jpg",
                "a..jpg",
                "a.jpg.",
                "a...",
                "a.b.c.d.jpg",
                "2026/11/a b/c d.jpg",
                "a%2fb/c.jpg",
                "x".repeat(214) + ".jpg", // as long as a name can be in this S3, which keeps it as a file's
                "\u65e5".repeat(70) + ".jpg",
                ("d".repeat(199) + "/").repeat(5) + "k".repeat(1024 - "shop/uploads/".length() - 1000));
    }

    @ParameterizedTest
    @MethodSource("names")
    void isReadAsItWasWritten(String name) throws Exception {
        byte[] bytes = ("The bytes of " + name).getBytes(StandardCharsets.UTF_8);
        assertThat(write(name, bytes)).isEqualTo(201);
        for (String spelling : spellings(name)) {
            HttpResponse<byte[]> whole = ask("GET", spelling);
            assertThat(whole.statusCode()).as(spelling).isEqualTo(200);
            assertThat(whole.body()).isEqualTo(bytes);
            HttpResponse<byte[]> head = ask("HEAD", spelling);
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.headers().firstValueAsLong("content-length")).hasValue(bytes.length);
            assertThat(head.headers().firstValue("etag"))
                    .isEqualTo(whole.headers().firstValue("etag"));
            HttpResponse<byte[]> part = ask("GET", spelling, "Range", "bytes=4-9");
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes, 4, 10));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".a.jpg", "..a.jpg", "a\\b.jpg", ".../a.jpg", "a.php .jpg"})
    void isKeptButNotServed(String name) throws Exception {
        assertThat(write(name, new byte[] {1})).isEqualTo(201);
        for (String spelling : spellings(name)) {
            assertThat(ask("GET", spelling).statusCode()).as(spelling).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb.jpg", "a\tb.jpg", "\u007f.jpg", "a/../b.jpg", "./a.jpg", "a//b.jpg"})
    void isNoName(String name) throws Exception {
        assertThat(write(name, new byte[] {1})).isEqualTo(400);
    }

    private static int write(String name, byte[] bytes) throws IOException {
        try (RawClient client = RawClient.connect(folder.resolve("sock"))) {
            return client.send("PUT /media/shop/uploads/" + PercentCoding.encode(name)
                            + " HTTP/1.1\r\nHost: aloft\r\nContent-Length: " + bytes.length + "\r\n\r\n")
                    .send(bytes)
                    .read("PUT")
                    .status();
        }
    }

    /// With as much encoded as must be, as this project does it, and with all but slashes encoded.
    private static Set<String> spellings(String name) {
        StringBuilder least = new StringBuilder();
        StringBuilder most = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            String encoded = "%%%02x".formatted((int) c);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || LITERAL.indexOf(c) >= 0);
            least.append(plain ? String.valueOf(c) : encoded);
            most.append(c == '/' ? "/" : encoded);
        }
        return new LinkedHashSet<>(List.of(least.toString(), PercentCoding.encode(name), most.toString()));
    }

    private static HttpResponse<byte[]> ask(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + edge.port() + "/uploads/" + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return BROWSER.send(request.build(), BodyHandlers.ofByteArray());
    }
}
