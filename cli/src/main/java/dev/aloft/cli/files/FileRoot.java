package dev.aloft.cli.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// A directory with the files below it: of the local disk, or of a bucket. Safe for many threads.
///
/// Names are paths below it in the form of object keys, without empty, `.` and `..` segments.
sealed interface FileRoot permits LocalRoot, BucketRoot {

    /// All files and markers of directories below the root; no entry for a local directory.
    ///
    /// @param start beginning of the names; empty for all
    Entry.Source walk(String start) throws IOException;

    /// The entries of one directory, their names from the root; directories among them.
    ///
    /// @param directory empty for the root itself, else without a slash at its end
    Entry.Source list(String directory) throws IOException;

    /// Looks up a file; empty for anything else.
    Optional<Entry> find(String name) throws IOException;

    /// True if there is such a directory.
    ///
    /// @param name empty for the root itself
    boolean hasDirectory(String name) throws IOException;

    /// Opens the newest version of a file.
    InputStream read(String name) throws IOException;

    /// Deletes a file or the marker of a directory, unless it has changed since it was listed.
    ///
    /// @return false if it has changed or is not there
    boolean delete(Entry entry) throws IOException;

    /// The root of a directory below.
    ///
    /// @param directory without a slash at its end
    FileRoot below(String directory);

    /// A name as the user of a command names it: `s3://media/shop/cat.jpg`, `photos/cat.jpg`.
    ///
    /// @param name empty for the root itself
    String shown(String name);
}
