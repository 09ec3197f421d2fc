package dev.aloft.files;

import dev.aloft.store.ByteRange;
import dev.aloft.store.ObjectContent;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// An open read of one version of a file. The caller closes it.
///
/// @param range the bytes that come, both ends known; null for an empty file
/// @param body exactly those bytes; it fails when they cannot all be had
public record FileContent(FileStat.File file, @Nullable ByteRange range, InputStream body) implements AutoCloseable {

    /// The bytes of a read, with the properties of a file.
    public static FileContent of(ObjectContent content) {
        return new FileContent(FileStat.File.of(content.object()), content.range(), content.body());
    }

    /// The number of bytes in the body.
    public long length() {
        return range == null ? 0 : range.length();
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
