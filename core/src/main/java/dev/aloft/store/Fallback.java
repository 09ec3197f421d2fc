package dev.aloft.store;

import dev.aloft.local.LocalEntry;
import dev.aloft.local.LocalFolder;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// A local folder with files that are not in S3 yet. It is only read.
///
/// A file is alive until the site deletes it: then S3 gets a mark, an empty object below `deletions`, which is valid
/// for the local file unless that is written anew.
///
/// @param folder contains the files
/// @param prefix of the keys that its files have: `shop/uploads/`
/// @param deletions prefix of the marks: `shop/migration/deleted/uploads/`
/// @param headers of the object that a file becomes
public record Fallback(
        LocalFolder folder, String prefix, String deletions, Function<ObjectKey, ObjectHeaders> headers) {

    /// ETags of files that are listed and not in S3 begin so.
    private static final String TAG = "\"local-";

    /// @throws IllegalArgumentException for a prefix without a slash at its end
    public Fallback {
        if (!prefix.endsWith("/") || !deletions.endsWith("/")) {
            throw new IllegalArgumentException("a prefix ends with a slash: " + prefix + ", " + deletions);
        }
    }

    /// The file of a key.
    Optional<LocalEntry> find(ObjectKey key) throws IOException {
        String value = key.value();
        return value.startsWith(prefix) && !value.endsWith("/")
                ? folder.find(value.substring(prefix.length()))
                : Optional.empty();
    }

    /// The mark of a key's deletion.
    ///
    /// @param key of a file that was found
    ObjectKey deletion(ObjectKey key) {
        return ObjectKey.of(deletions + key.value().substring(prefix.length()));
    }

    /// True if the folder may have files whose keys begin so.
    boolean covers(String start) {
        return start.startsWith(prefix);
    }

    /// True if this listed object is a file that was not in S3.
    static boolean isLocal(StoredObject listed) {
        return listed.etag().startsWith(TAG);
    }

    /// A file as an object of a listing.
    StoredObject listed(LocalEntry file) {
        String etag = TAG + file.size() + "-" + file.modified().toEpochMilli() + "\"";
        return new StoredObject(ObjectKey.of(prefix + file.name()), file.size(), etag, file.modified(), null, null);
    }

    /// Files, and directories with a slash at the end of their names, whose keys begin so, in the order of the keys.
    /// Those of one directory, or all below it.
    List<LocalEntry> list(ListQuery query) throws IOException {
        String below = query.prefix().substring(prefix.length());
        String directory = below.substring(0, Math.max(0, below.lastIndexOf('/')));
        List<LocalEntry> entries = new ArrayList<>();
        try {
            if (query.byDirectory()) {
                entries.addAll(folder.list(directory));
            } else {
                LocalFolder.Walk walk = folder.walk(directory);
                for (LocalEntry file = walk.next(); file != null; file = walk.next()) {
                    entries.add(file);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        entries.removeIf(entry -> !entry.name().startsWith(below) || !isListed(entry));
        return entries;
    }

    /// True if a file below a directory fulfils a condition. Reads no further than to the first.
    ///
    /// @param start of its key, with a slash at its end
    boolean hasFile(String start, Predicate<LocalEntry> condition) throws IOException {
        String directory = start.substring(prefix.length()).replaceFirst("/$", "");
        try {
            LocalFolder.Walk walk = folder.walk(directory);
            for (LocalEntry file = walk.next(); file != null; file = walk.next()) {
                if (isListed(file) && condition.test(file)) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchFileException | NotDirectoryException e) {
            return false;
        }
    }

    private boolean isListed(LocalEntry entry) {
        return (entry.isFile() || entry.kind() == LocalEntry.Kind.DIRECTORY)
                && S3Requests.key(prefix + entry.name()).isPresent();
    }
}
