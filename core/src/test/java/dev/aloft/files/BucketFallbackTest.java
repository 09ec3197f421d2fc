package dev.aloft.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.Bucket;
import dev.aloft.store.Fallback;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A site whose files lie in another provider's bucket, under another prefix, and in its own as soon as they are used.
@Timeout(300)
final class BucketFallbackTest {

    private static final S3Credentials OLD = new S3Credentials("old", "not-a-secret");
    private static final S3Credentials NEW = new S3Credentials("new", "not-a-secret");
    private static final FilePath UPLOADS = FilePath.of("shop/uploads");

    @TempDir
    private Path temp;

    private final List<AutoCloseable> open = new ArrayList<>();
    private S3Front oldFront;
    private S3Front front;
    private Bucket old;
    private Bucket bucket;
    private FileTree files;

    @BeforeEach
    void start() throws IOException {
        EmbeddedS3 oldS3 = s3("old-s3", OLD, "attic");
        EmbeddedS3 s3 = s3("s3", NEW, "media");
        oldFront = S3Front.before(oldS3.endpoint());
        front = S3Front.before(s3.endpoint());
        open.add(oldFront);
        open.add(front);
        old = open(oldS3.endpoint(), OLD, "attic");
        bucket = open(s3.endpoint(), NEW, "media");
        files = host();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private EmbeddedS3 s3(String folder, S3Credentials credentials, String name) throws IOException {
        EmbeddedS3 s3 = EmbeddedS3.start(Files.createDirectory(temp.resolve(folder)), credentials);
        open.add(s3);
        s3.createBucket(name);
        return s3;
    }

    private Bucket open(URI endpoint, S3Credentials credentials, String name) {
        StoreSettings settings = StoreSettings.at(Provider.EMBEDDED, endpoint).withTimeout(Duration.ofSeconds(20));
        Store store = Store.open(settings, credentials.accessKey(), credentials.secretKey());
        open.add(store);
        return store.bucket(name);
    }

    private FileTree host() {
        return new FileTree(bucketWithFallback(), FilePath.of("shop"));
    }

    private Bucket bucketWithFallback() {
        return open(front.endpoint(), NEW, "media")
                .withFallback(Fallback.of(
                        open(oldFront.endpoint(), OLD, "attic"),
                        "sites/2/",
                        "shop/uploads/",
                        "shop/migration/deleted/uploads/"));
    }

    private void old(String name, String text) throws IOException {
        put(old, "sites/2/" + name, text, Map.of());
    }

    private static StoredObject put(Bucket bucket, String key, String text, Map<String, String> metadata)
            throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        return bucket.put(
                ObjectKey.of(key),
                new ByteArrayInputStream(bytes),
                bytes.length,
                new ObjectHeaders("text/x-own", "max-age=7", "x-own"),
                metadata,
                WriteCondition.always());
    }

    private void write(String name, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        FileStat.File _ = files.write(
                UPLOADS.resolve(name),
                new ByteArrayInputStream(bytes),
                bytes.length,
                WriteHeaders.NONE,
                WriteCondition.always());
    }

    private static String read(FileTree files, String name) throws IOException {
        try (FileContent content = files.open(UPLOADS.resolve(name), null, null, Duration.ZERO)) {
            return new String(content.body().readAllBytes(), UTF_8);
        }
    }

    private List<String> names(FilePath directory) throws IOException {
        List<String> names = new ArrayList<>();
        String after = null;
        do {
            DirectoryPage page = files.list(directory, "", 2, after);
            page.entries().forEach(entry -> names.add(entry.name()));
            after = page.next();
        } while (after != null);
        return names;
    }

    private static List<String> keys(Bucket bucket) throws IOException {
        List<String> keys = new ArrayList<>();
        ListQuery query = ListQuery.flat("shop/uploads/").withLimit(2);
        Page page = bucket.list(query);
        while (true) {
            page.objects().forEach(object -> keys.add(object.key().value().substring("shop/uploads/".length())));
            if (page.next() == null) {
                return keys;
            }
            page = bucket.list(query.after(page.next()));
        }
    }

