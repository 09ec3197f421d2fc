package dev.aloft.server.objectcache;

/// The key of a cached value: any bytes, one per character, in a group that is flushed as a whole.
record EntryKey(String group, String name) {

    /// The longest group or name, in bytes.
    static final int MAX_BYTES = 4 << 10;

    /// @throws IllegalArgumentException for a group or name that is too long
    EntryKey {
        requireLength(group);
        requireLength(name);
    }

    /// @throws IllegalArgumentException for a group or name that is too long
    static void requireLength(String text) {
        if (text.length() > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a group and a key have at most " + MAX_BYTES + " bytes each, not " + text.length());
        }
    }

    int bytes() {
        return group.length() + name.length();
    }
}
