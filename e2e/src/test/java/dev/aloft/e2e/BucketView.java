package dev.aloft.e2e;

import java.net.URI;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A fleet's bucket as S3 itself shows it: asked with a plain client, past Aloft and past the front that counts.
///
/// For any thread. The caller closes it.
final class BucketView implements AutoCloseable {

    private final S3Client client;
    private final String bucket;

    private BucketView(S3Client client, String bucket) {
        this.client = client;
        this.bucket = bucket;
    }

    static BucketView open(TestS3 s3, String bucket) {
        S3Client client = S3Client.builder()
                .endpointOverride(s3.endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(s3.accessKey(), s3.secretKey())))
                .build();
        return new BucketView(client, bucket);
    }

    /// The key of the object that an address of an upload stands for.
    static String key(String url) {
        return URI.create(url).getPath().substring(1);
    }

    Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        for (S3Object object :
                client.listObjectsV2Paginator(list -> list.bucket(bucket)).contents()) {
            keys.add(object.key());
        }
        return keys;
    }

    /// The keys of uploads in parts that have begun and not ended.
    Set<String> unfinishedUploads() {
        Set<String> keys = new TreeSet<>();
        client.listMultipartUploadsPaginator(list -> list.bucket(bucket))
                .uploads()
                .forEach(u -> keys.add(u.key()));
        return keys;
    }

    /// Gives up all of them.
    void abortUploads() {
        client.listMultipartUploadsPaginator(list -> list.bucket(bucket))
                .uploads()
                .forEach(u -> client.abortMultipartUpload(
                        abort -> abort.bucket(bucket).key(u.key()).uploadId(u.uploadId())));
    }

    /// The keys that are there now and were not before.
    Set<String> keysSince(Set<String> before) {
        Set<String> added = keys();
        added.removeAll(before);
        return added;
    }

    void delete(String key) {
        client.deleteObject(delete -> delete.bucket(bucket).key(key));
    }

    byte[] bytes(String key) {
        return object(key).asByteArray();
    }

    String type(String key) {
        return object(key).response().contentType();
    }

    void put(String key, String text) {
        client.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromString(text));
    }

    /// Deletes what is there under these keys, what lies in a directory before its marker.
    void delete(Set<String> keys) {
        for (String key : new TreeSet<>(keys).reversed()) {
            client.deleteObject(delete -> delete.bucket(bucket).key(key));
        }
    }

    private ResponseBytes<GetObjectResponse> object(String key) {
        return client.getObjectAsBytes(get -> get.bucket(bucket).key(key));
    }

    @Override
    public void close() {
        client.close();
    }
}
