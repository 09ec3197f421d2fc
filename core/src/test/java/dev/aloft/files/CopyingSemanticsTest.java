package dev.aloft.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.StoreException.Kind;
import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Copying and renaming, for `docs/reference/semantics.md`.
final class CopyingSemanticsTest extends SemanticsTestCase {

    @Test
    void copyIsMadeInsideS3() throws IOException {
        put(CAT.value(), "m".repeat(MIB));
        files.copy(CAT, DOG, false);

        assertThat(s3.requests().stream()
                        .mapToLong(r -> r.bytesIn() + r.bytesOut())
                        .sum())
                .isLessThan(10_000);
        assertThat(headOutside(DOG).contentType()).isEqualTo("image/x-outside");
        assertThat(headOutside(DOG).cacheControl()).isEqualTo("max-age=60");
        assertThat(size(other, DOG)).isEqualTo(MIB);
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> files.copy(FOLDER.resolve("missing"), DOG, true));
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> files.copy(FOLDER, DOG, true));
    }

    @Test
    void targetIsReplacedUnlessToldNotTo() throws IOException {
        write(files, CAT, "meow");
        write(other, DOG, "woof");
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> files.copy(CAT, DOG, false));
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> files.move(CAT, DOG, false));
        assertThat(read(files, DOG)).isEqualTo("woof");
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> other.move(CAT, FOLDER, true))
                .withMessageContaining("is a directory");

        files.copy(CAT, DOG, true);
        assertThat(read(files, DOG)).isEqualTo("meow");
        write(files, DOG, "woof");
        files.move(CAT, DOG, true);
        assertThat(read(other, DOG)).isEqualTo("meow");
        assertThat(keys()).containsExactly(DOG.value());
    }

    @Test
    void pathMovedOntoItselfStays() throws IOException {
        write(files, CAT, "meow");
        for (boolean replace : new boolean[] {true, false}) {
            files.move(CAT, CAT, replace);
            files.copy(CAT, CAT, replace);
            files.move(FOLDER, FOLDER, replace);
        }

        assertThat(read(other, CAT)).isEqualTo("meow");
        assertThat(keys()).containsExactly(CAT.value());
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> files.move(DOG, DOG, true));
    }

    @Test
    void fileIsAtItsNewNameFirst() throws IOException {
        write(files, CAT, "meow");
        s3.on("DeleteObject").answer(403);

        assertStoreFails(Kind.DENIED, () -> files.move(CAT, DOG, true));

        assertThat(keys()).containsExactly(CAT.value(), DOG.value());
    }

    @Test
    void versionWrittenDuringARenameStays() throws Exception {
        write(files, CAT, "meow");
        // The deletion of the old name waits at the front until the other host has written it again.
        s3.on("DeleteObject").next(1).delay(Duration.ofSeconds(2));
        List<Callable<Boolean>> both = List.of(
                () -> {
                    files.move(CAT, DOG, true);
                    return true;
                },
                () -> {
                    Eventually.await("the source is being deleted", () -> s3.count("DeleteObject") > 0);
                    write(other, CAT, "purr");
                    return true;
                });
        allAtOnce(both);

        assertThat(read(files, DOG)).isEqualTo("meow");
        assertThat(read(files, CAT)).isEqualTo("purr");
    }

    @Test
    void directoryIsRenamedFileByFile() throws IOException {
        files.makeDirectory(FOLDER);
        List<FilePath> paths = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            paths.add(FOLDER.resolve("deep/" + i));
            write(files, paths.get(i), "file " + i);
        }
        FilePath moved = FilePath.of("uploads/12");
        s3.on(request -> request.operation().equals("UploadPartCopy")
                        && request.key().contains("/deep/"))
                .nth(3)
                .answer(403);
        assertStoreFails(Kind.DENIED, () -> files.move(FOLDER, moved, true));
        for (int i = 0; i < 5; i++) {
            String name = "deep/" + i;
            Predicate<String> there = keys()::contains;
            assertThat(there.test(FOLDER.resolve(name).value())
                            || there.test(moved.resolve(name).value()))
                    .isTrue();
        }

        s3.calm();
        FilePath rest = FilePath.of("uploads/13");
        files.move(FOLDER, rest, true);
        files.move(moved, FilePath.of("uploads/13/first"), true);
        assertThat(keys())
                .contains("uploads/13/first/")
                .allMatch(key -> key.startsWith("uploads/13/"))
                .hasSize(6);
        assertThat(host().stat(FOLDER)).isEmpty();
    }

    @Test
    void filesOfARenamedDirectoryMoveSeveralAtATime() throws IOException {
        for (int i = 0; i < 20; i++) {
            write(files, FOLDER.resolve("" + i), "file " + i);
        }
        s3.reset();
        files.move(FOLDER, FilePath.of("uploads/12"), true);
        assertThat(s3.count("UploadPartCopy")).isEqualTo(20);
        assertThat(s3.count("DeleteObject")).isEqualTo(20);
        assertThat(s3.requests().stream().filter(r -> r.operation().startsWith("List")))
                .hasSizeLessThanOrEqualTo(4);

        s3.on(request -> request.operation().equals("UploadPartCopy") && "uploads/13/0".equals(request.key()))
                .neverAnswer();
        FileTree hasty = new FileTree(store.host(Duration.ofSeconds(8)), TOP);
        assertStoreFails(Kind.TIMEOUT, () -> hasty.move(FilePath.of("uploads/12"), FilePath.of("uploads/13"), true));
        assertThat(keys().stream().filter(key -> key.startsWith("uploads/13/")))
                .as("while one waits, as many others go on as there is room for")
                .hasSizeGreaterThanOrEqualTo(DirectoryMove.MAX_IN_FLIGHT - 1);
        assertThat(keys()).hasSize(20);
    }

    /// Lets another program write a file when a request is made for a key.
    private void writeAt(String operation, String key, FilePath file, String text) {
        AtomicBoolean isWritten = new AtomicBoolean();
        s3.on(request -> {
                    if (request.operation().equals(operation)
                            && key.equals(request.key())
                            && !isWritten.getAndSet(true)) {
                        put(file.value(), text);
                    }
                    return false;
                })
                .delay(Duration.ZERO);
    }

    @Test
    void fileWrittenDuringARenameOfItsDirectoryIsNotLost() throws IOException {
        FilePath moved = FilePath.of("uploads/12/cat.jpg");
        write(files, CAT, "meow");
        writeAt("CompleteMultipartUpload", moved.value(), moved, "purr");
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> files.move(FOLDER, FilePath.of("uploads/12"), true))
                .withMessageContaining("uploads/12/cat.jpg");
        assertThat(read(files, CAT)).isEqualTo("meow");
        assertThat(read(files, moved)).isEqualTo("purr");

        s3.calm();
        files.delete(moved);
        writeAt("UploadPartCopy", moved.value(), CAT, "hiss");
        files.move(FOLDER, FilePath.of("uploads/12"), true);
        assertThat(read(files, moved)).isEqualTo("hiss");
        assertThat(keys()).containsExactly(moved.value());

        s3.calm();
        writeAt("DeleteObject", moved.value(), moved, "woof");
        files.move(FilePath.of("uploads/12"), FOLDER, true);
        assertThat(read(files, CAT)).isEqualTo("hiss");
        assertThat(read(files, moved)).isEqualTo("woof");
    }

    @Test
    void directoryIsNotMovedIntoItselfOrOntoAnything() throws IOException {
        write(files, CAT, "meow");
        write(files, FilePath.of("uploads/12/cow.jpg"), "moo");
        write(files, FilePath.of("uploads/file"), "x");

        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> files.move(FOLDER, FOLDER.resolve("deeper"), true))
                .withMessageContaining("into itself");
        for (String target : List.of("uploads/12", "uploads/file")) {
            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(() -> files.move(FOLDER, FilePath.of(target), true))
                    .withMessageContaining("replaces nothing");
            assertThatExceptionOfType(FileAlreadyExistsException.class)
                    .isThrownBy(() -> files.move(FOLDER, FilePath.of(target), false));
        }
        files.move(FOLDER, FilePath.of("uploads/112"), true);
        assertThat(keys()).containsExactly("uploads/112/cat.jpg", "uploads/12/cow.jpg", "uploads/file");
    }
}
