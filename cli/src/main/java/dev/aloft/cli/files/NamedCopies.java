package dev.aloft.cli.files;

import dev.aloft.cli.console.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One run of `aloft cp --names`: copies inside S3 under the names of a list, which is read line by line.
final class NamedCopies {

    private static final int MAX_COLUMNS = 3;
    private static final String PRIVATE = "private";

    private final TransferOptions options;
    private final List<String> places;
    private final Path list;

    /// A line of the list.
    ///
    /// @param source path below the first place
    /// @param name path below the second place
    /// @param isPrivate true to make the copy private
    record NamedCopy(String source, String name, boolean isPrivate) {

        static NamedCopy parse(String line, int number) throws Failure {
            String[] columns = line.split("\t", -1);
            boolean isPrivate = columns.length == MAX_COLUMNS && columns[2].equals(PRIVATE);
            if (columns.length != (isPrivate ? MAX_COLUMNS : 2) || columns[0].isEmpty() || columns[1].isEmpty()) {
                throw new Failure(
                        Failure.Code.USAGE,
                        "line " + number + " of --names is not a path, a tab and a path: " + line,
                        "write a third column only as " + PRIVATE);
            }
            return new NamedCopy(columns[0], columns[1], isPrivate);
        }
    }

    /// Reads the copies in their order.
    interface Source {

        /// The next one; null after the last.
        @Nullable
        NamedCopy next() throws IOException, Failure;
    }

    NamedCopies(TransferOptions options, List<String> places, Path list) {
        this.options = options;
        this.places = places;
        this.list = list;
    }

    int run(OpenPlaces opened, FileTransfer transfer) throws IOException, Failure {
        if (places.size() != 2) {
            throw new Failure(Failure.Code.USAGE, "--names takes two directories", "name the old and the new one");
        }
        BucketRoot from = inS3(opened.open(places.getFirst()));
        BucketRoot to = inS3(options.openForChanges(opened, places.getLast()));
        try (BufferedReader lines = Files.newBufferedReader(list)) {
            Source copies = new Source() {
                private int number;

                @Override
                public @Nullable NamedCopy next() throws IOException, Failure {
                    String line = lines.readLine();
                    return line == null ? null : NamedCopy.parse(line, ++number);
                }
            };
            options.during(() -> transfer.copyNamed(from, to, copies));
        }
        return CopyRun.finish(options, "copied", transfer.report(), List.of());
    }

    private static BucketRoot inS3(NamedPlace place) throws Failure {
        if (place.directory() instanceof BucketRoot bucket) {
            return bucket;
        }
        throw new Failure(
                Failure.Code.USAGE, place.text() + " is a local place", "--names copies inside S3; leave it away");
    }
}
