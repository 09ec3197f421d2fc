package dev.aloft.backup.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Bytes on their way from or to a client program, moved on a thread of their own, so that the caller's thread can
/// end the program: when it is interrupted, or when the program is silent for too long.
final class Transfer {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);

    private final ClientRun run;
    private volatile long waitingSince;

    Transfer(ClientRun run) {
        this.run = run;
    }

    /// Moves bytes from one place to another.
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /// Does the work to its end.
    ///
    /// @param silenceLimit how long a read of [#heard] or a write to [#input] may wait for the program
    /// @throws IOException of the work
    /// @throws DatabaseException when the program was silent for too long
    void run(String attempt, Duration silenceLimit, Work work) throws IOException {
        waitingSince = 0;
        Failed failed = new Failed();
        Thread worker = Thread.ofVirtual().start(() -> failed.run(work));
        try {
            while (!worker.join(POLL_INTERVAL)) {
                long since = waitingSince;
                if (since != 0 && System.nanoTime() - since > silenceLimit.toNanos()) {
                    run.kill();
                    worker.join();
                    throw run.failure(attempt, "nothing within " + silenceLimit.toSeconds() + " s, so it was killed");
                }
            }
        } catch (InterruptedException e) {
            run.kill();
            worker.interrupt();
            awaitQuietly(worker);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted: cannot " + attempt);
        }
        failed.rethrow();
    }

    /// The work touches what the caller cleans up next, so its end is awaited.
    private static void awaitQuietly(Thread worker) {
        boolean ended = false;
        while (!ended) {
            try {
                worker.join();
                ended = true;
            } catch (InterruptedException again) {
                worker.interrupt();
            }
        }
    }

    /// The program's output, with a limit for silence.
    InputStream heard() {
        InputStream output = run.output();
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int count) throws IOException {
                waitingSince = System.nanoTime() | 1;
                try {
                    return output.read(bytes, offset, count);
                } finally {
                    waitingSince = 0;
                }
            }
        };
    }

    /// The program's input, with the same limit: a program that waits for a lock does not read.
    OutputStream input() {
        OutputStream input = new ProgramInput(run.input());
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                waitingSince = System.nanoTime() | 1;
                try {
                    input.write(bytes, offset, count);
                } finally {
                    waitingSince = 0;
                }
            }

            @Override
            public void close() throws IOException {
                input.close();
            }
        };
    }

    /// The end of work on another thread.
    static final class Failed {

        private volatile @Nullable Throwable cause;

        void run(Work work) {
            try {
                work.run();
            } catch (IOException | RuntimeException | Error e) {
                cause = e;
            }
        }

        void rethrow() throws IOException {
            switch (cause) {
                case null -> {}
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(cause);
            }
        }
    }
}
