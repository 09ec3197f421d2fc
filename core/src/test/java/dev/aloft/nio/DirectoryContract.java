package dev.aloft.nio;

import static dev.aloft.nio.ContractFolder.listed;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Directories: making, listing, walking and deleting them.
interface DirectoryContract extends ContractFolder {

    @Test
    default void directoryIsNoFile() throws IOException {
        Path directory = Files.createDirectory(top().resolve("d"));

        assertThat(Files.isDirectory(directory)).isTrue();
        assertThat(Files.isDirectory(top().resolve("d/"))).isTrue();
        assertThat(Files.isRegularFile(directory)).isFalse();
        assertThatIOException().isThrownBy(() -> Files.readString(directory));
        assertThatIOException().isThrownBy(() -> Files.writeString(directory, "x"));
        assertThatIOException()
                .isThrownBy(() -> Files.newByteChannel(directory, WRITE, CREATE).close());
        assertThatIOException().isThrownBy(() -> Files.writeString(directory, "x", APPEND));
        assertThat(Files.readAttributes(directory, "isDirectory,isRegularFile"))
                .isEqualTo(Map.of("isDirectory", true, "isRegularFile", false));
    }

    @Test
    default void directoryIsMadeOnce() throws IOException {
        Path directory = Files.createDirectory(top().resolve("d"));
        made("cat.txt", "meow");

        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Files.createDirectory(directory));
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Files.createDirectory(file()));
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Files.createFile(directory));
        assertThat(Files.createDirectories(directory)).isEqualTo(directory);
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Files.createDirectories(file()));
        assertThat(Files.isDirectory(Files.createDirectories(top().resolve("x/y/z"))))
                .isTrue();
    }

    @Test
    default void directoryIsLookedInto() throws IOException {
        assertThat(Files.isExecutable(Files.createDirectory(top().resolve("d"))))
                .isTrue();
        assertThat(Files.isExecutable(made("cat.txt", "meow"))).isFalse();
    }

    @Test
    default void noDirectoryIsMadeBelowAFile() throws IOException {
        Path below = made("cat.txt", "meow").resolve("d");

        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> Files.createDirectory(below));
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> Files.createDirectories(below));
        assertThat(Files.readString(file())).isEqualTo("meow");
    }

    @Test
    default void directoryThatHoldsSomethingIsNotDeleted() throws IOException {
        Path directory = Files.createDirectory(top().resolve("d"));
        Path inside = Files.writeString(directory.resolve("a"), "x");

        assertThatExceptionOfType(DirectoryNotEmptyException.class).isThrownBy(() -> Files.delete(directory));
        assertThat(Files.readString(inside)).isEqualTo("x");
        Files.delete(inside);
        Files.delete(directory);
        assertThat(Files.exists(directory)).isFalse();
    }

    @Test
    default void directoryStreamGivesEveryEntryBelowItsDirectory() throws IOException {
        made("a.txt", "1");
        made("b.jpg", "2");
        Files.createDirectory(top().resolve("c"));
        Files.writeString(top().resolve("c/d.txt"), "3");

        assertThat(listed(top()))
                .containsExactlyInAnyOrder(top().resolve("a.txt"), top().resolve("b.jpg"), top().resolve("c"));
        assertThat(listed(top(), "*.txt")).containsExactly(top().resolve("a.txt"));
        assertThat(listed(top(), "b*")).containsExactly(top().resolve("b.jpg"));
        assertThat(listed(top(), "zzz*")).isEmpty();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(top(), Files::isDirectory)) {
            assertThat(directories).containsExactly(top().resolve("c"));
        }
        try (Stream<Path> list = Files.list(top())) {
            assertThat(list).hasSize(3);
        }
    }

    @Test
    default void directoryStreamIsIteratedOnce() throws IOException {
        made("a.txt", "1");
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(top())) {
            Iterator<Path> entries = stream.iterator();

            assertThatThrownBy(stream::iterator).isInstanceOf(IllegalStateException.class);
            assertThat(entries.next()).isEqualTo(top().resolve("a.txt"));
            assertThat(entries.hasNext()).isFalse();
            assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    default void filterThatFailsIsHeardOf() throws IOException {
        made("a.txt", "1");
        DirectoryStream.Filter<Path> failing = _ -> {
            throw new IOException("no");
        };
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(top(), failing)) {
            assertThatExceptionOfType(DirectoryIteratorException.class)
                    .isThrownBy(() -> stream.iterator().hasNext())
                    .withMessageContaining("no");
        }
    }

    @Test
    default void fileIsNotListed() throws IOException {
        made("cat.txt", "meow");

        assertThatExceptionOfType(NotDirectoryException.class).isThrownBy(() -> Files.newDirectoryStream(file()));
    }

    @Test
    default void walkMeetsEverythingOnce() throws IOException {
        Files.createDirectories(top().resolve("a/b"));
        Files.createDirectory(top().resolve("e"));
        Files.writeString(top().resolve("a/1"), "1");
        Files.writeString(top().resolve("a/b/2"), "22");

        try (Stream<Path> walk = Files.walk(top())) {
            assertThat(walk.map(p -> top().relativize(p).toString()))
                    .containsExactlyInAnyOrder("", "a", "a/1", "a/b", "a/b/2", "e");
        }
        try (Stream<Path> found =
                Files.find(top(), 9, (_, attributes) -> attributes.size() == 2 && attributes.isRegularFile())) {
            assertThat(found).containsExactly(top().resolve("a/b/2"));
        }
    }

    @Test
    default void treeIsDeletedWhileItIsWalked() throws IOException {
        Path tree = Files.createDirectories(top().resolve("t/u"));
        for (int i = 0; i < 5; i++) {
            Files.writeString(tree.resolve("f" + i), "x");
            Files.writeString(top().resolve("t/g" + i), "x");
        }
        Files.walkFileTree(top().resolve("t"), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                Files.delete(path);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path path, IOException failure) throws IOException {
                Files.deleteIfExists(path);
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(Files.exists(top().resolve("t"))).isFalse();
    }

    /// As Spring, Guava and commons-io do; each looks in its own way before it removes a directory.
    @Test
    default void treeIsDeletedByEveryonesWay() throws IOException {
        List<Consumer<Path>> ways = List.of(
                DirectoryContract::deleteVisiting, DirectoryContract::deleteReversed, DirectoryContract::deleteLooking);
        for (int i = 0; i < ways.size(); i++) {
            Path tree = top().resolve("tree" + i);
            makeTree(tree);
            ways.get(i).accept(tree);
            assertThat(Files.exists(tree)).isFalse();
            assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.delete(tree));
            assertThat(Files.deleteIfExists(tree.resolve("a/b"))).isFalse();
        }
    }

    private static void makeTree(Path tree) throws IOException {
        for (String name : List.of("1", "a/2", "a/b/3", "a/b/4", "c/5")) {
            Path path = tree.resolve(name);
            if (path.getFileSystem().equals(FileSystems.getDefault())) {
                Files.createDirectories(path.getParent());
            }
            Files.writeString(path, "x");
        }
    }

    private static void deleteVisiting(Path tree) {
        try {
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                    Files.delete(path);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path path, IOException failure) throws IOException {
                    assertThat(failure).isNull();
                    Files.delete(path);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteReversed(Path tree) {
        try (Stream<Path> walk = Files.walk(tree)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteLooking(Path directory) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry)) {
                    deleteLooking(entry);
                } else {
                    Files.delete(entry);
                }
            }
            try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
                assertThat(left.iterator().hasNext()).isFalse();
            }
            assertThat(Files.deleteIfExists(directory)).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    default void directoriesAboveAreMadeToStay() throws IOException {
        Path deep = top().resolve("a/b/c");

        Files.createDirectories(deep);
        Files.createDirectories(deep);
        Files.delete(deep);

        assertThat(Files.isDirectory(top().resolve("a/b"))).isTrue();
        Files.delete(top().resolve("a/b"));
        assertThat(Files.isDirectory(top().resolve("a"))).isTrue();
    }

    @Test
    default void globOfAPathFindsNoName() throws IOException {
        Files.createDirectory(top().resolve("sub"));
        made("sub/a.txt", "1");

        assertThat(listed(top(), "sub/*.txt")).isEmpty();
        assertThat(listed(top(), "sub")).containsExactly(top().resolve("sub"));
    }
}
