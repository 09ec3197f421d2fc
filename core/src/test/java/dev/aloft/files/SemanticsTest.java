package dev.aloft.files;

import static dev.aloft.store.TestStore.BUCKET;
import static dev.aloft.store.TestStore.stream;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aloft.files.DirectoryPage.Entry;
import dev.aloft.store.ByteRange;
import dev.aloft.store.DeleteReport;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.TestStore;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Each test shows the line of `docs/reference/semantics.md` that bears its name, and the other way round.
@Timeout(120)
final class SemanticsTest {

    private static final FilePath TOP = FilePath.of("uploads");
    private static final FilePath FOLDER = FilePath.of("uploads/11");
    private static final FilePath CAT = FilePath.of("uploads/11/cat.jpg");
    private static final FilePath DOG = FilePath.of("uploads/11/dog.jpg");
    private static final int MIB = 1 << 20;

    @TempDir
    Path data;

    private TestStore store;
    private S3Front s3;
    private FileTree files;
    private FileTree other;

    @BeforeEach
    void start() throws IOException {
        store = TestStore.start(data);
        s3 = store.front();
        files = host();
        other = host();
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    // Paths

    @Test
    void fileIsTheObjectOfItsPath() throws IOException {
        write(files, CAT, "meow");

        assertThat(keys()).containsExactly("uploads/11/cat.jpg");
        assertThat(store.outsider()
                        .getObjectAsBytes(get -> get.bucket(BUCKET).key("uploads/11/cat.jpg"))
                        .asUtf8String())
                .isEqualTo("meow");

        put("uploads/from-elsewhere.txt", "hello");
        assertThat(read(files, FilePath.of("uploads/from-elsewhere.txt"))).isEqualTo("hello");
    }

    @Test
    void trailingSlashIsNoOtherPath() throws IOException {
        assertThat(FilePath.of("uploads/11/")).isEqualTo(FOLDER);
        assertThat(FilePath.of("/")).isEqualTo(FilePath.ROOT);

        write(files, CAT, "meow");
        assertThat(files.stat(FilePath.of("uploads/11/"))).contains(FileStat.Directory.DIRECTORY);
    }

    @Test
    void pathIsTakenAsItIsOrRefused() throws IOException {
        for (String path : List.of("a//b", "a//", "//", "/a", ".", "a/..", "a/./b", "a\nb", "é".repeat(513))) {
            assertThatIllegalArgumentException().as(path).isThrownBy(() -> FilePath.of(path));
        }
        List<String> names = List.of(" ", "%2e%2e", "...", "Ä", "A\u0308", "ä", "a+b&c=d;e?f#g", "猫😀", "\"'\\<>|*");
        for (String name : names) {
            write(files, TOP.resolve(name), name);
        }
        for (String name : names) {
            assertThat(read(other, TOP.resolve(name))).isEqualTo(name);
        }
        assertThat(names(files, TOP)).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void nothingOutsideTheTopIsReached() throws IOException {
        put("backup/secret", "hello");
        put("uploads-of-others/secret", "hello");
        write(files, CAT, "meow");
        s3.reset();

        for (String path : List.of("backup/secret", "uploads-of-others/secret", "uploads2", "uploads-of-others")) {
            FilePath outside = FilePath.of(path);
            List<ThrowingCallable> attempts = List.of(
                    () -> files.stat(outside),
                    () -> files.open(outside, null, null, Duration.ZERO),
                    () -> files.list(outside, "", 10, null),
                    () -> files.demandWritable(outside),
                    () -> write(files, outside, "x"),
                    () -> files.append(outside, stream("x")),
                    () -> files.delete(outside),
                    () -> files.deleteAll(List.of(CAT, outside)),
                    () -> files.deleteDirectory(outside),
                    () -> files.makeDirectory(outside),
                    () -> files.copy(outside, DOG, true),
                    () -> files.copy(CAT, outside, true),
                    () -> files.move(outside, DOG, true),
                    () -> files.move(CAT, outside, true),
                    () -> files.move(FOLDER, outside, true));
            for (ThrowingCallable attempt : attempts) {
                assertThatExceptionOfType(AccessDeniedException.class)
                        .isThrownBy(attempt)
                        .withMessageContaining("s3://media/" + path);
            }
        }
        assertThatRequests(s3)
                .include("PutObject", 0)
                .include("DeleteObjects", 0)
                .include("CopyObject", 0);
        assertThat(keys()).containsExactlyInAnyOrder("backup/secret", "uploads-of-others/secret", "uploads/11/cat.jpg");
    }

    @Test
    void directoriesAboveTheTopExistAndAreClosed() throws IOException {
        FileTree deep = new FileTree(store.host(), FilePath.of("sites/7/uploads"));
        for (FilePath above : List.of(FilePath.ROOT, FilePath.of("sites"), FilePath.of("sites/7"))) {
            assertThat(deep.stat(above)).contains(FileStat.Directory.DIRECTORY);
            for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                    () -> deep.list(above, "", 10, null),
                    () -> deep.deleteDirectory(above),
                    () -> deep.move(above, FilePath.of("sites/7/uploads/x"), true),
                    () -> deep.copy(above, FilePath.of("sites/7/uploads/x"), true),
                    () -> write(deep, above, "x"))) {
                assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(attempt);
            }
        }
    }

