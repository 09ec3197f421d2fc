package dev.aloft.store;

import dev.aloft.store.ObjectUploads.Target;
import dev.aloft.store.StoreException.Kind;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

/// The one place that makes a [StoredObject] of an answer to a write; [HttpAnswer] and [ListAnswer] do so for reads.
///
/// An answer of 200 without the headers that S3 always sends comes from a proxy or a captive portal; it is refused with
/// [Kind#BAD_ANSWER].
final class ObjectAnswers {

    private ObjectAnswers() {}

    static StoredObject of(ObjectKey key, ObjectVersion listed) {
        return new StoredObject(
                key, listed.size(), listed.eTag(), listed.lastModified().truncatedTo(ChronoUnit.SECONDS), null, null);
    }

    /// The object that a write has made.
    static StoredObject written(String attempt, Target target, long size, @Nullable String etag, SdkHttpResponse r)
            throws StoreException {
        return new StoredObject(
                target.key(),
                size,
                requireWritten(attempt, etag),
                serverTime(r),
                target.headers().contentType(),
                target.headers().cacheControl(),
                target.headers().contentEncoding(),
                target.metadata());
    }

    /// @param metadata of the copy
    static StoredObject copied(StoredObject source, ObjectKey target, Map<String, String> metadata, CopyAnswer r) {
        Instant modified = r.modified() == null ? Instant.now() : r.modified();
        return new StoredObject(
                target,
                source.size(),
                r.etag(),
                modified.truncatedTo(ChronoUnit.SECONDS),
                source.contentType(),
                source.cacheControl(),
                source.contentEncoding(),
                metadata);
    }

    /// The version that S3 says it has written.
    ///
    /// @throws StoreException of kind `BAD_ANSWER` where it names none
    static String requireWritten(String attempt, @Nullable String etag) throws StoreException {
        if (etag == null) {
            throw new StoreException(
                    Kind.BAD_ANSWER, "cannot " + attempt + ": the answer has no ETag, so it is not S3's");
        }
        return etag.endsWith("\"") ? etag : '"' + etag + '"'; // Ceph leaves the quotes of a copy out.
    }

    /// S3's clock when it answered. The answer to a write does not carry the new `Last-Modified`; this is within a
    /// second of it.
    private static Instant serverTime(SdkHttpResponse response) {
        String date = response.firstMatchingHeader("Date").orElse("");
        try {
            return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
        } catch (DateTimeParseException e) {
            return Instant.now().truncatedTo(ChronoUnit.SECONDS); // The write has succeeded, whatever the clock says.
        }
    }
}
