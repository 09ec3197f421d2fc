package dev.aloft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An embedded S3 whose credentials the commands of this process find, and a client for it.
public final class CommandStore implements AutoCloseable {

    private final EmbeddedS3 s3;
    private final Store store;

    private CommandStore(EmbeddedS3 s3, Store store) {
        this.s3 = s3;
        this.store = store;
    }

    /// @param folder in which it keeps its files
    public static CommandStore start(Path folder, String... buckets) throws IOException {
        S3Credentials credentials = S3Credentials.random();
        EmbeddedS3 s3 = EmbeddedS3.start(Files.createDirectory(folder.resolve("s3")), credentials);
        for (String bucket : buckets) {
            s3.createBucket(bucket);
        }
        System.setProperty("aws.accessKeyId", credentials.accessKey());
        System.setProperty("aws.secretAccessKey", credentials.secretKey());
        return of(s3, credentials);
    }

    /// A client for an S3 whose credentials the commands do not find by themselves.
    public static CommandStore of(EmbeddedS3 s3, S3Credentials credentials) {
        return new CommandStore(
                s3,
                Store.open(
                        StoreSettings.at(Provider.EMBEDDED, s3.endpoint()),
                        credentials.accessKey(),
                        credentials.secretKey()));
    }

    public URI endpoint() {
        return s3.endpoint();
    }

    public Bucket bucket(String name) {
        return store.bucket(name);
    }

    public void write(String bucket, String key, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        bucket(bucket)
                .put(
                        ObjectKey.of(key),
                        new ByteArrayInputStream(bytes),
                        bytes.length,
                        new ObjectHeaders("text/plain", null),
                        WriteCondition.always());
    }

    public String text(String bucket, String key) throws IOException {
        try (ObjectContent content =
                bucket(bucket).get(ObjectKey.of(key), null, ReadCondition.any()).orElseThrow()) {
            return new String(content.body().readAllBytes(), UTF_8);
        }
    }

    public List<ObjectKey> keys(String bucket, String prefix) throws IOException {
        return bucket(bucket).list(ListQuery.flat(prefix)).objects().stream()
                .map(StoredObject::key)
                .toList();
    }

    @Override
    public void close() throws IOException {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        store.close();
        s3.close();
    }
}