    // Looking

    @Test
    void statGivesSizeTimeTypeAndVersion() throws IOException {
        FileStat.File written = write(files, CAT, "meow");

        FileStat.File seen = (FileStat.File) other.stat(CAT).orElseThrow();
        assertThat(seen.size()).isEqualTo(4);
        assertThat(seen.contentType()).isEqualTo("image/jpeg");
        assertThat(seen.etag()).isEqualTo(written.etag());
        assertThat(Duration.between(seen.modified(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
        assertThat(Duration.between(seen.modified(), written.modified()).abs())
                .isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void directoryIsWhereAMarkerOrAnythingBelowIs() throws IOException {
        assertThat(other.stat(FOLDER)).isEmpty();
        write(files, FilePath.of("uploads/11/deep/down/cat.jpg"), "meow");
        put("uploads/marked/", "");
        FileTree fresh = host();

        for (String directory : List.of("uploads/11", "uploads/11/deep", "uploads/11/deep/down", "uploads/marked")) {
            assertThat(fresh.stat(FilePath.of(directory))).contains(FileStat.Directory.DIRECTORY);
        }
        assertThat(fresh.stat(FilePath.of("uploads/1"))).isEmpty();
        assertThat(fresh.stat(FilePath.of("uploads/11/deep/do"))).isEmpty();
    }

    @Test
    void statIsNeverBehindThisHost() throws IOException {
        assertThat(files.stat(CAT)).isEmpty();
        assertThat(files.stat(FOLDER)).isEmpty();
        write(files, CAT, "meow");
        assertThat(files.stat(CAT)).isPresent();
        assertThat(files.stat(FOLDER)).isPresent();
        files.append(CAT, stream("!"));
        assertThat(size(files, CAT)).isEqualTo(5);
        files.move(CAT, DOG, true);
        assertThat(files.stat(CAT)).isEmpty();
        assertThat(size(files, DOG)).isEqualTo(5);
        files.copy(DOG, CAT, false);
        files.deleteAll(List.of(CAT, DOG));
        assertThat(files.stat(CAT)).isEmpty();
        assertThat(files.stat(FOLDER)).isEmpty();
        files.makeDirectory(FOLDER);
        assertThat(files.stat(FOLDER)).isPresent();
        files.deleteDirectory(FOLDER);
        assertThat(files.stat(FOLDER)).isEmpty();
    }

    @Test
    void statIsAtMostASecondBehindAnotherHost() throws IOException {
        assertThat(other.stat(CAT)).isEmpty();
        assertThat(other.stat(FOLDER)).isEmpty();
        write(files, CAT, "meow");
        store.clock().advance(FileTree.STAT_AGE);
        assertThat(other.stat(CAT)).isPresent();
        assertThat(other.stat(FOLDER)).isPresent();

        files.delete(CAT);
        assertThat(other.stat(CAT, Duration.ZERO)).isEmpty();
        store.clock().advance(FileTree.STAT_AGE);
        assertThat(other.stat(FOLDER)).isEmpty();
    }

    @Test
    void listingIsNeverBehind() throws IOException {
        assertThat(names(other, TOP)).isEmpty();
        write(files, CAT, "meow");
        assertThat(names(other, TOP)).containsExactly("11");
        files.delete(CAT);
        assertThat(names(other, TOP)).isEmpty();
    }

    // Reading

    @Test
    void openGivesTheNewestVersion() throws IOException {
        write(files, CAT, "meow");
        assertThat(read(other, CAT)).isEqualTo("meow");
        write(files, CAT, "purr");
        assertThat(read(other, CAT)).isEqualTo("purr");
    }

    @Test
    void readerGetsTheBytesOfOneVersion() throws IOException {
        FileStat.File old = write(files, CAT, "m".repeat(20 * MIB));
        try (FileContent content = other.open(CAT, null, null, Duration.ZERO)) {
            String first = new String(content.body().readNBytes(MIB), UTF_8);
            write(files, CAT, "p".repeat(20 * MIB));

            assertThat(first + new String(content.body().readAllBytes(), UTF_8)).isEqualTo("m".repeat(20 * MIB));
        }
        // The next piece of the old version is refused, not given from the new one.
        assertStoreFails(
                Kind.PRECONDITION, () -> other.open(CAT, ByteRange.of(MIB, 2 * MIB), old.etag(), Duration.ZERO));
    }

    @Test
    void rangeOutsideTheFileIsAnError() throws IOException {
        write(files, CAT, "meow");
        write(files, DOG, "");
        for (FileTree host : List.of(files, host())) {
            assertStoreFails(Kind.RANGE, () -> host.open(CAT, ByteRange.from(4), null, Duration.ZERO));
            assertStoreFails(Kind.RANGE, () -> host.open(DOG, ByteRange.from(0), null, Duration.ZERO));
            assertStoreFails(Kind.RANGE, () -> host.open(DOG, ByteRange.suffix(1), null, Duration.ZERO));
            try (FileContent past = host.open(CAT, ByteRange.of(2, 99), null, Duration.ZERO)) {
                assertThat(past.length()).isEqualTo(2);
                assertThat(past.body()).hasContent("ow");
            }
            assertThat(read(host, DOG)).isEmpty();
        }
    }

    @Test
    void brokenReadIsAnError() throws IOException {
        write(files, CAT, "m".repeat(20 * MIB));
        s3.on("GetObject").next(1).truncateAnswerAfter(MIB);

        try (FileContent content = other.open(CAT, null, null, Duration.ZERO)) {
            assertStoreFails(Kind.UNAVAILABLE, () -> content.body().readAllBytes());
        }
    }

    @Test
    void directoryCannotBeReadAsAFile() throws IOException {
        write(files, CAT, "meow");

        for (FilePath directory : List.of(FOLDER, TOP)) {
            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(() -> other.open(directory, null, null, Duration.ZERO))
                    .withMessageContaining("is a directory");
        }
    }

    // Writing

    @Test
    void fileAppearsWhole() throws IOException {
        for (int size : new int[] {4, 20 * MIB}) {
            files.deleteAll(List.of(CAT));
            List<Optional<FileStat>> seen = new ArrayList<>();
            InputStream watched = new FilterInputStream(stream("m".repeat(size))) {
                @Override
                public int read(byte[] bytes, int offset, int count) throws IOException {
                    int n = super.read(bytes, offset, count);
                    if (n < 0) {
                        seen.add(other.stat(CAT, Duration.ZERO));
                    }
                    return n;
                }
            };
            files.write(CAT, watched, -1, null, WriteCondition.always());

            assertThat(seen).isNotEmpty().allMatch(Optional::isEmpty);
            assertThat(size(host(), CAT)).isEqualTo(size);
        }
    }

    @Test
    void failedWriteLeavesTheOldVersion() throws IOException {
        write(files, CAT, "meow");
        s3.on("PutObject").next(3).answer(500);
        assertStoreFails(Kind.UNAVAILABLE, () -> write(files, CAT, "purr"));
        assertThat(read(files, CAT)).isEqualTo("meow");
        assertStoreFails(Kind.INVALID, () -> files.write(CAT, stream("pu"), 4, null, WriteCondition.always()));
        assertThat(read(files, CAT)).isEqualTo("meow");

        s3.on("PutObject").loseAnswer();
        assertStoreFails(Kind.UNAVAILABLE, () -> write(files, CAT, "hiss"));
        assertThat(read(files, CAT)).isEqualTo("hiss");
    }

    @Test
    void writeReplacesTheWholeFile() throws IOException {
        write(files, CAT, "a long meow");
        write(files, CAT, "purr");

        assertThat(read(other, CAT)).isEqualTo("purr");
    }

    @Test
    void directoriesAboveAFileNeedNotBeMade() throws IOException {
        write(files, FilePath.of("uploads/a/b/c/cat.jpg"), "meow");

        assertThat(keys()).containsExactly("uploads/a/b/c/cat.jpg");
        assertThat(names(other, FilePath.of("uploads/a/b"))).containsExactly("c");
    }

    @Test
    void exclusiveCreationHasOneWinner() throws Exception {
        List<Callable<Boolean>> creators = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            FileTree host = i % 2 == 0 ? files : host();
            String text = "creator " + i;
            creators.add(() -> succeeds(
                    FileAlreadyExistsException.class,
                    () -> host.write(CAT, stream(text), -1, null, WriteCondition.ifAbsent())));
        }

        assertThat(allAtOnce(creators)).containsOnlyOnce(true);
    }

    @Test
    void writeOverAVersionNeedsThatVersion() throws IOException {
        FileStat.File old = write(files, CAT, "meow");
        FileStat.File next = files.write(CAT, stream("purr"), 4, null, WriteCondition.ifVersion(old.etag()));

        assertStoreFails(
                Kind.PRECONDITION,
                () -> other.write(CAT, stream("hiss"), 4, null, WriteCondition.ifVersion(old.etag())));
        files.delete(CAT);
        assertStoreFails(
                Kind.PRECONDITION,
                () -> other.write(CAT, stream("hiss"), 4, null, WriteCondition.ifVersion(next.etag())));
    }

    @Test
    void typeIsTheWritersOrTheNames() throws IOException {
        files.write(CAT, stream("meow"), 4, "image/x-cat", WriteCondition.always());
        write(files, DOG, "woof");
        FilePath bare = FilePath.of("uploads/README");
        write(files, bare, "read me");

        assertThat(type(other, CAT)).isEqualTo("image/x-cat");
        assertThat(type(other, DOG)).isEqualTo("image/jpeg");
        assertThat(type(other, bare)).isEqualTo("application/octet-stream");
    }

    @Test
    void writeToAKnownDirectoryIsRefused() throws IOException {
        write(files, CAT, "meow");
        s3.reset();

        for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                () -> write(files, FOLDER, "x"),
                () -> files.append(FOLDER, stream("x")),
                () -> files.demandWritable(FOLDER),
                () -> write(files, TOP, "x"))) {
            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(attempt)
                    .withMessageContaining("is a directory");
        }
        files.demandWritable(CAT);
        files.demandWritable(DOG);
        assertThatRequests(s3).areNone();
    }

    // Appending

    @Test
    void appendsAtTheSameMomentAllArrive() throws Exception {
        List<Callable<Boolean>> writers = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            FileTree host = i < 4 ? files : other;
            List<String> lines = lines("writer " + i, 20);
            expected.addAll(lines);
            writers.add(() -> {
                for (String line : lines) {
                    host.append(CAT, stream(line + "\n"));
                }
                return true;
            });
        }
        allAtOnce(writers);

        List<String> arrived = read(host(), CAT).lines().toList();
        assertThat(arrived).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(arrived.stream().filter(line -> line.startsWith("writer 3")))
                .containsExactlyElementsOf(lines("writer 3", 20));
    }

