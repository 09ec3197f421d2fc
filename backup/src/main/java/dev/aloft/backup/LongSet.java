package dev.aloft.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// A set of hashes. Holds 8 to 32 bytes for each. For one thread.
final class LongSet {

    private static final int FIRST_SLOTS = 1 << 10;

    private long[] slots = new long[FIRST_SLOTS];
    private int size;
    private boolean hasZero;

    /// The first eight bytes of a text's SHA-256.
    static long hash(String text) {
        return ByteBuffer.wrap(BackupFolder.sha256().digest(text.getBytes(UTF_8)))
                .getLong();
    }

    void add(long value) {
        if (value == 0) {
            hasZero = true;
            return;
        }
        if (size * 2 >= slots.length) {
            grow();
        }
        int at = slot(value);
        if (slots[at] == 0) {
            slots[at] = value;
            size++;
        }
    }

    boolean contains(long value) {
        return value == 0 ? hasZero : slots[slot(value)] == value;
    }

    /// The slot that holds the value, or the empty one where it belongs.
    private int slot(long value) {
        int mask = slots.length - 1;
        int at = Long.hashCode(value * 0x9E3779B97F4A7C15L) & mask;
        while (slots[at] != 0 && slots[at] != value) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[old.length * 2];
        Arrays.stream(old).filter(value -> value != 0).forEach(value -> slots[slot(value)] = value);
    }
}
