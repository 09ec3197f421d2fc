package dev.aloft.backup;

import dev.aloft.store.ObjectKey;
import dev.aloft.store.ObjectVersion;
import dev.aloft.store.ObjectVersion.Written;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The state of one key at a moment, found from its versions as S3 lists them: the newest first. Holds one of them.
///
/// The order of the listing decides, not the timestamps: several versions may have the same second, and an upload in
/// parts has the time at which it began. So a version is the current one if it belongs to the moment and every older
/// one does; an older one from after the moment shows that the version came later than its timestamp says.
final class VersionHistory {

    private final ObjectKey key;
    private final Moment moment;
    private @Nullable ObjectVersion current;
    private boolean incomplete;

    VersionHistory(ObjectKey key, Moment moment) {
        this.key = key;
        this.moment = moment;
    }

    ObjectKey key() {
        return key;
    }

    /// Adds the next older version.
    void add(ObjectVersion version) {
        if (!moment.includes(version.modified())) {
            current = null;
            incomplete |= version.isNull();
        } else if (current == null) {
            current = version;
        }
    }

    /// The version that was current; empty if there was none, or the key was deleted.
    Optional<Written> current() {
        return current instanceof Written written ? Optional.of(written) : Optional.empty();
    }

    /// True if S3 may have dropped the version that was current: one without an id was written or deleted after the
    /// moment, which replaces the one that was there.
    boolean isIncomplete() {
        return incomplete;
    }
}
