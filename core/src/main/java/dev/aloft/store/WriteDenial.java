package dev.aloft.store;

import dev.aloft.store.Health.Trouble;
import dev.aloft.store.StoreException.Kind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The last write of one tenant that S3 refused because of permissions or credentials.
///
/// It is remembered for [#LIMIT] or until a write of the tenant succeeds, so that the tenant's next open for writing
/// fails before any byte is taken. Other tenants have other prefixes and other permissions; they are not affected.
/// Safe for many threads.
final class WriteDenial {

    static final Duration LIMIT = Duration.ofSeconds(5);

    private final InstantSource clock;
    private volatile @Nullable Trouble denied;

    WriteDenial(InstantSource clock) {
        this.clock = clock;
    }

    /// Notes how a write failed.
    void failed(StoreException e) {
        if (e.kind() == Kind.CREDENTIALS || e.kind() == Kind.DENIED) {
            denied = new Trouble(e.kind(), String.valueOf(e.getMessage()), clock.instant());
        }
    }

    void succeeded() {
        denied = null;
    }

    /// The refusal, as long as it is remembered.
    Optional<StoreException> problem() {
        return Optional.ofNullable(denied)
                .filter(refusal -> clock.instant().isBefore(refusal.since().plus(LIMIT)))
                .map(Trouble::again);
    }
}
