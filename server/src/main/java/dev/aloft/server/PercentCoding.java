package dev.aloft.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Percent-encoding as paths of URLs have it (RFC 3986, 2.1), over UTF-8. Read here and nowhere else, so that agent and
/// edge cannot mean two files by one path.
public final class PercentCoding {

    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";

    private PercentCoding() {}

    /// Encodes everything but slashes and what RFC 3986 calls unreserved.
    public static String encode(String text) {
        StringBuilder written = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (PLAIN.indexOf(c) >= 0) {
                written.append(c);
            } else {
                written.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return written.toString();
    }

    /// Decodes once; a plus sign stays one.
    ///
    /// @throws CharacterCodingException when a percent sign has no two hexadecimal digits behind it, or the
    ///     bytes are no UTF-8
    public static String decode(String written) throws CharacterCodingException {
        if (written.indexOf('%') < 0) {
            return written;
        }
        byte[] given = written.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(given.length);
        for (int i = 0; i < given.length; i++) {
            if (given[i] != '%') {
                bytes.write(given[i]);
                continue;
            }
            boolean whole = i + 2 < given.length;
            int high = whole ? Character.digit(given[i + 1], 16) : -1;
            int low = whole ? Character.digit(given[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new CharacterCodingException();
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes.toByteArray()))
                .toString();
    }
}
