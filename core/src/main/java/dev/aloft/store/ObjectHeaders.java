package dev.aloft.store;

import org.jspecify.annotations.Nullable;

/// The headers that S3 stores with an object and sends with each read. Public for [dev.aloft.files].
///
/// @param contentType a media type
/// @param cacheControl `Cache-Control`, or null for none
public record ObjectHeaders(String contentType, @Nullable String cacheControl) {

    /// Headers without `Cache-Control`.
    static ObjectHeaders ofType(String contentType) {
        return new ObjectHeaders(contentType, null);
    }
}
