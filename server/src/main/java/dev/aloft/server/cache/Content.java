package dev.aloft.server.cache;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import org.eclipse.jetty.io.ByteBufferInputStream;
import org.jspecify.annotations.Nullable;

/// The body of an answer to a client, by the location of its bytes. When a read fails, the answer must be aborted.
public sealed interface Content {

    /// In bytes, or -1 if unknown until the end.
    long length();

    /// The whole body as a stream.
    InputStream stream();

    /// Immutable bytes in memory. The buffer's position is the reader's own.
    ///
    /// @param end called when they are no longer in use
    record Bytes(ByteBuffer bytes, Runnable end) implements Content {

        /// An empty body.
        static Bytes none() {
            return new Bytes(ByteBuffer.allocate(0), () -> {});
        }

        @Override
        public long length() {
            return bytes.remaining();
        }

        /// Ends the use of the bytes when it is closed.
        @Override
        public InputStream stream() {
            return new Stream(bytes.duplicate(), end);
        }

        /// Refers to the bytes no longer than it counts as their use.
        private static final class Stream extends FilterInputStream {

            private Runnable end;

            Stream(ByteBuffer bytes, Runnable end) {
                super(new ByteBufferInputStream(bytes));
                this.end = end;
            }

            @Override
            public void close() {
                in = nullInputStream();
                end.run();
                end = () -> {};
            }
        }
    }

    /// Bytes read as they arrive.
    record Streamed(InputStream stream, long length) implements Content {}

    /// Bytes on disk, some of which may not have arrived yet.
    record OnDisk(DiskStream stream, long length) implements Content {}

    /// Bytes of an origin that must know the pace of the client.
    record Paced(PacedStream stream, long length) implements Content {}

    /// The content of an answer that is passed through.
    static Content passing(InputStream body, long length) {
        return body instanceof PacedStream paced ? new Paced(paced, length) : new Streamed(body, length);
    }

    /// Discards the unread rest.
    default void close() throws IOException {
        switch (this) {
            case Bytes(ByteBuffer _, Runnable end) -> end.run();
            case Streamed(InputStream stream, long _) -> stream.close();
            case OnDisk(DiskStream stream, long _) -> stream.close();
            case Paced(PacedStream stream, long _) -> stream.close();
        }
    }

    /// Bytes of a file, read or sent by the kernel; where the disk fails, they come from the origin. For one thread.
    abstract class DiskStream extends PacedStream {

        /// The next bytes, which count as read, once they are on disk; null at the end, or if they can only be read.
        public abstract @Nullable FilePart part() throws IOException;

        /// True once bytes come from the origin, which then needs to know the pace of the client.
        public abstract boolean isFromOrigin();

        /// Does nothing: the disk has any pace.
        @Override
        public void goAtClientsPace() {}

        @Override
        public abstract int read(byte[] into, int offset, int count) throws IOException;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }
    }

    /// A part of an open file.
    ///
    /// @param bytes a mapping of the part; the position is the reader's own
    /// @param position offset in the file of the first byte
    record FilePart(ByteBuffer bytes, FileChannel file, long position) {}

    /// A body of an origin that limits the connections held open by slow clients. For one thread.
    abstract class PacedStream extends InputStream {

        /// Reads from now on only as fast as a client takes the bytes.
        public abstract void goAtClientsPace() throws IOException;

        /// Reports for how long the client has taken nothing.
        public abstract void idle(Duration time) throws IOException;
    }
}
