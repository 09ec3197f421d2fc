package dev.aloft.store;

import dev.aloft.store.ObjectUploads.Target;
import dev.aloft.store.StoreException.Kind;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectResult;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Object;

/// The one place that makes a [StoredObject] of an answer of the SDK.
///
/// An answer of 200 without the headers that S3 always sends comes from a proxy or a captive portal; it is refused with
/// [Kind#BAD_ANSWER].
final class ObjectAnswers {

    private ObjectAnswers() {}

    /// @param attempt for messages: `look up s3://media/cat.jpg`
    static StoredObject of(String attempt, ObjectKey key, HeadObjectResponse r) throws StoreException {
        requireHeaders(attempt, r.eTag(), r.lastModified(), r.contentLength());
        return object(
                key, r.contentLength(), r.eTag(), r.lastModified(), r.contentType(), r.cacheControl(), r.metadata());
    }

    /// @param size of the whole object, of which the answer may bring a part
    static StoredObject of(ObjectKey key, long size, GetObjectResponse r) {
        return object(key, size, r.eTag(), r.lastModified(), r.contentType(), r.cacheControl(), r.metadata());
    }

    /// True for encryption with a key of KMS or of the client, false for none or with S3's own keys.
    static boolean isEncryptedByKey(GetObjectResponse r) {
        String algorithm = r.serverSideEncryptionAsString();
        return r.sseCustomerAlgorithm() != null || (algorithm != null && algorithm.startsWith("aws:kms"));
    }

    static StoredObject of(S3Object listed) {
        return object(
                ObjectKey.of(listed.key()), listed.size(), listed.eTag(), listed.lastModified(), null, null, Map.of());
    }

    static StoredObject of(ObjectKey key, ObjectVersion listed) {
        return object(key, listed.size(), listed.eTag(), listed.lastModified(), null, null, Map.of());
    }

    /// The object that a write has made.
    static StoredObject written(String attempt, Target target, long size, @Nullable String etag, SdkResponse r)
            throws StoreException {
        return new StoredObject(
                target.key(),
                size,
                requireWritten(attempt, etag),
                serverTime(r),
                target.headers().contentType(),
                target.headers().cacheControl(),
                target.metadata());
    }

    /// @param metadata of the copy
    static StoredObject copied(
            StoredObject source, ObjectKey target, Map<String, String> metadata, CopyObjectResult r) {
        return object(
                target,
                source.size(),
                r.eTag(),
                r.lastModified() == null ? Instant.now() : r.lastModified(),
                source.contentType(),
                source.cacheControl(),
                metadata);
    }

    private static StoredObject object(
            ObjectKey key,
            long size,
            String etag,
            Instant modified,
            @Nullable String contentType,
            @Nullable String cacheControl,
            Map<String, String> metadata) {
        return new StoredObject(
                key, size, etag, modified.truncatedTo(ChronoUnit.SECONDS), contentType, cacheControl, users(metadata));
    }

    /// Metadata without our own mark.
    private static Map<String, String> users(Map<String, String> metadata) {
        Map<String, String> users = new HashMap<>(metadata);
        users.remove(Target.MARK);
        return users;
    }

    /// @throws StoreException of kind `BAD_ANSWER` where one of the headers is missing
    static void requireHeaders(String attempt, @Nullable String etag, @Nullable Instant modified, @Nullable Long length)
            throws StoreException {
        if (etag == null || modified == null || length == null) {
            throw new StoreException(
                    Kind.BAD_ANSWER,
                    "cannot " + attempt + ": the answer has no ETag, Last-Modified or length, so it is not S3's");
        }
    }

    /// The version that S3 says it has written.
    ///
    /// @throws StoreException of kind `BAD_ANSWER` where it names none
    static String requireWritten(String attempt, @Nullable String etag) throws StoreException {
        if (etag == null) {
            throw new StoreException(
                    Kind.BAD_ANSWER, "cannot " + attempt + ": the answer has no ETag, so it is not S3's");
        }
        return etag;
    }

    /// The range that an answer to a read brings; null for a whole object.
    static @Nullable ContentRange contentRange(String attempt, @Nullable String header) throws StoreException {
        if (header == null) {
            return null;
        }
        return ContentRange.parse(header)
                .orElseThrow(() -> new StoreException(
                        Kind.BAD_ANSWER,
                        "cannot " + attempt + ": expected a Content-Range of bytes FIRST-LAST/SIZE, got \"" + header
                                + "\""));
    }

    /// S3's clock when it answered. The answer to a write does not carry the new `Last-Modified`; this is within a
    /// second of it.
    private static Instant serverTime(SdkResponse response) {
        String date = response.sdkHttpResponse().firstMatchingHeader("Date").orElse("");
        try {
            return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
        } catch (DateTimeParseException e) {
            return Instant.now().truncatedTo(ChronoUnit.SECONDS); // The write has succeeded, whatever the clock says.
        }
    }
}
