package dev.aloft.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.testkit.Occasion;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every request of every operation goes wrong in every way, one after the other. Then the files are as before or
/// as they were to be, never otherwise; an operation that says it is done is done; and no upload stays behind.
@Timeout(600)
final class FaultsTest {

    private static final int LARGE = 17 << 20;
    private static final int MAX_REQUESTS = 20;

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

    /// A way in which one request goes wrong.
    enum Fault {
        REFUSED,
        FAILED_ONCE,
        ANSWER_LOST,
        RESET,
        ANSWER_CUT,
        ERROR_IN_200;

        void befall(Occasion request) {
            switch (this) {
                case REFUSED -> request.answer(403);
                case FAILED_ONCE -> request.answer(503);
                case ANSWER_LOST -> request.loseAnswer();
                case RESET -> request.resetRequestAfter(1);
                case ANSWER_CUT -> request.truncateAnswerAfter(1);
                case ERROR_IN_200 -> request.answerOkWithError("InternalError");
            }
        }
    }

    /// An operation on a folder that holds `a`, `b` and `d/c`.
    enum Operation {
        WRITE,
        WRITE_EXCLUSIVELY,
        OVERWRITE,
        EDIT,
        APPEND,
        TRUNCATE,
        READ,
        LIST,
        COPY,
        COPY_OVER,
        MOVE,
        DELETE,
        MAKE_DIRECTORY,
        DELETE_TREE,
        DESCRIBE;

        void on(Path folder) throws IOException {
            Path a = folder.resolve("a");
            Path created = folder.resolve("new");
            switch (this) {
                case WRITE -> Files.writeString(created, "new");
                case WRITE_EXCLUSIVELY -> Files.writeString(created, "new", StandardOpenOption.CREATE_NEW);
                case OVERWRITE -> Files.writeString(a, "other");
                case EDIT -> Files.writeString(a, "X", StandardOpenOption.WRITE);
                case APPEND -> Files.writeString(a, "+", StandardOpenOption.APPEND);
                case TRUNCATE -> truncate(a);
                case READ -> assertThat(Files.readString(a)).isEqualTo("text of a");
                case LIST -> list(folder);
                case COPY -> Files.copy(a, created);
                case COPY_OVER -> Files.copy(a, folder.resolve("b"), StandardCopyOption.REPLACE_EXISTING);
                case MOVE -> Files.move(a, created);
                case DELETE -> Files.delete(a);
                case MAKE_DIRECTORY -> Files.createDirectory(folder.resolve("made"));
                case DELETE_TREE -> S3Files.deleteTree(folder.resolve("d"));
                case DESCRIBE -> Files.setAttribute(a, "user:title", "t".getBytes(UTF_8));
            }
        }
    }

