package dev.aloft.store;

import java.io.IOException;
import java.io.InputStream;

/// Bytes that can be read from any offset, any number of times, such as those of a file. Safe for many threads.
@FunctionalInterface
public interface ByteSource {

    /// Opens the bytes from an offset to their end; the caller closes the stream.
    InputStream open(long offset) throws IOException;
}
