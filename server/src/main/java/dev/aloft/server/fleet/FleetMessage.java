package dev.aloft.server.fleet;

import dev.aloft.store.ObjectKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A message of the bus, in one line of text: the kind, the origin, the sequence, the time, and of a change also the
/// bucket and the key.
///
/// @param origin identifies the process that sends it
/// @param sequence of a change: its number, one more than that of the origin's change before; of another message:
///     the number of the last change
/// @param sentAt milliseconds since 1970 by the clock of the origin
/// @param change null unless the kind is [Kind#CHANGE]
record FleetMessage(
        Kind kind,
        String origin,
        long sequence,
        long sentAt,
        @Nullable Change change) {

    /// An object that was written or deleted, or may have been.
    record Change(String bucket, ObjectKey key) {}

    enum Kind {
        CHANGE,
        /// The origin runs, and has sent all changes up to the number.
        ALIVE,
        /// The origin stops, and will change nothing more.
        LEAVING,
        /// Any object may have changed; sent by commands, which are no members of the fleet.
        UNKNOWN
    }

    /// Empty for a text that is no message.
    static Optional<FleetMessage> parse(String text) {
        String[] words = text.split(" ", 6);
        try {
            Kind kind = Kind.valueOf(words[0]);
            Change change = kind == Kind.CHANGE ? new Change(words[4], ObjectKey.of(words[5])) : null;
            return Optional.of(
                    new FleetMessage(kind, words[1], Long.parseLong(words[2]), Long.parseLong(words[3]), change));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    String text() {
        String head = kind + " " + origin + " " + sequence + " " + sentAt;
        return change == null
                ? head
                : head + " " + change.bucket() + " " + change.key().value();
    }
}
