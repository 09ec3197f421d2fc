package dev.aloft.server.uploads;

import dev.aloft.store.StoredObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// The headers of an upload. Metadata from S3 is sent only where this class names it.
final class ServedHeaders {

    /// The default for objects without Cache-Control; short, because names of uploads are reused.
    static final String DEFAULT_CACHE_CONTROL = "public, max-age=300";

    private static final String SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e]{1,200}");
    private static final Pattern CODINGS = Pattern.compile("[A-Za-z0-9-]{1,32}(?:, [A-Za-z0-9-]{1,32}){0,3}");
    private static final Pattern NOT_PLAIN = Pattern.compile("[^A-Za-z0-9 ._()+,=@-]");

    private ServedHeaders() {}

    /// Adds the headers of a whole or partial answer.
    static void putAll(HttpFields.Mutable headers, StoredObject object) {
        putVersion(headers, object);
        putCommon(headers);
        String key = object.key().value();
        String name = key.substring(key.lastIndexOf('/') + 1);
        ServedType type = ServedType.of(name, object.contentType());
        headers.put(HttpHeader.CONTENT_TYPE, type.value());
        headers.put(HttpHeader.ACCEPT_RANGES, "bytes");
        Optional.ofNullable(object.contentEncoding())
                .filter(codings -> CODINGS.matcher(codings).matches())
                .ifPresent(codings -> headers.put(HttpHeader.CONTENT_ENCODING, codings));
        if (type.isSvg()) {
            headers.put("Content-Security-Policy", SVG_POLICY);
        }
        if (!type.inline()) {
            headers.put("Content-Disposition", attachment(name));
        }
    }

    /// Adds the validators and Cache-Control.
    private static void putVersion(HttpFields.Mutable headers, StoredObject object) {
        headers.put(HttpHeader.ETAG, object.etag());
        headers.put(
                HttpHeader.LAST_MODIFIED,
                DateGenerator.formatDate(object.modified().toEpochMilli()));
        headers.put(HttpHeader.CACHE_CONTROL, cacheControl(object));
    }

    /// Adds the headers of every answer about uploads.
    static void putCommon(HttpFields.Mutable headers) {
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Cross-Origin-Resource-Policy", "cross-origin");
    }

    private static String cacheControl(StoredObject object) {
        return Optional.ofNullable(object.cacheControl())
                .filter(value -> HEADER_VALUE.matcher(value).matches())
                .orElse(DEFAULT_CACHE_CONTROL);
    }

    /// RFC 6266, with the name repeated as UTF-8 (RFC 8187).
    private static String attachment(String name) {
        String plain = NOT_PLAIN.matcher(name).replaceAll("_");
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + percentEncoded(name);
    }

    private static String percentEncoded(String name) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            boolean attribute = (b >= '0' && b <= '9')
                    || (b >= 'A' && b <= 'Z')
                    || (b >= 'a' && b <= 'z')
                    || b == '.'
                    || b == '-'
                    || b == '_';
            if (attribute) {
                encoded.append((char) b);
            } else {
                encoded.append("%%%02X".formatted(b));
            }
        }
        return encoded.toString();
    }
}
