package dev.aloft.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The name of an object in a bucket, as S3 sees it: slashes have no meaning here.
///
/// A key has between 1 and 1,024 bytes of UTF-8 (S3's limit), no control characters, nothing else that S3's XML
/// cannot carry (U+FFFE, U+FFFF, half a surrogate pair), and none of the segments that some servers fold away or
/// refuse: empty ones (`a//b`), `.` and `..`. One trailing slash is allowed: such a key is a directory's marker.
///
/// Keys are ordered as S3 lists them, by their UTF-8 bytes.
public record ObjectKey(String value) implements Comparable<ObjectKey> {

    /// S3's limit for a key, in bytes of UTF-8.
    public static final int MAX_BYTES = 1024;

    /// @throws IllegalArgumentException with the key, shortened and without control characters, and the rule that
    ///     it breaks
    public ObjectKey {
        String reason = defect(value);
        if (reason != null) {
            throw new IllegalArgumentException("not an object's key: \"" + printable(value) + "\" " + reason);
        }
    }

    /// @throws IllegalArgumentException for a text that cannot be a key
    public static ObjectKey of(String value) {
        return new ObjectKey(value);
    }

    private static @Nullable String defect(String value) {
        if (value.isEmpty()) {
            return "is empty";
        }
        for (int i = 0; i < value.length(); i = value.offsetByCodePoints(i, 1)) {
            int codePoint = value.codePointAt(i);
            if (!allows(codePoint)) {
                return isControl(codePoint) ? "holds a control character" : "holds a code point that is no character";
            }
        }
        if (3L * value.length() > MAX_BYTES && value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return "has more than " + MAX_BYTES + " bytes";
        }
        String path = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return "holds an empty, \".\" or \"..\" segment";
            }
        }
        return null;
    }

    /// True if a key may hold the code point.
    public static boolean allows(int codePoint) {
        return !isControl(codePoint) && !isNoCharacter(codePoint);
    }

    private static boolean isControl(int codePoint) {
        return codePoint < 0x20 || codePoint == 0x7f;
    }

    /// A surrogate that is seen as a code point has lost its other half, and UTF-8 would write `?` in its place.
    private static boolean isNoCharacter(int codePoint) {
        return (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE)
                || codePoint == 0xfffe
                || codePoint == 0xffff;
    }

    private static String printable(String value) {
        String shown = value.length() > 80 ? value.substring(0, 80) + "…" : value;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public int compareTo(ObjectKey other) {
        return Arrays.compareUnsigned(
                value.getBytes(StandardCharsets.UTF_8), other.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return value;
    }
}
