package dev.aloft.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.DeleteReport;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Directories and removing, for `docs/reference/semantics.md`.
final class DirectorySemanticsTest extends SemanticsTestCase {

    // Directories

    @Test
    void madeDirectoryStaysWhenEmpty() throws IOException {
        files.makeDirectory(FOLDER);
        write(files, CAT, "meow");
        files.delete(CAT);

        assertThat(files.stat(FOLDER)).contains(FileStat.Directory.DIRECTORY);
        assertThat(other.stat(FOLDER)).contains(FileStat.Directory.DIRECTORY);
        assertThat(names(other, FOLDER)).isEmpty();
    }

    @Test
    void unmadeDirectoryEndsWithItsLastFile() throws IOException {
        write(files, CAT, "meow");
        files.delete(CAT);

        assertThat(files.stat(FOLDER)).isEmpty();
        assertThat(other.stat(FOLDER)).isEmpty();
    }

    @Test
    void directoryThatEndedByThisHostIsRemovedOnce() throws IOException {
        FilePath deep = FOLDER.resolve("a/b");
        write(files, deep.resolve("x"), "x");
        write(files, FOLDER.resolve("c/y"), "y");
        files.delete(deep.resolve("x"));
        files.move(FOLDER.resolve("c/y"), DOG, false);

        assertThat(names(files, deep)).isEmpty();
        files.deleteDirectory(deep);
        files.delete(FOLDER.resolve("a"));
        files.deleteDirectory(FOLDER.resolve("c"));
        for (String removed : List.of("a/b", "a", "c", "never")) {
            FilePath path = FOLDER.resolve(removed);
            assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> files.deleteDirectory(path));
            assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> files.delete(path));
            assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> names(files, path));
            assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> other.deleteDirectory(path));
        }
    }

    @Test
    void directoryIsMadeOnce() throws IOException {
        files.makeDirectory(FOLDER);
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> files.makeDirectory(FOLDER));
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> other.makeDirectory(FOLDER));

        write(files, CAT, "meow");
        assertThatExceptionOfType(NotDirectoryException.class).isThrownBy(() -> other.makeDirectory(CAT));
    }

    @Test
    void fullDirectoryIsNotRemoved() throws IOException {
        write(files, CAT, "meow");
        assertThatExceptionOfType(DirectoryNotEmptyException.class).isThrownBy(() -> other.deleteDirectory(FOLDER));
        files.delete(CAT);
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> other.deleteDirectory(FOLDER));

        files.makeDirectory(FOLDER);
        files.makeDirectory(FOLDER.resolve("empty"));
        assertThatExceptionOfType(DirectoryNotEmptyException.class).isThrownBy(() -> other.deleteDirectory(FOLDER));
        files.deleteDirectory(FOLDER.resolve("empty"));
        files.deleteDirectory(FOLDER);
        assertThat(host().stat(FOLDER)).isEmpty();

        write(files, CAT, "meow");
        assertThatExceptionOfType(NotDirectoryException.class).isThrownBy(() -> files.deleteDirectory(CAT));
    }

    @Test
    void topAlwaysExists() throws IOException {
        assertThat(files.stat(TOP)).contains(FileStat.Directory.DIRECTORY);
        assertThat(names(files, TOP)).isEmpty();
        assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> files.deleteDirectory(TOP));
        assertThatExceptionOfType(AccessDeniedException.class)
                .isThrownBy(() -> files.move(TOP, FilePath.of("uploads/x"), true));
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> files.makeDirectory(TOP));
    }

    @Test
    void listBelowGivesFilesByTheirPaths() throws IOException {
        files.makeDirectory(TOP.resolve("a/empty"));
        for (String name : List.of("a/x", "a/b/y", "a/b/z", "c")) {
            write(files, TOP.resolve(name), "x");
        }

        DirectoryPage first = other.listBelow(TOP.resolve("a"), "", 3, null);
        DirectoryPage second = other.listBelow(TOP.resolve("a"), "", 3, first.next());

        assertThat(names(first)).doesNotContain("empty").startsWith("b/y", "b/z");
        List<String> both = new ArrayList<>(names(first));
        both.addAll(names(second));
        assertThat(both).containsExactly("b/y", "b/z", "x");
        assertThat(names(other.listBelow(TOP, "a", 10, null))).containsExactly("a/b/y", "a/b/z", "a/x");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> other.listBelow(TOP.resolve("none"), "", 3, null));
    }

    @Test
    void entriesComeInTheOrderOfTheirBytes() throws IOException {
        List<String> names = List.of("a", "a-b", "a.b", "ab", "b", "é");
        for (String name : names) {
            write(files, name.equals("a") ? TOP.resolve("a/x") : TOP.resolve(name), "x");
        }
        List<String> ordered = List.of("a-b", "a.b", "a", "ab", "b", "é");

        assertThat(names(other, TOP)).isEqualTo(ordered);
        for (int limit = 1; limit <= 3; limit++) {
            List<String> paged = new ArrayList<>();
            DirectoryPage page = other.list(TOP, "", limit, null);
            paged.addAll(names(page));
            while (page.next() != null) {
                page = other.list(TOP, "", limit, page.next());
                assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
                paged.addAll(names(page));
            }
            assertThat(paged).as("pages of %s", limit).isEqualTo(ordered);
        }
        assertThat(names(other.list(TOP, "a", 10, null))).containsExactly("a-b", "a.b", "a", "ab");

        // Not the order of UTF-16, in which the cat comes first.
        write(files, TOP.resolve("z\uffee"), "x");
        write(files, TOP.resolve("z😀"), "x");
        assertThat(names(other.list(TOP, "z", 10, null))).containsExactly("z\uffee", "z😀");
    }

    @Test
    void onlyADirectoryIsListed() throws IOException {
        write(files, CAT, "meow");

        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> other.list(FilePath.of("uploads/12"), "", 10, null));
        assertThatExceptionOfType(NotDirectoryException.class).isThrownBy(() -> other.list(CAT, "", 10, null));
    }

    // Removing

    @Test
    void onlyAFileIsRemovedAsAFile() throws IOException {
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> files.delete(CAT));
        write(files, CAT, "meow");
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> other.delete(FOLDER))
                .withMessageContaining("is a directory");
        other.delete(CAT);

        assertThat(keys()).isEmpty();
    }

    @Test
    void missingOneOfManyCountsAsRemoved() throws IOException {
        write(files, CAT, "meow");
        DeleteReport report = other.deleteAll(List.of(CAT, DOG));

        assertThat(report.deleted()).isEqualTo(2);
        assertThat(report.failures()).isEmpty();
        assertThat(keys()).isEmpty();
    }
}
