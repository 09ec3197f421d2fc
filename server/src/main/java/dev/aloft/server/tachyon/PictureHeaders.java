package dev.aloft.server.tachyon;

import dev.aloft.image.Compatibility;
import dev.aloft.image.PictureException.Kind;
import dev.aloft.server.cache.Origin;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/// The headers of a picture, and the answers without one.
///
/// @param left remaining lifetime of a presigned URL that S3 accepted; it permits reading private originals
record PictureHeaders(Compatibility compatibility, Optional<Duration> left) {

    /// The time for which clients cache a picture, as in Tachyon: WordPress gives an edited picture a new name.
    static final Duration MAX_AGE = Duration.ofDays(365);

    /// The time for which the edge serves a picture without checking its original.
    static final Duration FRESH_AGE = Duration.ofSeconds(20);

    /// The additional time for which the edge serves it while it checks.
    static final Duration STALE_WHILE_REVALIDATE = Duration.ofSeconds(10);

    /// The additional time while S3 fails or no picture worker is available.
    static final Duration STALE_IF_ERROR = Duration.ofDays(1);

    /// The time for which the edge caches that an original is missing.
    static final Duration NOT_FOUND_AGE = Duration.ofSeconds(5);

    /// The time for which the edge caches that no picture can be made of an original.
    static final Duration REFUSED_AGE = Duration.ofMinutes(1);

    /// Marks an answer that requires a signed request; removed before the answer is sent.
    static final String PRIVATE_FIELD = "Aloft-Private";

    /// Marks an original sent in place of a rendition, with the reason.
    static final String ORIGINAL_FIELD = "Aloft-Original";

    private static final String FOR_CACHE = "Aloft-Cache-Control";

    private static final String NOT_FOUND = "File not found.";

    HttpFields.Mutable of(String etag, OriginalVersion version) {
        HttpFields.Mutable fields = HttpFields.build();
        fields.put(HttpHeader.ETAG, etag);
        fields.put(
                HttpHeader.LAST_MODIFIED,
                DateGenerator.formatDate(version.modified().toEpochMilli()));
        fields.put(HttpHeader.CACHE_CONTROL, "max-age=" + left.orElse(MAX_AGE).toSeconds());
        fields.put(FOR_CACHE, forCache());
        if (version.hidden()) {
            if (left.isEmpty()) {
                fields.put(PRIVATE_FIELD, "1");
            }
            fields.put(HttpHeader.CACHE_CONTROL, "private, no-store");
        }
        if (compatibility != Compatibility.STRICT) {
            fields.put(HttpHeader.VARY, Offers.VARY);
        }
        putCommon(fields);
        fields.put("Content-Security-Policy", "default-src 'none'; sandbox");
        return fields;
    }

    /// For an original sent in place of a rendition. It expires early, because a later attempt may succeed.
    HttpFields.Mutable instead(OriginalVersion version, Kind reason) {
        HttpFields.Mutable fields = of(version.etag(), version);
        if (!version.hidden()) {
            fields.put(HttpHeader.CACHE_CONTROL, "max-age=" + REFUSED_AGE.toSeconds());
        }
        fields.put(FOR_CACHE, "max-age=" + REFUSED_AGE.toSeconds());
        fields.put(ORIGINAL_FIELD, reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        return fields;
    }

    private String forCache() {
        if (left.isPresent()) {
            return "max-age=" + Math.min(left.get().toSeconds(), FRESH_AGE.toSeconds());
        }
        return orWhileFailing(FRESH_AGE);
    }

    private static String orWhileFailing(Duration fresh) {
        return "max-age=%d, stale-while-revalidate=%d, stale-if-error=%d"
                .formatted(fresh.toSeconds(), STALE_WHILE_REVALIDATE.toSeconds(), STALE_IF_ERROR.toSeconds());
    }

    /// Never longer, even while S3 is slow or fails: the original may have been added or changed since.
    private static String noLongerThan(Duration fresh) {
        return "max-age=" + fresh.toSeconds() + ", must-revalidate";
    }

    private static void putCommon(HttpFields.Mutable fields) {
        fields.put("X-Content-Type-Options", "nosniff");
        fields.put("Cross-Origin-Resource-Policy", "cross-origin");
    }

    /// In Tachyon's words.
    static Origin.Answer notFound() {
        return text(HttpStatus.NOT_FOUND_404, NOT_FOUND, false, noLongerThan(NOT_FOUND_AGE));
    }

    /// The same answer to clients, for an original that stays denied while S3 fails.
    static Origin.Answer denied() {
        return text(HttpStatus.NOT_FOUND_404, NOT_FOUND, false, orWhileFailing(NOT_FOUND_AGE));
    }

    /// The reason for having no picture.
    ///
    /// @param hidden whether only a signed request may have it
    static Origin.Answer text(int status, String text, boolean hidden) {
        return text(status, text, hidden, noLongerThan(REFUSED_AGE));
    }

    private static Origin.Answer text(int status, String text, boolean hidden, String forCache) {
        byte[] bytes = text.replaceAll("[<>&]", "?").getBytes(StandardCharsets.UTF_8);
        HttpFields.Mutable fields = HttpFields.build();
        putCommon(fields);
        if (hidden) {
            fields.put(PRIVATE_FIELD, "1");
        }
        fields.put(HttpHeader.CONTENT_TYPE, "text/html; charset=utf-8");
        fields.put(HttpHeader.CONTENT_LENGTH, bytes.length);
        fields.put(HttpHeader.CACHE_CONTROL, "no-store");
        fields.put(FOR_CACHE, forCache);
        return new Origin.Answer(status, fields, bytes.length, new ByteArrayInputStream(bytes));
    }
}
