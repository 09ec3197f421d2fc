package dev.aloft.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.bulk.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Transfers between local folders whose files change while the transfer is under way.
final class FileTransferTest implements FileTransfer.Log {

    @TempDir
    private Path temp;

    private final List<String> failures = new ArrayList<>();
    private FileTransfer transfer;
    private ExtraFiles extra;
    private LocalRoot from;
    private LocalRoot to;

    @BeforeEach
    void compareTwoFolders() throws IOException {
        from = new LocalRoot(temp.resolve("from"), "from/");
        to = new LocalRoot(temp.resolve("to"), "to/");
        transfer = new FileTransfer(
                new FileTransfer.Options(4, false, false, true, FileTransfer.LocalCopies.ALL), new Progress(), this);
        extra = ExtraFiles.none();
        write("from/2026/kept.jpg");
        write("to/2026/kept.jpg");
        write("to/2025/a.jpg");
        write("to/2025/b.jpg");
        transfer.sync(from, to, NameFilter.ALL, Comparison.TIME, extra);
        assertThat(transfer.report().extra()).isEqualTo(2);
    }

    @AfterEach
    void close() throws IOException {
        extra.close();
    }

    @Test
    void deletesWhatWasFoundAndNotWhatHasArrivedOrChangedSince() throws IOException {
        write("to/2025/arrived.jpg");
        Files.writeString(temp.resolve("to/2025/b.jpg"), "changed");

        deleteExtra();

        assertThat(destination()).containsExactly("2025/arrived.jpg", "2025/b.jpg", "2026/kept.jpg");
        assertThat(failures).isEmpty();
    }

    @Test
    void deletesNothingThatTheSourceHasByNow() throws IOException {
        write("from/2025/a.jpg");

        deleteExtra();

        assertThat(destination()).containsExactly("2025/a.jpg", "2026/kept.jpg");
    }

    @Test
    void deletesNothingIfTheSourceIsEmptyByNow() throws IOException {
        Files.delete(temp.resolve("from/2026/kept.jpg"));

        deleteExtra();

        assertThat(destination()).containsExactly("2025/a.jpg", "2025/b.jpg", "2026/kept.jpg");
        assertThat(failures).containsExactly("from/: has no file any more, so nothing was deleted");
    }

    @Test
    void deletesNothingAfterAnEntryThatCannotBeRead() throws IOException {
        Files.createSymbolicLink(temp.resolve("from/2025"), Path.of("2026"));

        deleteExtra();

        assertThat(destination()).containsExactly("2025/a.jpg", "2025/b.jpg", "2026/kept.jpg");
        assertThat(failures).containsExactly("from/2025: is a symbolic link, which is not followed");
    }

    private void deleteExtra() throws IOException {
        transfer.deleteExtra(from, to, NameFilter.ALL, extra);
    }

    private void write(String name) throws IOException {
        Path file = temp.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, name);
    }

    private List<String> destination() throws IOException {
        Path top = temp.resolve("to");
        try (Stream<Path> all = Files.walk(top)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> top.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void copied(FileRoot root, Entry source, FileRoot target, String name) {}

    @Override
    public void deleted(FileRoot root, Entry file) {}

    @Override
    public void failed(String file, String reason) {
        failures.add(file + ": " + reason);
    }
}
