package dev.aloft.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.spi.FileSystemProvider;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Behaviour that is specific to S3.
@Timeout(60)
final class S3FileSystemTest {

    @TempDir
    Path data;

    private TestFileSystem store;

    @BeforeEach
    void start() throws IOException {
        store = TestFileSystem.start(data);
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    @Test
    void jdkFindsTheProvider() {
        assertThat(FileSystemProvider.installedProviders())
                .extracting(FileSystemProvider::getScheme)
                .contains("s3");
    }

    @Test
    void bucketIsOpenedOnceAndAgainAfterItWasClosed() throws IOException {
        S3FileSystemProvider provider = new S3FileSystemProvider(Map.of());
        FileSystem opened = store.open(provider, TestFileSystem.BUCKET);

        assertThat(provider.getFileSystem(URI.create("s3://media"))).isSameAs(opened);
        assertThat(provider.getPath(URI.create("s3://media/a")).getFileSystem()).isSameAs(opened);
        assertThatExceptionOfType(FileSystemAlreadyExistsException.class)
                .isThrownBy(() -> store.open(provider, TestFileSystem.BUCKET));
        opened.close();
        opened.close();
        assertThat(opened.isOpen()).isFalse();
        store.open(provider, TestFileSystem.BUCKET).close();
    }

    @Test
    void environmentOpensABucketWhenItIsFirstNamed() throws IOException {
        S3FileSystemProvider provider = new S3FileSystemProvider(
                Map.of("ALOFT_S3_ENDPOINT", store.front().endpoint().toString()));
        Path path = provider.getPath(URI.create("s3://media/a.txt"));

        assertThat(path).hasToString("/a.txt");
        assertThat(path.getFileSystem().toString()).contains("media").contains("127.0.0.1");
        path.getFileSystem().close();
        S3FileSystemProvider poor = new S3FileSystemProvider(Map.of());
        assertThatExceptionOfType(FileSystemNotFoundException.class)
                .isThrownBy(() -> poor.getPath(URI.create("s3://media/a.txt")))
                .withMessageContaining("ALOFT_S3_ENDPOINT");
    }

    @Test
    void settingThatIsUnknownIsRefused() {
        S3FileSystemProvider provider = new S3FileSystemProvider(Map.of());
        URI uri = URI.create("s3://media");

        assertThatThrownBy(() -> provider.newFileSystem(uri, Map.of("endpont", "http://x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("endpont");
        assertThatThrownBy(() -> provider.newFileSystem(uri, Map.of("provider", "nonesuch", "region", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("minio");
        assertThatThrownBy(() -> provider.newFileSystem(uri, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("region");
    }

    @Test
    void closedFileSystemRefusesEverythingAndPublishesNothing() throws IOException {
        FileSystem host = store.host();
        Path file = Files.writeString(host.getPath("/a"), "old");
        OutputStream half = Files.newOutputStream(file);
        half.write(1);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        channel.write(ContractFolder.bytes("new"));
        InputStream in = Files.newInputStream(file);

        host.close();

        assertThatExceptionOfType(ClosedFileSystemException.class).isThrownBy(() -> Files.readString(file));
        assertThatExceptionOfType(ClosedFileSystemException.class).isThrownBy(() -> Files.delete(file));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.write(ByteBuffer.allocate(1)));
        assertThatExceptionOfType(IOException.class).isThrownBy(in::read);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> half.write(1));
        assertThat(Files.readString(store.path("/a"))).isEqualTo("old");
    }

    @Test
    void moveIsNeverSaidToBeAtomic() throws IOException {
        Path file = Files.writeString(store.path("/a"), "meow");

        assertThatExceptionOfType(AtomicMoveNotSupportedException.class)
                .isThrownBy(() -> Files.move(file, store.path("/b"), StandardCopyOption.ATOMIC_MOVE));
        assertThat(Files.exists(file)).isTrue();
    }

    @Test
    void directoryThatHoldsSomethingIsMovedAsATreeOnly() throws IOException {
        Files.writeString(store.path("/d/e/f"), "meow");

        assertThatExceptionOfType(DirectoryNotEmptyException.class)
                .isThrownBy(() -> Files.move(store.path("/d"), store.path("/g")));
        S3Files.moveTree(store.path("/d"), store.path("/g"));
        assertThat(Files.readString(store.path("/g/e/f"))).isEqualTo("meow");
        assertThat(Files.exists(store.path("/d"))).isFalse();
    }

    @Test
    void bucketIsADirectoryThatStays() throws IOException {
        Path root = store.path("/");

        assertThat(Files.isDirectory(root)).isTrue();
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> Files.delete(root));
        try (Stream<Path> list = Files.list(root)) {
            assertThat(list).isEmpty();
        }
        assertThat(store.fileSystem().getRootDirectories()).containsExactly(root);
        assertThat(Files.getFileStore(root).type()).isEqualTo("s3");
    }

    @Test
    void whatS3DoesNotHaveIsSaidPlainly() throws IOException {
        Path file = Files.writeString(store.path("/a"), "meow");
        FileTime then = FileTime.from(Instant.EPOCH);

        assertThatThrownBy(() -> Files.setLastModifiedTime(file, then))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Files.getOwner(file)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Files.createSymbolicLink(store.path("/l"), file))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Files.createLink(store.path("/l"), file))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> file.getFileSystem().newWatchService())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Files.createFile(
                        store.path("/p"),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(Files.getFileAttributeView(file, PosixFileAttributeView.class))
                .isNull();
        assertThat(Files.isWritable(file)).isTrue();
        assertThat(Files.isExecutable(file)).isFalse();
        try (FileChannel channel = FileChannel.open(file)) {
            assertThatThrownBy(() -> channel.map(FileChannel.MapMode.READ_ONLY, 0, 1))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(channel::tryLock).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void userAttributeThatS3DoesNotKeepIsRefused() throws IOException {
        Path file = Files.writeString(store.path("/a"), "meow");

        for (byte[] value : new byte[][] {{0, 1}, {(byte) 0xe9}, {' ', 'x'}}) {
            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(() -> Files.setAttribute(file, "user:x", value));
        }
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> Files.setAttribute(file, "user:Upper", new byte[] {'x'}));
    }

    @Test
    void writeThatThrowsPublishesNothing() throws IOException {
        Path file = Files.writeString(store.path("/a"), "old");

        assertThatThrownBy(() -> S3Files.write(file, out -> {
                    out.write(new byte[100]);
                    throw new IllegalStateException("half-way");
                }))
                .hasMessage("half-way");
        assertThat(Files.readString(file)).isEqualTo("old");
        S3Files.write(file, out -> out.write('x'));
        assertThat(Files.readString(file)).isEqualTo("x");
    }

    @Test
    void uploadReplacesWithoutAMomentWithout() throws IOException {
        Path local = Files.writeString(data.resolveSibling("local.txt"), "meow");

        S3Files.upload(local, store.path("/a"));

        assertThat(Files.readString(store.path("/a"))).isEqualTo("meow");
        Files.delete(local);
    }

    @Test
    void copyBetweenBucketsKeepsTheBytes() throws IOException {
        FileSystem other = store.open(new S3FileSystemProvider(Map.of()), "other");
        Path source = Files.writeString(store.path("/a.txt"), "meow");

        Files.copy(source, other.getPath("/b.txt"));
        Files.move(source, other.getPath("/c.txt"));

        assertThat(Files.readString(other.getPath("/b.txt"))).isEqualTo("meow");
        assertThat(Files.readString(other.getPath("/c.txt"))).isEqualTo("meow");
        assertThat(Files.exists(source)).isFalse();
        other.close();
    }

    @Test
    void readerOfALargeFileThatIsReplacedFailsRatherThanMix() throws IOException {
        Path file = store.path("/big");
        Files.write(file, new byte[20 << 20]);
        try (FileChannel channel = FileChannel.open(store.host().getPath("/big"))) {
            channel.read(ByteBuffer.allocate(10));
            Files.write(file, new byte[20 << 20]);
            Files.writeString(file, "short");
            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(() -> channel.read(ByteBuffer.allocate(10), 15 << 20))
                    .withMessageContaining("replaced or deleted while it was open");
        }
    }

    @Test
    void failureOfS3IsAnExceptionOfTheJdk() throws IOException {
        S3Front front = store.front();
        Path file = store.host().getPath("/a");
        front.onEvery().answer(403);

        assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> Files.readString(file));
        assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> Files.writeString(file, "x"));
        assertThat(Files.exists(file)).isFalse();
        assertThat(Files.notExists(file)).isFalse();
        front.calm();
        front.onEvery().answer(400);
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> Files.size(file))
                .withMessageContaining("s3://media/a")
                .satisfies(e -> assertThat(e.getFile()).isEqualTo("/a"));
    }
}
