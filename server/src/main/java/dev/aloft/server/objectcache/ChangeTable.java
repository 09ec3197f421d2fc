package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// The number of the last change in each of some slots, into which keys fall by their hash.
///
/// A client that keeps values compares them with this table: a value that was read at number N, or later, is still
/// the key's value if the number of its slot is at most N. Changes of other keys in the slot make it outdated, too; a
/// change of its own is never overlooked.
///
/// Not safe for threads.
final class ChangeTable {

    /// Bits of a slot in the table that clients get.
    static final int BITS = 11;

    /// The length of [#bytes] of that table.
    static final int BYTES = (1 << BITS) * Long.BYTES;

    private final long[] changes;

    ChangeTable(int bits) {
        this.changes = new long[1 << bits];
    }

    /// The slot of a key: the first bits of the SHA-1 digest of its group's length in decimal digits, a colon, its
    /// group and its name.
    static int slot(EntryKey key, int bits) {
        MessageDigest digest = sha1();
        digest.update((key.group().length() + ":").getBytes(US_ASCII));
        digest.update(key.group().getBytes(ISO_8859_1));
        byte[] hash = digest.digest(key.name().getBytes(ISO_8859_1));
        return ByteBuffer.wrap(hash).getInt() >>> (Integer.SIZE - bits);
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-1", e);
        }
    }

    long lastChange(int slot) {
        return changes[slot];
    }

    /// Notes a change in a slot, unless a later one is known.
    void changed(int slot, long number) {
        changes[slot] = Math.max(changes[slot], number);
    }

    /// Notes that any key may have changed.
    void allChanged(long number) {
        Arrays.setAll(changes, slot -> Math.max(changes[slot], number));
    }

    /// The numbers of all slots, each in 8 bytes, the least significant first.
    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(changes.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(changes);
        return bytes.array();
    }
}
