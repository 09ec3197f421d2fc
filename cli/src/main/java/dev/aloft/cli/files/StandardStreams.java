package dev.aloft.cli.files;

import dev.aloft.cli.console.Failure;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// `aloft cp` from standard input or to standard output.
final class StandardStreams {

    /// Names the stream on the command line.
    static final String NAME = "-";

    private final TransferOptions options;
    private final boolean replace;

    StandardStreams(TransferOptions options, boolean replace) {
        this.options = options;
        this.replace = replace;
    }

    /// @param texts the source and the destination
    int copy(List<String> texts) throws Failure {
        if (texts.size() != 2 || texts.getFirst().equals(texts.getLast()) || options.isDryRun()) {
            throw new Failure(
                    Failure.Code.USAGE,
                    "- takes one source and one destination, and no --dry-run",
                    "write aloft cp - PLACE, or aloft cp PLACE -");
        }
        return texts.getFirst().equals(NAME)
                ? options.with(false, replace, new ExposureOptions(), (places, _) -> save(places, texts.getLast()))
                : options.with(false, replace, new ExposureOptions(), (places, _) -> print(places, texts.getFirst()));
    }

    private static int print(OpenPlaces places, String text) throws IOException, Failure {
        NamedPlace place = places.open(text);
        Selection file = place.file().orElseThrow(place::missing);
        CatCommand.send(file.root(), file.start(), null);
        return 0;
    }

    private int save(OpenPlaces places, String text) throws IOException, Failure {
        NamedPlace place = options.openForChanges(places, text);
        if (place.isDirectory()) {
            throw new Failure(
                    Failure.Code.USAGE, text + " is a directory, and standard input has no name", "name a file in it");
        }
        FileRoot to = place.parent();
        boolean written = switch (to) {
            case BucketRoot bucket -> bucket.write(place.name(), System.in, -1, Map.of(), replace);
            case LocalRoot local -> local.write(place.name(), System.in, Instant.now(), replace);
        };
        if (!written) {
            throw new Failure(Failure.Code.USAGE, text + " exists", "name another file, or leave --no-clobber away");
        }
        return 0;
    }
}
