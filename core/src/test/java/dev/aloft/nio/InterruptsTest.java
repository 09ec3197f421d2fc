package dev.aloft.nio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.Occasion;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Results of operations on an interrupted thread, beside what [FilesContract] says of channels and streams.
@Timeout(120)
final class InterruptsTest {

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
    void everyOperationOfAnInterruptedThreadSucceedsOrFailsAsInputAndOutputDo() throws IOException {
        Files.write(store.path("/d/cat"), new byte[1 << 20]);
        Files.createDirectory(store.path("/empty"));
        Map<String, ThrowingCallable> operations = new LinkedHashMap<>();
        operations.put("size", () -> Files.size(fresh("/d/cat")));
        operations.put("exists", () -> Files.exists(fresh("/d/cat")));
        operations.put("list", () -> list(fresh("/d")));
        operations.put("walk", () -> walk(fresh("/")));
        operations.put("flat walk", () -> walkFlat(fresh("/")));
        operations.put("read", () -> Files.readAllBytes(fresh("/d/cat")));
        operations.put("copy", () -> Files.copy(fresh("/d/cat"), fresh("/d/copy")));
        operations.put(
                "copy over", () -> Files.copy(fresh("/d/cat"), fresh("/x"), StandardCopyOption.REPLACE_EXISTING));
        operations.put("write", () -> Files.write(fresh("/y"), new byte[100]));
        operations.put("append", () -> Files.write(fresh("/d/cat"), new byte[100], StandardOpenOption.APPEND));
        operations.put("create", () -> Files.createFile(fresh("/new")));
        operations.put("make a directory", () -> Files.createDirectories(fresh("/a/b")));
        operations.put("describe", () -> Files.setAttribute(fresh("/d/cat"), "user:a", new byte[] {'a'}));
        operations.put("move", () -> Files.move(fresh("/d/cat"), fresh("/moved")));
        operations.put("move a tree", () -> S3Files.moveTree(fresh("/d"), fresh("/e")));
        operations.put("delete", () -> Files.delete(fresh("/d/cat")));
        operations.put("delete a tree", () -> S3Files.deleteTree(fresh("/d")));

        operations.forEach((name, operation) -> {
            Throwable failure = interrupted(operation);
            assertThat(failure)
                    .as(name)
                    .satisfiesAnyOf(
                            e -> assertThat(e).isNull(),
                            e -> assertThat(e)
                                    .isInstanceOfAny(
                                            IOException.class,
                                            UncheckedIOException.class,
                                            DirectoryIteratorException.class));
        });
        assertThat(Files.size(fresh("/d/cat"))).isEqualTo(1 << 20);
    }

    private Path fresh(String path) {
        return store.path(path);
    }

    private static void walk(Path top) throws IOException {
        try (Stream<Path> walk = Files.walk(top)) {
            walk.forEach(_ -> {});
        }
    }

    private static void list(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(_ -> {});
        }
    }

    private static void walkFlat(Path top) throws IOException {
        try (Stream<Path> walk = S3Files.walk(top)) {
            walk.forEach(_ -> {});
        }
    }

    private static @Nullable Throwable interrupted(ThrowingCallable operation) {
        Thread.currentThread().interrupt();
        try {
            operation.call();
            return null;
        } catch (Throwable e) {
            return e;
        } finally {
            assertThat(Thread.interrupted()).as("the interrupt status").isTrue();
        }
    }

    @Test
    void interruptClosesAStreamThatAsksS3() throws IOException {
        Files.write(store.path("/large"), new byte[20 << 20]);
        try (FileSystem host = store.host();
                InputStream in = Files.newInputStream(host.getPath("/large"))) {
            assertThat(interrupted(in::readAllBytes)).isInstanceOf(ClosedByInterruptException.class);
            assertThat(interrupted(in::read)).isInstanceOf(IOException.class);
        }
        OutputStream out = Files.newOutputStream(store.path("/new"));
        out.write(1);
        assertThat(interrupted(out::close)).isInstanceOf(ClosedByInterruptException.class);
        assertThat(Files.exists(store.path("/new"))).isFalse();
    }

    @Test
    void readThatWaitsForS3EndsWithTheInterrupt() throws Exception {
        Files.write(store.path("/large"), new byte[8 << 20]);
        try (FileSystem host = store.host()) {
            Occasion stalled = store.front().on("GetObject").stallAnswerAfter(1 << 20);
            CompletableFuture<Exception> end = new CompletableFuture<>();
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    Files.readAllBytes(host.getPath("/large"));
                } catch (IOException | RuntimeException e) {
                    end.complete(e);
                }
            });
            Eventually.await("the answer has stalled", () -> stalled.met() > 0);
            reader.interrupt();

            assertThat(end.get(60, TimeUnit.SECONDS))
                    .isInstanceOfAny(ClosedByInterruptException.class, InterruptedIOException.class);
        }
    }

    @Test
    void interruptSaysNothingOfTheStore() throws IOException {
        interrupted(() -> Files.size(store.host().getPath("/cat")));

        assertThat(store.front().count("HeadBucket")).isZero();
        Files.writeString(store.path("/cat"), "meow");
        assertThat(Files.size(store.path("/cat"))).isEqualTo(4);
    }
}
