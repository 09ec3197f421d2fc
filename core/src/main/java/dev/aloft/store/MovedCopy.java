package dev.aloft.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An object as a migration or a [Fallback] has copied it. An upload of the same bytes is none, and what the site makes
/// of a copy by a rename, an edit or new metadata is none either, while the bucket has its fallback.
///
/// The mark of its write says so, see [ObjectUploads], with the time at which the write began: tools that copy objects
/// with all their metadata copy the mark too, and what they make is younger.
///
/// @param begun by the clock of the process that copied it
public record MovedCopy(StoredObject object, Instant begun) {

    /// Limit of the time of a write. A copy that took longer counts as made by another tool.
    static final Duration LONGEST_WRITE = Duration.ofMinutes(1);

    private static final Pattern MARK = Pattern.compile("copy-(\\d{1,11})-.*");

    /// The mark of a write that begins now.
    static String newMark() {
        return "copy-" + Instant.now().getEpochSecond() + "-" + UUID.randomUUID();
    }

    static boolean isMark(@Nullable String mark) {
        return mark != null && MARK.matcher(mark).matches();
    }

    /// Empty for an object that is no such copy.
    static Optional<MovedCopy> of(ReadRequests.Head head) {
        Matcher mark = MARK.matcher(head.mark() == null ? "" : head.mark());
        return mark.matches()
                ? Optional.of(new MovedCopy(head.object(), Instant.ofEpochSecond(Long.parseLong(mark.group(1)))))
                : Optional.empty();
    }

    /// True if the copy was written after its file was deleted: its process ended before it looked again.
    ///
    /// @param deletion mark of the deletion
    public boolean isLeftAfter(StoredObject deletion) {
        Instant written = object.modified().truncatedTo(ChronoUnit.SECONDS);
        return !written.isBefore(deletion.modified().truncatedTo(ChronoUnit.SECONDS))
                && Duration.between(begun, written).abs().compareTo(LONGEST_WRITE) <= 0;
    }
}
