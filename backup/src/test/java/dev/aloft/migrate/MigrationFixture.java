package dev.aloft.migrate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.bulk.Progress;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.files.HeaderRules;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.local.LocalFolder;
import dev.aloft.migrate.Migration.Finding;
import dev.aloft.migrate.Migration.OutSelection;
import dev.aloft.store.Bucket;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A site `shop` whose uploads are in a folder and in the bucket `media` of an embedded S3, behind a front that counts
/// requests and makes faults. The base of the tests of migrations.
abstract class MigrationFixture {

    static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    static final Instant LAST_YEAR = Instant.parse("2025-11-29T12:00:00.123456789Z");

    static final String DELETED = "shop/migration/deleted/uploads/";

    /// All files but private ones.
    static final OutSelection PUBLIC = new OutSelection(false, _ -> Optional.empty());

    @TempDir
    Path temp;

    Path uploads;
    EmbeddedS3 s3;
    S3Front front;
    Bucket site;
    Provider make = Provider.EMBEDDED;
    final List<Store> stores = new ArrayList<>();
    final List<Finding> findings = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        s3 = EmbeddedS3.start(Files.createDirectory(temp.resolve("s3")), CREDENTIALS);
        s3.createBucket("media");
        front = S3Front.before(s3.endpoint());
        site = open(s3.endpoint());
        uploads = Files.createDirectory(temp.resolve("uploads"));
    }

    @AfterEach
    void stop() throws IOException {
        stores.forEach(Store::close);
        front.close();
        s3.close();
    }

    Bucket open(URI endpoint) {
        StoreSettings settings = StoreSettings.at(make, endpoint).withTimeout(Duration.ofMinutes(1));
        Store store = Store.open(settings, CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
        stores.add(store);
        return store.bucket("media");
    }

    /// A migration as another process would run it, which knows nothing of the others.
    Migration migration() throws IOException {
        Bucket bucket = open(front.endpoint());
        HeaderRules rules = new HeaderRules(List.of(new HeaderRules.Rule("*.css", null, "max-age=60")));
        MigrationSides sides = MigrationSides.of(
                LocalFolder.at(uploads),
                new FileTree(bucket, FilePath.of("shop"), rules),
                bucket,
                FilePath.of("shop/uploads"),
                name -> !name.startsWith("cache/"));
        return new Migration(sides, 4, new Progress(), findings::add);
    }

    Path local(String name, String text) throws IOException {
        Path file = uploads.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setLastModifiedTime(file, FileTime.from(LAST_YEAR));
    }

    static ObjectKey key(String name) {
        return ObjectKey.of("shop/uploads/" + name);
    }

    StoredObject write(ObjectKey key, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        return site.put(
                key,
                new ByteArrayInputStream(bytes),
                bytes.length,
                new ObjectHeaders("text/plain", null),
                WriteCondition.always());
    }

    /// The same for a fault of the front, which throws nothing.
    void writeUnchecked(ObjectKey key, String text) {
        try {
            write(key, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Marks a file as deleted by the site.
    void mark(String name) {
        writeUnchecked(ObjectKey.of(DELETED + name), "");
    }

    /// Writes an object with the metadata of a copy, as a rename and an append of the site do.
    StoredObject writeCopy(String name, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        StoredObject _ = site.put(
                key(name),
                new ByteArrayInputStream(bytes),
                bytes.length,
                new ObjectHeaders("text/plain", null),
                Map.of("mtime", "1764417600.123456789"),
                WriteCondition.always());
        return site.head(key(name), Duration.ZERO).orElseThrow();
    }

    Map<String, String> stored() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        for (StoredObject object : site.list(ListQuery.flat("shop/uploads/")).objects()) {
            try (ObjectContent content =
                    site.get(object.key(), null, ReadCondition.any()).orElseThrow()) {
                texts.put(
                        object.key().value().substring("shop/uploads/".length()),
                        new String(content.body().readAllBytes(), UTF_8));
            }
        }
        return texts;
    }

    Map<String, String> locals() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(uploads)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.put(uploads.relativize(file).toString(), Files.readString(file));
            }
        }
        return texts;
    }
}