    private static void truncate(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.truncate(3);
        }
    }

    private static void list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            assertThat(entries).hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void operationIsDoneOrNotAndSaysSo(Operation operation) throws IOException {
        for (Fault fault : new Fault[] {Fault.REFUSED, Fault.ANSWER_LOST}) {
            everyRequestFails(operation, fault);
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(Operation.class)
    void operationIsDoneOrNotInEveryWay(Operation operation) throws IOException {
        for (Fault fault : Fault.values()) {
            everyRequestFails(operation, fault);
        }
    }

    private void everyRequestFails(Operation operation, Fault fault) throws IOException {
        Map<String, String> before = contents(prepare("/before-" + operation + fault));
        Path after = prepare("/after-" + operation + fault);
        operation.on(after);
        Map<String, String> wanted = contents(after);
        for (int n = 1; n <= MAX_REQUESTS; n++) {
            String name = "/" + operation + "-" + fault + "-" + n;
            prepare(name);
            try (FileSystem host = store.host()) {
                s3.reset();
                Occasion occasion = s3.onEvery().nth(n);
                fault.befall(occasion);
                @Nullable IOException failure = failure(operation, host.getPath(name));
                s3.calm();
                if (occasion.met() == 0) {
                    return;
                }
                Map<String, String> found = contents(store.host().getPath(name));
                assertThat(found)
                        .as("%s, request %s: %s", operation, n, failure)
                        .isIn(before, wanted, operation == Operation.MOVE ? atBoth(before, wanted) : wanted);
                if (failure == null) {
                    assertThat(found)
                            .as("%s, request %s, said to be done", operation, n)
                            .isEqualTo(wanted);
                } else {
                    assertThat(failure).isInstanceOfAny(FileSystemException.class);
                }
            }
        }
        throw new AssertionError(operation + " makes more than " + MAX_REQUESTS + " requests");
    }

    /// A move that failed between its two halves has lost nothing: the file is at both names.
    private static Map<String, String> atBoth(Map<String, String> before, Map<String, String> wanted) {
        Map<String, String> both = new TreeMap<>(before);
        both.putAll(wanted);
        return both;
    }

    private static @Nullable IOException failure(Operation operation, Path folder) {
        try {
            operation.on(folder);
            return null;
        } catch (IOException e) {
            return e;
        } catch (DirectoryIteratorException e) {
            return e.getCause();
        }
    }

    private Path prepare(String name) throws IOException {
        Path folder = store.path(name);
        Files.createDirectories(folder.resolve("d"));
        for (String file : List.of("a", "b", "d/c")) {
            Files.writeString(folder.resolve(file), "text of " + file);
        }
        Files.deleteIfExists(folder.resolve("new"));
        return folder;
    }

    private static Map<String, String> contents(Path folder) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                String name = folder.relativize(path).toString();
                contents.put(name, Files.isDirectory(path) ? "/" : Files.readString(path));
            }
        }
        return contents;
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(Fault.class)
    void largeWriteIsWholeOrNothingAndLeavesNoParts(Fault fault) throws IOException {
        byte[] bytes = new byte[LARGE];
        Arrays.fill(bytes, (byte) 7);
        for (int n = 1; n <= MAX_REQUESTS; n++) {
            try (FileSystem host = store.host()) {
                s3.reset();
                Occasion occasion = s3.onEvery().nth(n);
                fault.befall(occasion);
                Path file = host.getPath("/" + fault + n);
                boolean done = write(file, bytes);
                s3.calm();
                if (occasion.met() == 0) {
                    return;
                }
                Path seen = store.host().getPath(file.toString());
                if (done || Files.exists(seen)) {
                    assertThat(Files.size(seen)).isEqualTo(LARGE);
                }
                requireNoUploads(n);
            }
        }
    }

    private static boolean write(Path file, byte[] bytes) {
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(bytes);
        } catch (IOException e) {
            return false;
        }
        return true;
    }

    /// Each upload that S3 knows to have begun was ended: completed, or aborted. One whose beginning never
    /// reached its writer is nobody's.
    private void requireNoUploads(int request) {
        List<String> begun = new ArrayList<>();
        s3.requests().forEach(r -> {
            String upload = r.query().get("uploadId");
            if (upload != null && r.operation().equals("UploadPart") && !begun.contains(upload)) {
                begun.add(upload);
            }
        });
        s3.requests().forEach(r -> {
            boolean ends = r.operation().equals("CompleteMultipartUpload")
                    || r.operation().equals("AbortMultipartUpload");
            if (ends) {
                begun.remove(r.query().getOrDefault("uploadId", ""));
            }
        });
        assertThat(begun).as("uploads left when request %s failed", request).isEmpty();
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"ANSWER_CUT", "REFUSED"})
    void readThatBreaksOffIsNeverAShorterFile(Fault fault) throws IOException {
        Files.write(store.path("/f"), new byte[LARGE]);
        Path file = store.host().getPath("/f");
        fault.befall(s3.on("GetObject").nth(1));
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer all = ByteBuffer.allocate(LARGE);
            assertThat(channel.read(all)).isEqualTo(LARGE);
        } catch (IOException e) {
            assertThat(e).isInstanceOf(FileSystemException.class);
        }
    }
}
