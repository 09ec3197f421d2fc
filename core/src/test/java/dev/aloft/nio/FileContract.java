package dev.aloft.nio;

import static dev.aloft.nio.ContractFolder.bytes;
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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Contents of a file: written, read, appended to, created and removed.
interface FileContract extends ContractFolder {

    @Test
    default void fileIsReadAsItWasWritten() throws IOException {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        Files.write(file(), bytes);

        assertThat(Files.readAllBytes(file())).isEqualTo(bytes);
        assertThat(Files.size(file())).isEqualTo(bytes.length);
        try (InputStream in = Files.newInputStream(file(), READ)) {
            in.skipNBytes(299_000);
            assertThat(in.readAllBytes()).hasSize(1000);
        }
        assertThat(Files.mismatch(file(), made("copy", new String(bytes, UTF_8))))
                .isNotEqualTo(-1);
    }

    @Test
    default void emptyFileIsAFile() throws IOException {
        Files.createFile(file());

        assertThat(Files.readAllBytes(file())).isEmpty();
        assertThat(Files.isRegularFile(file())).isTrue();
        try (FileChannel channel = FileChannel.open(file())) {
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    default void missingFileIsMissingToEveryQuestion() {
        assertThat(Files.exists(file())).isFalse();
        assertThat(Files.notExists(file())).isTrue();
        assertThat(Files.isDirectory(file())).isFalse();
        assertThat(Files.isRegularFile(file())).isFalse();
        assertThat(Files.isReadable(file())).isFalse();
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.size(file()));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.readString(file()));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.newInputStream(file()));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.delete(file()));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.newByteChannel(file(), WRITE));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.newDirectoryStream(file()));
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> Files.copy(file(), top().resolve("other")));
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> Files.move(file(), top().resolve("other")));
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> Files.newOutputStream(file(), TRUNCATE_EXISTING));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> file().toRealPath());
    }

    @Test
    default void deleteIfExistsSaysWhetherItWasThere() throws IOException {
        made("cat.txt", "meow");

        assertThat(Files.deleteIfExists(file())).isTrue();
        assertThat(Files.deleteIfExists(file())).isFalse();
    }

    @Test
    default void exclusiveCreationOfAnExistingFileFails() throws IOException {
        made("cat.txt", "meow");

        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Files.createFile(file()));
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> Files.writeString(file(), "x", CREATE_NEW));
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> Files.copy(InputStream.nullInputStream(), file()));
        assertThat(Files.readString(file())).isEqualTo("meow");
    }

    @Test
    default void writeWithoutTruncatingKeepsTheTail() throws IOException {
        made("cat.txt", "meow meow");

        Files.writeString(file(), "MEOW", WRITE);

        assertThat(Files.readString(file())).isEqualTo("MEOW meow");
    }

    @Test
    default void appendAddsToTheEndAndMakesAMissingFile() throws IOException {
        Files.writeString(file(), "one", CREATE, APPEND);
        Files.writeString(file(), " two", APPEND);
        assertThat(Files.readString(file())).isEqualTo("one two");

        try (FileChannel channel = FileChannel.open(file(), APPEND)) {
            assertThat(channel.position()).isIn(0L, 7L);
            channel.position(0);
            channel.write(bytes(" three"));
            assertThat(channel.position()).isEqualTo(13);
            assertThatExceptionOfType(NonReadableChannelException.class)
                    .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
        }
        assertThat(Files.readString(file())).isEqualTo("one two three");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> Files.writeString(top().resolve("missing"), "x", APPEND));
    }

    @Test
    default void contradictoryOptionsAreRefused() {
        assertThatThrownBy(() -> Files.newByteChannel(file(), READ, APPEND))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Files.newByteChannel(file(), APPEND, TRUNCATE_EXISTING))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Files.newOutputStream(file(), READ)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Files.newInputStream(file(), WRITE)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    default void optionIsNamedTwiceAndNeverNull() throws IOException {
        made("cat.txt", "meow");

        try (OutputStream out = Files.newOutputStream(file(), WRITE, WRITE)) {
            out.write('M');
        }
        try (InputStream in = Files.newInputStream(file(), READ, READ)) {
            assertThat(in.readAllBytes()).isEqualTo("Meow".getBytes(UTF_8));
        }
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> Files.newInputStream(file(), (OpenOption) null),
                () -> Files.newOutputStream(file(), (OpenOption) null),
                () -> Files.newByteChannel(file(), (OpenOption) null))) {
            assertThatExceptionOfType(NullPointerException.class).isThrownBy(call);
        }
    }

    @Test
    default void optionThatSaysNothingOfCreationCreatesNothing() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> Files.newOutputStream(file(), LinkOption.NOFOLLOW_LINKS));
        assertThat(Files.exists(file())).isFalse();
    }

    @Test
    default void durabilityMayBeAskedFor() throws IOException {
        Files.writeString(file(), "a", CREATE, SYNC);
        Files.writeString(file(), "b", WRITE, DSYNC);

        assertThat(Files.readString(file())).isEqualTo("b");
    }

    @Test
    default void fileGoesWhenItsLastUserCloses() throws IOException {
        try (FileChannel channel = FileChannel.open(file(), CREATE, WRITE, DELETE_ON_CLOSE)) {
            channel.write(bytes("x"));
        }
        assertThat(Files.exists(file())).isFalse();
    }

    @Test
    default void temporaryFilesAndFoldersAreMade() throws IOException {
        Path temporary = Files.createTempFile(top(), "a", ".tmp");
        Path directory = Files.createTempDirectory(top(), "d");

        assertThat(Files.size(temporary)).isZero();
        assertThat(Files.isDirectory(directory)).isTrue();
        assertThat(temporary.getParent()).isEqualTo(top());
    }

    @Test
    default void zipInTheFileSystemIsAFileSystem() throws IOException {
        Path zip = top().resolve("a.zip");
        try (FileSystem archive = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Files.writeString(archive.getPath("/inside.txt"), "meow");
        }
        try (FileSystem archive = FileSystems.newFileSystem(zip, Map.of())) {
            assertThat(Files.readString(archive.getPath("/inside.txt"))).isEqualTo("meow");
        }
    }

    @Test
    default void linesAreReadAndWritten() throws IOException {
        Files.write(file(), List.of("one", "two"));

        assertThat(Files.readAllLines(file())).containsExactly("one", "two");
        try (Stream<String> lines = Files.lines(file())) {
            assertThat(lines).hasSize(2);
        }
        try (OutputStream out = Files.newOutputStream(file())) {
            out.write(1);
        }
        assertThat(Files.size(file())).isEqualTo(1);
    }
}