    @Test
    void aFileThatIsReadIsAnObjectFromThenOnWithItsHeaders() throws IOException {
        Map<String, String> metadata =
                Map.of(PrivateMark.with(Map.of()).keySet().iterator().next(), "true", "a", "b");
        StoredObject source = put(old, "sites/2/2026/cat.jpg", "cat", metadata);

        assertThat(read(files, "2026/cat.jpg")).isEqualTo("cat");

        StoredObject object = bucket.head(ObjectKey.of("shop/uploads/2026/cat.jpg"), Duration.ZERO)
                .orElseThrow();
        assertThat(ObjectHeaders.of(object)).isEqualTo(new ObjectHeaders("text/x-own", "max-age=7", "x-own"));
        assertThat(object.metadata()).containsAllEntriesOf(metadata);
        assertThat(object.metadata()).containsEntry("mtime", source.modified().getEpochSecond() + ".000000000");
        assertThat(front.summary()).isEqualTo("2 GetObject, 2 HeadObject, 1 PutObject");
        assertThat(oldFront.summary()).isEqualTo("2 HeadObject, 1 GetObject");
        front.reset();
        oldFront.reset();
        assertThat(read(host(), "2026/cat.jpg")).isEqualTo("cat");
        assertThat(front.summary()).isEqualTo("1 GetObject");
        assertThat(oldFront.requests()).isEmpty();
    }

    @Test
    void aLargeFileIsCopiedInParts() throws IOException {
        byte[] bytes = new byte[40 << 20];
        new Random(1).nextBytes(bytes);
        StoredObject source = old.put(
                ObjectKey.of("sites/2/film.mp4"),
                new ByteArrayInputStream(bytes),
                bytes.length,
                "video/mp4",
                WriteCondition.always());

        try (FileContent content = files.open(UPLOADS.resolve("film.mp4"), null, null, Duration.ZERO)) {
            assertThat(Arrays.equals(content.body().readAllBytes(), bytes)).isTrue();
        }
        assertThat(front.count("UploadPart")).isEqualTo(3);
        assertThat(bucket.head(ObjectKey.of("shop/uploads/film.mp4"), Duration.ZERO)
                        .orElseThrow()
                        .etag())
                .isEqualTo(source.etag());
    }

    @Test
    void listingsNameBothSidesInPages() throws IOException {
        old("2025/old.jpg", "old");
        old("a.txt", "a");
        old("c.txt", "c");
        old("d/e.txt", "e");
        old("d/", "");
        old("empty/", "");
        old("z.txt", "z");
        put(old, "sites/20/other.txt", "other site", Map.of());
        write("b.txt", "b");
        write("c.txt", "in S3");
        write("d/f.txt", "f");

        assertThat(names(UPLOADS)).containsExactly("2025", "a.txt", "b.txt", "c.txt", "d", "empty", "z.txt");
        assertThat(names(UPLOADS.resolve("d"))).containsExactly("e.txt", "f.txt");
        assertThat(names(UPLOADS.resolve("empty"))).isEmpty();
        assertThat(files.stat(UPLOADS.resolve("empty"))).contains(FileStat.Directory.DIRECTORY);
        assertThat(files.stat(UPLOADS.resolve("2025"))).contains(FileStat.Directory.DIRECTORY);
        assertThat(keys(bucketWithFallback()))
                .containsExactly(
                        "2025/old.jpg", "a.txt", "b.txt", "c.txt", "d/", "d/e.txt", "d/f.txt", "empty/", "z.txt");
        assertThat(read(files, "c.txt")).isEqualTo("in S3");
    }

