package dev.aloft.server.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/// Bytes of a file. Read as a channel into memory outside the heap, they are copied once only. For one thread.
public abstract class DiskStream extends InputStream implements ReadableByteChannel {

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        return read(ByteBuffer.wrap(into, offset, count));
    }
}
