package dev.aloft.bench.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The rows of the table. Every subject has the files of [Dataset]; each row writes to new files in each round.
enum Row {
    STAT("stat of 100 files", Limit.SHORT) {
        @Override
        void run(Storage storage, int round) throws IOException {
            for (int i = 0; i < COUNT; i++) {
                demand(storage.size(Dataset.small(round, i)), Dataset.SMALL_BYTES);
            }
        }
    },
    EXISTS_MISSING("exists of 100 missing files", Limit.SHORT) {
        @Override
        void run(Storage storage, int round) throws IOException {
            for (int i = 0; i < COUNT; i++) {
                demand(storage.exists(Dataset.small(round, i) + "-missing") ? 1 : 0, 0);
            }
        }
    },
    LIST("list of a directory of 100", Limit.SHORT) {
        @Override
        void run(Storage storage, int round) throws IOException {
            demand(storage.list(Dataset.smalls(round)), COUNT);
        }
    },
    WALK("walk of 5,000 files in 50 directories, with sizes", Limit.LONG) {
        @Override
        void run(Storage storage, int round) throws IOException {
            demand(storage.walk(Dataset.WALKED), Dataset.WALKED_FILES);
        }
    },
    READ_SMALL("100 reads of 4 KB", Limit.SHORT) {
        @Override
        void run(Storage storage, int round) throws IOException {
            for (int i = 0; i < COUNT; i++) {
                demand(storage.read(Dataset.small(round, i)).length, Dataset.SMALL_BYTES);
            }
        }
    },
    READ_SMALL_16("the same by 16 threads", Limit.SHORT) {
        @Override
        void run(Storage storage, int round) throws IOException {
            bySixteen(i -> demand(storage.read(Dataset.small(round, i)).length, Dataset.SMALL_BYTES));
        }
    },
    WRITE_SMALL("100 writes of 4 KB", Limit.SHORT) {
        @Override
        void run(Storage storage, int round) throws IOException {
            for (int i = 0; i < COUNT; i++) {
                storage.write(written(round, i), new byte[Dataset.SMALL_BYTES]);
            }
        }
    },
    WRITE_SMALL_16("the same by 16 threads, over the old ones", Limit.SHORT) {
        @Override
        void run(Storage storage, int round) throws IOException {
            bySixteen(i -> storage.write(written(round, i), new byte[Dataset.SMALL_BYTES]));
        }
    },
    DELETE("100 deletions", Limit.SHORT) {
        @Override
        void prepare(Storage storage, int round) throws IOException {
            WRITE_SMALL_16.run(storage, round);
        }

        @Override
        void run(Storage storage, int round) throws IOException {
            for (int i = 0; i < COUNT; i++) {
                storage.delete(written(round, i));
            }
        }
    },
    FIRST("first 4 KB of 100 MB", Limit.SHORT) {
        @Override
        void run(Storage storage, int round) throws IOException {
            demand(storage.first(Dataset.LARGE, 4096).length, 4096);
        }
    },
    PIECES("100 random 4 KB of 100 MB", Limit.SHORT) {
        @Override
        void run(Storage storage, int round) throws IOException {
            long[] offsets = new Random(round)
                    .longs(COUNT, 0, (long) Dataset.LARGE_MEGABYTES * Dataset.MEGABYTE - 4096)
                    .toArray();
            storage.pieces(Dataset.LARGE, offsets, 4096);
        }
    },
    READ_100("100 MB read as a stream", Limit.SHORT) {
        @Override
        void run(Storage storage, int round) throws IOException {
            demand(storage.readStream(Dataset.LARGE), (long) Dataset.LARGE_MEGABYTES * Dataset.MEGABYTE);
        }
    },
    WRITE_100("100 MB written as a stream", Limit.SHORT) {
        @Override
        void run(Storage storage, int round) throws IOException {
            storage.writeStream("written-100", new byte[Dataset.MEGABYTE], Dataset.LARGE_MEGABYTES);
        }
    },
    APPEND("a line appended to those 100 MB", Limit.SHORT) {
        @Override
        void run(Storage storage, int round) throws IOException {
            storage.append("written-100", new byte[80]);
        }
    },
    COPY("copy of 100 MB", Limit.SHORT) {
        @Override
        void run(Storage storage, int round) throws IOException {
            storage.copy(Dataset.LARGE, "copied-100");
        }
    },
    WRITE_1000("1 GB written as a stream", Limit.LONG) {
        @Override
        void run(Storage storage, int round) throws IOException {
            storage.writeStream("written-1000", new byte[Dataset.MEGABYTE], 1024);
        }
    },
    READ_1000("1 GB read as a stream", Limit.LONG) {
        @Override
        void run(Storage storage, int round) throws IOException {
            demand(storage.readStream("written-1000"), 1024L * Dataset.MEGABYTE);
        }
    };

    static final int COUNT = 100;

    private final String title;
    private final Limit limit;

    Row(String title, Limit limit) {
        this.title = title;
        this.limit = limit;
    }

    /// The number of rounds.
    enum Limit {
        SHORT(5),
        LONG(2);

        final int rounds;

        Limit(int rounds) {
            this.rounds = rounds;
        }
    }

    String title() {
        return title;
    }

    int rounds() {
        return limit.rounds;
    }

    /// The aim beside the SDK with a delay. None where a file system needs another request, to tell a missing file from
    /// a directory.
    String aim() {
        return switch (this) {
            case EXISTS_MISSING, APPEND, COPY -> "-";
            default -> "<= 1.0";
        };
    }

    /// Preparation before each round, not measured.
    void prepare(Storage storage, int round) throws IOException {}

    abstract void run(Storage storage, int round) throws IOException;

    private static String written(int round, int i) {
        return "written" + round + "-" + i;
    }

    static void demand(long found, long expected) throws IOException {
        if (found != expected) {
            throw new IOException("expected " + expected + ", found " + found);
        }
    }

    static void bySixteen(Task task) throws IOException {
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < COUNT; i++) {
                int number = i;
                running.add(threads.submit(() -> {
                    task.run(number);
                    return number;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    interface Task {
        void run(int number) throws IOException;
    }
}
