package dev.aloft.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.Bucket;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ObjectVersion;
import dev.aloft.store.Page;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.Store;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/// A bucket of a test's Ceph, with texts for files.
public record CephBucket(Store store, S3Client outsider, String name) {

    public Bucket bucket() {
        return store.bucket(name);
    }

    /// The files below a prefix.
    public BucketFolder folder(String prefix) {
        return new BucketFolder(bucket(), prefix);
    }

    void enableVersions() {
        set(BucketVersioningStatus.ENABLED);
    }

    void suspendVersions() {
        set(BucketVersioningStatus.SUSPENDED);
    }

    private void set(BucketVersioningStatus status) {
        outsider.putBucketVersioning(b -> b.bucket(name).versioningConfiguration(v -> v.status(status)));
    }

    /// Writes a file.
    ///
    /// @return S3's time of it
    Instant write(String key, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        bucket().put(
                        ObjectKey.of(key),
                        new ByteArrayInputStream(bytes),
                        bytes.length,
                        new ObjectHeaders("text/plain", "max-age=60"),
                        Map.of("length", "" + bytes.length),
                        WriteCondition.always());
        return newest(key).modified();
    }

    /// Deletes a file.
    ///
    /// @return S3's time of it
    Instant delete(String key) throws IOException {
        bucket().delete(ObjectKey.of(key));
        return newest(key).modified();
    }

    /// The newest entry of the key's history.
    ObjectVersion newest(String key) throws IOException {
        return bucket().versions().list(key, 1, null).versions().getFirst();
    }

    /// The files below a prefix as they are now: their texts by name.
    public Map<String, String> files(String prefix) throws IOException {
        Map<String, String> files = new TreeMap<>();
        ListQuery query = ListQuery.flat(prefix);
        Page page;
        do {
            page = bucket().list(query);
            for (StoredObject object : page.objects()) {
                try (ObjectContent content =
                        bucket().get(object.key(), null, ReadCondition.any()).orElseThrow()) {
                    files.put(object.key().value().substring(prefix.length()), text(content));
                }
            }
            query = query.after(page.next());
        } while (page.next() != null);
        return files;
    }

    /// The texts of a source's files, by name.
    Map<String, String> files(FileSource source) throws IOException {
        return files(source.open());
    }

    /// The texts of a reading's files, by name.
    Map<String, String> files(FileSource.Cursor reading) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (FileSource.Cursor cursor = reading) {
            for (SnapshotFile file = cursor.next(); file != null; file = cursor.next()) {
                String id = Objects.requireNonNull(file.content().version());
                try (ObjectContent content =
                        bucket().versions().read(file.content().key(), id, null, ReadCondition.any())) {
                    files.put(file.key().value(), text(content));
                }
            }
        }
        return files;
    }

    /// The ETag of a text that was written in one request.
    static String etag(String text) {
        try {
            byte[] md5 = MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8));
            return '"' + HexFormat.of().formatHex(md5) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(ObjectContent content) throws IOException {
        return new String(content.body().readAllBytes(), UTF_8);
    }
}
