package dev.aloft.nio;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The model: what a tree of files on objects is, in forty lines. A directory is there where it was made or where
/// anything lies below. For one thread.
final class ReferenceTree {

    /// Contents by path; a directory that was made has none, and ends in a slash.
    private final TreeMap<String, String> objects = new TreeMap<>();

    /// Directories below which something was removed, and which were not removed since.
    private final Set<String> emptied = new HashSet<>();

    boolean isFile(String path) {
        return objects.containsKey(path);
    }

    boolean isDirectory(String path) {
        return path.isEmpty() || objects.keySet().stream().anyMatch(k -> k.startsWith(path + "/"));
    }

    boolean exists(String path) {
        return isFile(path) || isDirectory(path);
    }

    boolean hasEntries(String path) {
        return objects.keySet().stream().anyMatch(k -> k.startsWith(path + "/") && !k.equals(path + "/"));
    }

    /// The names of a directory's entries, in order.
    List<String> names(String path) {
        return objects.keySet().stream()
                .filter(k -> k.startsWith(path + "/") && k.length() > path.length() + 1)
                .map(k -> k.substring(path.length() + 1).replaceFirst("/.*", ""))
                .distinct()
                .sorted()
                .toList();
    }

    @Nullable
    String content(String path) {
        return objects.get(path);
    }

    void write(String path, String content) {
        objects.put(path, content);
    }

    /// Makes it, and those above it that are not there.
    void makeDirectory(String path) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (!isDirectory(path.substring(0, slash))) {
                objects.put(path.substring(0, slash + 1), "");
            }
        }
        objects.put(path + "/", "");
    }

    /// True if it can be removed although nothing is there.
    boolean hasEnded(String path) {
        return !exists(path) && emptied.contains(path);
    }

    void delete(String path) {
        objects.remove(path);
        objects.remove(path + "/");
        emptied.remove(path);
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            emptied.add(path.substring(0, slash));
        }
    }

    void deleteTree(String path) {
        objects.keySet().removeIf(k -> k.equals(path) || k.startsWith(path + "/"));
        delete(path);
    }

    void moveTree(String from, String to) {
        Map<String, String> moved = new TreeMap<>();
        objects.forEach((key, content) -> {
            if (key.equals(from) || key.startsWith(from + "/")) {
                moved.put(to + key.substring(from.length()), content);
            }
        });
        deleteTree(from);
        objects.putAll(moved);
    }

    /// Every path with what it holds, in order: `a/b=content`, `a/`.
    List<String> snapshot() {
        TreeMap<String, String> all = new TreeMap<>();
        objects.forEach((key, content) -> {
            for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
                all.put(key.substring(0, slash + 1), "");
            }
            if (!key.endsWith("/")) {
                all.put(key, "=" + content);
            }
        });
        List<String> lines = new ArrayList<>();
        all.forEach((key, content) -> lines.add(key + content));
        return lines.stream().sorted().toList();
    }
}
