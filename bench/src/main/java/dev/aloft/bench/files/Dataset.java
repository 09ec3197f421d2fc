package dev.aloft.bench.files;

import java.io.IOException;
import java.util.stream.IntStream;

/// The files that every subject uses. Each round has separate small files, so that none is cached.
final class Dataset {

    static final int MEGABYTE = 1 << 20;
    static final int SMALL_BYTES = 4096;
    static final int LARGE_MEGABYTES = 100;
    static final String LARGE = "large";
    static final String WALKED = "walked";
    static final int WALKED_FILES = 5000;

    private static final int DIRECTORIES = 50;
    private static final int ROUNDS = 5;

    private Dataset() {}

    static String smalls(int round) {
        return "small" + round;
    }

    static String small(int round, int i) {
        return smalls(round) + "/file-" + i;
    }

    static void write(Storage storage) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            int number = round;
            Row.bySixteen(i -> storage.write(small(number, i), new byte[SMALL_BYTES]));
        }
        for (int batch = 0; batch < WALKED_FILES / Row.COUNT; batch++) {
            int first = batch * Row.COUNT;
            Row.bySixteen(i -> storage.write(
                    WALKED + "/directory-" + (first + i) % DIRECTORIES + "/file-" + (first + i), new byte[1]));
        }
        storage.writeStream(LARGE, new byte[MEGABYTE], LARGE_MEGABYTES);
    }

    /// The directories to create on a local disk before its files.
    static String[] directories() {
        return IntStream.concat(IntStream.range(0, ROUNDS), IntStream.range(-DIRECTORIES, 0))
                .mapToObj(i -> i >= 0 ? smalls(i) : WALKED + "/directory-" + (i + DIRECTORIES))
                .toArray(String[]::new);
    }
}
