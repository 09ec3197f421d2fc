package dev.aloft.migrate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Progress;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.Bucket;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A site that moves from the bucket `attic` of one provider to the bucket `media` of another, both behind a front.
abstract class MigrateBetweenFixture extends MigrationFixture {

    private static final S3Credentials OLD = new S3Credentials("old", "not-a-secret");

    EmbeddedS3 oldS3;
    S3Front oldFront;
    Bucket old;

    @BeforeEach
    void startOld() throws IOException {
        oldS3 = EmbeddedS3.start(Files.createDirectory(temp.resolve("old-s3")), OLD);
        oldS3.createBucket("attic");
        oldFront = S3Front.before(oldS3.endpoint());
        old = openOld(oldS3.endpoint());
    }

    @AfterEach
    void stopOld() throws IOException {
        oldFront.close();
        oldS3.close();
    }

    Bucket openOld(URI endpoint) {
        StoreSettings settings = StoreSettings.at(Provider.EMBEDDED, endpoint).withTimeout(Duration.ofSeconds(20));
        Store store = Store.open(settings, OLD.accessKey(), OLD.secretKey());
        stores.add(store);
        return store.bucket("attic");
    }

    @Override
    Migration migration() throws IOException {
        Bucket bucket = open(front.endpoint());
        bucket.probeConditions("");
        MigrationSides sides = MigrationSides.of(
                new BucketFolder(openOld(oldFront.endpoint()), "wp-content/uploads/"),
                new FileTree(bucket, FilePath.of("shop")),
                bucket,
                FilePath.of("shop/uploads"),
                name -> !name.startsWith("cache/"));
        return new Migration(sides, 4, new Progress(), findings::add);
    }

    StoredObject old(String name, String text) throws IOException {
        return old(name, text, Map.of());
    }

    StoredObject old(String name, String text, Map<String, String> metadata) throws IOException {
        return put(old, "wp-content/uploads/" + name, text, metadata);
    }

    StoredObject site(String name, String text) throws IOException {
        return put(site, "shop/uploads/" + name, text, Map.of());
    }

    static StoredObject put(Bucket bucket, String key, String text, Map<String, String> metadata) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        return bucket.put(
                ObjectKey.of(key),
                new ByteArrayInputStream(bytes),
                bytes.length,
                new ObjectHeaders("text/x-own", "max-age=7", "x-own"),
                metadata,
                WriteCondition.always());
    }

    StoredObject object(String name) throws IOException {
        return site.head(key(name), Duration.ZERO).orElseThrow();
    }

    List<String> names() throws IOException {
        return site.list(ListQuery.flat("shop/uploads/")).objects().stream()
                .map(object -> object.key().value().substring("shop/uploads/".length()))
                .toList();
    }
}
