package dev.aloft.server.tachyon;

import dev.aloft.image.Format;
import dev.aloft.store.ObjectContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// An original that is being read. Its first bytes are inspected, and read again with the rest.
///
/// @param kind according to its name
/// @param bytes the whole original; the holder of this record closes the stream
record OpenedOriginal(
        OriginalKind kind,
        OriginalVersion version,
        long size,
        Optional<Format> format,
        String start,
        InputStream bytes) {

    /// Takes ownership of the content.
    static OpenedOriginal of(String name, ObjectContent content) throws IOException {
        try {
            byte[] start = content.body().readNBytes(Format.SNIFFED_BYTES);
            return new OpenedOriginal(
                    OriginalKind.of(name).orElse(OriginalKind.BITMAP),
                    OriginalVersion.of(content.object()),
                    content.object().size(),
                    Format.sniff(start),
                    new String(start, StandardCharsets.ISO_8859_1),
                    new SequenceInputStream(new ByteArrayInputStream(start), content.body()));
        } catch (IOException e) {
            content.close();
            throw e;
        }
    }

    /// Returns true if the bytes match the name, and may be decoded.
    boolean isGenuine() {
        return format.filter(kind::holds).isPresent();
    }

    /// The media type for browsers that display the original itself; empty if they do not.
    Optional<String> shownAs() {
        if (format.isPresent()) {
            return format.filter(kind::holds)
                    .filter(one -> one != Format.TIFF && one != Format.HEIC)
                    .map(Format::mediaType);
        }
        if (start.startsWith("BM")) {
            return Optional.of("image/bmp");
        }
        return start.startsWith("\0\0\1\0") ? Optional.of("image/x-icon") : Optional.empty();
    }
}
