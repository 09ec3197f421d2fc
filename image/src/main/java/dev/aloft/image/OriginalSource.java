package dev.aloft.image;

import java.io.IOException;
import java.io.InputStream;

/// Source of an original; opened again after a worker died of it.
@FunctionalInterface
public interface OriginalSource {

    /// @throws PictureException when there is something, but nothing to make pictures of
    Opened open() throws IOException, PictureException;

    /// One version of an original. The pool closes the bytes.
    ///
    /// @param version distinguishes versions of one original
    record Opened(String version, InputStream bytes) {}
}
