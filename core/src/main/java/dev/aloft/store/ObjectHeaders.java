package dev.aloft.store;

import org.jspecify.annotations.Nullable;

/// The headers that S3 stores with an object and sends with each read. Public for [dev.aloft.files].
///
/// @param contentType a media type
/// @param cacheControl `Cache-Control`, or null for none
/// @param contentEncoding `Content-Encoding` of the bytes, or null for none; Aloft itself stores no encoded bytes
public record ObjectHeaders(
        String contentType,
        @Nullable String cacheControl,
        @Nullable String contentEncoding) {

    private static final String UNKNOWN_TYPE = "application/octet-stream";

    /// Headers of bytes without an encoding.
    public ObjectHeaders(String contentType, @Nullable String cacheControl) {
        this(contentType, cacheControl, null);
    }

    /// Headers without `Cache-Control`.
    static ObjectHeaders ofType(String contentType) {
        return new ObjectHeaders(contentType, null);
    }

    /// Those of a version, for its copy or successor.
    public static ObjectHeaders of(StoredObject version) {
        return new ObjectHeaders(
                version.type().orElse(UNKNOWN_TYPE), version.cacheControl(), version.contentEncoding());
    }
}
