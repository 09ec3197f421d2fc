package dev.aloft.backup;

import dev.aloft.store.StoredObject;
import java.util.HashMap;
import java.util.Map;

/// The mark of a private file: user metadata that the agent writes, and with which the edge serves the file by signed
/// URLs only.
final class PrivateMark {

    private static final String NAME = "aloft-private";

    private PrivateMark() {}

    static boolean isOn(StoredObject object) {
        return object.metadata().containsKey(NAME);
    }

    /// The metadata of a file that stays as private as the one that it replaces.
    static Map<String, String> kept(Map<String, String> metadata, StoredObject replaced) {
        String mark = replaced.metadata().get(NAME);
        if (mark == null) {
            return metadata;
        }
        Map<String, String> kept = new HashMap<>(metadata);
        kept.put(NAME, mark);
        return kept;
    }
}
