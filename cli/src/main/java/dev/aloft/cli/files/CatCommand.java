package dev.aloft.cli.files;

import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.StandardOutput;
import dev.aloft.store.ByteRange;
import dev.aloft.store.ObjectContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `aloft cat`: prints the bytes of files.
@Command(name = "cat", description = "Prints the bytes of files, one after the other.", mixinStandardHelpOptions = true)
final class CatCommand implements Callable<Integer> {

    private static final int BUFFER_BYTES = 64 << 10;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "cat.jpg, s3://BUCKET/KEY or SITE:PATH.")
    private List<String> texts = List.of();

    @Option(
            names = "--range",
            paramLabel = "BYTES",
            description = "Only these bytes: 0-99 for the first 100, 100- for the others, -100 for the last 100.")
    private @Nullable String range;

    @Mixin
    private FilePlaces places = new FilePlaces();

    @Override
    public Integer call() throws Failure {
        ByteRange bytes = range();
        return places.with(opened -> {
            for (String text : texts) {
                print(opened.open(text), bytes);
            }
            return 0;
        });
    }

    private @Nullable ByteRange range() throws Failure {
        if (range == null) {
            return null;
        }
        return ByteRange.parse("bytes=" + range)
                .orElseThrow(() -> new Failure(
                        Failure.Code.USAGE, "--range " + range + " is invalid", "write it as in 0-99, 100- or -100"));
    }

    private static void print(NamedPlace place, @Nullable ByteRange bytes) throws IOException, Failure {
        Optional<Selection> file = place.file();
        if (file.isEmpty()) {
            place.existingDirectory();
            throw new Failure(Failure.Code.USAGE, place.text() + " is a directory", "name the files in it");
        }
        send(file.get().root(), file.get().start(), bytes);
    }

    /// Sends a file to standard output.
    ///
    /// @param bytes null for all
    /// @throws StandardOutput.ClosedException if the output is read no further
    /// @throws IOException if the output cannot be written
    static void send(FileRoot root, String name, @Nullable ByteRange bytes) throws IOException {
        switch (root) {
            case BucketRoot bucket -> {
                try (ObjectContent content = bucket.open(name, bytes)) {
                    send(content.body(), Long.MAX_VALUE);
                }
            }
            case LocalRoot local -> {
                try (InputStream all = local.read(name)) {
                    if (bytes == null) {
                        send(all, Long.MAX_VALUE);
                    } else {
                        ByteRange range =
                                bytes.within(local.find(name).orElseThrow().size());
                        all.skipNBytes(range.first());
                        send(all, range.length());
                    }
                }
            }
        }
    }

    private static void send(InputStream bytes, long limit) throws IOException {
        PrintStream out = System.out;
        byte[] buffer = new byte[BUFFER_BYTES];
        long left = limit;
        while (left > 0) {
            int count = bytes.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                return;
            }
            out.write(buffer, 0, count);
            StandardOutput.requireWritten(false);
            left -= count;
        }
    }
}
