package dev.aloft.store;

import dev.aloft.store.ObjectUploads.Target;
import dev.aloft.store.StoreException.Kind;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/// The requests of a multipart upload to one bucket, each method one S3 operation; see [S3Requests].
final class MultipartRequests {

    private final Supplier<S3Client> client;
    private final BucketEndpoint endpoint;
    private final String bucket;

    MultipartRequests(Supplier<S3Client> client, BucketEndpoint endpoint) {
        this.client = client;
        this.endpoint = endpoint;
        this.bucket = endpoint.bucket();
    }

    private String uri(ObjectKey key) {
        return endpoint.uri(key);
    }

    /// Begins an upload.
    ///
    /// @return its id
    String create(Target target) throws StoreException {
        return S3Requests.ask(
                "begin to write " + uri(target.key()),
                () -> client.get()
                        .createMultipartUpload(b -> b.bucket(bucket)
                                .key(target.key().value())
                                .contentType(target.headers().contentType())
                                .cacheControl(target.headers().cacheControl())
                                .contentEncoding(target.headers().contentEncoding())
                                .metadata(target.markedMetadata()))
                        .uploadId());
    }

    /// @param number from 1
    /// @param bytes are not copied: they must not change until the answer is there
    CompletedPart uploadPart(ObjectKey key, String upload, int number, byte[] bytes) throws StoreException {
        return uploadPart(key, upload, number, bytes.length, ContentStreamProvider.fromByteArrayUnsafe(bytes));
    }

    /// @param number from 1
    /// @param body gives the same bytes each time it is asked
    CompletedPart uploadPart(ObjectKey key, String upload, int number, long length, ContentStreamProvider body)
            throws StoreException {
        String attempt = "write part " + number + " of " + uri(key);
        SdkHttpRequest.Builder request = endpoint.request(SdkHttpMethod.PUT, key)
                .putRawQueryParameter("partNumber", Integer.toString(number))
                .putRawQueryParameter("uploadId", upload);
        return endpoint.ask(
                RequestCounts.Kind.WRITE,
                attempt,
                () -> endpoint.send("UploadPart", request, length, body, answer -> {
                    answer.body().close();
                    String etag = ObjectAnswers.requireWritten(attempt, answer.header("ETag"));
                    return part(number, etag, answer.header("x-amz-checksum-crc32"));
                }));
    }

    /// Copies a range of a version into a part, inside S3.
    ///
    /// @throws StoreException of kind `PRECONDITION` when another version is there now, or none
    CompletedPart copyPart(ObjectKey key, String upload, int number, CopySource source, ByteRange range)
            throws StoreException {
        try {
            return S3Requests.ask("copy part " + number + " of " + uri(key), () -> {
                CopyPartResult r = client.get()
                        .uploadPartCopy(b -> b.sourceBucket(source.bucket())
                                .sourceKey(source.object().key().value())
                                .sourceVersionId(source.versionId())
                                .copySourceIfMatch(source.object().etag())
                                .copySourceRange(range.header())
                                .destinationBucket(bucket)
                                .destinationKey(key.value())
                                .uploadId(upload)
                                .partNumber(number))
                        .copyPartResult();
                return part(number, r.eTag(), r.checksumCRC32());
            });
        } catch (StoreException e) {
            boolean replaced = e.kind() == Kind.RANGE || e.kind() == Kind.NOT_FOUND;
            throw replaced ? new StoreException(Kind.PRECONDITION, String.valueOf(e.getMessage()), e.getCause()) : e;
        }
    }

    private static CompletedPart part(int number, String etag, @Nullable String checksum) {
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(etag)
                .checksumCRC32(checksum)
                .build();
    }

    /// Makes the parts one object, on the target's condition.
    ///
    /// @param size of all parts together, in bytes
    StoredObject complete(Target target, String upload, List<CompletedPart> parts, long size) throws StoreException {
        String attempt = "finish writing " + uri(target.key());
        return S3Requests.toWrite(
                attempt,
                target,
                () -> S3Requests.ask(attempt, () -> {
                    CompleteMultipartUploadResponse r = client.get()
                            .completeMultipartUpload(b -> b.bucket(bucket)
                                    .key(target.key().value())
                                    .uploadId(upload)
                                    .multipartUpload(m -> m.parts(parts))
                                    .ifNoneMatch(target.ifNoneMatch())
                                    .ifMatch(endpoint.provider().ifMatch(target.condition())));
                    boolean isEmpty =
                            r.eTag() != null && r.eTag().replace("\"", "").isEmpty(); // of Ceph 16.2
                    String etag = isEmpty
                            ? StoredObject.etagOfParts(
                                    parts.stream().map(CompletedPart::eTag).toList())
                            : r.eTag();
                    return ObjectAnswers.written(attempt, target, size, etag, r.sdkHttpResponse());
                }));
    }

    /// Aborts an upload. A missing one counts as aborted.
    void abort(ObjectKey key, String upload) throws StoreException {
        S3Requests.ask("give up writing " + uri(key), () -> {
            try {
                return client.get()
                        .abortMultipartUpload(
                                b -> b.bucket(bucket).key(key.value()).uploadId(upload));
            } catch (NoSuchUploadException e) {
                return e;
            }
        });
    }
}
