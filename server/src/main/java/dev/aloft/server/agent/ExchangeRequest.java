package dev.aloft.server.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.files.FilePath;
import dev.aloft.server.objectcache.ObjectCache;
import dev.aloft.store.ByteRange;
import dev.aloft.store.Lease;
import dev.aloft.store.ListQuery;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/// One request of the agent's protocol, read and checked: target, ranges, entity tags, conditions, body. A malformed
/// part is an IllegalArgumentException, which is answered 400. For one thread.
final class ExchangeRequest {

    /// The part of a rejected body that is read, so that the client is done sending when the answer comes.
    private static final long MAX_DISCARDED_BYTES = 256 << 20;

    /// The size of the names in one request when every byte of each is escaped.
    private static final int MAX_NAMES_BYTES = 8 << 20;

    /// An original of pictures that a request sends; it is held in memory.
    static final int MAX_ORIGINAL_BYTES = 64 << 20;

    /// Parsed names take this multiple of their bytes in memory. It is reserved above [#SMALL_NAMES_BYTES].
    private static final long NAMES_COST = 3;

    private static final int SMALL_NAMES_BYTES = 64 << 10;

    /// Characters that S3's XML cannot carry. No name holds them.
    private static final Pattern UNSPEAKABLE = Pattern.compile("[\\x00-\\x1f\\x7f\\uFFFE\\uFFFF]");

    /// S3's limit is 1,024 bytes. S3 sends ids that need no escaping in a URL.
    private static final Pattern VERSION_ID = Pattern.compile("[\\x21-\\x7e]{1,1024}");

    /// The requests that change files.
    private static final Set<String> CHANGES = Set.of("PUT", "POST", "DELETE", "COPY", "MOVE");

    private static final int MAX_CALLER_LENGTH = 200;

    private static final Set<String> PAGE_FIELDS = Set.of("limit", "after", "prefix", "depth");

    private final AgentSite site;
    private final SlowClients slowClients;
    private final Request request;
    private boolean bodyBegun;

    ExchangeRequest(AgentSite site, SlowClients slowClients, Request request) {
        this.site = site;
        this.slowClients = slowClients;
        this.request = request;
    }

    /// One page of a listing.
    record PageQuery(String prefix, @Nullable String after, int limit, boolean recursive) {}

    /// The request's line for logs, without its query.
    String line() {
        String path = String.valueOf(request.getHttpURI().getPath());
        return method() + " " + (path.length() > 200 ? path.substring(0, 200) + "…" : path);
    }

    /// The place in the site's code that asked, in printable ASCII; empty if the client does not name it.
    String caller() {
        String caller =
                Objects.requireNonNullElse(headers().get("Aloft-Caller"), "").replaceAll("[^ -~]", "");
        return caller.substring(0, Math.min(caller.length(), MAX_CALLER_LENGTH));
    }

    /// The request as Jetty has it; for what belongs to its connection.
    Request http() {
        return request;
    }

    String method() {
        return request.getMethod();
    }

    boolean isRead() {
        return method().equals("GET") || method().equals("HEAD");
    }

    boolean isChange() {
        return CHANGES.contains(method());
    }

    /// Returns true for a change after which visitors may not read a file any more, at least under its old name.
    boolean hidesFiles() {
        return switch (method()) {
            case "DELETE", "MOVE" -> true;
            case "POST" -> query().equals("delete") || query().equals("private") || isForPrivateFile();
            default -> isForPrivateFile();
        };
    }

    private boolean isForPrivateFile() {
        return headers().contains("Aloft-Private");
    }

    /// Returns true if the site's project wants no purges of CDNs.
    boolean wantsNoPurges() {
        return "off".equals(headers().get("Aloft-Purges"));
    }

    HttpFields headers() {
        return request.getHeaders();
    }

    /// The length of the body; -1 for one in chunks.
    long length() {
        return request.getLength();
    }

    /// @throws AccessDeniedException for the bucket of another site
    Target target() throws AccessDeniedException {
        Target target = Target.parse(request.getHttpURI().getPath());
        boolean queried = target.directory()
                ? method().equals("GET") || method().equals("POST")
                : wantsRenditions()
                        || wantsRendition()
                        || wantsVersions()
                        || wantsSnapshots()
                        || versionToRead() != null
                        || versionToRestore() != null;
        require(queried || request.getHttpURI().getQuery() == null, "no query here; a ? in a name is written %3F");
        requireOwnBucket(target);
        return target;
    }

