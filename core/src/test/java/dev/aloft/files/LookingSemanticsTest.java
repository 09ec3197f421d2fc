package dev.aloft.files;

import static dev.aloft.store.TestStore.BUCKET;
import static dev.aloft.store.TestStore.stream;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aloft.store.ByteRange;
import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Paths, looking and reading, for `docs/reference/semantics.md`.
final class LookingSemanticsTest extends SemanticsTestCase {

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
                    () -> files.requireWritable(outside),
                    () -> write(files, outside, "x"),
                    () -> files.append(outside, stream("x"), WriteHeaders.NONE),
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
        files.append(CAT, stream("!"), WriteHeaders.NONE);
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
}
