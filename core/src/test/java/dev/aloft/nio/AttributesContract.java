package dev.aloft.nio;

import static dev.aloft.nio.ContractFolder.bytes;
import static dev.aloft.nio.ContractFolder.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Attributes of files and directories.
interface AttributesContract extends ContractFolder {

    @Test
    default void directoryMayBeAskedForUserAttributes() throws IOException {
        Path directory = Files.createDirectory(top().resolve("d"));

        assertThat(Files.readAttributes(directory, "user:*")).isEmpty();
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> Files.readAttributes(top().resolve("missing"), "user:*"));
    }

    @Test
    default void attributesSayWhatTheFileIs() throws IOException {
        made("cat.txt", "meow");
        BasicFileAttributes attributes = Files.readAttributes(file(), BasicFileAttributes.class);

        assertThat(attributes.size()).isEqualTo(4);
        assertThat(attributes.isRegularFile()).isTrue();
        assertThat(attributes.isDirectory() || attributes.isSymbolicLink() || attributes.isOther())
                .isFalse();
        assertThat(Duration.between(attributes.lastModifiedTime().toInstant(), Instant.now())
                        .abs())
                .isLessThan(Duration.ofSeconds(30));
        assertThat(Files.readAttributes(file(), "basic:size,isDirectory"))
                .isEqualTo(Map.of("size", 4L, "isDirectory", false));
        assertThat(Files.readAttributes(file(), "*")).containsKeys("size", "lastModifiedTime", "fileKey");
        assertThat(Files.getAttribute(file(), "size")).isEqualTo(4L);
        assertThatThrownBy(() -> Files.readAttributes(file(), "colour")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Files.readAttributes(file(), "nosuchview:size"))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    default void attributeIsSetByItsNameAndType() throws IOException {
        made("cat.txt", "meow");

        assertThatThrownBy(() -> Files.setAttribute(file(), "size", 5L)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Files.setAttribute(file(), "lastModifiedTime", "noon"))
                .isInstanceOf(ClassCastException.class);
        assertThatThrownBy(() -> Files.setAttribute(file(), "user:colour", "red"))
                .isInstanceOf(ClassCastException.class);
    }

    @Test
    default void userAttributesAreKept() throws IOException {
        made("cat.txt", "meow");
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file(), UserDefinedFileAttributeView.class);

        view.write("title", bytes("A cat"));
        Files.setAttribute(file(), "user:colour", "red".getBytes(UTF_8));

        assertThat(view.list()).containsExactlyInAnyOrder("title", "colour");
        assertThat(view.size("title")).isEqualTo(5);
        ByteBuffer value = ByteBuffer.allocate(10);
        view.read("title", value);
        assertThat(text(value)).isEqualTo("A cat");
        assertThat((byte[]) Files.getAttribute(file(), "user:colour")).isEqualTo("red".getBytes(UTF_8));
        Files.writeString(file(), "purr", APPEND);
        Path copy = top().resolve("copy");
        Files.copy(file(), copy, StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(Files.getFileAttributeView(copy, UserDefinedFileAttributeView.class)
                        .list())
                .contains("title");
        view.delete("title");
        assertThat(view.list()).containsExactly("colour");
        assertThatIOException().isThrownBy(() -> view.size("title"));
        assertThat(Files.readString(file())).isEqualTo("meowpurr");
    }

    @Test
    default void timeHandedOnByACopyDoesNotFail() throws IOException {
        Path local = Files.createTempFile("aloft", ".txt");
        Files.writeString(local, "meow");
        Files.setLastModifiedTime(local, FileTime.from(Instant.EPOCH));

        Files.copy(local, file(), StandardCopyOption.COPY_ATTRIBUTES);

        assertThat(Files.readString(file())).isEqualTo("meow");
        Files.delete(local);
    }

    @Test
    default void hiddenFileBeginsWithADot() throws IOException {
        assertThat(Files.isHidden(made(".x", "1"))).isTrue();
        assertThat(Files.isHidden(made("x", "1"))).isFalse();
    }
}
