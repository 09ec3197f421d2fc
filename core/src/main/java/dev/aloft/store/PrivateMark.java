package dev.aloft.store;

import java.util.HashMap;
import java.util.Map;

/// The mark of a private file in the user metadata of its object, `x-amz-meta-aloft-private: 1`.
///
/// The mark lies on the object, not in its name, so that a file can become private, and public again, without moving.
public final class PrivateMark {

    public static final String NAME = "aloft-private";
    public static final String VALUE = "1";

    private PrivateMark() {}

    public static boolean isOn(StoredObject object) {
        return VALUE.equals(object.metadata().get(NAME));
    }

    /// The metadata of a file that stays as private as the one that it replaces.
    public static Map<String, String> kept(Map<String, String> metadata, StoredObject replaced) {
        return isOn(replaced) ? with(metadata) : metadata;
    }

    /// This metadata with the mark.
    public static Map<String, String> with(Map<String, String> metadata) {
        Map<String, String> marked = new HashMap<>(metadata);
        marked.put(NAME, VALUE);
        return marked;
    }
}
