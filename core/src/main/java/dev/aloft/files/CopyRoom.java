package dev.aloft.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Room that one [FetchedCopy] takes in the temporary folder. Those of the whole process take at most
/// [#MAX_BYTES] and a quarter of what is free there. Safe for many threads.
final class CopyRoom implements AutoCloseable {

    static final long MAX_BYTES = 2L << 30;

    private static final int SHARE_OF_FREE = 4;
    private static final Path FOLDER = Path.of(System.getProperty("java.io.tmpdir"));
    private static final AtomicLong TAKEN = new AtomicLong();

    private final long bytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    private CopyRoom(long bytes) {
        this.bytes = bytes;
    }

    /// Takes room; empty where there is none.
    static Optional<CopyRoom> of(long bytes) {
        long most;
        try {
            most = Math.min(MAX_BYTES, Files.getFileStore(FOLDER).getUsableSpace() / SHARE_OF_FREE);
        } catch (IOException e) {
            return Optional.empty();
        }
        CopyRoom room = new CopyRoom(bytes);
        if (TAKEN.addAndGet(bytes) > most) {
            room.close();
            return Optional.empty();
        }
        return Optional.of(room);
    }

    /// Gives it back, once.
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            TAKEN.addAndGet(-bytes);
        }
    }
}
