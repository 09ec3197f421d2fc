package dev.aloft.server.cache;

import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpDateTime;
import org.jspecify.annotations.Nullable;

/// A date as HTTP writes it (RFC 9110, 5.6.7), in any case of letters, and in no other form: what is nearly a date
/// would keep an answer fresh that its origin never said was.
final class HttpDate {

    private static final Pattern FORMS = Pattern.compile(
            "[a-z]{3}, \\d\\d [a-z]{3} \\d{4} \\d\\d:\\d\\d:\\d\\d gmt"
                    + "|[a-z]{6,9}, \\d\\d-[a-z]{3}-\\d\\d \\d\\d:\\d\\d:\\d\\d gmt"
                    + "|[a-z]{3} [a-z]{3} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\d{4}",
            Pattern.CASE_INSENSITIVE);

    private HttpDate() {}

    /// In milliseconds; -1 for none.
    static long millis(@Nullable String date) {
        return date == null || !FORMS.matcher(date).matches() ? -1 : HttpDateTime.parseToEpoch(date);
    }
}
