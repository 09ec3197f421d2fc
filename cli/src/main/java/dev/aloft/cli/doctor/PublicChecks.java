package dev.aloft.cli.doctor;

import dev.aloft.cli.console.Failure;
import dev.aloft.files.FilePath;
import dev.aloft.server.BoundedExchange;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks of `aloft doctor` for what visitors get: files of a random name, written to S3 and requested by the public
/// URL of the site's uploads, through each CDN and web server in front. The last check deletes them, and closing those
/// that are left.
final class PublicChecks implements AutoCloseable {

    /// The longest time to the end of an answer.
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int NOT_FOUND = 404;
    private static final Set<Integer> REFUSALS = Set.of(401, 403, NOT_FOUND, 410);

    private static final String TEXT = "written by aloft doctor, which deletes it\n";
    private static final String PROGRAM = "<?php echo 'executed', ' by PHP';";

    private static final Logger LOG = LoggerFactory.getLogger(PublicChecks.class);

    /// Stored with the upload. Few sites would choose the same for everything.
    private static final String CACHE_CONTROL = "public, max-age=86397";

    /// Headers by which caches report that a response came from them.
    private static final List<String> CACHE_HEADERS = List.of("Cache-Status", "CF-Cache-Status", "X-Cache");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Bucket bucket;
    private final String folder;
    private final URI url;
    private final Duration limit;
    private final Deque<ObjectKey> written = new ArrayDeque<>();

    /// @param prefix of the site
    /// @param uploads URL of the site's uploads, as [#isUrl] requires
    /// @param limit the longest time to the end of an answer
    PublicChecks(Bucket bucket, FilePath prefix, URI uploads, Duration limit) {
        String name = "aloft-doctor-" + UUID.randomUUID();
        this.bucket = bucket;
        this.folder = (prefix.value().isEmpty() ? "" : prefix + "/") + "uploads/" + name;
        this.url = URI.create(uploads.toString().replaceFirst("/*$", "/") + name + "/");
        this.limit = limit;
    }

    /// True for a URL with the scheme `http` or `https`, and a host.
    static boolean isUrl(URI uploads) {
        return ("http".equalsIgnoreCase(uploads.getScheme()) || "https".equalsIgnoreCase(uploads.getScheme()))
                && uploads.getHost() != null;
    }

    List<DoctorCheck> checks() {
        return List.of(
                new DoctorCheck("public upload", this::upload),
                new DoctorCheck("public caching", this::caching),
                new DoctorCheck("public range", this::range),
                new DoctorCheck("public missing", this::missing),
                new DoctorCheck("public private", this::hidden),
                new DoctorCheck("public code", this::code),
                new DoctorCheck("public clean", this::clean));
    }

    private ObjectKey key(String name) {
        return ObjectKey.of(folder + "/" + name);
    }

