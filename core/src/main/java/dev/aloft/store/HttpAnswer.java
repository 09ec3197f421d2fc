package dev.aloft.store;

import dev.aloft.store.ObjectUploads.Target;
import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.utils.DateUtils;

/// The answer to one request: its headers, read strictly, and its open body.
///
/// An answer of 200 without the headers that S3 always sends comes from a proxy or a captive portal; it is refused with
/// [Kind#BAD_ANSWER].
///
/// @param body empty where the answer has none
record HttpAnswer(SdkHttpResponse head, AbortableInputStream body) {

    private static final String METADATA_PREFIX = "x-amz-meta-";
    private static final Set<String> NO_CODINGS = Set.of("aws-chunked", "identity");

    static HttpAnswer of(HttpExecuteResponse response) {
        return new HttpAnswer(
                response.httpResponse(),
                response.responseBody().orElseGet(() -> AbortableInputStream.create(InputStream.nullInputStream())));
    }

    int status() {
        return head.statusCode();
    }

    /// The first header of this name, in any case.
    @Nullable
    String header(String name) {
        return head.firstMatchingHeader(name).orElse(null);
    }

    /// The object of a GET or HEAD.
    ///
    /// @param attempt for messages: `look up s3://media/cat.jpg`
    /// @param size of the whole object, of which the answer may bring a part
    StoredObject object(String attempt, ObjectKey key, long size) throws StoreException {
        return new StoredObject(
                key,
                size,
                required(attempt, "ETag"),
                modified(attempt),
                header("Content-Type"),
                header("Cache-Control"),
                contentEncoding(),
                userMetadata());
    }

    /// Without the transfer of a signed upload, which some stores keep as if it were of the object.
    private @Nullable String contentEncoding() {
        String codings = Stream.of(Objects.requireNonNullElse(header("Content-Encoding"), "")
                        .split(",", -1))
                .map(String::strip)
                .filter(coding -> !coding.isEmpty() && !NO_CODINGS.contains(coding.toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining(", "));
        return codings.isEmpty() ? null : codings;
    }

    /// The length of the body, or of the body that a GET would have had.
    long length(String attempt) throws StoreException {
        String length = required(attempt, "Content-Length");
        try {
            long bytes = Long.parseLong(length);
            if (bytes >= 0) {
                return bytes;
            }
        } catch (NumberFormatException e) {
            // falls through: negative and malformed lengths fail alike
        }
        throw bad(attempt, "Content-Length: " + length);
    }

    /// Reads the whole body and closes it.
    ///
    /// @param limit of its length
    byte[] bytes(String attempt, int limit) throws IOException {
        byte[] bytes = body.readNBytes(limit);
        if (bytes.length == limit) {
            throw new StoreException(
                    Kind.BAD_ANSWER, "cannot " + attempt + ": the answer has more than " + limit + " bytes");
        }
        body.close();
        return bytes;
    }

    /// The range that the answer brings; null for a whole object.
    @Nullable
    ContentRange range(String attempt) throws StoreException {
        String range = header("Content-Range");
        if (range == null) {
            return null;
        }
        return ContentRange.parse(range)
                .orElseThrow(() -> new StoreException(
                        Kind.BAD_ANSWER,
                        "cannot " + attempt + ": expected a Content-Range of bytes FIRST-LAST/SIZE, got \"" + range
                                + "\""));
    }

    private Instant modified(String attempt) throws StoreException {
        String modified = required(attempt, "Last-Modified");
        try {
            return DateUtils.parseRfc822Date(modified);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw bad(attempt, "Last-Modified: " + modified);
        }
    }

    /// The user's metadata, without our own mark.
    private Map<String, String> userMetadata() {
        Map<String, String> metadata = metadata();
        metadata.remove(Target.MARK);
        return metadata;
    }

    /// The mark of the write that made the object; null where it has none.
    @Nullable
    String mark() {
        return header(METADATA_PREFIX + Target.MARK);
    }

    private Map<String, String> metadata() {
        Map<String, String> metadata = new HashMap<>();
        for (Map.Entry<String, List<String>> header : head.headers().entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(METADATA_PREFIX)) {
                metadata.put(name.substring(METADATA_PREFIX.length()), String.join(",", header.getValue()));
            }
        }
        return metadata;
    }

    /// True for encryption with a key of KMS or of the client, false for none or with S3's own keys.
    boolean isEncryptedByKey() {
        String algorithm = header("x-amz-server-side-encryption");
        return header("x-amz-server-side-encryption-customer-algorithm") != null
                || (algorithm != null && algorithm.startsWith("aws:kms"));
    }

    private String required(String attempt, String name) throws StoreException {
        String value = header(name);
        if (value == null) {
            throw new StoreException(
                    Kind.BAD_ANSWER,
                    "cannot " + attempt + ": the answer has no ETag, Last-Modified or length, so it is not S3's");
        }
        return value;
    }

    private static StoreException bad(String attempt, String found) {
        return new StoreException(
                Kind.BAD_ANSWER, "cannot " + attempt + ": the answer has an invalid header, \"" + found + "\"");
    }
}
