package dev.aloft.server.objectcache;

import dev.aloft.server.redis.RedisConnection.Reply;
import java.util.List;

/// The last changes on the fleet's server that this host knows. It asks for those since the latest that it knows, so
/// that an exchange transfers few of them. Safe for many threads.
final class KnownChanges {

    /// Stands for a change of any key, in the place of a key's digest.
    private static final String ANY_KEY = "*";

    private static final int HEX = 16;
    private static final int DIGITS = 4;

    /// Bits of a slot here, more than of one in the table that clients get.
    private static final int BITS = 14;

    private final ChangeTable table = new ChangeTable(ChangeTable.BITS);
    private final ChangeTable fine = new ChangeTable(BITS);
    private long at = -1;

    /// State of the server at one moment.
    ///
    /// @param generation the number of the last flush of everything
    /// @param last the number of the last change
    record State(long generation, long last) {}

    /// The slot of a key, for [#lastChange].
    static int slot(EntryKey key) {
        return ChangeTable.slot(key, BITS);
    }

    /// The number of the latest change.
    synchronized long at() {
        return at;
    }

    /// The number of the last change in a slot.
    synchronized long lastChange(int slot) {
        return fine.lastChange(slot);
    }

    /// Learns from the server.
    ///
    /// @param changes the generation, the number of the last change, 1 if any key may have changed, and the changed
    ///     keys: the digest of each with its number
    synchronized State learn(List<Reply> changes) {
        long last = Long.parseLong(changes.get(1).toString());
        if (changes.get(2) instanceof Reply.Count(long any) && any == 1) {
            allChanged(last);
            at = last; // also if it is lower: of another server, whose clock is behind
        } else if (changes.get(3) instanceof Reply.Items(List<Reply> keys)) {
            for (int i = 0; i + 1 < keys.size(); i += 2) {
                changed(keys.get(i).toString(), (long)
                        Double.parseDouble(keys.get(i + 1).toString()));
            }
        }
        at = Math.max(at, last);
        return new State(Long.parseLong(changes.getFirst().toString()), last);
    }

    /// Writes the result of the command: a line and the table.
    synchronized void write(State state, CommandResults results) {
        results.line("changes", state.generation(), state.last(), ChangeTable.BYTES);
        results.value(table.bytes());
    }

    private void changed(String digest, long number) {
        if (digest.equals(ANY_KEY)) {
            allChanged(number);
        } else if (digest.length() > DIGITS) {
            int bits = Integer.parseInt(digest.substring(0, DIGITS), HEX) << 16;
            table.changed(bits >>> (32 - ChangeTable.BITS), number);
            fine.changed(bits >>> (32 - BITS), number);
        }
    }

    private void allChanged(long number) {
        table.allChanged(number);
        fine.allChanged(number);
    }
}
