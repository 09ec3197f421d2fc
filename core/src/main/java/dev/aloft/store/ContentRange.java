package dev.aloft.store;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The value of a `Content-Range` header of an answer with bytes (RFC 9110 §14.4): `bytes 0-9/100`.
///
/// @param first offset of the first byte, from 0
/// @param last offset of the last byte, inclusive
/// @param size of the whole object, in bytes
public record ContentRange(long first, long last, long size) {

    private static final Pattern SYNTAX = Pattern.compile("(?i:bytes) (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    /// @throws IllegalArgumentException unless `0 <= first <= last < size`
    public ContentRange {
        if (first < 0 || last < first || size <= last) {
            throw new IllegalArgumentException("not a content range: " + first + "-" + last + "/" + size);
        }
    }

    /// Reads a header strictly. Empty for a missing header, another unit, an unknown size (`bytes 0-9/*`), an
    /// unsatisfied range (`bytes */100`) and a range outside the object.
    public static Optional<ContentRange> parse(@Nullable String header) {
        Matcher range = SYNTAX.matcher(header == null ? "" : header.strip());
        if (!range.matches()) {
            return Optional.empty();
        }
        long first = Long.parseLong(range.group(1));
        long last = Long.parseLong(range.group(2));
        long size = Long.parseLong(range.group(3));
        return last < first || size <= last ? Optional.empty() : Optional.of(new ContentRange(first, last, size));
    }

    /// The range of an answer that brings part of an object.
    ///
    /// @param part with both ends known, inside the object
    public static ContentRange of(ByteRange part, long size) {
        return new ContentRange(part.first(), part.last(), size);
    }

    /// The header of an answer of 416.
    public static String unsatisfied(long size) {
        return "bytes */" + size;
    }

    /// The bytes that the answer brings.
    public ByteRange range() {
        return ByteRange.of(first, last);
    }

    /// The value of the header.
    public String header() {
        return "bytes " + first + "-" + last + "/" + size;
    }
}
