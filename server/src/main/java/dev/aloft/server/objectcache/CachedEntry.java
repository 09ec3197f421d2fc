package dev.aloft.server.objectcache;

/// A cached value.
///
/// @param version the number of the change that stored it
/// @param expires in milliseconds since 1970; 0 for never
@SuppressWarnings("ArrayRecordComponent") // entries are never compared
record CachedEntry(byte[] value, long version, long expires) {

    /// Estimated memory of an entry beside its key and value.
    private static final int OVERHEAD_BYTES = 200;

    boolean isExpired(long now) {
        return expires != 0 && expires <= now;
    }

    /// Seconds until it expires, at least one; 0 for never.
    long secondsLeft(long now) {
        return expires == 0 ? 0 : Math.max(1, (expires - now + 999) / 1000);
    }

    long cost(EntryKey key) {
        return OVERHEAD_BYTES + key.bytes() + (long) value.length;
    }
}
