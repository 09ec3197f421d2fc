package dev.aloft.server.tachyon;

import dev.aloft.store.PrivateMark;
import dev.aloft.store.StoredObject;
import java.time.Instant;

/// One version of an original.
///
/// @param etag S3's, with its quotes
/// @param modified in whole seconds
/// @param hidden true if only signed requests may see it
record OriginalVersion(String etag, Instant modified, boolean hidden) {

    static OriginalVersion of(StoredObject object) {
        return new OriginalVersion(object.etag(), object.modified(), PrivateMark.isOn(object));
    }

    /// As one text, which [#parse] reads.
    String text() {
        return hidden + " " + modified.getEpochSecond() + " " + etag;
    }

    static OriginalVersion parse(String text) {
        String[] parts = text.split(" ", 3);
        return new OriginalVersion(
                parts[2], Instant.ofEpochSecond(Long.parseLong(parts[1])), Boolean.parseBoolean(parts[0]));
    }
}
