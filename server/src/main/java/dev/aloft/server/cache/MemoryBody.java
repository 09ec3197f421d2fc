package dev.aloft.server.cache;

import dev.aloft.server.compression.ContentCoding;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The body of an answer in memory, with its compressed copies. A frequently sent body moves to a direct buffer, which
/// the kernel reads without another copy. Safe for many threads.
final class MemoryBody {

    /// The number of times that it is sent before it moves.
    static final int MAX_SENDS_FROM_HEAP = 64;

    /// Moving a smaller body gains nothing.
    static final int MIN_BYTES = 4 << 10;

    private volatile Copy current;

    private final Map<ContentCoding, Future<Optional<CompressedBody>>> copies = new ConcurrentHashMap<>(0);
    private final AtomicInteger copiedBytes = new AtomicInteger();

    /// Counted without synchronization: moving a little sooner or later makes no difference.
    private int sent;

    MemoryBody(byte[] bytes) {
        this.current = new Copy(ByteBuffer.wrap(bytes));
    }

    /// An empty body.
    static MemoryBody none() {
        return new MemoryBody(new byte[0]);
    }

    int length() {
        return current.length();
    }

    /// The size in memory, with the compressed copies.
    int weight() {
        return length() + copiedBytes.get();
    }

    /// Adds the size of a compressed copy.
    void grow(int copied) {
        copiedBytes.addAndGet(copied);
    }

    /// The compressed copy, or the attempt to make it; it is empty if compression gains too little.
    ///
    /// @param attempt called if nothing is known yet; may return null, and then nothing is remembered
    @Nullable
    Future<Optional<CompressedBody>> compressed(
            ContentCoding coding, Supplier<@Nullable Future<Optional<CompressedBody>>> attempt) {
        return copies.computeIfAbsent(coding, _ -> attempt.get());
    }

    /// True if an attempt to compress it has ended.
    boolean hasTried(ContentCoding coding) {
        Future<?> attempt = copies.get(coding);
        return attempt != null && attempt.isDone();
    }

    /// The bytes for one more client.
    Copy toSend() {
        if (sent < MAX_SENDS_FROM_HEAP && ++sent == MAX_SENDS_FROM_HEAP && length() >= MIN_BYTES) {
            move();
        }
        return current;
    }

    private void move() {
        try {
            ByteBuffer outside = ByteBuffer.allocateDirect(length());
            current = new Copy(outside.put(0, current.bytes, 0, length()));
        } catch (OutOfMemoryError none) {
            // No direct memory left: it stays on the heap.
        }
    }

    /// The bytes in one place. Clients that take them from the heap while they move keep that copy.
    static final class Copy {

        private final ByteBuffer bytes;
        private final AtomicInteger clients = new AtomicInteger();

        private Copy(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        int length() {
            return bytes.capacity();
        }

        /// Counts a client that takes it.
        ///
        /// @return true if it is the only one
        boolean enter() {
            return clients.getAndIncrement() == 0;
        }

        /// Ends [#enter].
        ///
        /// @return true if no client is left
        boolean leave() {
            return clients.decrementAndGet() == 0;
        }

        /// A part of the bytes; the buffer is the caller's own.
        ByteBuffer part(int first, int count) {
            return bytes.slice(first, count);
        }
    }
}
