package dev.aloft.server.agent;

import dev.aloft.files.WriteHeaders;
import dev.aloft.store.WriteCondition;
import org.eclipse.jetty.http.HttpFields;

/// A picture to make of an original and to store.
///
/// @param name relative to the original's directory; with a leading slash, from the bucket's root
/// @param query in the language of the image editor
/// @param headers those of a PUT of the file
record RenditionOrder(String name, String query, HttpFields headers) {

    /// @throws IllegalArgumentException for headers that are malformed
    WriteHeaders stored(String type) {
        WriteHeaders given = RequestLabels.of(headers);
        return given.contentType() == null ? new WriteHeaders(type, given.cacheControl(), given.metadata()) : given;
    }

    WriteCondition condition() {
        return ExchangeRequest.condition(headers);
    }
}