    private void put(String name, String text, Map<String, String> metadata) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        ObjectKey key = key(name);
        written.add(key);
        try (InputStream in = new ByteArrayInputStream(bytes)) {
            ObjectHeaders headers = new ObjectHeaders("text/plain", CACHE_CONTROL);
            bucket.put(key, in, bytes.length, headers, metadata, WriteCondition.always());
        }
    }

    private HttpResponse<String> get(String name, String... headers) throws Failure, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(name));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return BoundedExchange.send(
                    client, request.build(), limit, bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure(
                    Failure.Code.ADDRESS,
                    "no answer from " + url + ": " + (e.getMessage() == null ? e : e.getMessage()),
                    "check the URL of --url, the CDN and the web server",
                    e);
        }
    }

    private DoctorFinding upload() throws Failure, IOException, InterruptedException {
        put("a.txt", TEXT, Map.of());
        HttpResponse<String> answer = get("a.txt");
        if (answer.statusCode() != OK || !answer.body().equals(TEXT)) {
            return failed(
                    answer.uri() + " answers " + answer.statusCode() + " instead of the file in S3",
                    "send the path to the edge (aloft cdn prints the configuration), and check --url");
        }
        for (String header : List.of("Cache-Control", "ETag", "X-Content-Type-Options")) {
            if (answer.headers().firstValue(header).isEmpty()) {
                return DoctorFinding.warning(
                        "the " + header + " of the edge is missing at " + answer.uri(),
                        "have the CDN or web server in front pass it on");
            }
        }
        String type = answer.headers().firstValue("Content-Type").orElse("");
        return type.startsWith("text/plain")
                ? DoctorFinding.ok(url + " serves the uploads, with their headers")
                : DoctorFinding.warning(
                        answer.uri() + " has the type \"" + type + "\" instead of text/plain",
                        "have the CDN or web server in front pass Content-Type on");
    }

    /// Browsers keep what a server in front replaces beyond the reach of a purge.
    private DoctorFinding caching() throws Failure, InterruptedException {
        HttpResponse<String> answer = get("a.txt");
        String control = answer.headers().firstValue("Cache-Control").orElse("");
        if (!control.equals(CACHE_CONTROL)) {
            return DoctorFinding.warning(
                    "a server in front replaces Cache-Control of uploads by \"" + control + "\"",
                    "have it respect the headers of the edge (Cloudflare: Browser Cache TTL)");
        }
        return answer.headers().firstValue("Set-Cookie").isPresent()
                ? DoctorFinding.warning(
                        "a server in front sets a cookie with uploads, which most caches then do not keep",
                        "switch the cookie off for the path of the uploads")
                : DoctorFinding.ok("Cache-Control arrives as the edge sends it"
                        + kept(answer)
                                .map(by -> "; a cache in front answers (" + by + ")")
                                .orElse(""));
    }

    /// The mark that a cache leaves in a response that it has kept.
    private static Optional<String> kept(HttpResponse<String> answer) {
        return Stream.concat(
                        answer.headers().firstValue("Age").filter(age -> !age.equals("0")).stream(),
                        CACHE_HEADERS.stream()
                                .flatMap(name -> answer.headers().firstValue(name).stream())
                                .filter(value -> value.matches("(?i).*\\bhit\\b.*")))
                .findFirst();
    }

    private DoctorFinding range() throws Failure, InterruptedException {
        HttpResponse<String> answer = get("a.txt", "Range", "bytes=8-12");
        return answer.statusCode() == PARTIAL && answer.body().equals(TEXT.substring(8, 13))
                ? DoctorFinding.ok("parts of files are served")
                : DoctorFinding.warning(
                        "a request for 5 bytes of " + answer.uri() + " is answered " + answer.statusCode()
                                + ", so that visitors cannot seek in videos",
                        "have the CDN or web server in front pass Range on");
    }

    /// A cache that keeps the first answer says so in the second, or gives it an age.
    private DoctorFinding missing() throws Failure, InterruptedException {
        HttpResponse<String> first = get("missing.txt");
        HttpResponse<String> second = get("missing.txt");
        if (first.statusCode() != NOT_FOUND) {
            return failed(
                    first.uri() + ", which does not exist, is answered " + first.statusCode(),
                    "send the path to the edge, and pass its errors on unchanged");
        }
        Optional<String> kept = kept(second);
        return kept.isPresent()
                ? DoctorFinding.warning(
                        "a cache in front keeps 404 (" + kept.get() + "): a new upload may be missing for a while",
                        "do not cache errors there: the edge sends Cache-Control: no-store with them")
                : DoctorFinding.ok("errors are not cached");
    }

    private DoctorFinding hidden() throws Failure, IOException, InterruptedException {
        put("private.txt", TEXT, PrivateMark.with(Map.of()));
        HttpResponse<String> answer = get("private.txt");
        return answer.body().contains(TEXT)
                ? failed(
                        "a private upload is served to everyone by "
                                + answer.uri().getHost(),
                        "send the path to the edge instead of the bucket or a folder")
                : refused("private uploads", answer);
    }

    private DoctorFinding code() throws Failure, IOException, InterruptedException {
        put("code.php", PROGRAM, Map.of());
        HttpResponse<String> answer = get("code.php");
        if (answer.body().contains("executed by PHP")) {
            return failed(
                    answer.uri().getHost() + " executes uploads as PHP",
                    "send the path to the edge before any rule for PHP (aloft cdn prints the configuration)");
        }
        return answer.body().contains("<?php")
                ? failed(
                        answer.uri().getHost() + " shows the source of programs among the uploads",
                        "send the path to the edge instead of the bucket or a folder")
                : refused("programs among the uploads", answer);
    }

    /// An outage or a page in place of the file proves nothing.
    private static DoctorFinding refused(String what, HttpResponse<String> answer) {
        return REFUSALS.contains(answer.statusCode())
                ? DoctorFinding.ok(what + " are refused (" + answer.statusCode() + ")")
                : DoctorFinding.warning(
                        "not checked that " + what + " are refused: " + answer.uri() + " answers "
                                + answer.statusCode(),
                        "have the CDN or web server in front pass the edge's 403 and 404 on, and run aloft doctor"
                                + " again");
    }

    private DoctorFinding clean() throws IOException {
        deleteWritten();
        return DoctorFinding.ok("deleted the files of this trial");
    }

    private void deleteWritten() throws IOException {
        while (!written.isEmpty()) {
            bucket.delete(written.getFirst());
            written.removeFirst();
        }
    }

    private static DoctorFinding failed(String found, String remedy) {
        return DoctorFinding.failed(Failure.Code.ADDRESS, found, remedy);
    }

    @Override
    public void close() {
        client.shutdownNow();
        try {
            deleteWritten();
        } catch (IOException e) {
            LOG.warn("{}: delete the folder {} of this trial", Failure.messageOf(e), folder);
        }
    }
}
