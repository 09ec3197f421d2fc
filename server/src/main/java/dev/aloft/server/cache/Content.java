package dev.aloft.server.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/// The body of an answer to a client.
public sealed interface Content {

    /// In bytes, or -1 when only its end will tell.
    long length();

    /// Bytes in memory, which nobody changes. The buffer is the reader's own.
    record Bytes(ByteBuffer bytes) implements Content {

        /// None at all.
        static Bytes none() {
            return new Bytes(ByteBuffer.allocate(0));
        }

        @Override
        public long length() {
            return bytes.remaining();
        }
    }

    /// Bytes that are still under way. One that fails to read must break the answer off.
    record Streamed(InputStream stream, long length) implements Content {}

    /// Gives up what has not been read.
    default void close() throws IOException {
        if (this instanceof Streamed(InputStream stream, long _)) {
            stream.close();
        }
    }
}
