package dev.aloft.server;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Permission to read one private upload until an instant, in the query of its URL:
/// `?aloft-expires=1764288000&aloft-signature=…`. The holder of a site's secret signs, and the edge verifies.
///
/// The signed text names the site ([UrlKey]), the upload's path below its uploads, decoded (`2026/11/a b.pdf`), and the
/// moment, so that it makes no difference by which host, upload path or spelling the URL names the file. The signature
/// is HMAC-SHA256, in base64url without padding.
///
/// The edge answers a request for an object with a [dev.aloft.store.PrivateMark] that is not signed as if there were
/// no such file.
///
/// @param path below the site's uploads, decoded, without a slash in front
/// @param expires in whole seconds; from this instant on the URL is invalid
/// @param signature as written in the URL
public record SignedUrl(String path, Instant expires, String signature) {

    private static final String PURPOSE = "aloft upload 2";
    private static final Pattern EXPIRES = Pattern.compile("(?:^|&)aloft-expires=(\\d{1,12})(?=&|$)");
    private static final Pattern SIGNATURE = Pattern.compile("(?:^|&)aloft-signature=([A-Za-z0-9_-]{43})(?=&|$)");

    /// Signs.
    ///
    /// @param expires fractions of a second are cut off
    public static SignedUrl sign(UrlKey key, String path, Instant expires) {
        Instant second = Instant.ofEpochSecond(expires.getEpochSecond());
        return new SignedUrl(path, second, key.sign(PURPOSE, asked(second), path));
    }

    /// The signature of a request; nothing unless its query has both parameters.
    ///
    /// @param path of the request, below the uploads, decoded
    /// @param query as it stands in the URL
    public static Optional<SignedUrl> of(String path, @Nullable String query) {
        Matcher expires = EXPIRES.matcher(query == null ? "" : query);
        Matcher signature = SIGNATURE.matcher(query == null ? "" : query);
        if (!expires.find() || !signature.find()) {
            return Optional.empty();
        }
        Instant moment = Instant.ofEpochSecond(Long.parseLong(expires.group(1)));
        return Optional.of(new SignedUrl(path, moment, signature.group(1)));
    }

    /// The query that the URL carries, without its question mark. It needs no escaping in a URL.
    public String query() {
        return "aloft-expires=" + expires.getEpochSecond() + "&aloft-signature=" + signature;
    }

    /// Verifies the signature and the expiry. Takes as long for a wrong signature as for a right one.
    public boolean isValid(UrlKey key, Instant now) {
        return key.isSigned(PURPOSE, asked(expires), path, signature) && now.isBefore(expires);
    }

    private static String asked(Instant expires) {
        return Long.toString(expires.getEpochSecond());
    }
}
