package dev.aloft.server.cache;

import java.nio.ByteBuffer;

/// The body of an answer in memory. A frequently sent body moves to a direct buffer, which the kernel reads without
/// another copy. Safe for many threads.
final class MemoryBody {

    /// The number of times that it is sent before it moves.
    static final int MAX_SENDS_FROM_HEAP = 64;

    /// Moving a smaller body gains nothing.
    static final int MIN_BYTES = 4 << 10;

    private volatile ByteBuffer bytes;

    /// Counted without synchronization: moving a little sooner or later makes no difference.
    private int sent;

    MemoryBody(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    /// An empty body.
    static MemoryBody none() {
        return new MemoryBody(new byte[0]);
    }

    int length() {
        return bytes.capacity();
    }

    /// The bytes to be sent; the buffer is the caller's own.
    ByteBuffer part(int first, int count) {
        if (sent < MAX_SENDS_FROM_HEAP && ++sent == MAX_SENDS_FROM_HEAP && bytes.capacity() >= MIN_BYTES) {
            move();
        }
        return bytes.slice(first, count);
    }

    private void move() {
        try {
            ByteBuffer outside = ByteBuffer.allocateDirect(bytes.capacity());
            bytes = outside.put(0, bytes, 0, bytes.capacity());
        } catch (OutOfMemoryError none) {
            // No direct memory left: it stays on the heap.
        }
    }
}