    private void requireOwnBucket(Target target) throws AccessDeniedException {
        String name = site.files().name();
        if (target.bucket() != null && !target.bucket().equals(name)) {
            throw new AccessDeniedException(
                    "s3://" + target.bucket(), null, "this socket serves s3://" + name + " alone");
        }
    }

    /// The range of bytes to read.
    Optional<ByteRange> range() {
        return ByteRange.parse(headers().get(HttpHeader.RANGE));
    }

    /// The value of `If-Match`, which must be one strong tag.
    @Nullable
    String version() {
        return version(headers());
    }

    private static @Nullable String version(HttpFields headers) {
        String header = headers.get(HttpHeader.IF_MATCH);
        require(
                header == null || header.matches("\"[^\"]*\""),
                "If-Match holds one entity tag in quotes, not " + header);
        return header;
    }

    /// True if `If-None-Match` names this tag (RFC 9110, 13.1.2).
    boolean knows(String etag) {
        String header = headers().get(HttpHeader.IF_NONE_MATCH);
        return header != null
                && (header.equals("*")
                        || Arrays.stream(header.split(","))
                                .map(tag -> tag.strip().replaceFirst("^W/", ""))
                                .anyMatch(etag::equals));
    }

    /// True for a POST that makes pictures of a file, or of one that it sends.
    boolean wantsRenditions() {
        return method().equals("POST") && query().equals("renditions");
    }

    /// True for a POST that makes one picture of a file, to be sent back.
    boolean wantsRendition() {
        return method().equals("POST") && query().equals("rendition");
    }

    /// True for a GET that lists the versions of a file.
    boolean wantsVersions() {
        return method().equals("GET") && query().equals("versions");
    }

    /// True for a GET that lists the states of a file in snapshots.
    boolean wantsSnapshots() {
        return method().equals("GET") && query().equals("snapshots");
    }

    /// The version of a file that a GET reads; null for the newest.
    @Nullable
    String versionToRead() {
        return method().equals("GET") ? versionId("version") : null;
    }

    /// The version that a POST makes the newest one again; null for another POST.
    @Nullable
    String versionToRestore() {
        return method().equals("POST") ? versionId("restore") : null;
    }

    private @Nullable String versionId(String field) {
        if (!query().startsWith(field + "=")) {
            return null;
        }
        Fields query = Request.extractQueryParameters(request);
        List<String> ids = query.getValues(field);
        require(
                query.getSize() == 1
                        && ids.size() == 1
                        && VERSION_ID.matcher(ids.getFirst()).matches(),
                field + " is the id of one version, of at most 1,024 printable characters");
        return ids.getFirst();
    }

    /// The condition of a write.
    WriteCondition condition() {
        return condition(headers());
    }

    /// The condition of a write with these headers.
    static WriteCondition condition(HttpFields headers) {
        String none = headers.get(HttpHeader.IF_NONE_MATCH);
        String match = version(headers);
        require(none == null || none.equals("*"), "If-None-Match of a PUT can only be *");
        if (none != null) {
            return WriteCondition.ifAbsent();
        }
        return match == null ? WriteCondition.always() : WriteCondition.ifVersion(match);
    }

    /// The age up to which the client accepts a cached answer: `Cache-Control: max-age=60`.
    Duration maxAge(Duration otherwise) {
        String control = headers().get(HttpHeader.CACHE_CONTROL);
        if (control == null || !control.matches("max-age=\\d{1,6}")) {
            return otherwise;
        }
        return Duration.ofSeconds(Long.parseLong(control.substring("max-age=".length())));
    }

    PageQuery page() {
        Fields query = Request.extractQueryParameters(request);
        require(PAGE_FIELDS.containsAll(query.getNames()), "the query of a page has " + PAGE_FIELDS + " only");
        String limit = query.getValue("limit");
        require(limit == null || limit.matches("[1-9]\\d{0,3}"), "limit is a number from 1 to 1000, not " + limit);
        String depth = query.getValue("depth");
        require(depth == null || depth.equals("infinity"), "depth can only be infinity, not " + depth);
        String prefix = Objects.requireNonNullElse(query.getValue("prefix"), "");
        String after = query.getValue("after");
        require(!UNSPEAKABLE.matcher(prefix + after).find(), "prefix and after hold no control characters");
        return new PageQuery(
                prefix, after, limit == null ? ListQuery.MAX_LIMIT : Integer.parseInt(limit), depth != null);
    }

    /// True if `Aloft-Lock` asks for a shared lock.
    boolean wantsSharedLock() {
        String kind = headers().get("Aloft-Lock");
        require("shared".equals(kind) || "exclusive".equals(kind), "Aloft-Lock is shared or exclusive, not " + kind);
        return "shared".equals(kind);
    }

