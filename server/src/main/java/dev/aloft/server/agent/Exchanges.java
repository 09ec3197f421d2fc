package dev.aloft.server.agent;

import dev.aloft.files.DirectoryPage;
import dev.aloft.files.FileContent;
import dev.aloft.files.FileErrors;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileStat;
import dev.aloft.files.FileTree;
import dev.aloft.store.ByteRange;
import dev.aloft.store.ContentRange;
import dev.aloft.store.Lease;
import dev.aloft.store.ListQuery;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.Tenant;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The exchanges of the agent's protocol for one site, each a method: `docs/reference/agent-protocol.md` says what they
/// mean. What they do is [FileTree]'s; here is only HTTP.
///
/// Each runs on its own virtual thread and blocks. A failure is answered by [Problem], and logged in one line when it
/// is not the client's.
final class Exchanges {

    /// How much of a body that nobody wants is read, so that its sender can read why.
    private static final long MAX_DISCARDED_BYTES = 256 << 20;

    /// Room for the most names that one request may hold, every byte of them escaped.
    private static final int MAX_NAMES_BYTES = 8 << 20;

    /// So many times their bytes is what names take in memory, from this size on.
    private static final long NAMES_COST = 3;

    private static final int SMALL_NAMES_BYTES = 64 << 10;

    /// Marks a request of whose body something has been asked for.
    private static final String BODY_BEGUN = "aloft.body-begun";

    /// What S3's XML cannot carry, and no name holds.
    private static final Pattern UNSPEAKABLE = Pattern.compile("[\\x00-\\x1f\\x7f\\uFFFE\\uFFFF]");

