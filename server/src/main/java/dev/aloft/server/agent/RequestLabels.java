package dev.aloft.server.agent;

import dev.aloft.files.WriteHeaders;
import dev.aloft.store.PrivateMark;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// The headers stored with a written file: `Content-Type`, `Cache-Control` and `Aloft-Private: 1`.
/// The mark of a private file is stored with its bytes, so it is never there without.
final class RequestLabels {

    private static final int MAX_CACHE_CONTROL = 200;
    private static final String DIRECTIVE = "[A-Za-z][A-Za-z-]*(?:=(?:\\d{1,10}|\"[\\w ,-]*\"))?";
    private static final Pattern DIRECTIVES = Pattern.compile(DIRECTIVE + "(?: *, *" + DIRECTIVE + ")*");

    private RequestLabels() {}

    /// @throws IllegalArgumentException when a header is malformed
    static WriteHeaders of(HttpFields headers) {
        String cacheControl = headers.get(HttpHeader.CACHE_CONTROL);
        if (cacheControl != null
                && (cacheControl.length() > MAX_CACHE_CONTROL
                        || !DIRECTIVES.matcher(cacheControl).matches())) {
            throw new IllegalArgumentException("Cache-Control of a file is a list of directives, in at most "
                    + MAX_CACHE_CONTROL + " characters, not " + cacheControl);
        }
        return new WriteHeaders(
                headers.get(HttpHeader.CONTENT_TYPE),
                cacheControl,
                isPrivate(headers) ? PrivateMark.with(Map.of()) : Map.of());
    }

    /// True for a file that is to be private.
    ///
    /// @throws IllegalArgumentException when the header is malformed
    static boolean isPrivate(HttpFields headers) {
        String mark = headers.get("Aloft-Private");
        if (mark != null && !mark.equals(PrivateFiles.MARK)) {
            throw new IllegalArgumentException("Aloft-Private can only be " + PrivateFiles.MARK + ", not " + mark);
        }
        return mark != null;
    }
}
