package dev.aloft.image;

import java.io.IOException;
import java.io.InputStream;

/// Where an original is read from; it may be read again when a worker dies of it.
@FunctionalInterface
public interface Originals {

    Opened open() throws IOException;

    /// One version of an original, and its bytes, which the workshop closes.
    ///
    /// @param version what tells it from other versions of the same original
    record Opened(String version, InputStream bytes) {}
}