    /// The time to wait for a lock: `Prefer: wait=10` (RFC 7240).
    Duration lockWait() {
        String prefer = headers().get("Prefer");
        require(prefer == null || prefer.matches("wait=\\d{1,6}"), "Prefer can only be wait and seconds: " + prefer);
        return prefer == null ? Duration.ZERO : Duration.ofSeconds(Long.parseLong(prefer.substring("wait=".length())));
    }

    /// The target of a copy or move.
    FilePath destination() throws FileSystemException {
        String header = headers().get("Destination");
        require(header != null, method() + " needs a Destination");
        Target target = Target.parse(String.valueOf(header).replaceFirst("^https?://[^/]*", ""));
        require(target.bucket() != null, "a Destination has a bucket, not so: " + header);
        requireOwnBucket(target);
        if (site.keepsOnHost(target.path())) {
            throw new FileSystemException(site.uri(target.path()), null, "it is kept on this host, and S3 is not");
        }
        return target.path();
    }

    boolean overwrite() {
        return !"F".equalsIgnoreCase(headers().get("Overwrite"));
    }

    /// The body of a request that writes, limited to the site's largest file.
    InputStream body(FilePath path) throws StoreException {
        String attempt = "cannot write " + site.uri(path) + ": larger than the site's limit of " + site.maxFileBytes()
                + " bytes (max_file_bytes)";
        if (length() > site.maxFileBytes()) {
            throw new StoreException(Kind.TOO_LARGE, attempt);
        }
        return new BoundedBody(body(), site.maxFileBytes(), attempt);
    }

    /// The body of a request that names files.
    ///
    /// @param room reserves the memory
    byte[] names(Lease room) throws IOException {
        BoundedBody names = new BoundedBody(
                body(), MAX_NAMES_BYTES, "cannot read the names of files: more than " + MAX_NAMES_BYTES + " bytes");
        byte[] read = room.read(names, length(), MAX_NAMES_BYTES + 1);
        if (read.length > SMALL_NAMES_BYTES) {
            room.growTo(NAMES_COST * read.length);
        }
        return read;
    }

    /// Queries of the pictures of a file that the request sends.
    List<String> renditions() throws IOException {
        String queries = headers().get("Aloft-Renditions");
        require(queries != null, "Aloft-Renditions is missing, a JSON array of queries");
        List<String> read =
                Json.names(new ByteArrayInputStream(String.valueOf(queries).getBytes(UTF_8)));
        require(read.size() <= Json.MAX_PICTURES, "more than " + Json.MAX_PICTURES + " pictures in one request");
        return read;
    }

    /// The body of a request that sends an original.
    ///
    /// @param room reserves the memory
    byte[] original(Lease room) throws IOException {
        String attempt = "cannot read a picture: more than " + MAX_ORIGINAL_BYTES + " bytes";
        if (length() > MAX_ORIGINAL_BYTES) {
            throw new StoreException(Kind.TOO_LARGE, attempt);
        }
        return room.read(new BoundedBody(body(), MAX_ORIGINAL_BYTES, attempt), length(), MAX_ORIGINAL_BYTES + 1);
    }

    /// The body of a request to the object cache.
    ///
    /// @param room reserves the memory
    byte[] commands(Lease room) throws IOException {
        int limit = ObjectCache.MAX_EXCHANGE_BYTES;
        String attempt = "cannot read commands of the object cache: more than " + limit + " bytes";
        if (length() > limit) {
            throw new StoreException(Kind.TOO_LARGE, attempt);
        }
        return room.read(new BoundedBody(body(), limit, attempt), length(), limit + 1);
    }

    String query() {
        return String.valueOf(request.getHttpURI().getQuery());
    }

    private InputStream body() {
        require(
                headers().contains(HttpHeader.CONTENT_LENGTH) || headers().contains(HttpHeader.TRANSFER_ENCODING),
                method() + " needs a Content-Length or chunks");
        bodyBegun = true;
        return slowClients.reading(request, Content.Source.asInputStream(request));
    }

    /// Reads the rest of the body, unless the client waits for a 100 and has not sent it.
    void discardBody() throws IOException {
        if (headers().contains(HttpHeader.EXPECT, "100-continue") && !bodyBegun) {
            return;
        }
        InputStream body = Content.Source.asInputStream(request);
        byte[] buffer = new byte[64 << 10];
        long discarded = 0;
        for (int n = body.read(buffer); n >= 0 && discarded < MAX_DISCARDED_BYTES; n = body.read(buffer)) {
            discarded += n;
        }
    }

    static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
