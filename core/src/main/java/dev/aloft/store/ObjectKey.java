package dev.aloft.store;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The name of an object in a bucket, as S3 sees it: slashes have no meaning here.
///
/// A key has between 1 and 1,024 bytes of UTF-8 (S3's limit), no control characters, and none of the segments that
/// some servers fold away or refuse: empty ones (`a//b`), `.` and `..`. One trailing slash is allowed: such a key is a
/// directory's marker.
public record ObjectKey(String value) implements Comparable<ObjectKey> {

    /// S3's limit for a key, in bytes of UTF-8.
    public static final int MAX_BYTES = 1024;

    public ObjectKey {
        String reason = defect(value);
        if (reason != null) {
            throw new IllegalArgumentException("not an object's key: \"" + printable(value) + "\" " + reason);
        }
    }

    public static ObjectKey of(String value) {
        return new ObjectKey(value);
    }

    private static @Nullable String defect(String value) {
        if (value.isEmpty()) {
            return "is empty";
        }
        if (value.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            return "holds a control character";
        }
        if (value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
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

    private static String printable(String value) {
        String shown = value.length() > 80 ? value.substring(0, 80) + "…" : value;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public int compareTo(ObjectKey other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
