package dev.aloft.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;

/// Bytes that come in two halves with a pause between them. For one thread.
final class HesitantStream extends InputStream {

    static final Duration PAUSE = Duration.ofMillis(50);

    private final ByteArrayInputStream bytes;
    private final int half;

    HesitantStream(byte[] bytes) {
        this.bytes = new ByteArrayInputStream(bytes);
        this.half = bytes.length / 2;
    }

    @Override
    public int read() throws IOException {
        pauseHalfWay();
        return bytes.read();
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        pauseHalfWay();
        int toHalf = bytes.available() - half;
        return bytes.read(target, offset, toHalf > 0 ? Math.min(count, toHalf) : count);
    }

    private void pauseHalfWay() throws IOException {
        if (bytes.available() == half) {
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted half-way");
            }
        }
    }
}
