package dev.aloft.files;

import static dev.aloft.store.TestStore.stream;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.store.Bucket;
import dev.aloft.store.StoredObject;
import dev.aloft.store.TestStore;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The lines of `docs/reference/semantics.md` on open files, whole trees, metadata and locks, each shown.
@Timeout(60)
final class OpenFileSemanticsTest {

    private static final FilePath CAT = FilePath.of("d/cat.txt");
    private static final int MIB = 1 << 20;

    @TempDir
    Path data;

    private TestStore store;
    private S3Front s3;
    private FileTree files;
    private FileTree other;
    private OpenFiles open;

    @BeforeEach
    void start() throws IOException {
        store = TestStore.start(data);
        s3 = store.front();
        files = new FileTree(store.host(), FilePath.ROOT);
        other = new FileTree(store.host(), FilePath.ROOT);
        open = new OpenFiles(files);
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    private static void write(FileTree tree, FilePath path, String text) throws IOException {
        tree.write(path, stream(text), -1, WriteHeaders.NONE, WriteCondition.always());
    }

    private static void write(FileTree tree, FilePath path, int size) throws IOException {
        tree.write(path, new ByteArrayInputStream(new byte[size]), size, WriteHeaders.NONE, WriteCondition.always());
    }

    private String read(FilePath path) throws IOException {
        try (FileContent content = other.open(path, null, null, Duration.ZERO)) {
            return new String(content.body().readAllBytes(), UTF_8);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    @Test
    void openReaderNeverMixesVersions() throws IOException {
        write(files, CAT, 20 * MIB);
        try (OpenFile reader = open.read(CAT)) {
            assertThat(reader.read(ByteBuffer.allocate(10), 0)).isEqualTo(10);
            write(other, CAT, "a shorter one");

            assertThat(reader.size()).isEqualTo(20L * MIB);
            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(() -> reader.read(ByteBuffer.allocate(10), 10L * MIB))
                    .withMessageContaining("replaced or deleted while it was open");
        }
    }

    @Test
    void editedFileIsPublishedWhenItIsClosed() throws IOException {
        write(files, CAT, "0123456789");
        try (OpenFile editor = open.edit(CAT, false)) {
            editor.write(bytes("ab"), 3);
            editor.truncate(8);
            assertThat(read(CAT)).isEqualTo("0123456789");
        }
        assertThat(read(CAT)).isEqualTo("012ab567");
        OpenFile abandoned = open.edit(CAT, false);
        abandoned.write(bytes("never"), 0);
        abandoned.abort();
        assertThat(read(CAT)).isEqualTo("012ab567");
    }

    @Test
    void slowerEditorIsToldAndNothingIsLost() throws IOException {
        write(files, CAT, "old");
        OpenFile slower = open.edit(CAT, false);
        slower.write(bytes("s"), 0);
        try (OpenFile faster = new OpenFiles(other).edit(CAT, false)) {
            faster.write(bytes("f"), 0);
        }

        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(slower::close)
                .withMessageContaining("another writer has changed it");
        assertThat(read(CAT)).isEqualTo("fld");
    }

    @Test
    void openAppendFollowsWhatOthersAdded() throws IOException {
        write(files, CAT, "one");
        try (OpenFile end = open.append(CAT, false)) {
            end.write(bytes(" three"), 0);
            other.append(CAT, stream(" two"), WriteHeaders.NONE);
        }
        assertThat(read(CAT)).isEqualTo("one two three");
    }

    @Test
    void outputThatIsGivenUpLeavesNothing() throws IOException {
        write(files, CAT, "old");
        FileOutput output = open.output(CAT, null, Map.of(), WriteCondition.always());
        output.write(new byte[40 * MIB]);
        output.abort();
        output.close();

        assertThat(read(CAT)).isEqualTo("old");
        assertThatRequests(s3)
                .include("CreateMultipartUpload", 1)
                .include("AbortMultipartUpload", 1)
                .include("CompleteMultipartUpload", 0);
    }

    @Test
    void fileIsCutToItsBeginning() throws IOException {
        write(files, CAT, "0123456789");
        assertThat(open.truncate(CAT, 4).size()).isEqualTo(4);
        assertThat(read(CAT)).isEqualTo("0123");
        assertThat(open.truncate(CAT, 100).size()).isEqualTo(4);
        assertThat(open.truncate(CAT, 0).size()).isZero();

        write(files, CAT, 8 * MIB);
        s3.reset();
        assertThat(open.truncate(CAT, 6 * MIB).size()).isEqualTo(6L * MIB);
        assertThatRequests(s3)
                .include("UploadPartCopy", 1)
                .include("GetObject", 0)
                .include("UploadPart", 0);
    }

    @Test
    void walkGivesEveryFileBelow() throws IOException {
        write(files, FilePath.of("d/b"), "1");
        write(files, FilePath.of("d/a/c"), "22");
        write(files, FilePath.of("e"), "no");
        files.makeDirectory(FilePath.of("d/empty"));
        s3.reset();

        try (Stream<WholeTrees.Leaf> walk = new WholeTrees(files).walk(FilePath.of("d"))) {
            assertThat(walk.map(leaf -> leaf.path() + "=" + leaf.size())).containsExactly("d/a/c=2", "d/b=1");
        }
        assertThatRequests(s3).are("1 ListObjectsV2");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(
                        () -> new WholeTrees(files).walk(FilePath.of("missing")).close());
    }

    @Test
    void treeIsDeletedOrSaysWhatIsLeft() throws IOException {
        write(files, FilePath.of("d/b"), "1");
        write(files, FilePath.of("d/a/c"), "22");
        s3.on("DeleteObjects").next(1).answer(403);
        assertThatThrownBy(() -> new WholeTrees(files).delete(FilePath.of("d"))).isInstanceOf(IOException.class);
        assertThat(read(FilePath.of("d/b"))).isEqualTo("1");
        s3.reset();

        new WholeTrees(files).delete(FilePath.of("d"));

        assertThatRequests(s3).are("1 ListObjectsV2, 1 DeleteObjects");
        assertThat(files.stat(FilePath.of("d"))).isEmpty();
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> new WholeTrees(files).delete(FilePath.of("d")));
    }

    @Test
    void metadataGoesWithTheFile() throws IOException {
        FileMetadata metadata = new FileMetadata(files);
        write(files, CAT, "meow");
        metadata.replace(CAT, Map.of("title", "A cat"));
        FilePath copy = FilePath.of("copy.txt");
        FilePath moved = FilePath.of("moved.txt");

        files.copy(CAT, copy, false);
        files.append(copy, stream("!"), WriteHeaders.NONE);
        open.truncate(copy, 3);
        files.move(copy, moved, true);

        assertThat(metadata.of(moved)).isEqualTo(Map.of("title", "A cat"));
        assertThat(read(moved)).isEqualTo("meo");
        Bucket bucket = files.bucket();
        assertThat(bucket.head(moved.key(), Duration.ZERO).orElseThrow().type().orElse(""))
                .startsWith("text/plain");
        write(files, CAT, "purr");
        assertThat(metadata.of(CAT)).isEmpty();
    }

    @Test
    void whatAWriterSaysIsStoredWithTheBytes() throws IOException {
        WriteHeaders headers = new WriteHeaders("text/x-cat", "max-age=9", Map.of("title", "A cat"));
        FilePath log = FilePath.of("cats.log");
        s3.reset();
        files.write(CAT, stream("meow"), 4, headers, WriteCondition.always());
        files.append(log, stream("meow"), headers);
        files.append(log, stream("purr"), WriteHeaders.NONE);

        assertThat(s3.requests()).noneMatch(request -> request.operation().equals("CopyObject"));
        for (FilePath path : List.of(CAT, log)) {
            StoredObject there = files.bucket().head(path.key(), Duration.ZERO).orElseThrow();
            assertThat(there.type()).contains("text/x-cat");
            assertThat(there.cacheControl()).isEqualTo("max-age=9");
            assertThat(there.metadata()).isEqualTo(Map.of("title", "A cat"));
        }
    }

    @Test
    void lockIsSharedOrExclusiveOnThisHost() throws InterruptedException {
        FileLocks locks = new FileLocks();
        Optional<FileLocks.Hold> first = locks.take(CAT, true, Duration.ZERO);
        Optional<FileLocks.Hold> second = locks.take(CAT, true, Duration.ZERO);
        assertThat(first).isPresent();
        assertThat(second).isPresent();
        assertThat(locks.take(CAT, false, Duration.ofMillis(20))).isEmpty();
        first.orElseThrow().close();
        first.orElseThrow().close();
        assertThat(locks.take(CAT, false, Duration.ZERO)).isEmpty();
        second.orElseThrow().close();

        try (FileLocks.Hold alone = locks.take(CAT, false, Duration.ZERO).orElseThrow()) {
            assertThat(alone).isNotNull();
            assertThat(locks.take(CAT, true, Duration.ZERO)).isEmpty();
        }
        assertThat(locks.take(CAT, true, Duration.ZERO)).isPresent();
    }
}
