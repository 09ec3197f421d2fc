package dev.aloft.lab;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A body of zeros whose second half waits for a signal; it tells when the first half has been taken.
final class GatedBody extends InputStream {

    private static final long LIMIT_SECONDS = 30;

    private final int length;
    private final CountDownLatch begun;
    private final CountDownLatch go;
    private int sent;

    GatedBody(int length, CountDownLatch begun, CountDownLatch go) {
        this.length = length;
        this.begun = begun;
        this.go = go;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        if (sent == length) {
            return -1;
        }
        if (sent == length / 2) {
            begun.countDown();
            awaitSignal();
        }
        int taken = Math.min(count, (sent < length / 2 ? length / 2 : length) - sent);
        Arrays.fill(target, offset, offset + taken, (byte) 0);
        sent += taken;
        return taken;
    }

    private void awaitSignal() throws IOException {
        try {
            if (!go.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("no signal to send the rest within " + LIMIT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting to send the rest", e);
        }
    }
}
