package dev.aloft.server.edge;

import java.time.Instant;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// One version of what a URL names.
///
/// @param etag strong, with its quotes
/// @param modified in whole seconds
/// @param size in bytes
record Version(String etag, Instant modified, long size) {

    void putInto(HttpFields.Mutable headers) {
        headers.put(HttpHeader.ETAG, etag);
        headers.put(HttpHeader.LAST_MODIFIED, DateGenerator.formatDate(modified.toEpochMilli()));
    }
}
