package dev.aloft.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.local.LocalEntry;
import dev.aloft.local.LocalFolder;
import dev.aloft.store.Bucket;
import dev.aloft.store.Fallback;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// A site whose files lie in a folder, and in S3 as soon as they are used.
@Timeout(300)
final class FallbackTest {

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    private static final FilePath UPLOADS = FilePath.of("shop/uploads");

    @TempDir
    private Path temp;

    private Path uploads;
    private EmbeddedS3 s3;
    private S3Front front;
    private Bucket bucket;
    private FileTree files;
    private final List<Store> stores = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        s3 = EmbeddedS3.start(Files.createDirectory(temp.resolve("s3")), CREDENTIALS);
        s3.createBucket("media");
        front = S3Front.before(s3.endpoint());
        bucket = open(s3.endpoint());
        uploads = Files.createDirectory(temp.resolve("uploads"));
        files = host();
    }

    @AfterEach
    void stop() throws IOException {
        stores.forEach(Store::close);
        front.close();
        s3.close();
    }

    private Bucket open(URI endpoint) {
        StoreSettings settings = StoreSettings.at(Provider.EMBEDDED, endpoint).withTimeout(Duration.ofMinutes(1));
        Store store = Store.open(settings, CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
        stores.add(store);
        return store.bucket("media");
    }

    /// The files as another host sees them that has the same folder.
    private FileTree host() throws IOException {
        return new FileTree(bucketWithFallback(), FilePath.of("shop"));
    }

    private Bucket bucketWithFallback() throws IOException {
        Fallback fallback = Fallback.of(
                LocalFolder.at(uploads),
                "shop/uploads/",
                "shop/migration/deleted/uploads/",
                key -> HeaderRules.NONE.headers(FilePath.of(key.value())));
        return open(front.endpoint()).withFallback(fallback);
    }

    private void local(String name, String text) throws IOException {
        Path file = uploads.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2025-11-29T12:00:00Z")));
    }

    private void write(String name, String text) throws IOException {
        write(files, name, text, WriteCondition.always());
    }

    private static void write(FileTree files, String name, String text, WriteCondition condition) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        FileStat.File _ = files.write(
                UPLOADS.resolve(name), new ByteArrayInputStream(bytes), bytes.length, WriteHeaders.NONE, condition);
    }

    private String read(String name) throws IOException {
        return read(files, name);
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

    private List<String> keys() throws IOException {
        return bucket.list(ListQuery.flat("shop/uploads/")).objects().stream()
                .map(object -> object.key().value().substring("shop/uploads/".length()))
                .toList();
    }

    @Test
    void aFileThatIsReadIsAnObjectFromThenOn() throws IOException {
        local("2026/cat.jpg", "cat");

        assertThat(read("2026/cat.jpg")).isEqualTo("cat");

        StoredObject object = bucket.head(ObjectKey.of("shop/uploads/2026/cat.jpg"), Duration.ZERO)
                .orElseThrow();
        assertThat(object.type()).contains("image/jpeg");
        assertThat(object.metadata()).containsEntry("mtime", "1764417600.000000000");
        assertThat(uploads.resolve("2026/cat.jpg")).hasContent("cat");
        front.reset();
        assertThat(read(host(), "2026/cat.jpg")).isEqualTo("cat");
        assertThat(front.summary()).isEqualTo("1 GetObject");
    }

    @Test
    void aFileThatIsNowhereCostsNothingMore() throws IOException {
        assertThat(files.stat(FilePath.of("shop/other/cat.jpg"))).isEmpty();
        assertThat(files.stat(UPLOADS.resolve("cat.jpg"))).isEmpty();
        assertThat(files.stat(UPLOADS.resolve("long".repeat(100)))).isEmpty();

        assertThat(front.count("HeadObject")).isEqualTo(3);
        assertThat(front.count("PutObject")).isZero();
    }

    @Test
    void listingsNameBothSidesInPages() throws IOException {
        local("2025/old.jpg", "old");
        local("a.txt", "a");
        local("c.txt", "c");
        local("d/e.txt", "e");
        write("b.txt", "b");
        write("c.txt", "in S3");
        write("d/f.txt", "f");

        assertThat(names(UPLOADS)).containsExactly("2025", "a.txt", "b.txt", "c.txt", "d");
        assertThat(names(UPLOADS.resolve("d"))).containsExactly("e.txt", "f.txt");
        assertThat(names(UPLOADS.resolve("2025"))).containsExactly("old.jpg");
        assertThat(files.stat(UPLOADS.resolve("2025"))).contains(FileStat.Directory.DIRECTORY);
        assertThat(keys()).doesNotContain("a.txt");
    }

    @Test
    void whatTheSiteWritesStays() throws IOException {
        local("a.txt", "old");
        write("a.txt", "new");

        assertThat(read("a.txt")).isEqualTo("new");
        assertThat(read(host(), "a.txt")).isEqualTo("new");
    }

    @Test
    void anExclusiveWriteSeesTheFolder() throws IOException {
        local("a.txt", "old");

        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> write(files, "a.txt", "new", WriteCondition.ifAbsent()));

        assertThat(read("a.txt")).isEqualTo("old");
    }

    @Test
    void aDeletedFileStaysDeletedOnEveryHost() throws IOException {
        local("2025/a.txt", "a");
        local("2025/b.txt", "b");
        local("2025/c.txt", "c");

        files.delete(UPLOADS.resolve("2025/a.txt"));
        assertThat(files.deleteAll(List.of(UPLOADS.resolve("2025/b.txt"))).failures())
                .isEmpty();

        for (FileTree host : List.of(files, host())) {
            assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> read(host, "2025/a.txt"));
            assertThat(host.stat(UPLOADS.resolve("2025/b.txt"))).isEmpty();
        }
        assertThat(names(UPLOADS.resolve("2025"))).containsExactly("c.txt");
        assertThat(uploads.resolve("2025/a.txt")).exists();
        files.delete(UPLOADS.resolve("2025/c.txt"));
        assertThat(names(UPLOADS)).isEmpty();
        assertThat(host().stat(UPLOADS.resolve("2025"))).isEmpty();
    }

    @Test
    void aNameCanBeUsedAgainAfterItsDeletion() throws IOException {
        local("a.txt", "old");
        files.delete(UPLOADS.resolve("a.txt"));
        write(files, "a.txt", "new", WriteCondition.ifAbsent());

        assertThat(read(host(), "a.txt")).isEqualTo("new");
    }

    @Test
    void aFileAndADirectoryAreRenamed() throws IOException {
        local("a.txt", "a");
        local("2025/b.txt", "b");
        local("2025/d/c.txt", "c");

        files.move(UPLOADS.resolve("a.txt"), UPLOADS.resolve("z.txt"), true);
        files.move(UPLOADS.resolve("2025"), UPLOADS.resolve("2024"), false);

        assertThat(keys()).containsExactly("2024/b.txt", "2024/d/c.txt", "z.txt");
        assertThat(names(UPLOADS)).containsExactly("2024", "z.txt");
        assertThat(read(host(), "2024/d/c.txt")).isEqualTo("c");
    }

    @Test
    void aFileIsAppendedTo() throws IOException {
        local("a.log", "one ");
        FileStat.File _ = files.append(
                UPLOADS.resolve("a.log"), new ByteArrayInputStream("two".getBytes(UTF_8)), WriteHeaders.NONE);

        assertThat(read("a.log")).isEqualTo("one two");
    }

    @Test
    void noLinkIsFollowed() throws IOException {
        local("a.txt", "a");
        Files.writeString(temp.resolve("secret"), "secret");
        Files.createSymbolicLink(uploads.resolve("secret"), temp.resolve("secret"));
        Files.createSymbolicLink(uploads.resolve("folder"), temp);

        assertThat(files.stat(UPLOADS.resolve("secret"))).isEmpty();
        assertThat(files.stat(UPLOADS.resolve("folder/secret"))).isEmpty();
        assertThat(files.stat(UPLOADS.resolve("folder"))).isEmpty();
        assertThat(files.stat(UPLOADS.resolve("a.txt/b"))).isEmpty();
        assertThat(names(UPLOADS)).containsExactly("a.txt");
    }

    @Test
    void aDeletionWinsOverACopyUnderWay() throws IOException {
        local("a.txt", "a");
        front.on(request -> {
                    if (request.operation().equals("PutObject") && request.key().endsWith("uploads/a.txt")) {
                        mark("shop/migration/deleted/uploads/a.txt");
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        assertThat(files.stat(UPLOADS.resolve("a.txt"))).isEmpty();
        assertThat(keys()).isEmpty();
    }

    @Test
    void anUploadOfTheSameBytesIsNotTakenForTheCopyThatIsWithdrawn() throws IOException {
        local("a.txt", "a");
        AtomicBoolean isThere = new AtomicBoolean();
        front.on(request -> {
                    if (request.operation().equals("PutObject") && request.key().endsWith("uploads/a.txt")) {
                        isThere.set(true);
                    } else if (isThere.get() && request.key().equals("shop/migration/deleted/uploads/a.txt")) {
                        isThere.set(false);
                        mark("shop/migration/deleted/uploads/a.txt");
                        upload("a.txt", "a");
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        assertThat(files.stat(UPLOADS.resolve("a.txt"))).isPresent();

        assertThat(front.count("DeleteObject")).isZero();
        assertThat(keys()).containsExactly("a.txt");
    }

    private void upload(String name, String text) {
        try {
            write(new FileTree(bucket, FilePath.of("shop")), name, text, WriteCondition.always());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatTheSiteRenamesIsNoCopyAnyMore() throws IOException {
        local("a.txt", "a");
        local("2025/b.txt", "b");
        assertThat(read("a.txt") + read("2025/b.txt")).isEqualTo("ab");
        assertThat(bucket.movedCopy(key("a.txt"))).isPresent();
        assertThat(bucket.movedCopy(key("2025/b.txt"))).isPresent();

        files.move(UPLOADS.resolve("a.txt"), UPLOADS.resolve("z.txt"), true);
        files.move(UPLOADS.resolve("z.txt"), UPLOADS.resolve("a.txt"), true);
        files.move(UPLOADS.resolve("2025"), UPLOADS.resolve("2024"), true);
        files.move(UPLOADS.resolve("2024"), UPLOADS.resolve("2025"), true);

        assertThat(bucket.movedCopy(key("a.txt"))).isEmpty();
        assertThat(bucket.movedCopy(key("2025/b.txt"))).isEmpty();
        assertThat(read("a.txt") + read("2025/b.txt")).isEqualTo("ab");
        assertThat(bucket.head(key("a.txt"), Duration.ZERO).orElseThrow().metadata())
                .containsKey(LocalEntry.MTIME);
    }

    private static ObjectKey key(String name) {
        return ObjectKey.of("shop/uploads/" + name);
    }

    @Test
    void aVersionThatIsWrittenAfterTheListingIsNotDeleted() throws IOException {
        local("a.txt", "old");
        local("b.txt", "old");
        Bucket host = bucketWithFallback();
        List<StoredObject> listed = host.list(ListQuery.flat("shop/uploads/")).objects();
        write("a.txt", "new");

        for (StoredObject object : listed) {
            host.delete(object);
        }

        assertThat(read("a.txt")).isEqualTo("new");
        assertThat(names(UPLOADS)).containsExactly("a.txt");
    }

    @Test
    void aPageOfKeysThatAreNoPathsDoesNotEndAListing() throws IOException {
        for (int i = 0; i < 5; i++) {
            putRaw("shop/uploads/0\u007f" + i);
        }
        local("a.txt", "a");
        write("b.txt", "b");
        write("c.txt", "c");
        List<String> keys = new ArrayList<>();
        ListQuery query = ListQuery.flat("shop/uploads/").withLimit(2);
        for (String after = ""; after != null; ) {
            Page page = bucketWithFallback().list(after.isEmpty() ? query : query.after(after));
            page.objects().forEach(object -> keys.add(object.key().value()));
            after = page.next();
        }

        assertThat(keys).containsExactly("shop/uploads/a.txt", "shop/uploads/b.txt", "shop/uploads/c.txt");
    }

    private void putRaw(String key) {
        try (S3Client client = S3Client.builder()
                .endpointOverride(s3.endpoint())
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(CREDENTIALS.accessKey(), CREDENTIALS.secretKey())))
                .build()) {
            client.putObject(put -> put.bucket("media").key(key), RequestBody.empty());
        }
    }

    private void mark(String key) {
        try {
            StoredObject _ = bucket.put(
                    ObjectKey.of(key),
                    new ByteArrayInputStream(new byte[0]),
                    0,
                    new ObjectHeaders("application/x-empty", null),
                    WriteCondition.always());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
