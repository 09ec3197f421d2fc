package dev.aloft.server.cache;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Limits the memory of the bodies that are being read from origins or taken by clients: a body that a slow client
/// takes stays in memory although the cache has evicted it. One that clients take is counted once, however many they
/// are. Part of the room is for small bodies, so that they are stored while slow clients take many large ones. The
/// buffers of clients that read streams count, too. Safe for many threads.
public final class BodyRoom {

    /// Bodies up to this size mostly fit into the kernel's buffers, so that slow clients hold few of them.
    static final int SMALL_BYTES = 64 << 10;

    private final long capacity;
    private final long forSmall;
    private final AtomicLong taken = new AtomicLong();
    private long reading;

    /// @param capacity in bytes
    /// @param forSmall the part of it that large bodies leave free
    BodyRoom(long capacity, long forSmall) {
        this.capacity = capacity;
        this.forSmall = forSmall;
    }

    /// Reserves room for a body that is to be read; [#giveBack] ends that. Waits for other reads only: clients may take
    /// a body for minutes.
    ///
    /// @return false if there is none within the limit
    synchronized boolean reserve(int size, Duration limit) {
        long room = (size > SMALL_BYTES ? capacity - forSmall : capacity) - size;
        long end = System.nanoTime() + limit.toNanos();
        while (reading + taken.get() > room) {
            long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (millis <= 0 || taken.get() > room) {
                return false;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        reading += size;
        return true;
    }

    synchronized void giveBack(int size) {
        reading -= size;
        notifyAll();
    }

    /// A part of a body for a client. The body is counted until the use of the part ends.
    Content.Bytes take(MemoryBody body, int first, int count) {
        MemoryBody.Copy copy = body.toSend();
        if (copy.enter()) {
            taken.addAndGet(copy.length());
        }
        AtomicBoolean ended = new AtomicBoolean();
        return new Content.Bytes(copy.part(first, count), () -> {
            if (!ended.getAndSet(true) && copy.leave()) {
                taken.addAndGet(-copy.length());
            }
        });
    }

    /// Takes room for a buffer of a client that reads a stream; [#giveBackBuffer] ends that. Bodies keep half of the
    /// room.
    ///
    /// @return false if there is none
    public boolean takeBuffer(int size) {
        if (taken.get() + size > capacity / 2) {
            return false;
        }
        taken.addAndGet(size);
        return true;
    }

    /// Ends [#takeBuffer].
    public void giveBackBuffer(int size) {
        taken.addAndGet(-size);
    }

    /// The bytes in use.
    synchronized long bytes() {
        return reading + taken.get();
    }
}
