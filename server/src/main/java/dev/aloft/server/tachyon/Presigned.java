package dev.aloft.server.tachyon;

import dev.aloft.image.Parameters;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// What the parameters of an S3 URL that was signed in advance say of its time (`X-Amz-Date`, `X-Amz-Expires`). Their
/// signature is nobody's business here: the original is read with the server's own leave.
final class Presigned {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private Presigned() {}

    /// How long the URL holds from now, below zero when it did; nothing when it says nothing that can be read.
    static Optional<Duration> left(Parameters query, Instant now) {
        Optional<String> date = query.get("X-Amz-Date");
        Optional<String> expires = query.get("X-Amz-Expires").filter(seconds -> seconds.matches("\\d{1,7}"));
        if (date.isEmpty() || expires.isEmpty()) {
            return Optional.empty();
        }
        try {
            Instant signed = DATE.parse(date.get(), Instant::from);
            return Optional.of(Duration.between(now, signed.plusSeconds(Long.parseLong(expires.get()))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
