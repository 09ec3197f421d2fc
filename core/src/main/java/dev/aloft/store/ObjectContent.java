package dev.aloft.store;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// An open read of one version of an object: what it is, which bytes of it come, and the bytes.
///
/// The bytes are all of one version. The caller closes it; closing before the end gives the connection up.
///
/// @param range the bytes that `body` gives, both ends known; for an empty object the whole object is `null`
/// @param encryptedByKey true if S3 said that it encrypted the object with a key of KMS or of the client. Its ETag is
///     then no digest of its bytes
public record ObjectContent(StoredObject object, @Nullable ByteRange range, InputStream body, boolean encryptedByKey)
        implements AutoCloseable {

    /// Content of which it is not known how S3 encrypted it.
    ObjectContent(StoredObject object, @Nullable ByteRange range, InputStream body) {
        this(object, range, body, false);
    }

    /// The number of bytes in `body`.
    public long length() {
        return range == null ? object.size() : range.length();
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
