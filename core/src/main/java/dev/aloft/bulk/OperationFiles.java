package dev.aloft.bulk;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/// Operations under way on this host, in files of a folder that processes share: one file for each, renewed every
/// second with its progress, and deleted at its end. Safe for many threads and processes.
///
/// Best effort: while a file cannot be written or read, the operation is not shown. A file that was not renewed
/// for 20 s is that of a killed process, and is ignored; the next operation deletes it. A file that no operation has
/// written is ignored, too: another local user may own the folder.
///
/// @param folder whose parent exists; made for the first operation
public record OperationFiles(Path folder) {

    static final Duration INTERVAL = Duration.ofSeconds(1);
    static final Duration STALE = Duration.ofSeconds(20);

    /// Limit of the files that are looked at.
    static final int MAX_FILES = 100;

    private static final int MAX_FILE_BYTES = 4_096;
    private static final Pattern WORDS = Pattern.compile("[A-Za-z][A-Za-z0-9 ]{0,59}");

    private static final String ENDING = ".properties";

    /// The service's user reads what root writes.
    private static final Set<PosixFilePermission> PERMISSIONS = PosixFilePermissions.fromString("rw-r--r--");

    /// Of a file that is being written.
    private static final String NEW = ".new";

    /// One operation.
    ///
    /// @param name such as `migrate in`
    /// @param phase its part that is under way: `copying files`
    /// @param files that are done in this phase
    /// @param copied the number of those that were copied or read
    /// @param bytes of these
    /// @param stream true if this phase has bytes only, and no files: a dump
    /// @param since its begin
    public record Running(
            String name, String phase, long files, long copied, long bytes, boolean stream, Instant since) {}

    /// Shows an operation until closed.
    public Shown show(String name, Progress progress) {
        return new Shown(name, progress);
    }

