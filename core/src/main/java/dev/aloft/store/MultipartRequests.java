package dev.aloft.store;

import dev.aloft.store.ObjectUploads.Target;
import dev.aloft.store.StoreException.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// The requests of a multipart upload to one bucket, each method one S3 operation; see [S3Requests].
final class MultipartRequests {

    private final S3Client client;
    private final Provider provider;
    private final String bucket;

    MultipartRequests(S3Client client, Provider provider, String bucket) {
        this.client = client;
        this.provider = provider;
        this.bucket = bucket;
    }

    private String uri(ObjectKey key) {
        return "s3://" + bucket + "/" + key;
    }

    /// Begins an upload.
    ///
    /// @return its id
    String create(Target target) throws StoreException {
        return S3Requests.ask(
                "begin to write " + uri(target.key()),
                () -> client.createMultipartUpload(b -> b.bucket(bucket)
                                .key(target.key().value())
                                .contentType(target.headers().contentType())
                                .cacheControl(target.headers().cacheControl())
                                .metadata(target.markedMetadata()))
                        .uploadId());
    }

    /// @param number from 1
    CompletedPart uploadPart(ObjectKey key, String upload, int number, byte[] bytes) throws StoreException {
        String attempt = "write part " + number + " of " + uri(key);
        RequestBody body = S3Requests.body(bytes);
        return S3Requests.ask(attempt, () -> {
            UploadPartResponse r = client.uploadPart(
                    b -> b.bucket(bucket).key(key.value()).uploadId(upload).partNumber(number), body);
            return part(number, ObjectAnswers.requireWritten(attempt, r.eTag()), r.checksumCRC32());
        });
    }

    /// Copies a range of a version into a part, inside S3.
    ///
    /// @throws StoreException of kind `PRECONDITION` when another version is there now, or none
    CompletedPart copyPart(ObjectKey key, String upload, int number, CopySource source, ByteRange range)
            throws StoreException {
        try {
            return S3Requests.ask("copy part " + number + " of " + uri(key), () -> {
                CopyPartResult r = client.uploadPartCopy(b -> b.sourceBucket(source.bucket())
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
        return S3Requests.askToWrite(attempt, target, () -> {
            CompleteMultipartUploadResponse r = client.completeMultipartUpload(b -> b.bucket(bucket)
                    .key(target.key().value())
                    .uploadId(upload)
                    .multipartUpload(m -> m.parts(parts))
                    .ifNoneMatch(target.ifNoneMatch())
                    .ifMatch(provider.ifMatch(target.condition())));
            return ObjectAnswers.written(attempt, target, size, r.eTag(), r);
        });
    }

    /// Aborts an upload. A missing one counts as aborted.
    void abort(ObjectKey key, String upload) throws StoreException {
        S3Requests.ask("give up writing " + uri(key), () -> {
            try {
                return client.abortMultipartUpload(
                        b -> b.bucket(bucket).key(key.value()).uploadId(upload));
            } catch (NoSuchUploadException e) {
                return e;
            }
        });
    }
}
