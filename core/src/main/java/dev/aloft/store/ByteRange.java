package dev.aloft.store;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A run of bytes of an object, as HTTP's `Range` says it (RFC 9110, 14.1.2), before the object's size is known.
///
/// `first` and `last` are offsets from 0, both inclusive; `last` is [Long#MAX_VALUE] for "to the end". The last n
/// bytes are written as `first = -n`.
public record ByteRange(long first, long last) {

    private static final Pattern RANGE = Pattern.compile("(?i:bytes)=(\\d{0,18})-(\\d{0,18})");

    /// @throws IllegalArgumentException when `last` is negative, or lies before a `first` that is an offset
    public ByteRange {
        if (last < 0 || (first >= 0 && last < first)) {
            throw new IllegalArgumentException("not a range of bytes: " + first + " to " + last);
        }
    }

    /// The bytes from `first` to `last`, offsets from 0, both inclusive.
    ///
    /// @throws IllegalArgumentException for a negative `first`, or a `last` before it
    public static ByteRange of(long first, long last) {
        if (first < 0) {
            throw new IllegalArgumentException("a range cannot begin at " + first);
        }
        return new ByteRange(first, last);
    }

    /// The bytes from an offset to the object's end.
    ///
    /// @throws IllegalArgumentException for a negative offset
    public static ByteRange from(long first) {
        return of(first, Long.MAX_VALUE);
    }

    /// The last `count` bytes, or all of a smaller object.
    public static ByteRange suffix(long count) {
        if (count <= 0) {
            throw new IllegalArgumentException("not a count of bytes: " + count);
        }
        return new ByteRange(-count, Long.MAX_VALUE);
    }

    /// Reads a `Range` header of one range. Anything else (no header, several ranges, another unit, a malformed
    /// one) is nothing, and the range is the whole object, as in RFC 9110.
    public static Optional<ByteRange> parse(@Nullable String header) {
        Matcher range = RANGE.matcher(header == null ? "" : header.strip());
        if (!range.matches()) {
            return Optional.empty();
        }
        String first = range.group(1);
        String last = range.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() || Long.parseLong(last) == 0
                    ? Optional.empty()
                    : Optional.of(suffix(Long.parseLong(last)));
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
        return to < from ? Optional.empty() : Optional.of(of(from, to));
    }

    /// The same range in an object of `size` bytes, both ends known.
    ///
    /// @throws StoreException of kind `RANGE` when no byte of the object lies in it
    public ByteRange within(long size) throws StoreException {
        long begin = first < 0 ? Math.max(0, size + first) : first;
        if (begin >= size) {
            throw new StoreException(
                    StoreException.Kind.RANGE,
                    "the range " + header() + " lies outside an object of " + size + " bytes");
        }
        return new ByteRange(begin, Math.min(last, size - 1));
    }

    /// The number of bytes, of a range whose ends are known.
    public long length() {
        if (first < 0 || last == Long.MAX_VALUE) {
            throw new IllegalStateException("the length of " + header() + " depends on the object's size");
        }
        return last - first + 1;
    }

    /// The value of the `Range` header.
    public String header() {
        if (first < 0) {
            return "bytes=" + first;
        }
        return "bytes=" + first + "-" + (last == Long.MAX_VALUE ? "" : last);
    }
}
