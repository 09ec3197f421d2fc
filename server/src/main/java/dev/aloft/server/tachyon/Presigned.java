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

/// The parameters of a presigned S3 URL among those of a picture. Only S3 verifies the signature; until then it
/// permits nothing. The algorithm and the credential are required, because some S3 servers treat a request without
/// them as unsigned.
///
/// @param query only the parameters for S3
/// @param expires end of the permission
record Presigned(String query, Instant expires) {

    /// The parameters of such a URL, in the order in which they are forwarded.
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

    /// Returns true if a query has any of these parameters.
    static boolean isIn(Parameters query) {
        return NAMES.stream().anyMatch(name -> query.get(name).isPresent());
    }

    /// Empty if a required parameter is missing or invalid.
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

    /// The remaining lifetime of the URL; negative if it has expired.
    Duration left(Instant now) {
        return Duration.between(now, expires);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