    private static final Set<String> PAGE_FIELDS = Set.of("limit", "after", "prefix", "depth");
    private static final String FILE_METHODS = "GET, HEAD, PUT, POST, DELETE, COPY, MOVE, LOCK, UNLOCK, OPTIONS";
    private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);

    private final AgentSite site;
    private final FileTree files;
    private final BatchOperations batch;
    private final ExchangeLog exchangeLog = new ExchangeLog(InstantSource.system());
    private final Locks locks = new Locks();
    private final SlowClients slowClients = new SlowClients();

    Exchanges(AgentSite served) {
        Tenant tenant = new Tenant("site " + served.name(), slowClients::giveWay);
        this.site = served.withFiles(served.files().forTenant(tenant));
        this.files = site.files();
        this.batch = new BatchOperations(site);
    }

    void answer(Request request, Response response, Callback callback) {
        exchangeLog.exchanged();
        try {
            dispatch(request, response);
            callback.succeeded();
        } catch (EofException e) {
            LOG.warn("site {}: the client left during {}", site.name(), line(request));
            callback.failed(e);
        } catch (SlowClients.GaveWay e) {
            LOG.warn("site {}: {} was ended: {}", site.name(), line(request), e.getMessage());
            callback.failed(e);
        } catch (IOException | RuntimeException e) {
            fail(request, response, callback, e);
        }
    }

    private void fail(Request request, Response response, Callback callback, Exception e) {
        Problem problem =
                e instanceof FileAlreadyExistsException && request.getMethod().equals("MKCOL")
                        ? new Problem(405, Problem.of(e).message())
                        : Problem.of(e);
        if (problem.worthLogging()) {
            exchangeLog.failed(line(request), problem);
        }
        boolean news = !(e instanceof StoreException known && known.isToldAgain());
        if (problem.worthLogging() && news) {
            LOG.warn("site {}: {} -> {} {}", site.name(), line(request), problem.status(), problem.message());
        }
        if (problem.isFault()) {
            LOG.error("site {}: a fault of the agent in {}", site.name(), line(request), e);
        }
        if (response.isCommitted()) {
            callback.failed(e); // breaks the connection, so that half a body does not look whole
            return;
        }
        try {
            if (!isWaitingForLeave(request)) {
                discardBody(request);
            }
            response.reset();
            if (problem.status() == 503) {
                response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
            }
            if (problem.status() == 416) {
                putUnsatisfiedRange(request, response);
            }
            text(response, problem.status(), "text/plain; charset=utf-8", problem.message() + "\n");
            callback.succeeded();
        } catch (IOException unanswered) {
            callback.failed(unanswered);
        }
    }

    private void dispatch(Request request, Response response) throws IOException {
        Target target = Target.parse(request.getHttpURI().getPath());
        String method = request.getMethod();
        boolean queried = target.directory() && (method.equals("GET") || method.equals("POST"));
        require(queried || request.getHttpURI().getQuery() == null, "no query here; a ? in a name is written %3F");
        if (target.bucket() == null) {
            require(method.equals("GET") || method.equals("HEAD"), "the agent itself can only be read: GET /");
            text(response, 200, "application/json", Json.status(site, version(), exchangeLog));
            return;
        }
        requireOwnBucket(target.bucket());
        FilePath path = target.path();
        if (site.local().covering(files.top(), path).isPresent()) {
            sendElsewhere(path, request, response);
            return;
        }
        switch (method) {
            case "HEAD" -> head(path, target.directory(), request, response);
            case "GET" -> {
                if (target.directory()) {
                    list(path, request, response);
                } else {
                    read(path, request, response);
                }
            }
            case "PUT" -> {
                require(!target.directory(), "a directory is made by MKCOL, not PUT");
                write(path, request, response);
            }
            case "POST" -> {
                if (target.directory()) {
                    many(path, request, response);
                } else {
                    append(path, request, response);
                }
            }
            case "DELETE" -> {
                if (target.directory()) {
                    files.deleteDirectory(path);
                } else {
                    files.delete(path);
                }
                response.setStatus(204);
            }
            case "MKCOL" -> {
                files.makeDirectory(path);
                response.setStatus(201);
            }
            case "COPY", "MOVE" -> {
                transfer(path, request, response);
                response.setStatus(201);
            }
            case "LOCK" -> lock(path, request, response);
            case "UNLOCK" -> {
                locks.release(request, path);
                response.getHeaders().put(HttpHeader.CONNECTION, "close");
                response.setStatus(204);
            }
            case "OPTIONS" -> {
                require(!target.directory(), "a directory is made by MKCOL, not written");
                files.requireWritable(path);
                response.getHeaders().put(HttpHeader.ALLOW, FILE_METHODS);
                response.setStatus(204);
            }
            default -> {
                discardBody(request);
                response.getHeaders().put(HttpHeader.ALLOW, FILE_METHODS + ", MKCOL");
                text(response, 405, "text/plain; charset=utf-8", "no such method here: " + method + "\n");
            }
        }
    }

    /// The client is on this host, and reaches what is kept here by itself.
    private void sendElsewhere(FilePath path, Request request, Response response) throws IOException {
        if (!isWaitingForLeave(request)) {
            discardBody(request);
        }
        String place = site.local().place(files.top(), path);
        response.getHeaders().put(HttpHeader.LOCATION, place);
        text(response, 307, "text/plain; charset=utf-8", uri(path) + ": kept on this host at " + place + "\n");
    }

    private void head(FilePath path, boolean asDirectory, Request request, Response response) throws IOException {
        FileStat stat = files.stat(path, maxAge(request.getHeaders(), FileTree.STAT_AGE))
                .orElseThrow(() -> FileErrors.noSuchFile(uri(path)));
        switch (stat) {
            case FileStat.File _ when asDirectory -> throw FileErrors.noSuchDirectory(uri(path));
            case FileStat.File file -> {
                putFileHeaders(response, file);
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, file.size());
            }
            case FileStat.Directory _ -> response.getHeaders().put("Aloft-Kind", "directory");
        }
        response.setStatus(200);
    }

    private void read(FilePath path, Request request, Response response) throws IOException {
        HttpFields headers = request.getHeaders();
        Optional<ByteRange> range = ByteRange.parse(headers.get(HttpHeader.RANGE));
        String version = entityTag(headers.get(HttpHeader.IF_MATCH));
        String known = headers.get(HttpHeader.IF_NONE_MATCH);
        try (FileContent content = files.open(path, range.orElse(null), version, maxAge(headers, Duration.ZERO))) {
            putVersion(response, content.file());
            if (known != null && names(known, content.file().etag())) {
                response.setStatus(304);
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length());
                return;
            }
            putFileHeaders(response, content.file());
            if (range.isPresent() && content.range() != null) {
                response.setStatus(206);
                response.getHeaders()
                        .put(
                                HttpHeader.CONTENT_RANGE,
                                ContentRange.of(content.range(), content.file().size())
                                        .header());
            } else {
                response.setStatus(200);
            }
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length());
            // Closed only when all of it is there: closing commits the answer, and then an error cannot be told.
            OutputStream out = slowClients.writing(request, Content.Sink.asOutputStream(response));
            content.body().transferTo(out);
            out.close();
        }
    }

    private void list(FilePath directory, Request request, Response response) throws IOException {
        Fields query = Request.extractQueryParameters(request);
        require(PAGE_FIELDS.containsAll(query.getNames()), "the query of a page has " + PAGE_FIELDS + " only");
        String limit = query.getValue("limit");
        require(limit == null || limit.matches("[1-9]\\d{0,3}"), "limit is a number from 1 to 1000, not " + limit);
        String depth = query.getValue("depth");
        require(depth == null || depth.equals("infinity"), "depth can only be infinity, not " + depth);
        String prefix = Objects.requireNonNullElse(query.getValue("prefix"), "");
        String after = query.getValue("after");
        require(!UNSPEAKABLE.matcher(prefix + after).find(), "prefix and after hold no control characters");
        int entries = limit == null ? ListQuery.MAX_LIMIT : Integer.parseInt(limit);
        DirectoryPage page = depth == null
                ? files.list(directory, prefix, entries, after)
                : files.listBelow(directory, prefix, entries, after);
        response.getHeaders().put("Aloft-Kind", "directory");
        text(response, 200, "application/json", Json.page(page));
    }

    private void write(FilePath path, Request request, Response response) throws IOException {
        HttpFields headers = request.getHeaders();
        FileStat.File file;
        try (Progress _ = Progress.of(request, response)) {
            file = files.write(
                    path, body(path, request), request.getLength(), RequestLabels.of(headers), condition(headers));
        }
        response.getHeaders().put(HttpHeader.ETAG, file.etag());
        response.setStatus(201);
    }

    private void append(FilePath path, Request request, Response response) throws IOException {
        FileStat.File file;
        try (Progress _ = Progress.of(request, response)) {
            file = files.append(path, body(path, request), RequestLabels.of(request.getHeaders()));
        }
        response.getHeaders().put(HttpHeader.ETAG, file.etag());
        response.getHeaders().put("Aloft-Size", file.size());
        response.setStatus(200);
    }

    private void transfer(FilePath path, Request request, Response response) throws IOException {
        FilePath target = destination(request);
        try (Progress _ = Progress.of(request, response)) {
            if (request.getMethod().equals("COPY")) {
                files.copy(path, target, overwrite(request));
            } else {
                files.move(path, target, overwrite(request));
            }
        }
    }

    private void lock(FilePath path, Request request, Response response) throws IOException {
        String kind = request.getHeaders().get("Aloft-Lock");
        require("shared".equals(kind) || "exclusive".equals(kind), "Aloft-Lock is shared or exclusive, not " + kind);
        files.confine(path);
        if (locks.take(request, path, "shared".equals(kind), patience(request.getHeaders()))) {
            response.setStatus(204);
        } else {
            text(response, 423, "text/plain; charset=utf-8", uri(path) + ": another process holds the lock\n");
        }
    }

    /// How long the client likes to wait: `Prefer: wait=10` (RFC 7240).
    private static Duration patience(HttpFields headers) {
        String prefer = headers.get("Prefer");
        require(prefer == null || prefer.matches("wait=\\d{1,6}"), "Prefer can only be wait and seconds: " + prefer);
        return prefer == null ? Duration.ZERO : Duration.ofSeconds(Long.parseLong(prefer.substring("wait=".length())));
    }

    private void many(FilePath directory, Request request, Response response) throws IOException {
        BoundedBody names = new BoundedBody(
                bodyStream(request),
                MAX_NAMES_BYTES,
                "cannot read the names of files: more than " + MAX_NAMES_BYTES + " bytes");
        String query = String.valueOf(request.getHttpURI().getQuery());
        try (Lease room = files.room("read the names of files")) {
            byte[] body = room.read(names, request.getLength(), MAX_NAMES_BYTES + 1);
            if (body.length > SMALL_NAMES_BYTES) {
                room.growTo(NAMES_COST * body.length);
            }
            text(response, 200, "application/json", batch.answer(directory, query, new ByteArrayInputStream(body)));
        }
    }

    /// The body of a request that writes, bounded by what the site may store.
    private InputStream body(FilePath path, Request request) throws StoreException {
        String attempt = "cannot write " + uri(path) + ": larger than the site's limit of " + site.maxFileBytes()
                + " bytes (max_file_bytes)";
        if (request.getLength() > site.maxFileBytes()) {
            throw new StoreException(Kind.TOO_LARGE, attempt);
        }
        return new BoundedBody(bodyStream(request), site.maxFileBytes(), attempt);
    }

    private InputStream bodyStream(Request request) {
        HttpFields headers = request.getHeaders();
        require(
                headers.contains(HttpHeader.CONTENT_LENGTH) || headers.contains(HttpHeader.TRANSFER_ENCODING),
                request.getMethod() + " needs a Content-Length or chunks");
        request.setAttribute(BODY_BEGUN, true);
        return slowClients.reading(request, Content.Source.asInputStream(request));
    }

    /// Whether the client holds its body back until it is told to go on: then it reads the answer instead.
    private static boolean isWaitingForLeave(Request request) {
        return request.getHeaders().contains(HttpHeader.EXPECT, "100-continue")
                && request.getAttribute(BODY_BEGUN) == null;
    }

    private FilePath destination(Request request) throws IOException {
        String header = request.getHeaders().get("Destination");
        require(header != null, request.getMethod() + " needs a Destination");
        String path = String.valueOf(header).replaceFirst("^https?://[^/]*", "");
        Target target = Target.parse(path);
        require(target.bucket() != null, "a Destination has a bucket, not so: " + header);
        requireOwnBucket(String.valueOf(target.bucket()));
        if (site.local().covering(files.top(), target.path()).isPresent()) {
            throw new FileSystemException(uri(target.path()), null, "it is kept on this host, and S3 is not");
        }
        return target.path();
    }

    private static boolean overwrite(Request request) {
        return !"F".equalsIgnoreCase(request.getHeaders().get("Overwrite"));
    }

    private static WriteCondition condition(HttpFields headers) {
        String none = headers.get(HttpHeader.IF_NONE_MATCH);
        String match = entityTag(headers.get(HttpHeader.IF_MATCH));
        require(none == null || none.equals("*"), "If-None-Match of a PUT can only be *");
        if (none != null) {
            return WriteCondition.ifAbsent();
        }
        return match == null ? WriteCondition.always() : WriteCondition.ifVersion(match);
    }

    /// The value of an `If-Match`, which must be one strong tag.
    private static @Nullable String entityTag(@Nullable String header) {
        require(
                header == null || header.matches("\"[^\"]*\""),
                "If-Match holds one entity tag in quotes, not " + header);
        return header;
    }

    /// Whether the value of an `If-None-Match` names this tag (RFC 9110, 13.1.2).
    private static boolean names(String header, String etag) {
        return header.equals("*")
                || Arrays.stream(header.split(","))
                        .map(tag -> tag.strip().replaceFirst("^W/", ""))
                        .anyMatch(etag::equals);
    }

    /// How old an answer the client accepts: `Cache-Control: max-age=60`.
    private static Duration maxAge(HttpFields headers, Duration otherwise) {
        String control = headers.get(HttpHeader.CACHE_CONTROL);
        if (control == null || !control.matches("max-age=\\d{1,6}")) {
            return otherwise;
        }
        return Duration.ofSeconds(Long.parseLong(control.substring("max-age=".length())));
    }

    private void putUnsatisfiedRange(Request request, Response response) {
        Target target = Target.parse(request.getHttpURI().getPath());
        try {
            if (files.stat(target.path()).orElse(null) instanceof FileStat.File file) {
                response.getHeaders().put(HttpHeader.CONTENT_RANGE, ContentRange.unsatisfied(file.size()));
            }
        } catch (IOException e) {
            LOG.debug("no size for the answer to {}", line(request), e);
        }
    }

    private static void putVersion(Response response, FileStat.File file) {
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.ETAG, file.etag());
        headers.put(
                HttpHeader.LAST_MODIFIED,
                DateGenerator.formatDate(file.modified().toEpochMilli()));
    }

    private static void putFileHeaders(Response response, FileStat.File file) {
        HttpFields.Mutable headers = response.getHeaders();
        headers.put("Aloft-Kind", "file");
        headers.put(HttpHeader.CONTENT_TYPE, file.contentType());
        putVersion(response, file);
    }

    private static void text(Response response, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
            out.write(bytes);
        }
    }

    private static void discardBody(Request request) throws IOException {
        InputStream body = Content.Source.asInputStream(request);
        byte[] buffer = new byte[64 << 10];
        long discarded = 0;
        for (int n = body.read(buffer); n >= 0 && discarded < MAX_DISCARDED_BYTES; n = body.read(buffer)) {
            discarded += n;
        }
    }

    private void requireOwnBucket(String bucket) throws AccessDeniedException {
        if (!bucket.equals(files.name())) {
            throw new AccessDeniedException(
                    "s3://" + bucket, null, "this socket serves s3://" + files.name() + " alone");
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private String uri(FilePath path) {
        return "s3://" + files.name() + "/" + path;
    }

    private static String line(Request request) {
        String path = String.valueOf(request.getHttpURI().getPath());
        return request.getMethod() + " " + (path.length() > 200 ? path.substring(0, 200) + "…" : path);
    }

    private static @Nullable String version() {
        return Exchanges.class.getPackage().getImplementationVersion();
    }
}
