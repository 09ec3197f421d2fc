package dev.aloft.image;

import java.io.IOException;
import java.io.InputStream;

/// Where an original is read from; it may be read again when a worker dies of it.
@FunctionalInterface
public interface OriginalSource {

    /// @throws PictureException when there is something, but nothing to make pictures of
    Opened open() throws IOException, PictureException;

    /// One version of an original, and its bytes, which the pool closes.
    ///
    /// @param version what tells it from other versions of the same original
    record Opened(String version, InputStream bytes) {}
}
