package dev.aloft.cli.files;

import dev.aloft.bulk.Joined;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Something below a [FileRoot], as it was when it was listed.
///
/// @param name path below the root, segments separated by slashes; that of a directory ends with one
/// @param size in bytes; 0 for a directory
/// @param modified time of the last change; [Instant#EPOCH] where a directory has none
/// @param etag of an object, quotes included; empty for a local file
/// @param defect the reason why an [Kind#UNFIT] entry takes part in nothing, as the end of a sentence; else empty
record Entry(String name, Kind kind, long size, Instant modified, String etag, String defect) {

    /// Kind of entry.
    enum Kind {
        /// A regular file or an object.
        FILE,
        /// A directory, or the marker of one.
        DIRECTORY,
        /// A symbolic link, a device, or a file whose name no object can have.
        UNFIT
    }

    static Entry file(String name, long size, Instant modified, String etag) {
        return new Entry(name, Kind.FILE, size, modified, etag, "");
    }

    /// @param name with a slash at its end
    static Entry directory(String name, Instant modified) {
        return new Entry(name, Kind.DIRECTORY, 0, modified, "", "");
    }

    boolean isFile() {
        return kind == Kind.FILE;
    }

    /// @throws IllegalArgumentException for an unfit name
    ObjectKey key() {
        return ObjectKey.of(name);
    }

    /// Entries in the order of their names' UTF-8 bytes. For one thread.
    interface Source extends Joined.Source<Entry> {

        /// The number of keys so far that are no path, such as `a//b`. They are not among the entries.
        default long hidden() {
            return 0;
        }

        static Source of(List<Entry> entries) {
            Iterator<Entry> rest = entries.iterator();
            return () -> rest.hasNext() ? rest.next() : null;
        }

        /// The entries that pass a test.
        default Source filter(Predicate<Entry> test) {
            Source all = this;
            return new Source() {
                @Override
                public @Nullable Entry next() throws IOException {
                    Entry entry = all.next();
                    while (entry != null && !test.test(entry)) {
                        entry = all.next();
                    }
                    return entry;
                }

                @Override
                public long hidden() {
                    return all.hidden();
                }
            };
        }
    }
}
