package dev.aloft.store;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One version of an object, without its bytes.
///
/// @param size in bytes
/// @param etag the version's entity tag as HTTP writes it, quotes included; empty in a listing of a server that has
///     none, and then no condition holds for it
/// @param modified in whole seconds, as S3 gives it; for an object this process has just written, S3's clock when
///     it answered
/// @param contentType as stored with the object, or null where S3 did not say (a listing does not)
/// @param cacheControl as stored with the object, or null
/// @param contentEncoding as stored with the object, or null where its bytes are as they are meant
/// @param metadata the user's own, by lower-case names; empty where S3 did not say (a listing does not)
public record StoredObject(
        ObjectKey key,
        long size,
        String etag,
        Instant modified,
        @Nullable String contentType,
        @Nullable String cacheControl,
        @Nullable String contentEncoding,
        Map<String, String> metadata) {

    /// @throws IllegalArgumentException for a negative size
    public StoredObject {
        metadata = Map.copyOf(metadata);
        if (size < 0) {
            throw new IllegalArgumentException("an object cannot have " + size + " bytes: " + key);
        }
    }

    /// A version without encoding and metadata of the user's.
    public StoredObject(
            ObjectKey key,
            long size,
            String etag,
            Instant modified,
            @Nullable String contentType,
            @Nullable String cacheControl) {
        this(key, size, etag, modified, contentType, cacheControl, null, Map.of());
    }

    /// The content type; empty for an object of a listing, see [#contentType()].
    public Optional<String> type() {
        return Optional.ofNullable(contentType);
    }
}