    /// The operations under way, the oldest first. Their texts are letters, digits and spaces.
    public List<Running> read() {
        List<Running> running = new ArrayList<>();
        Instant now = Instant.now();
        int left = MAX_FILES;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
            for (Path file : files) {
                if (--left < 0) {
                    break;
                }
                read(file, now).ifPresent(running::add);
            }
        } catch (IOException | DirectoryIteratorException e) {
            return running; // There is no folder before the first operation.
        }
        running.sort(Comparator.comparing(Running::since));
        return running;
    }

    /// Opens the folder, which it makes. Root may show an operation, and the parent's owner may replace the folder
    /// meanwhile: no link is followed, and everything is written through the folder that was opened.
    SecureDirectoryStream<Path> open() throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            // Made by an operation before.
        }
        try (DirectoryStream<Path> parent = Files.newDirectoryStream(folder.resolveSibling(""))) {
            if (!(parent instanceof SecureDirectoryStream<Path> secure)) {
                throw new IOException("this system opens no files relative to a folder");
            }
            SecureDirectoryStream<Path> opened =
                    secure.newDirectoryStream(folder.getFileName(), LinkOption.NOFOLLOW_LINKS);
            giveToOwner(opened, secure);
            return opened;
        }
    }

    /// Gives the folder to its parent's owner, as whom the service runs: root may show the first operation.
    private static void giveToOwner(SecureDirectoryStream<Path> folder, SecureDirectoryStream<Path> parent) {
        try {
            folder.getFileAttributeView(FileOwnerAttributeView.class)
                    .setOwner(parent.getFileAttributeView(FileOwnerAttributeView.class)
                            .getOwner());
        } catch (IOException e) {
            return; // Only root may. It stays this user's, who alone shows operations.
        }
    }

    /// Deletes files of killed processes.
    private static void deleteStale(SecureDirectoryStream<Path> folder) {
        Instant oldest = Instant.now().minus(STALE);
        for (Path file : folder) {
            Path name = file.getFileName();
            if (name.toString().endsWith(ENDING) || name.toString().endsWith(ENDING + NEW)) {
                try {
                    if (modified(folder, name).isBefore(oldest)) {
                        folder.deleteFile(name);
                    }
                } catch (IOException e) {
                    // Another operation has renamed or deleted it.
                }
            }
        }
    }

    private static Instant modified(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        return folder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .lastModifiedTime()
                .toInstant();
    }

    private static Optional<Running> read(Path file, Instant now) {
        Properties values = new Properties();
        try {
            BasicFileAttributes found =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!found.isRegularFile() || found.lastModifiedTime().toInstant().isBefore(now.minus(STALE))) {
                return Optional.empty();
            }
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                values.load(new ByteArrayInputStream(in.readNBytes(MAX_FILE_BYTES)));
            }
            return Optional.of(new Running(
                    words(values, "name"),
                    words(values, "phase"),
                    number(values, "files"),
                    number(values, "copied"),
                    number(values, "bytes"),
                    Boolean.parseBoolean(values.getProperty("stream")),
                    Instant.ofEpochSecond(Math.min(number(values, "since"), now.getEpochSecond()))));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // It has ended, or is of another program.
        }
    }

    private static String words(Properties values, String name) {
        String value = values.getProperty(name, "");
        if (!WORDS.matcher(value).matches()) {
            throw new IllegalArgumentException("no " + name);
        }
        return value;
    }

    private static long number(Properties values, String name) {
        long value = Long.parseLong(values.getProperty(name, ""));
        if (value < 0) {
            throw new IllegalArgumentException("no " + name);
        }
        return value;
    }

    /// The file of one operation.
    public final class Shown implements AutoCloseable {

        private final Path file = Path.of(UUID.randomUUID() + ENDING);
        private final Path next = Path.of(file + NEW);
        private final String name;
        private final Progress progress;
        private final Instant since = Instant.now();
        private final Thread writer;

        private Shown(String name, Progress progress) {
            this.name = name;
            this.progress = progress;
            this.writer = Thread.ofVirtual().name("aloft-operation").start(this::renew);
        }

        private void renew() {
            try {
                while (true) {
                    try (SecureDirectoryStream<Path> opened = open()) {
                        deleteStale(opened);
                        renewIn(opened);
                    } catch (IOException | DirectoryIteratorException e) {
                        // Not shown for now.
                    }
                    Thread.sleep(INTERVAL);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // closed
            }
        }

        private void renewIn(SecureDirectoryStream<Path> opened) throws IOException, InterruptedException {
            try {
                while (true) {
                    write(opened);
                    Thread.sleep(INTERVAL);
                }
            } finally {
                delete(opened, next); // A write may have been cut off.
                delete(opened, file);
            }
        }

        private void write(SecureDirectoryStream<Path> opened) throws IOException {
            Properties values = new Properties();
            values.setProperty("name", name);
            values.setProperty("phase", progress.phase());
            values.setProperty("files", String.valueOf(progress.files()));
            values.setProperty("copied", String.valueOf(progress.copied()));
            values.setProperty("bytes", String.valueOf(progress.bytes()));
            values.setProperty("stream", String.valueOf(progress.isStream()));
            values.setProperty("since", String.valueOf(since.getEpochSecond()));
            try (OutputStream out = Channels.newOutputStream(
                    opened.newByteChannel(next, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)))) {
                values.store(out, null);
            }
            PosixFileAttributeView view =
                    opened.getFileAttributeView(next, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            if (!view.readAttributes().permissions().equals(PERMISSIONS)) {
                view.setPermissions(PERMISSIONS); // The umask is another.
            }
            opened.move(next, opened, file);
        }

        private static void delete(SecureDirectoryStream<Path> opened, Path name) {
            try {
                opened.deleteFile(name);
            } catch (IOException e) {
                return; // There is none, or it is stale in a while.
            }
        }

        @Override
        public void close() {
            writer.interrupt();
            try {
                writer.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
