package dev.aloft.lab;

import java.io.IOException;
import java.io.InputStream;

/// The body of a write, which runs one action when its first byte is read and another when its end is reached.
///
/// The store behind reads a body into a hidden file and then publishes it. So the end of the body is the last moment
/// before publication, and a lock taken there is held only for the publication, however slow the sender is. For the
/// same reason the first byte is fetched when this is made, before any lock.
///
/// Used by one thread. It does not own the body that it reads.
final class Publication extends InputStream {

    private final InputStream body;
    private final Runnable onFirstRead;
    private final Runnable onEnd;
    private int held;
    private boolean started;
    private boolean ended;

    /// Waits for the first byte of the body.
    Publication(InputStream body, Runnable onFirstRead, Runnable onEnd) throws IOException {
        this.body = body;
        this.onFirstRead = onFirstRead;
        this.onEnd = onEnd;
        this.held = body.read();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!started) {
            started = true;
            onFirstRead.run();
        }
        if (held >= 0) {
            target[offset] = (byte) held;
            held = -1;
            return 1;
        }
        int count = body.read(target, offset, length);
        if (count < 0 && !ended) {
            ended = true;
            onEnd.run();
        }
        return count;
    }
}
