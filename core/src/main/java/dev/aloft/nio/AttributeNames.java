package dev.aloft.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The attributes that [java.nio.file.Files#readAttributes(java.nio.file.Path, String, java.nio.file.LinkOption...)]
/// asks for: `size,lastModifiedTime`, `basic:*`, `user:title`.
///
/// @param view `basic` or `user`
/// @param names the attributes, or `*` for all
record AttributeNames(String view, List<String> names) {

    private static final Set<String> TIMES = Set.of("lastModifiedTime", "lastAccessTime", "creationTime");

    /// @throws UnsupportedOperationException for a view that there is none of
    /// @throws IllegalArgumentException for no name at all
    static AttributeNames parse(String text) {
        int colon = text.indexOf(':');
        String view = colon < 0 ? "basic" : text.substring(0, colon);
        if (!view.equals("basic") && !view.equals("user")) {
            throw new UnsupportedOperationException(
                    "no view \"" + view + "\" of a file in S3; there are basic and user");
        }
        List<String> names = Arrays.asList(text.substring(colon + 1).split(","));
        if (names.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("no attributes in \"" + text + "\"");
        }
        return new AttributeNames(view, names);
    }

    /// @throws IllegalArgumentException for an attribute that the view does not have
    Map<String, @Nullable Object> of(S3Path path) throws IOException {
        if (view.equals("basic")) {
            Map<String, @Nullable Object> _ = some(S3Attributes.DIRECTORY.byName()); // S3 is not asked for nothing
            return some(basic(path));
        }
        return some(user(path));
    }

    private Map<String, @Nullable Object> some(Map<String, @Nullable Object> all) {
        if (names.contains("*")) {
            return Collections.unmodifiableMap(all);
        }
        Map<String, @Nullable Object> some = new LinkedHashMap<>();
        for (String name : names) {
            if (!all.containsKey(name)) {
                throw new IllegalArgumentException("no attribute \"" + name + "\" in the view " + view);
            }
            some.put(name, all.get(name));
        }
        return Collections.unmodifiableMap(some);
    }

    /// Sets the first of the attributes: the view `user` takes bytes.
    ///
    /// @throws UnsupportedOperationException for a time, which S3 sets itself
    /// @throws IllegalArgumentException for an attribute that is not set
    /// @throws ClassCastException for a value of another type
    void set(S3Path path, @Nullable Object value) throws IOException {
        String name = names.getFirst();
        if (view.equals("user")) {
            ByteBuffer bytes = value instanceof byte[] array ? ByteBuffer.wrap(array) : (ByteBuffer) value;
            new S3UserView(path).write(name, Objects.requireNonNull(bytes, "value"));
            return;
        }
        if (!TIMES.contains(name)) {
            throw new IllegalArgumentException("no attribute basic:" + name + " to set");
        }
        FileTime time = (FileTime) value;
        throw new UnsupportedOperationException("S3 sets basic:" + name + " itself, not to " + time);
    }

    private static Map<String, @Nullable Object> basic(S3Path path) throws IOException {
        return path.getFileSystem().operations().attributes(path).byName();
    }

    private static Map<String, @Nullable Object> user(S3Path path) throws IOException {
        S3UserView view = new S3UserView(path);
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        for (String name : view.list()) {
            all.put(name, view.value(name));
        }
        return all;
    }
}
