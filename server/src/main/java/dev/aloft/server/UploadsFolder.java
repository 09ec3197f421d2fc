package dev.aloft.server;

import dev.aloft.files.FilePath;
import dev.aloft.store.ObjectKey;
import java.util.Optional;

/// The folder that holds a site's uploads: the one place that turns names below it into keys, and keys into names.
///
/// @param top the prefix in the bucket that holds all files of the site
/// @param folder below `top`: [#UPLOADS], or another one that a site has beside it
public record UploadsFolder(FilePath top, FilePath folder) {

    /// WordPress's own folder of uploads. Only its private files can be read by signed URLs.
    public static final FilePath UPLOADS = FilePath.of("uploads");

    /// @throws IllegalArgumentException for the whole prefix
    public UploadsFolder {
        if (folder.isRoot()) {
            throw new IllegalArgumentException("the whole prefix is no folder of uploads");
        }
    }

    /// The folder [#UPLOADS] of a site.
    public static UploadsFolder of(FilePath top) {
        return new UploadsFolder(top, UPLOADS);
    }

    /// True for [#UPLOADS], the only folder whose private files can be read by signed URLs.
    public boolean isStandard() {
        return folder.equals(UPLOADS);
    }

    /// From the bucket's root: `shop/uploads`.
    public FilePath path() {
        return top.resolve(folder.value());
    }

    /// The beginning of all keys in it: `shop/uploads/`.
    public String prefix() {
        return path().value() + "/";
    }

    /// The key of an upload; nothing if no object can have that name.
    ///
    /// @param name below the folder, decoded, without a slash in front: `2026/11/a b.jpg`
    public Optional<ObjectKey> key(String name) {
        try {
            return Optional.of(ObjectKey.of(prefix() + name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// The name of an upload below the folder; nothing for other keys.
    public Optional<String> name(ObjectKey key) {
        String prefix = prefix();
        return key.value().startsWith(prefix) ? Optional.of(key.value().substring(prefix.length())) : Optional.empty();
    }

    /// True if a file lies below it; false for the folder itself.
    public boolean contains(FilePath file) {
        return path().contains(file) && !path().equals(file);
    }
}
