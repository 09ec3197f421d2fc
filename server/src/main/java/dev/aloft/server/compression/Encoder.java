package dev.aloft.server.compression;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/// Applies one content coding. Safe for many threads; uses a processor for the whole call.
interface Encoder {

    /// @param limit the largest useful result
    /// @return empty if the result would be larger
    Optional<byte[]> encode(ByteBuffer bytes, int limit);

    /// gzip of the JDK, at its default level, 6.
    static Optional<byte[]> gzip(ByteBuffer bytes, int limit) {
        byte[] original = new byte[bytes.remaining()];
        bytes.duplicate().get(original);
        ByteArrayOutputStream encoded = new ByteArrayOutputStream(original.length / 2);
        try (GZIPOutputStream gzip = new GZIPOutputStream(encoded)) {
            gzip.write(original);
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot be written", e);
        }
        return encoded.size() > limit ? Optional.empty() : Optional.of(encoded.toByteArray());
    }
}