    private static List<String> lines(String writer, int count) {
        return IntStream.range(0, count).mapToObj(n -> writer + " line " + n).toList();
    }

    @Test
    void appendMakesAMissingFile() throws IOException {
        FilePath log = FilePath.of("uploads/debug.log");
        files.append(log, stream("one\n"));

        assertThat(read(other, log)).isEqualTo("one\n");
        assertThat(type(other, log)).isEqualToIgnoringWhitespace("text/plain; charset=utf-8");
    }

    @Test
    void appendWhoseAnswerIsLostArrivesOnce() throws IOException {
        s3.on("PutObject").nth(1).loseAnswer();
        files.append(CAT, stream("one\n"));
        s3.calm();
        s3.on("PutObject").nth(1).loseAnswer();
        files.append(CAT, stream("two\n"));
        assertThat(read(other, CAT)).isEqualTo("one\ntwo\n");

        write(files, DOG, "m".repeat(6 * MIB));
        s3.on("CompleteMultipartUpload").next(1).loseAnswer();
        files.append(DOG, stream("woof"));
        assertThat(size(other, DOG)).isEqualTo(6 * MIB + 4);
    }

    @Test
    void appendToALargeFileMovesTheNewBytes() throws IOException {
        put(CAT.value(), "m".repeat(6 * MIB));
        s3.reset();

        files.append(CAT, stream("!"));

        assertThat(s3.requests().stream()
                        .mapToLong(r -> r.bytesIn() + r.bytesOut())
                        .sum())
                .isLessThan(10_000);
        assertThat(size(other, CAT)).isEqualTo(6 * MIB + 1);
        try (FileContent end = other.open(CAT, ByteRange.suffix(2), null, Duration.ZERO)) {
            assertThat(end.body()).hasContent("m!");
        }
    }

