package dev.aloft.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
final class DataFolderTest {

    @TempDir
    Path top;

    @Test
    void folderIsUsedByOneAtATime() throws IOException {
        try (DataFolder data = DataFolder.open(top.resolve("data"))) {
            assertThatThrownBy(() -> DataFolder.open(data.path()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(data.path().toString())
                    .hasMessageContaining("another process");
        }
        DataFolder.open(top.resolve("data")).close();
    }

    @Test
    void socketsAreInTheFolder() throws IOException {
        try (DataFolder data = DataFolder.open(top.resolve("data"))) {
            assertThat(data.socket("agent.sock").toString()).startsWith(data.path() + "/");
        }
    }

    @Test
    void socketsOfADeepFolderAreInAShortOneUntilItIsClosed() throws IOException {
        Path socket;
        try (DataFolder data = DataFolder.open(top.resolve("deep".repeat(25)))) {
            socket = data.socket("a-socket-of-24-bytes.sok");
            assertThat(socket.toString().getBytes(UTF_8).length).isLessThanOrEqualTo(DataFolder.MAX_SOCKET_PATH_BYTES);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(parent(socket))))
                    .isEqualTo("rwxr-xr-x");
        }
        assertThat(parent(socket)).doesNotExist();
    }

    @Test
    void socketNameThatIsTooLongIsRefused() throws IOException {
        try (DataFolder data = DataFolder.open(top)) {
            assertThatThrownBy(() -> data.socket("a-socket-of-25-bytes.sock"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a-socket-of-25-bytes.sock");
        }
    }

    @Test
    void folderThatAnAccountMayNotEnterIsNamed() throws IOException {
        Path closed = Files.createDirectory(top.resolve("closed"));
        Path data = Files.createDirectory(closed.resolve("data"));
        Modes.set(top, "rwxr-xr-x");
        Modes.set(closed, "rwx------");

        assertThatThrownBy(() -> new Account("no-such-user").requireAccess(data))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-user may not enter " + closed.toRealPath() + ";");
        new Account(Account.ours()).requireAccess(data);
        Modes.set(closed, "rwx--x--x");
        new Account("no-such-user").requireAccess(data);
    }

    private static Path parent(Path socket) {
        return Objects.requireNonNull(socket.getParent());
    }
}
