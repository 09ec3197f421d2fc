package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.store.ObjectKey;
import dev.aloft.testkit.RequestText;
import dev.aloft.testkit.S3Request;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Sends every request of `security.txt`, which says how it is written, to an edge, and looks at each answer twice:
/// whether it is what its row says, and whether it is as every answer must be.
final class SecurityTest {

    private static final String PROGRAM = "<?php echo 'ran ' . 6 * 7;";

    /// All that may ever be told of an upload.
    private static final Set<String> HEADERS = Set.of(
            "accept-ranges",
            "access-control-allow-headers",
            "access-control-allow-methods",
            "access-control-allow-origin",
            "access-control-expose-headers",
            "access-control-max-age",
            "age",
            "allow",
            "cache-control",
            "cache-status",
            "connection",
            "content-disposition",
            "content-length",
            "content-range",
            "content-security-policy",
            "content-type",
            "cross-origin-resource-policy",
            "date",
            "etag",
            "last-modified",
            "vary",
            "x-content-type-options");

    private static final Set<String> PUT = new HashSet<>();

    private static S3Fixture s3;
    private static Edge edge;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        s3 = new S3Fixture(folder.resolve("s3"));
        EdgeSite site = EdgeSite.of(
                        UploadsSite.of(s3.bucket(), S3Fixture.TOP).withCors(new Cors(Set.of("https://shop.test"))))
                .withHosts(Set.of("site.test", "www.site.test"));
        EdgeSite blog = EdgeSite.of(
                        UploadsSite.of(s3.bucket(), FilePath.of("blog")).withName("blog"))
                .withHosts(Set.of("blog.test"));
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, List.of(site, blog)));
    }

    @AfterAll
    static void stop() throws Exception {
        edge.close();
        s3.close();
    }

    /// @param request as it stands in the table
    /// @param expected a status, and what is said of headers
    private record Row(String part, String request, List<String> expected) {

        boolean isRaw() {
            return request.startsWith("raw ");
        }

        List<String> words() {
            return List.of(RequestText.repeat(request).split(" \\| ", -1));
        }

        String method() {
            return isRaw() ? "GET" : request.substring(0, request.indexOf(' '));
        }

        int status() {
            return Integer.parseInt(expected.getFirst());
        }

        boolean holdsForEveryMethod() {
            return part.contains("also for HEAD and POST") && status() >= 400 && status() < 410;
        }

        Answer ask(Edge edge) throws IOException {
            return ask(edge, method());
        }

        Answer ask(Edge edge, String method) throws IOException {
            if (isRaw()) {
                return Answer.toRaw(edge.port(), "GET", RequestText.bytes(request.substring(4)));
            }
            String target = words().getFirst().substring(method().length() + 1);
            String[] fields = words().stream().skip(1).toArray(String[]::new);
            return Answer.to(edge.port(), method, target, fields);
        }

        /// The upload that the row is about, if there can be one.
        Optional<ObjectKey> upload() {
            Matcher path = Pattern.compile("[A-Za-z]+ (?:/wp-content)?/+uploads/([^ ?]+).*", Pattern.DOTALL)
                    .matcher(words().getFirst());
            try {
                return path.matches()
                        ? Optional.of(UrlPath.of("/" + path.group(1)))
                                .filter(UrlPath::clear)
                                .map(name -> S3Fixture.key(name.relative()))
                        : Optional.empty();
            } catch (IllegalArgumentException none) {
                return Optional.empty();
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> everyRequestIsAnsweredAsTheTableSays() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        String part = "";
        String table = text();
        for (String line : table.substring(table.indexOf("\n[") + 1).split("\n", -1)) {
            if (line.startsWith("[")) {
                part = line;
            } else if (line.startsWith("put ")) {
                String[] words = line.split(" ", 3);
                tests.add(DynamicTest.dynamicTest(line, () -> {
                    PUT.add(S3Fixture.key(words[1]).value());
                    s3.put(words[1], words[2], PROGRAM);
                }));
            } else if (!line.isEmpty()) {
                String[] sides = line.split(" => ", 2);
                Row row = new Row(part, sides[0], List.of(sides[1].split(" \\| ", -1)));
                tests.add(DynamicTest.dynamicTest(part + " " + row.request, () -> check(row)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(250);
        return tests.stream();
    }

    private static void check(Row row) throws IOException {
        if (row.upload().isPresent()) {
            put(row.upload().get());
        }
        edge.purgeEverything();
        s3.front().reset();
        Answer answer = row.ask(edge);
        assertThat(answer.status()).as(row.request).isEqualTo(row.status());
        row.expected.stream().skip(1).forEach(said -> checkHeader(answer, said));
        checkEvery(row, answer);
        if (row.holdsForEveryMethod()) {
            assertThat(row.ask(edge, "HEAD").status()).isEqualTo(row.status());
            assertThat(row.ask(edge, "POST").status()).isIn(400, 404, 405);
        }
    }

    /// Unless there is something; or a folder of that name, or a file of the name of one of its folders, which this S3
    /// cannot have.
    private static void put(ObjectKey key) throws IOException {
        boolean free = PUT.stream()
                .noneMatch(other ->
                        (other + "/").startsWith(key + "/") || key.value().startsWith(other + "/"));
        if (free && PUT.add(key.value())) {
            String text = FolderRules.isOne(key) ? "" : PROGRAM;
            s3.put(key.value().substring("shop/uploads/".length()), "image/jpeg", text);
        }
    }

    private static void checkHeader(Answer answer, String said) {
        if (said.startsWith("!")) {
            assertThat(answer.headers()).doesNotContainKey(said.substring(1));
            return;
        }
        String[] header = said.split(": ", 2);
        if (header[1].startsWith("~")) {
            assertThat(answer.header(header[0])).contains(header[1].substring(1));
        } else {
            assertThat(answer.header(header[0])).isEqualTo(header[1]);
        }
    }

    /// Checks that apply to every answer.
    private static void checkEvery(Row row, Answer answer) {
        assertThat(HEADERS).containsAll(answer.headers().keySet());
        assertThat(answer.raw()).doesNotContain("ran 42", "HTTP/1.1 ", "shop/uploads", "media");
        if (answer.status() >= 300) {
            assertThat(answer.text()).doesNotContain("<?php");
            assertThat(s3.front().requests().stream().map(S3Request::key)).doesNotContain("blog/uploads/a.jpg");
        }
        if (answer.status() < 400 || answer.status() == 404 || answer.status() == 403) {
            assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
            assertThat(answer.header("cross-origin-resource-policy")).isEqualTo("cross-origin");
        }
        if (answer.status() == 404 && !row.request.contains("blog.test")) {
            assertThat(s3.front().requests()).isEmpty();
        }
        for (S3Request request : s3.front().requests()) {
            assertThat(request.query().keySet()).isSubsetOf("x-id");
            assertThat(request.query().toString() + request.headers()).doesNotContainIgnoringCase("evil");
        }
    }

    private static String text() throws IOException {
        try (InputStream in = Objects.requireNonNull(SecurityTest.class.getResourceAsStream("security.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
