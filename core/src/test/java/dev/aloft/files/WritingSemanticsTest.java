package dev.aloft.files;

import static dev.aloft.store.TestStore.stream;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.ByteRange;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.WriteCondition;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Writing and appending, for `docs/reference/semantics.md`.
final class WritingSemanticsTest extends SemanticsTestCase {

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
            files.write(CAT, watched, -1, WriteHeaders.NONE, WriteCondition.always());

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
        assertStoreFails(
                Kind.INVALID, () -> files.write(CAT, stream("pu"), 4, WriteHeaders.NONE, WriteCondition.always()));
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
                    () -> host.write(CAT, stream(text), -1, WriteHeaders.NONE, WriteCondition.ifAbsent())));
        }

        assertThat(allAtOnce(creators)).containsOnlyOnce(true);
    }

    @Test
    void writeOverAVersionNeedsThatVersion() throws IOException {
        FileStat.File old = write(files, CAT, "meow");
        FileStat.File next =
                files.write(CAT, stream("purr"), 4, WriteHeaders.NONE, WriteCondition.ifVersion(old.etag()));

        assertStoreFails(
                Kind.PRECONDITION,
                () -> other.write(CAT, stream("hiss"), 4, WriteHeaders.NONE, WriteCondition.ifVersion(old.etag())));
        files.delete(CAT);
        assertStoreFails(
                Kind.PRECONDITION,
                () -> other.write(CAT, stream("hiss"), 4, WriteHeaders.NONE, WriteCondition.ifVersion(next.etag())));
    }

    @Test
    void typeIsTheWritersOrTheNames() throws IOException {
        files.write(CAT, stream("meow"), 4, new WriteHeaders("image/x-cat", null, Map.of()), WriteCondition.always());
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
                () -> files.append(FOLDER, stream("x"), WriteHeaders.NONE),
                () -> files.requireWritable(FOLDER),
                () -> write(files, TOP, "x"))) {
            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(attempt)
                    .withMessageContaining("is a directory");
        }
        files.requireWritable(CAT);
        files.requireWritable(DOG);
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
                    host.append(CAT, stream(line + "\n"), WriteHeaders.NONE);
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
        files.append(log, stream("one\n"), WriteHeaders.NONE);

        assertThat(read(other, log)).isEqualTo("one\n");
        assertThat(type(other, log)).isEqualToIgnoringWhitespace("text/plain; charset=utf-8");
    }

    @Test
    void appendWhoseAnswerIsLostArrivesOnce() throws IOException {
        s3.on("PutObject").nth(1).loseAnswer();
        files.append(CAT, stream("one\n"), WriteHeaders.NONE);
        s3.calm();
        s3.on("PutObject").nth(1).loseAnswer();
        files.append(CAT, stream("two\n"), WriteHeaders.NONE);
        assertThat(read(other, CAT)).isEqualTo("one\ntwo\n");

        write(files, DOG, "m".repeat(6 * MIB));
        s3.on("CompleteMultipartUpload").next(1).loseAnswer();
        files.append(DOG, stream("woof"), WriteHeaders.NONE);
        assertThat(size(other, DOG)).isEqualTo(6 * MIB + 4);
    }

    @Test
    void appendToALargeFileMovesTheNewBytes() throws IOException {
        put(CAT.value(), "m".repeat(6 * MIB));
        s3.reset();

        files.append(CAT, stream("!"), WriteHeaders.NONE);

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
            files.append(CAT, stream("!"), WriteHeaders.NONE);

            assertThat(headOutside(CAT).contentType()).isEqualTo("image/x-outside");
            assertThat(headOutside(CAT).cacheControl()).isEqualTo("max-age=60");
        }
    }
}
