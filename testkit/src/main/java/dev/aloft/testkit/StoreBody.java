package dev.aloft.testkit;

import java.io.IOException;
import java.io.OutputStream;

/// Relay of a request's body to the store. A store may answer and hang up before it has the whole body; the rest is
/// still read from the client, so that the client reaches the answer.
final class StoreBody extends OutputStream {

    private final OutputStream store;
    private boolean refused;

    StoreBody(OutputStream store) {
        this.store = store;
    }

    @Override
    public void write(int octet) {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int start, int length) {
        if (refused) {
            return;
        }
        try {
            store.write(bytes, start, length);
        } catch (IOException e) {
            refused = true;
        }
    }

    @Override
    public void flush() {
        if (refused) {
            return;
        }
        try {
            store.flush();
        } catch (IOException e) {
            refused = true;
        }
    }
}
