package dev.aloft.server.tachyon;

import dev.aloft.image.Parameters;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The parameters of an S3 URL that was signed in advance, among those of a picture. Whether the signature is good S3
/// itself says; until then it gives no leave. Without an algorithm and a credential an S3 may take a request for one
/// that
/// is not signed at all.
///
/// @param query the parameters as S3 takes them, with no others beside
/// @param expires when the leave ends
record Presigned(String query, Instant expires) {

    /// All that can stand in such a URL, in the order in which it is sent on.
    static final List<String> NAMES = List.of(
            "X-Amz-Algorithm",
            "X-Amz-Content-Sha256",
            "X-Amz-Credential",
            "X-Amz-Date",
            "X-Amz-Expires",
            "X-Amz-Security-Token",
            "X-Amz-SignedHeaders",
            "X-Amz-Signature");

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /// Whether a query wants to be judged by such parameters.
    static boolean isIn(Parameters query) {
        return NAMES.stream().anyMatch(name -> query.get(name).isPresent());
    }

    /// Nothing when they are not whole, or cannot be read.
    static Optional<Presigned> of(Parameters query) {
        Optional<String> date = query.get("X-Amz-Date");
        Optional<String> seconds = query.get("X-Amz-Expires").filter(text -> text.matches("\\d{1,7}"));
        boolean isSigned = Stream.of("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature")
                .allMatch(name -> query.get(name).isPresent());
        if (date.isEmpty() || seconds.isEmpty() || !isSigned) {
            return Optional.empty();
        }
        List<String> pairs = new ArrayList<>();
        for (String name : NAMES) {
            query.get(name).ifPresent(value -> pairs.add(name + "=" + encoded(value)));
        }
        try {
            Instant signed = DATE.parse(date.get(), Instant::from);
            return Optional.of(
                    new Presigned(String.join("&", pairs), signed.plusSeconds(Long.parseLong(seconds.get()))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /// How long the URL holds from now, below zero when it did.
    Duration left(Instant now) {
        return Duration.between(now, expires);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