    @Test
    void appendKeepsTypeAndCacheControl() throws IOException {
        for (int size : new int[] {10, 6 * MIB}) {
            put(CAT.value(), "m".repeat(size));
            files.append(CAT, stream("!"));

            assertThat(headOutside(CAT).contentType()).isEqualTo("image/x-outside");
            assertThat(headOutside(CAT).cacheControl()).isEqualTo("max-age=60");
        }
    }

    // Directories

    @Test
    void madeDirectoryStaysWhenEmpty() throws IOException {
        files.makeDirectory(FOLDER);
        write(files, CAT, "meow");
        files.delete(CAT);

        assertThat(files.stat(FOLDER)).contains(FileStat.Directory.DIRECTORY);
        assertThat(other.stat(FOLDER)).contains(FileStat.Directory.DIRECTORY);
        assertThat(names(other, FOLDER)).isEmpty();
    }

    @Test
    void unmadeDirectoryEndsWithItsLastFile() throws IOException {
        write(files, CAT, "meow");
        files.delete(CAT);

        assertThat(files.stat(FOLDER)).isEmpty();
        assertThat(other.stat(FOLDER)).isEmpty();
    }

    @Test
    void directoryIsMadeOnce() throws IOException {
        files.makeDirectory(FOLDER);
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> files.makeDirectory(FOLDER));
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> other.makeDirectory(FOLDER));

        write(files, CAT, "meow");
        assertThatExceptionOfType(NotDirectoryException.class).isThrownBy(() -> other.makeDirectory(CAT));
    }

    @Test
    void fullDirectoryIsNotRemoved() throws IOException {
        write(files, CAT, "meow");
        assertThatExceptionOfType(DirectoryNotEmptyException.class).isThrownBy(() -> other.deleteDirectory(FOLDER));
        files.delete(CAT);
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> files.deleteDirectory(FOLDER));

        files.makeDirectory(FOLDER);
        files.makeDirectory(FOLDER.resolve("empty"));
        assertThatExceptionOfType(DirectoryNotEmptyException.class).isThrownBy(() -> other.deleteDirectory(FOLDER));
        files.deleteDirectory(FOLDER.resolve("empty"));
        files.deleteDirectory(FOLDER);
        assertThat(host().stat(FOLDER)).isEmpty();

        write(files, CAT, "meow");
        assertThatExceptionOfType(NotDirectoryException.class).isThrownBy(() -> files.deleteDirectory(CAT));
    }

    @Test
    void topAlwaysExists() throws IOException {
        assertThat(files.stat(TOP)).contains(FileStat.Directory.DIRECTORY);
        assertThat(names(files, TOP)).isEmpty();
        assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> files.deleteDirectory(TOP));
        assertThatExceptionOfType(AccessDeniedException.class)
                .isThrownBy(() -> files.move(TOP, FilePath.of("uploads/x"), true));
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> files.makeDirectory(TOP));
    }

    @Test
    void listBelowGivesFilesByTheirPaths() throws IOException {
        files.makeDirectory(TOP.resolve("a/empty"));
        for (String name : List.of("a/x", "a/b/y", "a/b/z", "c")) {
            write(files, TOP.resolve(name), "x");
        }

        DirectoryPage first = other.listBelow(TOP.resolve("a"), "", 3, null);
        DirectoryPage second = other.listBelow(TOP.resolve("a"), "", 3, first.next());

        assertThat(names(first)).doesNotContain("empty").startsWith("b/y", "b/z");
        List<String> both = new ArrayList<>(names(first));
        both.addAll(names(second));
        assertThat(both).containsExactly("b/y", "b/z", "x");
        assertThat(names(other.listBelow(TOP, "a", 10, null))).containsExactly("a/b/y", "a/b/z", "a/x");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> other.listBelow(TOP.resolve("none"), "", 3, null));
    }

    @Test
    void entriesComeInTheOrderOfTheirBytes() throws IOException {
        List<String> names = List.of("a", "a-b", "a.b", "ab", "b", "é");
        for (String name : names) {
            write(files, name.equals("a") ? TOP.resolve("a/x") : TOP.resolve(name), "x");
        }
        List<String> ordered = List.of("a-b", "a.b", "a", "ab", "b", "é");

        assertThat(names(other, TOP)).isEqualTo(ordered);
        for (int limit = 1; limit <= 3; limit++) {
            List<String> paged = new ArrayList<>();
            DirectoryPage page = other.list(TOP, "", limit, null);
            paged.addAll(names(page));
            while (page.next() != null) {
                page = other.list(TOP, "", limit, page.next());
                assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
                paged.addAll(names(page));
            }
            assertThat(paged).as("pages of %s", limit).isEqualTo(ordered);
        }
        assertThat(names(other.list(TOP, "a", 10, null))).containsExactly("a-b", "a.b", "a", "ab");

        // Not the order of UTF-16, in which the cat comes first.
        write(files, TOP.resolve("z\uffee"), "x");
        write(files, TOP.resolve("z😀"), "x");
        assertThat(names(other.list(TOP, "z", 10, null))).containsExactly("z\uffee", "z😀");
    }

    @Test
    void onlyADirectoryIsListed() throws IOException {
        write(files, CAT, "meow");

        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> other.list(FilePath.of("uploads/12"), "", 10, null));
        assertThatExceptionOfType(NotDirectoryException.class).isThrownBy(() -> other.list(CAT, "", 10, null));
    }

    // Removing

    @Test
    void onlyAFileIsRemovedAsAFile() throws IOException {
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> files.delete(CAT));
        write(files, CAT, "meow");
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> other.delete(FOLDER))
                .withMessageContaining("is a directory");
        other.delete(CAT);

        assertThat(keys()).isEmpty();
    }

    @Test
    void missingOneOfManyCountsAsRemoved() throws IOException {
        write(files, CAT, "meow");
        DeleteReport report = other.deleteAll(List.of(CAT, DOG));

        assertThat(report.deleted()).isEqualTo(2);
        assertThat(report.failures()).isEmpty();
        assertThat(keys()).isEmpty();
    }

    // Copying and renaming

    @Test
    void copyIsMadeInsideS3() throws IOException {
        put(CAT.value(), "m".repeat(MIB));
        files.copy(CAT, DOG, false);

        assertThat(s3.requests().stream()
                        .mapToLong(r -> r.bytesIn() + r.bytesOut())
                        .sum())
                .isLessThan(10_000);
        assertThat(headOutside(DOG).contentType()).isEqualTo("image/x-outside");
        assertThat(headOutside(DOG).cacheControl()).isEqualTo("max-age=60");
        assertThat(size(other, DOG)).isEqualTo(MIB);
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> files.copy(FOLDER.resolve("missing"), DOG, true));
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> files.copy(FOLDER, DOG, true));
    }

    @Test
    void targetIsReplacedUnlessToldNotTo() throws IOException {
        write(files, CAT, "meow");
        write(other, DOG, "woof");
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> files.copy(CAT, DOG, false));
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> files.move(CAT, DOG, false));
        assertThat(read(files, DOG)).isEqualTo("woof");
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> other.move(CAT, FOLDER, true))
                .withMessageContaining("is a directory");

        files.copy(CAT, DOG, true);
        assertThat(read(files, DOG)).isEqualTo("meow");
        write(files, DOG, "woof");
        files.move(CAT, DOG, true);
        assertThat(read(other, DOG)).isEqualTo("meow");
        assertThat(keys()).containsExactly(DOG.value());
    }

    @Test
    void pathMovedOntoItselfStays() throws IOException {
        write(files, CAT, "meow");
        for (boolean replace : new boolean[] {true, false}) {
            files.move(CAT, CAT, replace);
            files.copy(CAT, CAT, replace);
            files.move(FOLDER, FOLDER, replace);
        }

        assertThat(read(other, CAT)).isEqualTo("meow");
        assertThat(keys()).containsExactly(CAT.value());
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> files.move(DOG, DOG, true));
    }

    @Test
    void fileIsAtItsNewNameFirst() throws IOException {
        write(files, CAT, "meow");
        s3.on("DeleteObject").answer(403);

        assertStoreFails(Kind.DENIED, () -> files.move(CAT, DOG, true));

        assertThat(keys()).containsExactly(CAT.value(), DOG.value());
    }

    @Test
    void versionWrittenDuringARenameStays() throws Exception {
        write(files, CAT, "meow");
        // The deletion of the old name waits at the front until the other host has written it again.
        s3.on("DeleteObject").next(1).delay(Duration.ofSeconds(2));
        List<Callable<Boolean>> both = List.of(
                () -> {
                    files.move(CAT, DOG, true);
                    return true;
                },
                () -> {
                    while (s3.count("DeleteObject") == 0) {
                        Thread.onSpinWait();
                    }
                    write(other, CAT, "purr");
                    return true;
                });
        allAtOnce(both);

        assertThat(read(files, DOG)).isEqualTo("meow");
        assertThat(read(files, CAT)).isEqualTo("purr");
    }

    @Test
    void directoryIsRenamedFileByFile() throws IOException {
        files.makeDirectory(FOLDER);
        List<FilePath> paths = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            paths.add(FOLDER.resolve("deep/" + i));
            write(files, paths.get(i), "file " + i);
        }
        FilePath moved = FilePath.of("uploads/12");
        s3.on("CopyObject").nth(3).answer(403);
        assertStoreFails(Kind.DENIED, () -> files.move(FOLDER, moved, true));
        for (int i = 0; i < 5; i++) {
            String name = "deep/" + i;
            Predicate<String> there = keys()::contains;
            assertThat(there.test(FOLDER.resolve(name).value())
                            || there.test(moved.resolve(name).value()))
                    .isTrue();
        }

        s3.calm();
        FilePath rest = FilePath.of("uploads/13");
        files.move(FOLDER, rest, true);
        files.move(moved, FilePath.of("uploads/13/first"), true);
        assertThat(keys())
                .contains("uploads/13/first/")
                .allMatch(key -> key.startsWith("uploads/13/"))
                .hasSize(6);
        assertThat(host().stat(FOLDER)).isEmpty();
    }

    @Test
    void directoryIsNotMovedIntoItselfOrOntoAnything() throws IOException {
        write(files, CAT, "meow");
        write(files, FilePath.of("uploads/12/cow.jpg"), "moo");
        write(files, FilePath.of("uploads/file"), "x");

        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> files.move(FOLDER, FOLDER.resolve("deeper"), true))
                .withMessageContaining("into itself");
        for (String target : List.of("uploads/12", "uploads/file")) {
            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(() -> files.move(FOLDER, FilePath.of(target), true))
                    .withMessageContaining("replaces nothing");
            assertThatExceptionOfType(FileAlreadyExistsException.class)
                    .isThrownBy(() -> files.move(FOLDER, FilePath.of(target), false));
        }
        files.move(FOLDER, FilePath.of("uploads/112"), true);
        assertThat(keys()).containsExactly("uploads/112/cat.jpg", "uploads/12/cow.jpg", "uploads/file");
    }

    private FileTree host() {
        return new FileTree(store.host(), TOP);
    }

    private static FileStat.File write(FileTree files, FilePath path, String text) throws IOException {
        return files.write(path, stream(text), -1, null, WriteCondition.always());
    }

    private static String read(FileTree files, FilePath path) throws IOException {
        try (FileContent content = files.open(path, null, null, Duration.ZERO)) {
            return new String(content.body().readAllBytes(), UTF_8);
        }
    }

    private static long size(FileTree files, FilePath path) throws IOException {
        return ((FileStat.File) files.stat(path).orElseThrow()).size();
    }

    private static String type(FileTree files, FilePath path) throws IOException {
        return ((FileStat.File) files.stat(path).orElseThrow()).contentType();
    }

    private static List<String> names(FileTree files, FilePath directory) throws IOException {
        return names(files.list(directory, "", 1000, null));
    }

    private static List<String> names(DirectoryPage page) {
        return page.entries().stream().map(Entry::name).toList();
    }

    /// Stores an object as another program would.
    private void put(String key, String text) {
        store.outsider()
                .putObject(
                        put -> put.bucket(BUCKET)
                                .key(key)
                                .contentType("image/x-outside")
                                .cacheControl("max-age=60"),
                        RequestBody.fromString(text));
    }

    private HeadObjectResponse headOutside(FilePath path) {
        return store.outsider().headObject(head -> head.bucket(BUCKET).key(path.value()));
    }

    /// All keys of the bucket.
    private List<String> keys() {
        return store.outsider().listObjectsV2(list -> list.bucket(BUCKET)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    private static void assertStoreFails(Kind kind, ThrowingCallable call) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }

    /// Whether the call succeeds rather than failing in this one way.
    private static boolean succeeds(Class<? extends IOException> failure, ThrowingCallable call) throws Exception {
        try {
            call.call();
            return true;
        } catch (Throwable e) {
            assertThat(e).isInstanceOf(failure);
            return false;
        }
    }

    private static <T> List<T> allAtOnce(List<Callable<T>> calls) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        }
    }
}
