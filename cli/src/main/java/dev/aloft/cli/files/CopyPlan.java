package dev.aloft.cli.files;

import dev.aloft.cli.console.Failure;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;

/// The destination of each source of `aloft cp` and `aloft mv`.
///
/// A file goes to the destination's name, or under its own name into a directory. The content of a directory, and the
/// matches of a glob with their paths below its fixed part, go into the destination. With several sources, each goes
/// into the destination under its own name.
///
/// @param source as it was given
/// @param selection the files of the source
/// @param to the directory that they go below
/// @param naming the name of a file's copy below it
record CopyPlan(String source, Selection selection, FileRoot to, UnaryOperator<String> naming) {

    /// @param isOnly true for the only source
    /// @throws Failure if the destination must be a directory and cannot be, or lies inside the source
    static CopyPlan of(NamedPlace source, Selection selection, NamedPlace destination, boolean isOnly)
            throws IOException, Failure {
        boolean isPattern = selection.isGlob();
        boolean intoDirectory = !isOnly || isPattern || !selection.single() || destination.isDirectory();
        if (!intoDirectory) {
            return new CopyPlan(source.text(), selection, destination.parent(), _ -> destination.name())
                    .requireApart(source);
        }
        FileRoot directory = destination.directory();
        if (selection.single()) {
            return new CopyPlan(source.text(), selection, directory, _ -> source.name()).requireApart(source);
        }
        boolean underOwnName = !isOnly && !isPattern && !source.path().isEmpty();
        FileRoot to = underOwnName ? directory.below(source.name()) : directory;
        return new CopyPlan(source.text(), selection, to, name -> name).requireApart(source);
    }

    private CopyPlan requireApart(NamedPlace source) throws IOException, Failure {
        FileRoot from = selection.root();
        if (selection.single()) {
            if (isSame(from, to) && naming.apply(selection.start()).equals(selection.start())) {
                throw new Failure(
                        Failure.Code.USAGE,
                        source.text() + " and its destination are the same file",
                        "name another destination");
            }
        } else {
            requireApart(from, to, selection.reaches());
        }
        return this;
    }

    /// Requires that no source with many files goes where another one does, as files of one name would replace each
    /// other. Single files are compared as they are copied.
    static void requireApart(List<CopyPlan> plans) throws IOException, Failure {
        List<CopyPlan> many =
                plans.stream().filter(plan -> !plan.selection.single()).toList();
        for (int i = 1; i < many.size(); i++) {
            for (CopyPlan other : many.subList(0, i)) {
                if (overlap(other.to, many.get(i).to)) {
                    throw new Failure(
                            Failure.Code.USAGE,
                            "two of the sources go to " + many.get(i).to.shown("")
                                    + ", where a file could replace another one of the same name",
                            "run the command once for each, with --no-clobber to keep the first of a name");
                }
            }
        }
    }

    /// @param reaches true if the source includes what will be in directories below it
    static void requireApart(FileRoot from, FileRoot to, boolean reaches) throws IOException, Failure {
        if (isSame(from, to) || (reaches && overlap(from, to))) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "one of " + from.shown("") + " and " + to.shown("")
                            + " lies inside the other, or they are the same",
                    "copy to a directory beside it");
        }
    }

    private static boolean isSame(FileRoot one, FileRoot other) throws IOException {
        return contains(one, other) && contains(other, one);
    }

    private static boolean overlap(FileRoot one, FileRoot other) throws IOException {
        return contains(one, other) || contains(other, one);
    }

    private static boolean contains(FileRoot outer, FileRoot inner) throws IOException {
        return switch (outer) {
            case BucketRoot bucket ->
                inner instanceof BucketRoot other
                        && other.bucketName().equals(bucket.bucketName())
                        && other.prefix().startsWith(bucket.prefix());
            case LocalRoot local -> inner instanceof LocalRoot other && local.contains(other);
        };
    }
}
