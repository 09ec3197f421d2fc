package dev.aloft.server.agent;

import dev.aloft.server.SignedPicture;
import dev.aloft.server.SignedUrl;
import dev.aloft.server.UrlKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Signs the URLs of one site's pictures, without expiry, and of its private files, for a lifetime.
///
/// Expiry is rounded up to a multiple of a sixth of the lifetime. The same file then has the same URL until the next
/// multiple, and browsers reuse it from their cache. For any thread.
final class UrlSigner {

    /// The shortest lifetime that can be requested.
    static final Duration MIN_LIFETIME = Duration.ofMinutes(1);

    /// The longest lifetime that can be requested.
    static final Duration MAX_LIFETIME = Duration.ofDays(30);

    private static final int WINDOWS_IN_A_LIFETIME = 6;

    private final UrlKey key;
    private final InstantSource clock;

    /// @param key what the edge checks signatures with
    UrlSigner(UrlKey key, InstantSource clock) {
        this.key = key;
        this.clock = clock;
    }

    /// The expiry of a URL signed now.
    ///
    /// @throws IllegalArgumentException for a lifetime outside the limits
    Instant expiry(Duration lifetime) {
        if (lifetime.compareTo(MIN_LIFETIME) < 0 || lifetime.compareTo(MAX_LIFETIME) > 0) {
            throw new IllegalArgumentException("a URL is signed for " + MIN_LIFETIME.toSeconds() + " to "
                    + MAX_LIFETIME.toSeconds() + " seconds, not " + lifetime.toSeconds());
        }
        long window = lifetime.toSeconds() / WINDOWS_IN_A_LIFETIME;
        long end = clock.instant().getEpochSecond() + lifetime.toSeconds();
        return Instant.ofEpochSecond(Math.ceilDiv(end, window) * window);
    }

    /// The query that the URL of a file carries.
    ///
    /// @param path below the site's uploads, decoded, without a slash in front
    String query(String path, Instant expires) {
        return SignedUrl.sign(key, path, expires).query();
    }

    /// The query that the URL of a picture carries besides its own.
    ///
    /// @param path of the original, as above
    /// @param query what is asked of it
    String pictureQuery(String path, String query) {
        return SignedPicture.SIGNATURE + "=" + SignedPicture.sign(key, path, query);
    }
}
