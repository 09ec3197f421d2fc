package dev.aloft.nio;

import static dev.aloft.nio.ContractFolder.listed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Copies and moves of files and directories.
interface CopyContract extends ContractFolder {

    @Test
    default void copyIsWhatItWasMadeFrom() throws IOException {
        made("cat.txt", "meow");
        Path copy = top().resolve("copy.txt");

        Files.copy(file(), copy, StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(Files.readString(copy)).isEqualTo("meow");
        assertThat(Files.readString(file())).isEqualTo("meow");
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Files.copy(file(), copy));
        Files.writeString(file(), "purr");
        Files.copy(file(), copy, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.readString(copy)).isEqualTo("purr");
        Files.copy(file(), top().resolve("cat.txt"));
        assertThat(Files.readString(file())).isEqualTo("purr");
    }

    @Test
    default void emptyFileIsCopied() throws IOException {
        Files.createFile(file());

        Files.copy(file(), top().resolve("copy"));

        assertThat(Files.size(top().resolve("copy"))).isZero();
    }

    @Test
    default void copyOfADirectoryIsAnEmptyDirectory() throws IOException {
        Path directory = Files.createDirectory(top().resolve("d"));
        Files.writeString(directory.resolve("a"), "x");
        Path copy = top().resolve("e");

        Files.copy(directory, copy);
        assertThat(Files.isDirectory(copy)).isTrue();
        assertThat(listed(copy)).isEmpty();
        made("cat.txt", "meow");
        assertThatExceptionOfType(DirectoryNotEmptyException.class)
                .isThrownBy(() -> Files.copy(file(), directory, StandardCopyOption.REPLACE_EXISTING));
        Files.copy(file(), copy, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.readString(copy)).isEqualTo("meow");
    }

    @Test
    default void directoryReplacesAFile() throws IOException {
        Path directory = Files.createDirectory(top().resolve("d"));
        for (String name : List.of("copied", "moved")) {
            Path target = made(name, "meow");
            assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Files.copy(directory, target));
            if (name.equals("copied")) {
                Files.copy(directory, target, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.move(directory, target, StandardCopyOption.REPLACE_EXISTING);
            }
            assertThat(Files.isDirectory(target)).isTrue();
            assertThat(Files.isRegularFile(target)).isFalse();
        }
        assertThat(Files.exists(directory)).isFalse();
    }

    @Test
    default void movedFileIsAtItsNewNameOnly() throws IOException {
        made("cat.txt", "meow");
        Path there = top().resolve("there.txt");

        Files.move(file(), there);
        assertThat(Files.exists(file())).isFalse();
        assertThat(Files.readString(there)).isEqualTo("meow");
        made("cat.txt", "purr");
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Files.move(file(), there));
        Files.move(file(), there, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.readString(there)).isEqualTo("purr");
    }

    @Test
    default void directoryIsNotMovedIntoItself() throws IOException {
        Path directory = Files.createDirectory(top().resolve("d"));

        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> Files.move(directory, directory.resolve("e")));
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).isEmpty();
        }
    }

    @Test
    default void optionOfTheOtherOperationIsRefused() throws IOException {
        made("cat.txt", "meow");
        Path there = top().resolve("there.txt");

        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> Files.copy(file(), there, StandardCopyOption.ATOMIC_MOVE));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> Files.move(file(), there, StandardCopyOption.COPY_ATTRIBUTES));
    }

    @Test
    default void fileMovedOntoItselfStays() throws IOException {
        made("cat.txt", "meow");

        Files.move(file(), top().resolve("cat.txt"));
        Files.createDirectory(top().resolve("x"));
        Files.move(file(), top().resolve("./x/../cat.txt"), StandardCopyOption.REPLACE_EXISTING);

        assertThat(Files.readString(file())).isEqualTo("meow");
    }

    @Test
    default void emptyDirectoryIsMoved() throws IOException {
        Path directory = Files.createDirectory(top().resolve("d"));

        Files.move(directory, top().resolve("e"));

        assertThat(Files.isDirectory(top().resolve("e"))).isTrue();
        assertThat(Files.exists(directory)).isFalse();
    }
}
