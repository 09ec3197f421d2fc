package dev.aloft.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.local.LocalFolder;
import dev.aloft.store.Bucket;
import dev.aloft.store.Fallback;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A site whose files lie in a folder, and in S3 as soon as they are used. The base of the tests of a fallback.
abstract class FallbackFixture {

    static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    static final FilePath UPLOADS = FilePath.of("shop/uploads");

    @TempDir
    Path temp;

    Path uploads;
    EmbeddedS3 s3;
    S3Front front;
    Bucket bucket;
    FileTree files;
    final List<Store> stores = new ArrayList<>();

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

    Bucket open(URI endpoint) {
        StoreSettings settings = StoreSettings.at(Provider.EMBEDDED, endpoint).withTimeout(Duration.ofMinutes(1));
        Store store = Store.open(settings, CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
        stores.add(store);
        return store.bucket("media");
    }

    /// The files as another host sees them that has the same folder.
    FileTree host() throws IOException {
        return host(FallbackFixture::headers);
    }

    /// @param headers of the object that a file becomes
    FileTree host(Function<ObjectKey, ObjectHeaders> headers) throws IOException {
        return new FileTree(bucketWithFallback(headers), FilePath.of("shop"));
    }

    private static ObjectHeaders headers(ObjectKey key) {
        return HeaderRules.NONE.headers(FilePath.of(key.value()));
    }

    Bucket bucketWithFallback() throws IOException {
        return bucketWithFallback(FallbackFixture::headers);
    }

    private Bucket bucketWithFallback(Function<ObjectKey, ObjectHeaders> headers) throws IOException {
        Fallback fallback =
                Fallback.of(LocalFolder.at(uploads), "shop/uploads/", "shop/migration/deleted/uploads/", headers);
        return open(front.endpoint()).withFallback(fallback);
    }

    void local(String name, String text) throws IOException {
        Path file = uploads.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2025-11-29T12:00:00Z")));
    }

    void write(String name, String text) throws IOException {
        write(files, name, text, WriteCondition.always());
    }

    static void write(FileTree files, String name, String text, WriteCondition condition) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        FileStat.File _ = files.write(
                UPLOADS.resolve(name), new ByteArrayInputStream(bytes), bytes.length, WriteHeaders.NONE, condition);
    }

    String read(String name) throws IOException {
        return read(files, name);
    }

    static String read(FileTree files, String name) throws IOException {
        try (FileContent content = files.open(UPLOADS.resolve(name), null, null, Duration.ZERO)) {
            return new String(content.body().readAllBytes(), UTF_8);
        }
    }

    List<String> names(FilePath directory) throws IOException {
        List<String> names = new ArrayList<>();
        String after = null;
        do {
            DirectoryPage page = files.list(directory, "", 2, after);
            page.entries().forEach(entry -> names.add(entry.name()));
            after = page.next();
        } while (after != null);
        return names;
    }

    List<String> keys() throws IOException {
        return bucket.list(ListQuery.flat("shop/uploads/")).objects().stream()
                .map(object -> object.key().value().substring("shop/uploads/".length()))
                .toList();
    }

    static ObjectKey key(String name) {
        return ObjectKey.of("shop/uploads/" + name);
    }
}
