package dev.aloft.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The contract of every file system with a Java program, whatever holds its bytes: run over S3, and over the disk as
/// control.
@Timeout(60)
abstract class FilesContract {

    /// An empty folder for one test.
    abstract Path folder() throws IOException;

    private Path top;
    private Path file;

    @BeforeEach
    final void begin() throws IOException {
        top = folder();
        file = top.resolve("cat.txt");
    }

    private Path made(String name, String content) throws IOException {
        return Files.writeString(top.resolve(name), content);
    }

    @Test
    final void fileIsReadAsItWasWritten() throws IOException {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        Files.write(file, bytes);

        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        assertThat(Files.size(file)).isEqualTo(bytes.length);
        try (InputStream in = Files.newInputStream(file, READ)) {
            in.skipNBytes(299_000);
            assertThat(in.readAllBytes()).hasSize(1000);
        }
        assertThat(Files.mismatch(file, made("copy", new String(bytes, UTF_8)))).isNotEqualTo(-1);
    }

    @Test
    final void emptyFileIsAFile() throws IOException {
        Files.createFile(file);

        assertThat(Files.readAllBytes(file)).isEmpty();
        assertThat(Files.isRegularFile(file)).isTrue();
        try (FileChannel channel = FileChannel.open(file)) {
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    final void missingFileIsMissingToEveryQuestion() {
        assertThat(Files.exists(file)).isFalse();
        assertThat(Files.notExists(file)).isTrue();
        assertThat(Files.isDirectory(file)).isFalse();
        assertThat(Files.isRegularFile(file)).isFalse();
        assertThat(Files.isReadable(file)).isFalse();
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.size(file));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.readString(file));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.newInputStream(file));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.delete(file));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.newByteChannel(file, WRITE));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.newDirectoryStream(file));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.copy(file, top.resolve("other")));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.move(file, top.resolve("other")));
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> Files.newOutputStream(file, TRUNCATE_EXISTING));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> file.toRealPath());
    }

    @Test
    final void deleteIfExistsSaysWhetherItWasThere() throws IOException {
        made("cat.txt", "meow");

        assertThat(Files.deleteIfExists(file)).isTrue();
        assertThat(Files.deleteIfExists(file)).isFalse();
    }

    @Test
    final void exclusiveCreationOfAnExistingFileFails() throws IOException {
        made("cat.txt", "meow");

        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Files.createFile(file));
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> Files.writeString(file, "x", CREATE_NEW));
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> Files.copy(InputStream.nullInputStream(), file));
        assertThat(Files.readString(file)).isEqualTo("meow");
    }

    @Test
    final void writeWithoutTruncatingKeepsTheTail() throws IOException {
        made("cat.txt", "meow meow");

        Files.writeString(file, "MEOW", WRITE);

        assertThat(Files.readString(file)).isEqualTo("MEOW meow");
    }

    @Test
    final void appendAddsToTheEndAndMakesAMissingFile() throws IOException {
        Files.writeString(file, "one", CREATE, APPEND);
        Files.writeString(file, " two", APPEND);
        assertThat(Files.readString(file)).isEqualTo("one two");

        try (FileChannel channel = FileChannel.open(file, APPEND)) {
            assertThat(channel.position()).isIn(0L, 7L);
            channel.position(0);
            channel.write(bytes(" three"));
            assertThat(channel.position()).isEqualTo(13);
            assertThatExceptionOfType(NonReadableChannelException.class)
                    .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
        }
        assertThat(Files.readString(file)).isEqualTo("one two three");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> Files.writeString(top.resolve("missing"), "x", APPEND));
    }

    @Test
    final void contradictoryOptionsAreRefused() {
        assertThatThrownBy(() -> Files.newByteChannel(file, READ, APPEND)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Files.newByteChannel(file, APPEND, TRUNCATE_EXISTING))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Files.newOutputStream(file, READ)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Files.newInputStream(file, WRITE)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    final void durabilityMayBeAskedFor() throws IOException {
        Files.writeString(file, "a", CREATE, SYNC);
        Files.writeString(file, "b", WRITE, DSYNC);

        assertThat(Files.readString(file)).isEqualTo("b");
    }

    @Test
    final void channelReadsAndWritesAnywhere() throws IOException {
        made("cat.txt", "0123456789");

        try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
            ByteBuffer three = ByteBuffer.allocate(3);
            assertThat(channel.read(three, 4)).isEqualTo(3);
            assertThat(channel.position()).isZero();
            assertThat(text(three)).isEqualTo("456");
            channel.position(8).write(bytes("ab--"));
            assertThat(channel.position()).isEqualTo(12);
            assertThat(channel.size()).isEqualTo(12);
            channel.write(bytes("X"), 0);
            assertThat(channel.read(ByteBuffer.allocate(1), 12)).isEqualTo(-1);
            channel.truncate(11);
            assertThat(channel.position()).isEqualTo(11);
            channel.truncate(100);
            assertThat(channel.size()).isEqualTo(11);
        }
        assertThat(Files.readString(file)).isEqualTo("X1234567ab-");
    }

    @Test
    final void channelFillsAGapWithZeros() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file, CREATE, WRITE)) {
            channel.position(3);
            channel.write(bytes("x"));
        }
        assertThat(Files.readAllBytes(file)).containsExactly(0, 0, 0, 'x');
    }

    @Test
    final void channelScattersAndGathers() throws IOException {
        try (FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE)) {
            assertThat(channel.write(new ByteBuffer[] {bytes("ab"), bytes(""), bytes("cde")}))
                    .isEqualTo(5);
            channel.position(0);
            ByteBuffer two = ByteBuffer.allocate(2);
            ByteBuffer four = ByteBuffer.allocateDirect(4);
            assertThat(channel.read(new ByteBuffer[] {two, four})).isEqualTo(5);
            assertThat(text(two)).isEqualTo("ab");
            assertThat(four.position()).isEqualTo(3);
            assertThat(channel.position()).isEqualTo(5);
        }
    }

    @Test
    final void channelTransfersMoreThanItHas() throws IOException {
        byte[] bytes = new byte[200_000];
        new Random(2).nextBytes(bytes);
        Files.write(file, bytes);
        Path copy = top.resolve("copy");

        try (FileChannel in = FileChannel.open(file);
                FileChannel out = FileChannel.open(copy, CREATE, WRITE)) {
            assertThat(in.transferTo(0, Long.MAX_VALUE, out)).isEqualTo(bytes.length);
            assertThat(in.transferTo(bytes.length, 10, out)).isZero();
        }
        assertThat(Files.readAllBytes(copy)).isEqualTo(bytes);
        try (FileChannel in = FileChannel.open(file);
                FileChannel out = FileChannel.open(copy, WRITE)) {
            assertThat(out.transferFrom(in, 5, 1000)).isEqualTo(1000);
        }
        assertThat(Files.size(copy)).isEqualTo(bytes.length);
    }

    @Test
    final void channelRefusesWhatItWasNotOpenedFor() throws IOException {
        made("cat.txt", "meow");

        try (FileChannel channel = FileChannel.open(file, READ)) {
            assertThatExceptionOfType(NonWritableChannelException.class).isThrownBy(() -> channel.write(bytes("x")));
            assertThatExceptionOfType(NonWritableChannelException.class).isThrownBy(() -> channel.truncate(0));
            assertThatThrownBy(() -> channel.position(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), -1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            assertThatExceptionOfType(NonReadableChannelException.class)
                    .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    final void closedChannelRefusesEverything() throws IOException {
        made("cat.txt", "meow");
        FileChannel channel = FileChannel.open(file);
        channel.close();
        channel.close();

        assertThat(channel.isOpen()).isFalse();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::size);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
    }

    @Test
    final void interruptClosesAChannel() throws IOException {
        made("cat.txt", "meow");
        FileChannel reading = FileChannel.open(file);
        FileChannel writing = FileChannel.open(top.resolve("dog.txt"), CREATE, WRITE);

        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> reading.read(ByteBuffer.allocate(1)), () -> writing.write(bytes("woof")))) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(ClosedByInterruptException.class).isThrownBy(use);
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(reading.isOpen()).isFalse();
        assertThat(writing.isOpen()).isFalse();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> reading.read(ByteBuffer.allocate(1)));
        reading.close();
        writing.close();
    }

    @Test
    final void forcedBytesAreSeenByOthers() throws IOException {
        try (FileChannel channel = FileChannel.open(file, CREATE, WRITE)) {
            channel.write(bytes("one"));
            channel.force(true);
            assertThat(Files.readString(file)).isEqualTo("one");
            channel.write(bytes(" two"));
        }
        assertThat(Files.readString(file)).isEqualTo("one two");
    }

    @Test
    final void asynchronousChannelReadsAndWrites() throws Exception {
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(file, CREATE, READ, WRITE)) {
            assertThat(channel.write(bytes("meow"), 2).get()).isEqualTo(4);
            ByteBuffer target = ByteBuffer.allocate(10);
            assertThat(channel.read(target, 0).get()).isEqualTo(6);
            assertThat(channel.size()).isEqualTo(6);
        }
        assertThat(Files.readAllBytes(file)).containsExactly(0, 0, 'm', 'e', 'o', 'w');
    }

    @Test
    final void fileGoesWhenItsLastUserCloses() throws IOException {
        try (FileChannel channel = FileChannel.open(file, CREATE, WRITE, DELETE_ON_CLOSE)) {
            channel.write(bytes("x"));
        }
        assertThat(Files.exists(file)).isFalse();
    }

    @Test
    final void temporaryFilesAndFoldersAreMade() throws IOException {
        Path temporary = Files.createTempFile(top, "a", ".tmp");
        Path directory = Files.createTempDirectory(top, "d");

        assertThat(Files.size(temporary)).isZero();
        assertThat(Files.isDirectory(directory)).isTrue();
        assertThat(temporary.getParent()).isEqualTo(top);
    }

    @Test
    final void directoryIsNoFile() throws IOException {
        Path directory = Files.createDirectory(top.resolve("d"));

        assertThat(Files.isDirectory(directory)).isTrue();
        assertThat(Files.isDirectory(top.resolve("d/"))).isTrue();
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
    final void directoryIsMadeOnce() throws IOException {
        Path directory = Files.createDirectory(top.resolve("d"));
        made("cat.txt", "meow");

        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Files.createDirectory(directory));
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Files.createDirectory(file));
        assertThat(Files.createDirectories(directory)).isEqualTo(directory);
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Files.createDirectories(file));
        assertThat(Files.isDirectory(Files.createDirectories(top.resolve("x/y/z"))))
                .isTrue();
    }

    @Test
    final void directoryThatHoldsSomethingIsNotDeleted() throws IOException {
        Path directory = Files.createDirectory(top.resolve("d"));
        Path inside = Files.writeString(directory.resolve("a"), "x");

        assertThatExceptionOfType(DirectoryNotEmptyException.class).isThrownBy(() -> Files.delete(directory));
        assertThat(Files.readString(inside)).isEqualTo("x");
        Files.delete(inside);
        Files.delete(directory);
        assertThat(Files.exists(directory)).isFalse();
    }

    @Test
    final void directoryStreamGivesEveryEntryBelowItsDirectory() throws IOException {
        made("a.txt", "1");
        made("b.jpg", "2");
        Files.createDirectory(top.resolve("c"));
        Files.writeString(top.resolve("c/d.txt"), "3");

        assertThat(listed(top)).containsExactlyInAnyOrder(top.resolve("a.txt"), top.resolve("b.jpg"), top.resolve("c"));
        assertThat(listed(top, "*.txt")).containsExactly(top.resolve("a.txt"));
        assertThat(listed(top, "b*")).containsExactly(top.resolve("b.jpg"));
        assertThat(listed(top, "zzz*")).isEmpty();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(top, Files::isDirectory)) {
            assertThat(directories).containsExactly(top.resolve("c"));
        }
        try (Stream<Path> list = Files.list(top)) {
            assertThat(list).hasSize(3);
        }
    }

    @Test
    final void directoryStreamIsIteratedOnce() throws IOException {
        made("a.txt", "1");
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(top)) {
            Iterator<Path> entries = stream.iterator();

            assertThatThrownBy(stream::iterator).isInstanceOf(IllegalStateException.class);
            assertThat(entries.next()).isEqualTo(top.resolve("a.txt"));
            assertThat(entries.hasNext()).isFalse();
            assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    final void filterThatFailsIsHeardOf() throws IOException {
        made("a.txt", "1");
        DirectoryStream.Filter<Path> failing = _ -> {
            throw new IOException("no");
        };
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(top, failing)) {
            assertThatExceptionOfType(DirectoryIteratorException.class)
                    .isThrownBy(() -> stream.iterator().hasNext())
                    .withMessageContaining("no");
        }
    }

    @Test
    final void fileIsNotListed() throws IOException {
        made("cat.txt", "meow");

        assertThatExceptionOfType(NotDirectoryException.class).isThrownBy(() -> Files.newDirectoryStream(file));
    }

    @Test
    final void walkMeetsEverythingOnce() throws IOException {
        Files.createDirectories(top.resolve("a/b"));
        Files.createDirectory(top.resolve("e"));
        Files.writeString(top.resolve("a/1"), "1");
        Files.writeString(top.resolve("a/b/2"), "22");

        try (Stream<Path> walk = Files.walk(top)) {
            assertThat(walk.map(p -> top.relativize(p).toString()))
                    .containsExactlyInAnyOrder("", "a", "a/1", "a/b", "a/b/2", "e");
        }
        try (Stream<Path> found =
                Files.find(top, 9, (_, attributes) -> attributes.size() == 2 && attributes.isRegularFile())) {
            assertThat(found).containsExactly(top.resolve("a/b/2"));
        }
    }

    @Test
    final void treeIsDeletedWhileItIsWalked() throws IOException {
        Path tree = Files.createDirectories(top.resolve("t/u"));
        for (int i = 0; i < 5; i++) {
            Files.writeString(tree.resolve("f" + i), "x");
            Files.writeString(top.resolve("t/g" + i), "x");
        }
        Files.walkFileTree(top.resolve("t"), new SimpleFileVisitor<>() {
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
        assertThat(Files.exists(top.resolve("t"))).isFalse();
    }

    /// As Spring, Guava and commons-io do; each looks in its own way before it removes a directory.
    @Test
    final void treeIsDeletedByEveryonesWay() throws IOException {
        List<Consumer<Path>> ways =
                List.of(FilesContract::deleteVisiting, FilesContract::deleteReversed, FilesContract::deleteLooking);
        for (int i = 0; i < ways.size(); i++) {
            Path tree = top.resolve("tree" + i);
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
    final void copyIsWhatItWasMadeFrom() throws IOException {
        made("cat.txt", "meow");
        Path copy = top.resolve("copy.txt");

        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(Files.readString(copy)).isEqualTo("meow");
        assertThat(Files.readString(file)).isEqualTo("meow");
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Files.copy(file, copy));
        Files.writeString(file, "purr");
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.readString(copy)).isEqualTo("purr");
        Files.copy(file, top.resolve("cat.txt"));
        assertThat(Files.readString(file)).isEqualTo("purr");
    }

    @Test
    final void emptyFileIsCopied() throws IOException {
        Files.createFile(file);

        Files.copy(file, top.resolve("copy"));

        assertThat(Files.size(top.resolve("copy"))).isZero();
    }

    @Test
    final void copyOfADirectoryIsAnEmptyDirectory() throws IOException {
        Path directory = Files.createDirectory(top.resolve("d"));
        Files.writeString(directory.resolve("a"), "x");
        Path copy = top.resolve("e");

        Files.copy(directory, copy);
        assertThat(Files.isDirectory(copy)).isTrue();
        assertThat(listed(copy)).isEmpty();
        made("cat.txt", "meow");
        assertThatExceptionOfType(DirectoryNotEmptyException.class)
                .isThrownBy(() -> Files.copy(file, directory, StandardCopyOption.REPLACE_EXISTING));
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.readString(copy)).isEqualTo("meow");
    }

    @Test
    final void directoryReplacesAFile() throws IOException {
        Path directory = Files.createDirectory(top.resolve("d"));
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
    final void directoriesAboveAreMadeToStay() throws IOException {
        Path deep = top.resolve("a/b/c");

        Files.createDirectories(deep);
        Files.createDirectories(deep);
        Files.delete(deep);

        assertThat(Files.isDirectory(top.resolve("a/b"))).isTrue();
        Files.delete(top.resolve("a/b"));
        assertThat(Files.isDirectory(top.resolve("a"))).isTrue();
    }

    @Test
    final void globOfAPathFindsNoName() throws IOException {
        Files.createDirectory(top.resolve("sub"));
        made("sub/a.txt", "1");

        assertThat(listed(top, "sub/*.txt")).isEmpty();
        assertThat(listed(top, "sub")).containsExactly(top.resolve("sub"));
    }

    @Test
    final void directoryMayBeAskedForUserAttributes() throws IOException {
        Path directory = Files.createDirectory(top.resolve("d"));

        assertThat(Files.readAttributes(directory, "user:*")).isEmpty();
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> Files.readAttributes(top.resolve("missing"), "user:*"));
    }

    @Test
    final void sameFileIsThere() throws IOException {
        made("cat.txt", "meow");
        Path missing = top.resolve("missing");

        assertThat(Files.isSameFile(missing, top.resolve("missing"))).isTrue();
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.isSameFile(file, missing));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.isSameFile(missing, file));
    }

    @Test
    @SuppressWarnings("NullAway")
    final void pathComparesWithAPath() {
        assertThatThrownBy(() -> file.startsWith((Path) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> file.endsWith((Path) null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    final void failureNamesThePathAsItWasGiven() throws IOException {
        Files.createDirectory(top.resolve("d"));
        made("d/cat.txt", "meow");
        Path missing = top.resolve("d/./../missing");
        Path there = top.resolve("d/../d");
        Map<ThrowingCallable, Path> failures = Map.of(
                () -> Files.size(missing), missing,
                () -> Files.readString(missing), missing,
                () -> Files.delete(missing), missing,
                () -> listed(missing), missing,
                () -> Files.copy(missing, top.resolve("x")), missing,
                () -> Files.createDirectory(there), there,
                () -> Files.delete(there), there);

        failures.forEach((call, path) -> assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.getFile()).isEqualTo(path.toString())));
    }

    @Test
    final void movedFileIsAtItsNewNameOnly() throws IOException {
        made("cat.txt", "meow");
        Path there = top.resolve("there.txt");

        Files.move(file, there);
        assertThat(Files.exists(file)).isFalse();
        assertThat(Files.readString(there)).isEqualTo("meow");
        made("cat.txt", "purr");
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Files.move(file, there));
        Files.move(file, there, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.readString(there)).isEqualTo("purr");
    }

    @Test
    final void fileMovedOntoItselfStays() throws IOException {
        made("cat.txt", "meow");

        Files.move(file, top.resolve("cat.txt"));
        Files.createDirectory(top.resolve("x"));
        Files.move(file, top.resolve("./x/../cat.txt"), StandardCopyOption.REPLACE_EXISTING);

        assertThat(Files.readString(file)).isEqualTo("meow");
    }

    @Test
    final void emptyDirectoryIsMoved() throws IOException {
        Path directory = Files.createDirectory(top.resolve("d"));

        Files.move(directory, top.resolve("e"));

        assertThat(Files.isDirectory(top.resolve("e"))).isTrue();
        assertThat(Files.exists(directory)).isFalse();
    }

    @Test
    final void attributesSayWhatTheFileIs() throws IOException {
        made("cat.txt", "meow");
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);

        assertThat(attributes.size()).isEqualTo(4);
        assertThat(attributes.isRegularFile()).isTrue();
        assertThat(attributes.isDirectory() || attributes.isSymbolicLink() || attributes.isOther())
                .isFalse();
        assertThat(Duration.between(attributes.lastModifiedTime().toInstant(), Instant.now())
                        .abs())
                .isLessThan(Duration.ofSeconds(30));
        assertThat(Files.readAttributes(file, "basic:size,isDirectory"))
                .isEqualTo(Map.of("size", 4L, "isDirectory", false));
        assertThat(Files.readAttributes(file, "*")).containsKeys("size", "lastModifiedTime", "fileKey");
        assertThat(Files.getAttribute(file, "size")).isEqualTo(4L);
        assertThatThrownBy(() -> Files.readAttributes(file, "colour")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Files.readAttributes(file, "nosuchview:size"))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    final void userAttributesAreKept() throws IOException {
        made("cat.txt", "meow");
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);

        view.write("title", bytes("A cat"));
        Files.setAttribute(file, "user:colour", "red".getBytes(UTF_8));

        assertThat(view.list()).containsExactlyInAnyOrder("title", "colour");
        assertThat(view.size("title")).isEqualTo(5);
        ByteBuffer value = ByteBuffer.allocate(10);
        view.read("title", value);
        assertThat(text(value)).isEqualTo("A cat");
        assertThat((byte[]) Files.getAttribute(file, "user:colour")).isEqualTo("red".getBytes(UTF_8));
        Files.writeString(file, "purr", APPEND);
        Path copy = top.resolve("copy");
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(Files.getFileAttributeView(copy, UserDefinedFileAttributeView.class)
                        .list())
                .contains("title");
        view.delete("title");
        assertThat(view.list()).containsExactly("colour");
        assertThatIOException().isThrownBy(() -> view.size("title"));
        assertThat(Files.readString(file)).isEqualTo("meowpurr");
    }

    @Test
    final void timeHandedOnByACopyDoesNotFail() throws IOException {
        Path local = Files.createTempFile("aloft", ".txt");
        Files.writeString(local, "meow");
        Files.setLastModifiedTime(local, FileTime.from(Instant.EPOCH));

        Files.copy(local, file, StandardCopyOption.COPY_ATTRIBUTES);

        assertThat(Files.readString(file)).isEqualTo("meow");
        Files.delete(local);
    }

    @Test
    final void hiddenFileBeginsWithADot() throws IOException {
        assertThat(Files.isHidden(made(".x", "1"))).isTrue();
        assertThat(Files.isHidden(made("x", "1"))).isFalse();
    }

    @Test
    final void sameFileIsSameByAnyWay() throws IOException {
        Files.createDirectory(top.resolve("a"));
        made("cat.txt", "meow");

        assertThat(Files.isSameFile(file, top.resolve("a/../cat.txt"))).isTrue();
        assertThat(Files.readString(top.resolve("a/../cat.txt"))).isEqualTo("meow");
        assertThat(Files.isSameFile(file, made("dog.txt", "meow"))).isFalse();
    }

    @Test
    final void zipInTheFileSystemIsAFileSystem() throws IOException {
        Path zip = top.resolve("a.zip");
        try (FileSystem archive = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Files.writeString(archive.getPath("/inside.txt"), "meow");
        }
        try (FileSystem archive = FileSystems.newFileSystem(zip, Map.of())) {
            assertThat(Files.readString(archive.getPath("/inside.txt"))).isEqualTo("meow");
        }
    }

    @Test
    final void linesAreReadAndWritten() throws IOException {
        Files.write(file, List.of("one", "two"));

        assertThat(Files.readAllLines(file)).containsExactly("one", "two");
        try (Stream<String> lines = Files.lines(file)) {
            assertThat(lines).hasSize(2);
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(1);
        }
        assertThat(Files.size(file)).isEqualTo(1);
    }

    private static List<Path> listed(Path directory) throws IOException {
        return listed(directory, "*");
    }

    private static List<Path> listed(Path directory, String glob) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
            stream.forEach(entries::add);
        }
        return entries;
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static String text(ByteBuffer buffer) {
        return UTF_8.decode(buffer.duplicate().flip()).toString();
    }
}
