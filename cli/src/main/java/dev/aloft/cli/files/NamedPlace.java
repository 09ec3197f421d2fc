package dev.aloft.cli.files;

import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/// A file, a directory or the matches of a glob that the command line names.
///
/// @param text as it was given
/// @param base directory that the path begins at: a bucket, the uploads of a site, or one of the local disk
/// @param path below the base, without slashes at either end
/// @param site whose files these are, if any
record NamedPlace(String text, FileRoot base, String path, Optional<SiteConfiguration> site) {

    /// The directory of this name, whether or not there is one.
    FileRoot directory() {
        return directory(path);
    }

    private FileRoot directory(String below) {
        return below.isEmpty() ? base : base.below(below);
    }

    /// The directory above.
    FileRoot parent() {
        return directory(path.substring(0, Math.max(0, path.lastIndexOf('/'))));
    }

    /// The last part of the path.
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// True if it can only be a directory, or is one.
    boolean isDirectory() throws IOException {
        return path.isEmpty() || PlaceText.isDirectory(text) || directory().hasDirectory("");
    }

    /// The glob that the path is from its first segment with a special character on; empty for a path that means
    /// itself. The name of a file or directory that exists is no glob.
    Optional<String> glob() throws IOException {
        int start = globStart();
        return start < 0 || exists() ? Optional.empty() : Optional.of(path.substring(start));
    }

    private boolean exists() throws IOException {
        return switch (base) {
            case LocalRoot local -> Files.exists(Path.of(local.shown(path)), LinkOption.NOFOLLOW_LINKS);
            case BucketRoot bucket ->
                isKey(bucket) && (file().isPresent() || directory().hasDirectory(""));
        };
    }

    /// False for a glob that cannot be a key.
    private boolean isKey(BucketRoot bucket) {
        try {
            ObjectKey _ = bucket.key(path);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private int globStart() {
        int special = 0;
        while (special < path.length() && "*?[{\\".indexOf(path.charAt(special)) < 0) {
            special++;
        }
        return special == path.length() ? -1 : path.lastIndexOf('/', special) + 1;
    }

    /// The directory that the glob's matches lie below.
    private FileRoot globRoot() {
        return directory(path.substring(0, Math.max(0, globStart() - 1)));
    }

    /// The files that the place names.
    ///
    /// @param recursive true to take a directory as everything below it
    /// @throws Failure if there is nothing of this name, or a directory must not be taken
    Selection select(boolean recursive, NameFilter filter) throws IOException, Failure {
        Optional<String> glob = glob();
        if (glob.isPresent()) {
            return matches(glob.get(), recursive, filter);
        }
        Optional<Selection> file = file();
        if (file.isPresent()) {
            return file.get();
        }
        FileRoot directory = existingDirectory();
        if (!recursive) {
            throw new Failure(Failure.Code.USAGE, text + " is a directory", "add --recursive for all that is below it");
        }
        return Selection.tree(directory, filter);
    }

    /// The files that match the place's glob.
    ///
    /// @param below true for everything below matching directories, too
    Selection matches(String glob, boolean below, NameFilter filter) throws Failure {
        try {
            return Selection.matching(globRoot(), glob, below, filter);
        } catch (PatternSyntaxException e) {
            throw new Failure(
                    Failure.Code.USAGE,
                    text + " is not a glob: " + e.getDescription(),
                    "write a backslash before a special character that means itself",
                    e);
        }
    }

    /// @throws Failure for a local symbolic link: a command that deletes would delete what the link leads to
    NamedPlace requireNoLink() throws Failure {
        if (base instanceof LocalRoot && Files.isSymbolicLink(Path.of(base.shown(path)))) {
            throw new Failure(
                    Failure.Code.USAGE,
                    text + " is a symbolic link, which aloft mv and aloft rm do not follow",
                    "name what it leads to, or delete the link with rm");
        }
        return this;
    }

    /// The one file that the place names, if there is one. A local symbolic link on the command line is followed.
    Optional<Selection> file() throws IOException {
        if (path.isEmpty() || PlaceText.isDirectory(text)) {
            return Optional.empty();
        }
        if (parent().find(name()).isPresent()) {
            return Optional.of(Selection.file(parent(), name()));
        }
        if (base instanceof LocalRoot && Files.isRegularFile(Path.of(base.shown(path)))) {
            Path real = Path.of(base.shown(path)).toRealPath();
            Path folder = Objects.requireNonNull(real.getParent(), "a file has a directory");
            return Optional.of(Selection.file(
                    new LocalRoot(folder, folder + "/"), real.getFileName().toString()));
        }
        return Optional.empty();
    }

    /// @throws Failure if there is no such directory
    FileRoot existingDirectory() throws IOException, Failure {
        FileRoot directory = directory();
        if (!directory.hasDirectory("")) {
            throw missing();
        }
        return directory;
    }

    Failure missing() {
        return new Failure(
                Failure.Code.MISSING, "there is no " + text, "check the name; aloft ls lists the directory above it");
    }
}
