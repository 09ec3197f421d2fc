package dev.aloft.server.tachyon;

import dev.aloft.store.StoredObject;
import java.time.Instant;

/// One version of an original.
///
/// @param etag S3's, with its quotes
/// @param modified in whole seconds
record OriginalVersion(String etag, Instant modified) {

    static OriginalVersion of(StoredObject object) {
        return new OriginalVersion(object.etag(), object.modified());
    }

    /// As one text, which [#parse] reads.
    String text() {
        return modified.getEpochSecond() + " " + etag;
    }

    static OriginalVersion parse(String text) {
        int space = text.indexOf(' ');
        return new OriginalVersion(
                text.substring(space + 1), Instant.ofEpochSecond(Long.parseLong(text.substring(0, space))));
    }
}
