package dev.aloft.cli.files;

import dev.aloft.files.Glob;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/// The entries of a root that a command works on.
///
/// @param root that has them
/// @param kind of selection
/// @param start beginning of the names of all of them; the whole name of one file
/// @param test of their names
/// @param filter further test
/// @param reaches true if files in directories that do not exist yet would belong to it
record Selection(FileRoot root, Kind kind, String start, Predicate<String> test, NameFilter filter, boolean reaches) {

    /// Kind of selection.
    enum Kind {
        /// One file.
        FILE,
        /// A directory.
        TREE,
        /// The matches of a glob.
        MATCHES
    }

    /// One file.
    static Selection file(FileRoot root, String name) {
        return new Selection(root, Kind.FILE, name, name::equals, NameFilter.ALL, false);
    }

    /// Everything below a root.
    static Selection tree(FileRoot root, NameFilter filter) {
        return new Selection(root, Kind.TREE, "", _ -> true, filter, true);
    }

    /// The files whose names match a glob.
    ///
    /// @param below true for everything below matching directories, too
    static Selection matching(FileRoot root, String glob, boolean below, NameFilter filter) {
        Glob pattern = Glob.parse(glob);
        Predicate<String> matches = below ? name -> covers(pattern, name) : pattern::matches;
        return new Selection(
                root, Kind.MATCHES, pattern.literalPrefix(), matches, filter, below || glob.contains("**"));
    }

    private static boolean covers(Glob pattern, String name) {
        for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
            if (pattern.matches(name.substring(0, slash))) {
                return true;
            }
        }
        return pattern.matches(name);
    }

    /// True for one file that the user has named.
    boolean single() {
        return kind == Kind.FILE;
    }

    /// True for a whole directory.
    boolean isTree() {
        return kind == Kind.TREE;
    }

    /// True for the matches of a glob, of which there may be none.
    boolean isGlob() {
        return kind == Kind.MATCHES;
    }

    /// Reads the entries.
    Entry.Source entries() throws IOException {
        if (single()) {
            return Entry.Source.of(root.find(start).map(List::of).orElse(List.of()));
        }
        return root.walk(start).filter(entry -> test.test(entry.name()) && filter.covers(entry));
    }
}
