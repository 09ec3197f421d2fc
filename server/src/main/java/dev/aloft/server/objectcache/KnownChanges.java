package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.aloft.server.redis.RedisConnection.Reply;
import java.util.List;

/// The last changes on the fleet's server that this host knows. It asks for those since the latest that it knows, so
/// that an exchange transfers few of them. Safe for many threads.
final class KnownChanges {

    /// Stands for a change of any key, in the place of a key's digest.
    private static final String ANY_KEY = "*";

    private static final int HEX = 16;
    private static final int DIGITS = 3;

    private final ChangeTable table = new ChangeTable();
    private long at = -1;

    /// The number of the latest change.
    synchronized long at() {
        return at;
    }

    /// Learns from the server, and returns the result of the command: a line and the table.
    ///
    /// @param changes the generation, the number of the last change, 1 if any key may have changed, and the changed
    ///     keys: the digest of each with its number
    synchronized List<byte[]> result(List<Reply> changes) {
        long last = Long.parseLong(changes.get(1).toString());
        if (changes.get(2) instanceof Reply.Count(long any) && any == 1) {
            table.allChanged(last);
            at = last; // also if it is lower: of another server, whose clock is behind
        } else if (changes.get(3) instanceof Reply.Items(List<Reply> keys)) {
            for (int i = 0; i + 1 < keys.size(); i += 2) {
                changed(keys.get(i).toString(), (long)
                        Double.parseDouble(keys.get(i + 1).toString()));
            }
        }
        at = Math.max(at, last);
        String line = "changes " + changes.getFirst() + " " + last + " " + ChangeTable.BYTES + "\n";
        return List.of(line.getBytes(US_ASCII), table.bytes());
    }

    private void changed(String digest, long number) {
        if (digest.equals(ANY_KEY)) {
            table.allChanged(number);
        } else if (digest.length() > DIGITS) {
            table.changed(Integer.parseInt(digest.substring(0, DIGITS), HEX) >> 1, number);
        }
    }
}
