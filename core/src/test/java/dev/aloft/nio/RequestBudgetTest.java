package dev.aloft.nio;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The number of requests of each operation, on a host that knows nothing yet.
@Timeout(120)
final class RequestBudgetTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path data;

    private TestFileSystem store;
    private S3Front s3;

    @BeforeEach
    void start() throws IOException {
        store = TestFileSystem.start(data);
        s3 = store.front();
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    /// The path on a host that has asked nothing yet, with the count at zero.
    private Path fresh(String path) {
        Path fresh = store.host().getPath(path);
        s3.reset();
        return fresh;
    }

    private void write(String path, int size) throws IOException {
        Files.write(store.path(path), new byte[size]);
    }

    @Test
    void statIsOneHeadAndOneListAtTheSameTime() throws IOException {
        write("/a", 5);

        assertThat(Files.size(fresh("/a"))).isEqualTo(5);
        assertThatRequests(s3).areAtMost(2).include("HeadObject", 1);
    }

    @Test
    void statAndExistsOfAMissingFileAreOneRoundTrip() {
        Path missing = fresh("/missing");
        s3.onEvery().delay(Duration.ofSeconds(1));
        long start = System.nanoTime();

        assertThat(Files.exists(missing)).isFalse();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1900));
        assertThatRequests(s3).are("1 HeadObject, 1 ListObjectsV2");
    }

    @Test
    void statsOfFilesInARowAreOneHeadEach() throws IOException {
        for (int i = 0; i < 40; i++) {
            write("/d/" + i, i);
        }
        Path directory = fresh("/d");
        s3.onEvery().delay(Duration.ofMillis(20));

        for (int i = 0; i < 40; i++) {
            assertThat(Files.size(directory.resolve("" + i))).isEqualTo(i);
        }
        assertThatRequests(s3).areAtMost(60).include("HeadObject", 40);
    }

    @Test
    void deletionOfAFileIsOneRequest() throws IOException {
        write("/a", 5);

        Files.delete(fresh("/a"));
        assertThatRequests(s3).are("1 DeleteObject");
        assertThat(Files.exists(fresh("/a"))).isFalse();
    }

    @Test
    void deletionOfAMissingFileIsFoundOutInTwoRequests() {
        Path missing = fresh("/missing");

        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Files.delete(missing));
        assertThatRequests(s3).are("1 DeleteObject, 1 ListObjectsV2");
    }

    @Test
    void deletionWhoseAnswerIsLostSucceeds() throws IOException {
        write("/a", 5);
        Path file = fresh("/a");
        s3.on("DeleteObject").next(1).loseAnswer();

        Files.delete(file);

        assertThatRequests(s3).are("2 DeleteObject, 1 ListObjectsV2");
        assertThat(Files.exists(file)).isFalse();
    }

    @Test
    void smallReadIsOneGet() throws IOException {
        write("/a", 4096);

        assertThat(Files.readAllBytes(fresh("/a"))).hasSize(4096);
        assertThatRequests(s3).are("1 GetObject");
        try (InputStream in = Files.newInputStream(fresh("/a"))) {
            assertThat(in.readAllBytes()).hasSize(4096);
        }
        assertThatRequests(s3).are("1 GetObject");
    }

    @Test
    void smallWriteIsOnePut() throws IOException {
        Files.write(fresh("/a"), new byte[4096]);
        assertThatRequests(s3).are("1 PutObject");

        Files.write(fresh("/a"), new byte[4096]);
        assertThatRequests(s3).are("1 PutObject");
    }

    @Test
    void fileThatWasJustWrittenIsKnown() throws IOException {
        write("/a", 10);
        s3.reset();

        assertThat(Files.size(store.path("/a"))).isEqualTo(10);
        assertThat(Files.isRegularFile(store.path("/a"))).isTrue();
        assertThatRequests(s3).areNone();
    }

    @Test
    void exclusiveCreationIsOneLookAndOnePut() throws IOException {
        Files.createFile(fresh("/a"));

        assertThatRequests(s3).are("1 HeadObject, 1 ListObjectsV2, 1 PutObject");
    }

    @Test
    void listingOfLessThanAPageIsOneList() throws IOException {
        for (int i = 0; i < 20; i++) {
            write("/d/" + i, 1);
        }
        long size = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(fresh("/d"))) {
            for (Path entry : entries) {
                size += Files.size(entry);
            }
        }
        assertThat(size).isEqualTo(20);
        assertThatRequests(s3).are("1 ListObjectsV2");
    }

    @Test
    void globAsksOnlyForNamesThatBeginSo() throws IOException {
        write("/d/cat-1.txt", 1);
        write("/d/dog.txt", 1);

        try (DirectoryStream<Path> entries = Files.newDirectoryStream(fresh("/d"), "cat-*.txt")) {
            assertThat(entries).hasSize(1);
        }
        assertThat(s3.requests())
                .singleElement()
                .satisfies(r -> assertThat(r.query()).containsEntry("prefix", "d/cat-"));
    }

    @Test
    void walkListsEachDirectoryOnceAndAsksForNoFile() throws Exception {
        walkIs(10, 20);
    }

    @Tag("slow")
    @Test
    void walkOfFiveThousandFilesInFiftyFoldersIsFiftyOneLists() throws Exception {
        walkIs(50, 100);
    }

    private void walkIs(int folders, int files) throws Exception {
        fill(folders, files);
        Path top = fresh("/");

        long size = 0;
        try (Stream<Path> walk = Files.walk(top)) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                size += Files.isRegularFile(path) ? Files.size(path) : 0;
            }
        }

        assertThat(size).isEqualTo((long) folders * files);
        assertThatRequests(s3).are("ListObjectsV2", folders + 1);
    }

    private void fill(int folders, int files) throws Exception {
        List<Callable<Path>> writes = new ArrayList<>();
        for (int folder = 0; folder < folders; folder++) {
            for (int file = 0; file < files; file++) {
                Path path = store.path("/d" + folder + "/f" + file);
                writes.add(() -> Files.write(path, new byte[1]));
            }
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (Future<Path> write : threads.invokeAll(writes)) {
                write.get();
            }
        }
    }

    @Test
    void walkListsTheNextDirectoriesAhead() throws Exception {
        fill(16, 1);
        Path top = fresh("/");
        s3.onEvery().delay(Duration.ofMillis(100));
        long start = System.nanoTime();

        try (Stream<Path> walk = Files.walk(top)) {
            assertThat(walk).hasSize(33);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(2800));
    }

    @Test
    void flatWalkIsOneListForAThousandFiles() throws Exception {
        fill(5, 10);
        Path top = fresh("/");

        try (Stream<Path> walk = S3Files.walk(top)) {
            long size = 0;
            for (Path path : (Iterable<Path>) walk::iterator) {
                size += Files.size(path);
            }
            assertThat(size).isEqualTo(50);
        }
        assertThatRequests(s3).are("1 ListObjectsV2");
    }

    @Tag("slow")
    @Test
    void treeOfMoreThanAThousandFilesIsDeletedInFourCalls() throws Exception {
        fill(1, 1203);

        S3Files.deleteTree(fresh("/d0"));

        assertThatRequests(s3).are("2 ListObjectsV2, 2 DeleteObjects");
    }

    @Test
    void copyIsMadeInsideS3() throws IOException {
        write("/a", 1000);

        Path source = fresh("/a");
        Files.copy(source, source.resolveSibling("b"), StandardCopyOption.REPLACE_EXISTING);

        assertThatRequests(s3).include("CopyObject", 1).include("GetObject", 0).include("PutObject", 0);
    }

    @Test
    void largeWriteGoesInPartsThatTravelTogether() throws IOException {
        Path target = fresh("/big");
        try (OutputStream out = Files.newOutputStream(target)) {
            out.write(new byte[40 * MIB]);
        }
        assertThatRequests(s3).are("1 CreateMultipartUpload, 3 UploadPart, 1 CompleteMultipartUpload");
        assertThat(Files.size(target)).isEqualTo(40 * MIB);
    }

    @Test
    void beginningOfALargeFileIsOneGetOfWhichLittleTravels() throws IOException {
        write("/big", 40 * MIB);

        try (InputStream in = Files.newInputStream(fresh("/big"))) {
            assertThat(in.readNBytes(4096)).hasSize(4096);
        }
        assertThatRequests(s3).are("1 GetObject");
        assertThat(s3.requests().getFirst().bytesOut()).isLessThan(20L * MIB);
    }

    @Test
    void jumpInALargeFileFetchesABlock() throws IOException {
        write("/big", 40 * MIB);

        try (FileChannel channel = FileChannel.open(fresh("/big"))) {
            for (int i = 1; i <= 5; i++) {
                channel.read(ByteBuffer.allocate(4096), (40L - 5L * i) * MIB);
            }
        }
        assertThatRequests(s3).are("GetObject", 6);
        assertThat(s3.requests().stream().skip(1)).allSatisfy(r -> {
            assertThat(r.bytesOut()).isEqualTo(64 << 10);
            assertThat(r.conditions()).containsKey("if-match");
        });
    }

    @Test
    void fileThatIsReadAllOverIsFetchedOnce() throws Exception {
        byte[] bytes = new byte[17 * MIB];
        new Random(3).nextBytes(bytes);
        Files.write(store.path("/big"), bytes);

        try (FileChannel channel = FileChannel.open(fresh("/big"))) {
            s3.onEvery().delay(Duration.ofMillis(100));
            Random places = new Random(4);
            int requests;
            do {
                requests = s3.requests().size();
                for (int i = 0; i < 10; i++) {
                    requireRead(channel, bytes, places.nextInt(bytes.length - 4096));
                }
            } while (s3.requests().size() > requests);

            assertThat(s3.requests())
                    .filteredOn(r -> r.bytesOut() == bytes.length)
                    .hasSize(1);
            requireRead(channel, bytes, bytes.length - 10);
            assertThat(channel.read(ByteBuffer.allocate(1), bytes.length)).isEqualTo(-1);
        }
        assertThatRequests(s3).areAtMost(80);
    }

    private static void requireRead(FileChannel channel, byte[] bytes, int place) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(Math.min(4096, bytes.length - place));
        while (piece.hasRemaining()) {
            assertThat(channel.read(piece, place + piece.position())).isPositive();
        }
        assertThat(piece.array()).isEqualTo(Arrays.copyOfRange(bytes, place, place + piece.capacity()));
    }

    @Test
    void sequentialReadThatBeganInTheMiddleFetchesMoreAndMore() throws IOException {
        write("/big", 40 * MIB);

        try (FileChannel channel = FileChannel.open(fresh("/big"))) {
            channel.position(20L * MIB);
            ByteBuffer buffer = ByteBuffer.allocate(32 << 10);
            while (channel.read(buffer.clear()) > 0) {
                // on to the end
            }
        }
        assertThatRequests(s3).areAtMost(12);
    }

    @Test
    void appendToALargeFileMovesTheNewBytes() throws IOException {
        write("/big", 20 * MIB);

        Path big = fresh("/big");
        Files.writeString(big, "tail", StandardOpenOption.APPEND);

        assertThatRequests(s3).include("GetObject", 0).include("UploadPartCopy", 1);
        assertThat(s3.requests().stream().mapToLong(r -> r.bytesIn()).sum()).isLessThan(MIB);
        assertThat(Files.size(big)).isEqualTo(20L * MIB + 4);
    }
}
