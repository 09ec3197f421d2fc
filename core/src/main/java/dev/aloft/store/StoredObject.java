package dev.aloft.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
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

    private static final Pattern MD5 = Pattern.compile("\"\\p{XDigit}{32}\"");

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

    /// The ETag that S3 gives the same bytes as an upload of one part: the MD5 of their MD5, and `-1`.
    ///
    /// @param etag of an object of one PUT or one copy
    /// @return empty where the ETag is no MD5
    public static Optional<String> etagInOnePart(String etag) {
        if (!MD5.matcher(etag).matches()) {
            return Optional.empty();
        }
        return Optional.of(etagOfParts(List.of(etag)));
    }

    /// The ETag of an object of parts.
    ///
    /// @param parts ETags of the parts, each an MD5
    static String etagOfParts(List<String> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            for (String part : parts) {
                digest.update(HexFormat.of().parseHex(part.replace("\"", "")));
            }
            return '"' + HexFormat.of().formatHex(digest.digest()) + "-" + parts.size() + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no MD5", e);
        }
    }
}
