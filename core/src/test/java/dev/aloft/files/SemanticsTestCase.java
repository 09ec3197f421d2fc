package dev.aloft.files;

import static dev.aloft.store.TestStore.BUCKET;
import static dev.aloft.store.TestStore.stream;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.files.DirectoryPage.Entry;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.TestStore;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/// The shared part of the tests of `docs/reference/semantics.md`: two hosts on one bucket, and words for what
/// they do. Each test shows the line of the page that bears its name.
@Timeout(120)
abstract class SemanticsTestCase {

    static final FilePath TOP = FilePath.of("uploads");
    static final FilePath FOLDER = FilePath.of("uploads/11");
    static final FilePath CAT = FilePath.of("uploads/11/cat.jpg");
    static final FilePath DOG = FilePath.of("uploads/11/dog.jpg");
    static final int MIB = 1 << 20;

    @TempDir
    Path data;

    TestStore store;
    S3Front s3;
    FileTree files;
    FileTree other;

    @BeforeEach
    final void start() throws IOException {
        store = TestStore.start(data);
        s3 = store.front();
        files = host();
        other = host();
    }

    @AfterEach
    final void stop() throws IOException {
        store.close();
    }

    FileTree host() {
        return new FileTree(store.host(), TOP);
    }

    static FileStat.File write(FileTree files, FilePath path, String text) throws IOException {
        return files.write(path, stream(text), -1, WriteHeaders.NONE, WriteCondition.always());
    }

    static String read(FileTree files, FilePath path) throws IOException {
        try (FileContent content = files.open(path, null, null, Duration.ZERO)) {
            return new String(content.body().readAllBytes(), UTF_8);
        }
    }

    static long size(FileTree files, FilePath path) throws IOException {
        return ((FileStat.File) files.stat(path).orElseThrow()).size();
    }

    static String type(FileTree files, FilePath path) throws IOException {
        return ((FileStat.File) files.stat(path).orElseThrow()).contentType();
    }

    static List<String> names(FileTree files, FilePath directory) throws IOException {
        return names(files.list(directory, "", 1000, null));
    }

    static List<String> names(DirectoryPage page) {
        return page.entries().stream().map(Entry::name).toList();
    }

    /// Stores an object as another program would.
    void put(String key, String text) {
        store.outsider()
                .putObject(
                        put -> put.bucket(BUCKET)
                                .key(key)
                                .contentType("image/x-outside")
                                .cacheControl("max-age=60"),
                        RequestBody.fromString(text));
    }

    HeadObjectResponse headOutside(FilePath path) {
        return store.outsider().headObject(head -> head.bucket(BUCKET).key(path.value()));
    }

    /// All keys of the bucket.
    List<String> keys() {
        return store.outsider().listObjectsV2(list -> list.bucket(BUCKET)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    static void assertStoreFails(Kind kind, ThrowingCallable call) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }

    /// True if the call succeeds rather than failing in this one way.
    static boolean succeeds(Class<? extends IOException> failure, ThrowingCallable call) throws Exception {
        try {
            call.call();
            return true;
        } catch (Throwable e) {
            assertThat(e).isInstanceOf(failure);
            return false;
        }
    }

    static <T> List<T> allAtOnce(List<Callable<T>> calls) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        }
    }
}
