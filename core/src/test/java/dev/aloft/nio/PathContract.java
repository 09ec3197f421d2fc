package dev.aloft.nio;

import static dev.aloft.nio.ContractFolder.listed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Paths: sameness, and their form in an exception.
interface PathContract extends ContractFolder {

    @Test
    default void sameFileIsThere() throws IOException {
        made("cat.txt", "meow");
        Path missing = top().resolve("missing");

        assertThat(Files.isSameFile(missing, top().resolve("missing"))).isTrue();
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.isSameFile(file(), missing));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.isSameFile(missing, file()));
    }

    @Test
    @SuppressWarnings("NullAway")
    default void pathComparesWithAPath() {
        assertThatThrownBy(() -> file().startsWith((Path) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> file().endsWith((Path) null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    default void failureNamesThePathAsItWasGiven() throws IOException {
        Files.createDirectory(top().resolve("d"));
        made("d/cat.txt", "meow");
        Path missing = top().resolve("d/./../missing");
        Path there = top().resolve("d/../d");
        Map<ThrowingCallable, Path> failures = Map.of(
                () -> Files.size(missing), missing,
                () -> Files.readString(missing), missing,
                () -> Files.delete(missing), missing,
                () -> listed(missing), missing,
                () -> Files.copy(missing, top().resolve("x")), missing,
                () -> Files.createDirectory(there), there,
                () -> Files.delete(there), there);

        failures.forEach((call, path) -> assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.getFile()).isEqualTo(path.toString())));
    }

    @Test
    default void sameFileIsSameByAnyWay() throws IOException {
        Files.createDirectory(top().resolve("a"));
        made("cat.txt", "meow");

        assertThat(Files.isSameFile(file(), top().resolve("a/../cat.txt"))).isTrue();
        assertThat(Files.readString(top().resolve("a/../cat.txt"))).isEqualTo("meow");
        assertThat(Files.isSameFile(file(), made("dog.txt", "meow"))).isFalse();
    }
}
