package dev.aloft.server.tachyon;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.QuotedCSV;

/// Determines from a client's headers the formats that it accepts, beyond those that every client does.
///
/// `Accept` must name the format; wildcards are ignored, because old clients send them, too. `X-WebP`, of any value,
/// is Tachyon's header of the same meaning, set by a CDN.
final class Offers {

    static final String X_WEBP = "X-WebP";

    /// The request headers that [#of] reads.
    static final String VARY = "Accept, " + X_WEBP;

    private Offers() {}

    static List<Format> of(HttpFields headers, PictureSettings settings) {
        String xWebp = headers.get(X_WEBP);
        if (settings.compatibility() == Compatibility.STRICT) {
            return xWebp == null ? List.of() : List.of(Format.WEBP);
        }
        boolean webp = xWebp != null && !xWebp.equals("0") && !xWebp.equals("false");
        List<Format> offers = new ArrayList<>();
        QuotedCSV accept = new QuotedCSV(false);
        headers.getValuesList(HttpHeader.ACCEPT).forEach(accept::addValue);
        for (Format format : settings.negotiated()) {
            if (accept.getValues().stream().anyMatch(range -> names(range, format))) {
                offers.add(format);
            }
        }
        if (webp && !offers.contains(Format.WEBP)) {
            offers.add(Format.WEBP);
        }
        return offers;
    }

    /// Returns true if a media range with its parameters names this format and does not refuse it (`q=0`).
    private static boolean names(String range, Format format) {
        String[] parts = range.toLowerCase(Locale.ROOT).split(";", -1);
        boolean named = parts[0].strip().equals(format.mediaType());
        for (int i = 1; i < parts.length; i++) {
            named &= !parts[i].replace(" ", "").matches("q=0(\\.0{0,3})?");
        }
        return named;
    }
}
