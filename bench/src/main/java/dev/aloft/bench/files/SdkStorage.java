package dev.aloft.bench.files;

import dev.aloft.bench.Server;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Direct use of the AWS SDK: one request for each operation, sequentially, without file semantics. The length of each
/// write is known in advance, so every write is one PUT.
final class SdkStorage implements Storage {

    private final S3Client s3;

    SdkStorage(URI endpoint) {
        AwsBasicCredentials pair = AwsBasicCredentials.create(Server.ACCESS_KEY, Server.SECRET_KEY);
        s3 = S3Client.builder()
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(pair))
                .httpClientBuilder(Apache5HttpClient.builder())
                .build();
    }

    private static String key(String name) {
        return Server.FOLDER + "/" + name;
    }

    @Override
    public long size(String name) {
        return s3.headObject(r -> r.bucket(Server.BUCKET).key(key(name))).contentLength();
    }

    @Override
    public boolean exists(String name) {
        try {
            s3.headObject(r -> r.bucket(Server.BUCKET).key(key(name)));
            return true;
        } catch (NoSuchKeyException e) {
            return false;
        }
    }

    @Override
    public long list(String directory) {
        return s3.listObjectsV2(r ->
                        r.bucket(Server.BUCKET).prefix(key(directory) + "/").delimiter("/"))
                .contents()
                .size();
    }

    @Override
    public long walk(String directory) {
        return s3.listObjectsV2Paginator(r -> r.bucket(Server.BUCKET).prefix(key(directory) + "/")).contents().stream()
                .mapToLong(S3Object::size)
                .sum();
    }

    @Override
    public byte[] read(String name) {
        return s3.getObjectAsBytes(r -> r.bucket(Server.BUCKET).key(key(name))).asByteArrayUnsafe();
    }

    @Override
    public void write(String name, byte[] bytes) {
        s3.putObject(r -> r.bucket(Server.BUCKET).key(key(name)), RequestBody.fromBytes(bytes));
    }

    @Override
    public void writeStream(String name, byte[] chunk, int times) {
        long length = (long) chunk.length * times;
        RequestBody body = RequestBody.fromContentProvider(
                () -> new SequenceInputStream(Collections.enumeration(Collections.nCopies(times, chunk).stream()
                        .<InputStream>map(ByteArrayInputStream::new)
                        .toList())),
                length,
                "application/octet-stream");
        s3.putObject(r -> r.bucket(Server.BUCKET).key(key(name)), body);
    }

    @Override
    public long readStream(String name) throws IOException {
        try (InputStream in = s3.getObject(r -> r.bucket(Server.BUCKET).key(key(name)))) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    @Override
    public byte[] first(String name, int count) {
        return range(name, 0, count);
    }

    private byte[] range(String name, long from, int count) {
        return s3.getObjectAsBytes(
                        r -> r.bucket(Server.BUCKET).key(key(name)).range("bytes=" + from + "-" + (from + count - 1)))
                .asByteArrayUnsafe();
    }

    @Override
    public void pieces(String name, long[] offsets, int count) throws IOException {
        for (long offset : offsets) {
            Row.demand(range(name, offset, count).length, count);
        }
    }

    /// Appends in parts; the first part is copied inside S3.
    @Override
    public void append(String name, byte[] bytes) {
        String upload = s3.createMultipartUpload(r -> r.bucket(Server.BUCKET).key(key(name)))
                .uploadId();
        String copied = s3.uploadPartCopy(r -> r.sourceBucket(Server.BUCKET)
                        .sourceKey(key(name))
                        .destinationBucket(Server.BUCKET)
                        .destinationKey(key(name))
                        .uploadId(upload)
                        .partNumber(1))
                .copyPartResult()
                .eTag();
        String added = s3.uploadPart(
                        r -> r.bucket(Server.BUCKET)
                                .key(key(name))
                                .uploadId(upload)
                                .partNumber(2),
                        RequestBody.fromBytes(bytes))
                .eTag();
        s3.completeMultipartUpload(r -> r.bucket(Server.BUCKET)
                .key(key(name))
                .uploadId(upload)
                .multipartUpload(m -> m.parts(List.of(part(1, copied), part(2, added)))));
    }

    private static CompletedPart part(int number, String etag) {
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    @Override
    public void copy(String from, String to) {
        s3.copyObject(r -> r.sourceBucket(Server.BUCKET)
                .sourceKey(key(from))
                .destinationBucket(Server.BUCKET)
                .destinationKey(key(to)));
    }

    @Override
    public void delete(String name) {
        s3.deleteObject(r -> r.bucket(Server.BUCKET).key(key(name)));
    }

    @Override
    public void close() {
        s3.close();
    }
}
