package dev.aloft.bench.files;

import dev.aloft.bench.Server;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Direct use of the AWS SDK: one request for each operation, sequentially, without file semantics. Only a stream is
/// written in parts, several at a time, because its length is not known in advance; they are as large and as many as
/// Aloft's.
final class SdkStorage implements Storage {

    private static final int PART_BYTES = 16 << 20;
    private static final int PARTS_IN_FLIGHT = 4;

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

    /// Sends parts while the next one is filled, as a program does that does not know the length.
    @Override
    public void writeStream(String name, byte[] chunk, int times) throws IOException {
        String upload = begin(name);
        int chunks = PART_BYTES / chunk.length;
        Semaphore room = new Semaphore(PARTS_IN_FLIGHT);
        List<Future<CompletedPart>> parts = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(PARTS_IN_FLIGHT)) {
            for (int from = 0; from < times; from += chunks) {
                room.acquire();
                byte[] bytes = new byte[Math.min(chunks, times - from) * chunk.length];
                for (int at = 0; at < bytes.length; at += chunk.length) {
                    System.arraycopy(chunk, 0, bytes, at, chunk.length);
                }
                int number = parts.size() + 1;
                parts.add(threads.submit(() -> {
                    try {
                        return uploaded(name, upload, number, bytes);
                    } finally {
                        room.release();
                    }
                }));
            }
            List<CompletedPart> done = new ArrayList<>();
            for (Future<CompletedPart> part : parts) {
                done.add(part.get());
            }
            complete(name, upload, done);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private String begin(String name) {
        return s3.createMultipartUpload(r -> r.bucket(Server.BUCKET).key(key(name)))
                .uploadId();
    }

    private CompletedPart uploaded(String name, String upload, int number, byte[] bytes) {
        String etag = s3.uploadPart(
                        r -> r.bucket(Server.BUCKET)
                                .key(key(name))
                                .uploadId(upload)
                                .partNumber(number),
                        RequestBody.fromBytes(bytes))
                .eTag();
        return part(number, etag);
    }

    private void complete(String name, String upload, List<CompletedPart> parts) {
        s3.completeMultipartUpload(
                r -> r.bucket(Server.BUCKET).key(key(name)).uploadId(upload).multipartUpload(m -> m.parts(parts)));
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
        String upload = begin(name);
        String copied = s3.uploadPartCopy(r -> r.sourceBucket(Server.BUCKET)
                        .sourceKey(key(name))
                        .destinationBucket(Server.BUCKET)
                        .destinationKey(key(name))
                        .uploadId(upload)
                        .partNumber(1))
                .copyPartResult()
                .eTag();
        complete(name, upload, List.of(part(1, copied), uploaded(name, upload, 2, bytes)));
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
