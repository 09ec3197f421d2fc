package dev.aloft.store;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// An open read of one version of an object: what it is, which bytes of it come, and the bytes.
///
/// The bytes are all of one version. The caller closes it; closing before the end gives the connection up.
///
/// @param range the bytes that `body` gives, both ends known; for an empty object the whole object is `null`
public record ObjectContent(StoredObject object, @Nullable ByteRange range, InputStream body) implements AutoCloseable {

    /// The number of bytes in `body`.
    public long length() {
        return range == null ? object.size() : range.length();
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
