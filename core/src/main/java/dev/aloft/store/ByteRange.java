package dev.aloft.store;

/// A run of bytes of an object, as HTTP's `Range` says it (RFC 9110, 14.1.2), before the object's size is known.
///
/// `first` and `last` are offsets from 0, both inclusive; `last` is [Long#MAX_VALUE] for "to the end". The last n bytes
/// are written as `first = -n`.
public record ByteRange(long first, long last) {

    public ByteRange {
        if (last < 0 || (first >= 0 && last < first)) {
            throw new IllegalArgumentException("not a range of bytes: " + first + " to " + last);
        }
    }

    public static ByteRange of(long first, long last) {
        if (first < 0) {
            throw new IllegalArgumentException("a range cannot begin at " + first);
        }
        return new ByteRange(first, last);
    }

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

    /// The same range in an object of `size` bytes, both ends known.
    ///
    /// @throws StoreException of kind `RANGE` when no byte of the object lies in it
    public ByteRange within(long size) throws StoreException {
        long begin = first < 0 ? Math.max(0, size + first) : first;
        if (begin >= size) {
            throw new StoreException(
                    StoreException.Kind.RANGE, "the range " + header() + " lies outside an object of " + size + " bytes");
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
