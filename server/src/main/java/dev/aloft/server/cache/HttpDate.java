package dev.aloft.server.cache;

import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpDateTime;
import org.jspecify.annotations.Nullable;

/// A date in one of the formats of HTTP (RFC 9110, 5.6.7), case-insensitive. Nothing else is accepted: a misread date
/// could make a stale answer fresh.
final class HttpDate {

    private static final Pattern FORMS = Pattern.compile(
            "[a-z]{3}, \\d\\d [a-z]{3} \\d{4} \\d\\d:\\d\\d:\\d\\d gmt"
                    + "|[a-z]{6,9}, \\d\\d-[a-z]{3}-\\d\\d \\d\\d:\\d\\d:\\d\\d gmt"
                    + "|[a-z]{3} [a-z]{3} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\d{4}",
            Pattern.CASE_INSENSITIVE);

    private HttpDate() {}

    /// In milliseconds; -1 if missing or invalid.
    static long millis(@Nullable String date) {
        return date == null || !FORMS.matcher(date).matches() ? -1 : HttpDateTime.parseToEpoch(date);
    }
}
