package dev.aloft.store;

import dev.aloft.local.LocalEntry;
import dev.aloft.local.LocalFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The files of a local folder. Links are not followed.
final class FolderFallback extends Fallback {

    private final LocalFolder folder;
    private final Function<ObjectKey, ObjectHeaders> headers;

    FolderFallback(LocalFolder folder, String prefix, String deletions, Function<ObjectKey, ObjectHeaders> headers) {
        super(prefix, deletions);
        this.folder = folder;
        this.headers = headers;
    }

    @Override
    void requireReachable() {
        // it was there when it was opened
    }

    @Override
    Optional<StoredObject> find(ObjectKey key) throws IOException {
        return covers(key.value()) && !key.value().endsWith("/")
                ? folder.find(name(key)).map(file -> object(file, headers.apply(key), file.metadata()))
                : Optional.empty();
    }

    @Override
    InputStream read(StoredObject file, long offset) throws IOException {
        return folder.read(
                new LocalEntry(name(file.key()), LocalEntry.Kind.FILE, file.size(), file.modified()), offset);
    }

    @Override
    Page list(ListQuery query) throws IOException {
        List<StoredObject> files = new ArrayList<>();
        List<String> directories = new ArrayList<>();
        for (LocalEntry entry : entries(query)) {
            String key = prefix() + entry.name();
            if (entry.isFile()) {
                files.add(listed(entry));
            } else if (hasFile(key + "/", _ -> true)) {
                directories.add(key + "/");
            }
        }
        return new Page(files, directories, 0, null);
    }

    /// Those of one directory, or all below it.
    private List<LocalEntry> entries(ListQuery query) throws IOException {
        String below = query.prefix().substring(prefix().length());
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

    @Override
    boolean hasFile(String start, Predicate<StoredObject> condition) throws IOException {
        String directory = start.substring(prefix().length()).replaceFirst("/$", "");
        try {
            LocalFolder.Walk walk = folder.walk(directory);
            for (LocalEntry file = walk.next(); file != null; file = walk.next()) {
                if (isListed(file) && condition.test(listed(file))) {
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
                && S3Requests.key(prefix() + entry.name()).isPresent();
    }

    private StoredObject listed(LocalEntry file) {
        return object(file, null, Map.of());
    }

    private StoredObject object(LocalEntry file, @Nullable ObjectHeaders its, Map<String, String> metadata) {
        return new StoredObject(
                ObjectKey.of(prefix() + file.name()),
                file.size(),
                TAG + file.size() + "-" + file.modified().toEpochMilli() + "\"",
                file.modified(),
                its == null ? null : its.contentType(),
                its == null ? null : its.cacheControl(),
                its == null ? null : its.contentEncoding(),
                metadata);
    }
}
