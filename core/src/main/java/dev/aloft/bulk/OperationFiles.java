package dev.aloft.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/// Operations under way on this host, in files of a folder that processes share: one file for each, renewed every
/// second with its progress, and deleted at its end. Safe for many threads and processes.
///
/// Best effort: where a file cannot be written or read, the operation is not shown. A file that was not renewed
/// for 20 s is that of a killed process, and is ignored; the next operation deletes it.
///
/// @param folder whose parent exists; made for the first operation
public record OperationFiles(Path folder) {

    static final Duration INTERVAL = Duration.ofSeconds(1);
    static final Duration STALE = Duration.ofSeconds(20);

    private static final String ENDING = ".properties";

    /// Of a file that is being written.
    private static final String NEW = ".new";

    /// One operation.
    ///
    /// @param name such as `migrate in`
    /// @param phase its part that is under way: `copying files`
    /// @param files that are done in this phase
    /// @param copied the number of those that were copied or read
    /// @param bytes of these
    /// @param since its begin
    public record Running(String name, String phase, long files, long copied, long bytes, Instant since) {}

    /// Shows an operation until closed.
    public Shown show(String name, Progress progress) {
        return new Shown(folder.resolve(UUID.randomUUID() + ENDING), name, progress);
    }

    private static void deleteStale(Path folder) throws IOException {
        Instant oldest = Instant.now().minus(STALE);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING + "{," + NEW + "}")) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /// The operations under way, the oldest first.
    public List<Running> read() {
        List<Running> running = new ArrayList<>();
        Instant oldest = Instant.now().minus(STALE);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
            for (Path file : files) {
                read(file, oldest).ifPresent(running::add);
            }
        } catch (IOException e) {
            return running; // There is no folder before the first operation.
        }
        running.sort(Comparator.comparing(Running::since));
        return running;
    }

    private static Optional<Running> read(Path file, Instant oldest) {
        Properties values = new Properties();
        try {
            if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
                return Optional.empty();
            }
            try (InputStream in = Files.newInputStream(file)) {
                values.load(in);
            }
            return Optional.of(new Running(
                    values.getProperty("name", ""),
                    values.getProperty("phase", ""),
                    number(values, "files"),
                    number(values, "copied"),
                    number(values, "bytes"),
                    Instant.ofEpochSecond(number(values, "since"))));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // It has ended, or is of another program.
        }
    }

    private static long number(Properties values, String name) {
        return Long.parseLong(values.getProperty(name, "0"));
    }

    /// The file of one operation.
    public static final class Shown implements AutoCloseable {

        private final Path file;
        private final Path next;
        private final String name;
        private final Progress progress;
        private final Instant since = Instant.now();
        private final Thread writer;

        private Shown(Path file, String name, Progress progress) {
            this.file = file;
            this.next = file.resolveSibling(file.getFileName() + NEW);
            this.name = name;
            this.progress = progress;
            this.writer = Thread.ofVirtual().name("aloft-operation").start(this::renew);
        }

        private void renew() {
            try {
                makeFolder();
                while (true) {
                    write();
                    Thread.sleep(INTERVAL);
                }
            } catch (IOException e) {
                return; // Not shown.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // closed
            }
        }

        private void makeFolder() throws IOException {
            Path folder = file.resolveSibling("");
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(folder);
            }
            deleteStale(folder);
        }

        private void write() throws IOException {
            Properties values = new Properties();
            values.setProperty("name", name);
            values.setProperty("phase", progress.phase());
            values.setProperty("files", String.valueOf(progress.files()));
            values.setProperty("copied", String.valueOf(progress.copied()));
            values.setProperty("bytes", String.valueOf(progress.bytes()));
            values.setProperty("since", String.valueOf(since.getEpochSecond()));
            try (OutputStream out = Files.newOutputStream(next, StandardOpenOption.CREATE_NEW)) {
                values.store(out, null);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void close() {
            writer.interrupt();
            boolean interrupted = false;
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
            try {
                Files.deleteIfExists(next); // The interrupt may have cut off a write.
                Files.deleteIfExists(file);
            } catch (IOException e) {
                return; // It is stale in a while.
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
