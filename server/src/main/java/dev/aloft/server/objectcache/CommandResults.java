package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/// The results of one exchange, in the order of its commands: lines of words, each followed by the bytes whose length
/// it states. Holds values by reference.
final class CommandResults {

    private final List<byte[]> pieces = new ArrayList<>();
    private final StringBuilder line = new StringBuilder();
    private long bytesLeft;

    /// @param valueBytes the most bytes of all values, and of keys in lists
    CommandResults(long valueBytes) {
        bytesLeft = valueBytes;
    }

    void line(String word, long... numbers) {
        line.append(word);
        for (long number : numbers) {
            line.append(' ').append(number);
        }
        line.append('\n');
    }

    /// A key of a list, before its result.
    void key(EntryKey key) {
        bytesLeft -= key.bytes();
        line("key", key.group().length(), key.name().length());
        line.append(key.group()).append(key.name());
    }

    /// False if a value of this length exceeds the limit of an exchange.
    boolean hasRoomFor(byte[] value) {
        return hasRoomFor(value.length);
    }

    boolean hasRoomFor(long bytes) {
        return bytes <= bytesLeft;
    }

    /// The result of a `get` that has found a value.
    void hit(CachedEntry entry, long now) {
        line("hit", entry.version(), entry.secondsLeft(now), entry.value().length);
        value(entry.value());
    }

    void value(byte[] value) {
        bytesLeft -= value.length;
        endLines();
        pieces.add(value);
    }

    /// All pieces.
    List<byte[]> pieces() {
        endLines();
        return pieces;
    }

    /// All pieces, after a first line.
    List<byte[]> pieces(String first) {
        endLines();
        pieces.addFirst(first.getBytes(ISO_8859_1));
        return pieces;
    }

    private void endLines() {
        pieces.add(line.toString().getBytes(ISO_8859_1));
        line.setLength(0);
    }
}
