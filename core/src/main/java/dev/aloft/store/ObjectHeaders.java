package dev.aloft.store;

import org.jspecify.annotations.Nullable;

/// What S3 says of an object to everybody who fetches it.
///
/// @param contentType a media type
/// @param cacheControl `Cache-Control`, or null for none
public record ObjectHeaders(String contentType, @Nullable String cacheControl) {

    public static ObjectHeaders ofType(String contentType) {
        return new ObjectHeaders(contentType, null);
    }
}