    @Test
    void aDeletedFileStaysDeletedOnEveryHost() throws IOException {
        old("2025/a.txt", "a");
        old("2025/b.txt", "b");
        old("2025/c.txt", "c");
        old("2025/d.txt", "d");
        assertThat(read(files, "2025/d.txt")).isEqualTo("d");

        files.delete(UPLOADS.resolve("2025/a.txt"));
        files.delete(UPLOADS.resolve("2025/d.txt"));
        assertThat(files.deleteAll(List.of(UPLOADS.resolve("2025/b.txt"))).failures())
                .isEmpty();

        for (FileTree host : List.of(files, host())) {
            for (String name : List.of("2025/a.txt", "2025/d.txt")) {
                assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> read(host, name));
            }
            assertThat(host.stat(UPLOADS.resolve("2025/b.txt"))).isEmpty();
        }
        assertThat(names(UPLOADS.resolve("2025"))).containsExactly("c.txt");
        files.delete(UPLOADS.resolve("2025/c.txt"));
        assertThat(names(UPLOADS)).isEmpty();
        assertThat(host().stat(UPLOADS.resolve("2025"))).isEmpty();
        assertThat(oldFront.count("DeleteObject") + oldFront.count("PutObject")).isZero();
    }

    @Test
    void aFileAndADirectoryAreRenamed() throws IOException {
        old("a.txt", "a");
        old("2025/b.txt", "b");
        old("2025/d/c.txt", "c");

        files.move(UPLOADS.resolve("a.txt"), UPLOADS.resolve("z.txt"), true);
        files.move(UPLOADS.resolve("2025"), UPLOADS.resolve("2024"), false);

        assertThat(keys(bucket)).containsExactly("2024/b.txt", "2024/d/c.txt", "z.txt");
        assertThat(names(UPLOADS)).containsExactly("2024", "z.txt");
        assertThat(read(host(), "2024/d/c.txt")).isEqualTo("c");
    }

    @Test
    void aFailureOfTheOldStoreIsNoMissingFileAndNoFailureOfTheNewOne() throws IOException {
        old("a.txt", "a");
        old("b.txt", "b".repeat(100_000));
        write("here.txt", "here");
        oldFront.on("GetObject").answer(503);

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> read(files, "a.txt"))
                .matches(e -> e.kind() == StoreException.Kind.UNAVAILABLE)
                .withMessageContaining("s3://attic/sites/2/a.txt");
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> read(files, "b.txt"))
                .matches(e -> e.kind() == StoreException.Kind.UNAVAILABLE);
        assertThat(read(files, "here.txt")).isEqualTo("here");
        write("new.txt", "new");
        assertThat(keys(bucket)).containsExactly("here.txt", "new.txt");

        oldFront.goDown();
        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> files.stat(UPLOADS.resolve("b.txt")));
        assertThat(read(files, "new.txt")).isEqualTo("new");
    }

    @Test
    void aBucketIsReachableWithoutItsFallback() throws IOException {
        oldFront.onEvery().answer(403);
        Bucket moving = bucketWithFallback();

        moving.requireReachable();
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(moving::requireReachableFallback)
                .withMessageContaining("attic");
    }

    @Test
    void aReadThatBreaksIsResumed() throws IOException {
        String text = "0123456789".repeat(200_000);
        old("a.txt", text);
        oldFront.on("GetObject").next(2).resetAnswerAfter(500_000);

        assertThat(read(files, "a.txt")).isEqualTo(text);
        assertThat(oldFront.requests())
                .filteredOn(request -> request.status() == 206)
                .hasSize(2);
        assertThat(front.count("PutObject")).isEqualTo(1);
    }

    @Test
    void aVersionThatIsWrittenAfterTheListingIsNotDeleted() throws IOException {
        old("a.txt", "old");
        old("b.txt", "old");
        Bucket host = bucketWithFallback();
        List<StoredObject> listed = host.list(ListQuery.flat("shop/uploads/")).objects();
        write("a.txt", "new");

        for (StoredObject object : listed) {
            host.delete(object);
        }

        assertThat(read(files, "a.txt")).isEqualTo("new");
        assertThat(names(UPLOADS)).containsExactly("a.txt");
    }

    /// Its object would be newer than the file, so no migration would see the difference.
    @Test
    void aFileThatALateHostReplacesWhileItIsCopiedIsNotKept() throws IOException {
        old("a.txt", "old");
        AtomicInteger puts = new AtomicInteger();
        front.on(request -> {
                    if (request.operation().equals("PutObject") && puts.incrementAndGet() == 1) {
                        try {
                            old("a.txt", "new");
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> read(files, "a.txt"))
                .matches(e -> e.kind() == StoreException.Kind.BUSY);
        assertThat(keys(bucket)).isEmpty();
        assertThat(read(files, "a.txt")).isEqualTo("new");
    }

    @Test
    void aVersionThatChangesWhileItIsCopiedIsNotMixed() throws IOException {
        old("a.txt", "a".repeat(1 << 20));
        oldFront.on(request -> {
                    if (request.operation().equals("GetObject")) {
                        try {
                            old("a.txt", "b".repeat(1 << 20));
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> read(files, "a.txt"))
                .matches(e -> e.kind() == StoreException.Kind.BUSY);
        assertThat(keys(bucket)).isEmpty();
    }
}
