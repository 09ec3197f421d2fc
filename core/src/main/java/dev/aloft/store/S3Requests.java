package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResult;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// The requests that Aloft makes to one bucket: each method is one S3 operation, its answer turned into our
/// values and its errors into [StoreException]. No cache, no policy; retries and time limits are the client's,
/// see [Store].
final class S3Requests {

    /// The user metadata by which a write knows its own object again.
    private static final String MARK = "aloft-write";

    private final S3Client client;
    private final Provider provider;
    private final String bucket;
    private final StoreFigures figures;

    S3Requests(S3Client client, Provider provider, String bucket, StoreFigures figures) {
        this.client = client;
        this.provider = provider;
        this.bucket = bucket;
        this.figures = figures;
    }

    /// The same requests with connections of a tenant's share.
    S3Requests of(FairShare.Share connections) {
        return new S3Requests(new TenantClient(client, connections), provider, bucket, figures);
    }

    StoreFigures figures() {
        return figures;
    }

    String bucket() {
        return bucket;
    }

    /// For messages: `s3://media/cat.jpg`.
    String uri(Object key) {
        return "s3://" + bucket + "/" + key;
    }

    /// Where an object is, by the endpoint and address style that requests go to.
    URI url(ObjectKey key) {
        return URI.create(client.utilities()
                .getUrl(u -> u.bucket(bucket).key(key.value()))
                .toString());
    }

    /// @param limit how long to wait for the answer
    void headBucket(Duration limit) throws StoreException {
        try {
            client.headBucket(r -> r.bucket(bucket).overrideConfiguration(c -> c.apiCallTimeout(limit)));
        } catch (S3Exception e) {
            StoreException ours = S3Errors.of("reach the bucket s3://" + bucket, e);
            throw ours.kind() == Kind.NOT_FOUND
                    ? new StoreException(
                            Kind.NO_BUCKET,
                            "cannot reach the bucket s3://" + bucket
                                    + ": there is none of that name (create it, or mend its name in the settings)",
                            e)
                    : ours;
        } catch (SdkException e) {
            throw S3Errors.of("reach the bucket s3://" + bucket, e);
        }
    }

    Optional<StoredObject> head(ObjectKey key) throws StoreException {
        return answerOfHead(key).map(r -> object(key, r));
    }

    /// The object, if it is what the write of this mark has made.
    Optional<StoredObject> written(ObjectKey key, String mark) throws StoreException {
        return answerOfHead(key)
                .filter(r -> mark.equals(r.metadata().get(MARK)))
                .map(r -> object(key, r));
    }

    private static StoredObject object(ObjectKey key, HeadObjectResponse r) {
        return new StoredObject(
                key,
                r.contentLength(),
                r.eTag(),
                r.lastModified().truncatedTo(ChronoUnit.SECONDS),
                r.contentType(),
                r.cacheControl(),
                users(r.metadata()));
    }

    /// Metadata without our own mark.
    private static Map<String, String> users(Map<String, String> metadata) {
        Map<String, String> users = new HashMap<>(metadata);
        users.remove(MARK);
        return users;
    }

    private static Map<String, String> marked(ObjectUploads.Target target) {
        Map<String, String> all = new HashMap<>(target.metadata());
        all.put(MARK, target.mark());
        return all;
    }

    private static StoredObject written(ObjectUploads.Target target, long size, String etag, Instant modified) {
        return new StoredObject(
                target.key(),
                size,
                etag,
                modified,
                target.headers().contentType(),
                target.headers().cacheControl(),
                target.metadata());
    }

    private Optional<HeadObjectResponse> answerOfHead(ObjectKey key) throws StoreException {
        try {
            HeadObjectResponse answer = client.headObject(b -> b.bucket(bucket).key(key.value()));
            requireObject("look up " + uri(key), answer.eTag(), answer.lastModified(), answer.contentLength());
            return Optional.of(answer);
        } catch (SdkException e) {
            StoreException ours = S3Errors.of("look up " + uri(key), e);
            if (ours.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw ours;
        }
    }

    /// The open answer, or nothing when the condition asks for another version and there is none.
    Optional<ObjectContent> get(ObjectKey key, @Nullable ByteRange range, ReadCondition condition)
            throws StoreException {
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(bucket).key(key.value());
        if (range != null) {
            request.range(range.header());
        }
        switch (condition) {
            case ReadCondition.Any _ -> {}
            case ReadCondition.Version(String etag) -> request.ifMatch(etag);
            case ReadCondition.OtherThan(String etag) -> request.ifNoneMatch(etag);
        }
        try {
            return Optional.of(content(key, client.getObject(request.build())));
        } catch (S3Exception e) {
            if (e.statusCode() == 304) {
                return Optional.empty();
            }
            throw S3Errors.of("read " + uri(key), e);
        } catch (SdkException e) {
            throw S3Errors.of("read " + uri(key), e);
        }
    }

    private ObjectContent content(ObjectKey key, ResponseInputStream<GetObjectResponse> answer) throws StoreException {
        try {
            return content(key, answer, answer.response());
        } catch (StoreException | RuntimeException e) {
            answer.abort(); // An answer that makes no sense must not keep its connection.
            throw e;
        }
    }

    /// S3 names the version that it has written; whatever else answers 200 has not written it.
    private static void requireWritten(String attempt, @Nullable String etag) throws StoreException {
        if (etag == null) {
            throw new StoreException(
                    Kind.UNAVAILABLE, "cannot " + attempt + ": the answer has no ETag, so it is not S3's");
        }
    }

    /// Something between us and S3 that answers 200 in its name is not to be taken for an object.
    private static void requireObject(
            String attempt, @Nullable String etag, @Nullable Instant modified, @Nullable Long length)
            throws StoreException {
        if (etag == null || modified == null || length == null) {
            throw new StoreException(
                    Kind.UNAVAILABLE,
                    "cannot " + attempt + ": the answer has no ETag, Last-Modified or length, so it is not S3's");
        }
    }

    private ObjectContent content(ObjectKey key, ResponseInputStream<GetObjectResponse> answer, GetObjectResponse r)
            throws StoreException {
        requireObject("read " + uri(key), r.eTag(), r.lastModified(), r.contentLength());
        ByteRange part = null;
        long size = r.contentLength();
        String contentRange = r.contentRange();
        if (contentRange != null && contentRange.startsWith("bytes ")) {
            int dash = contentRange.indexOf('-');
            int slash = contentRange.indexOf('/');
            part = ByteRange.of(
                    Long.parseLong(contentRange.substring(6, dash)),
                    Long.parseLong(contentRange.substring(dash + 1, slash)));
            size = Long.parseLong(contentRange.substring(slash + 1));
        } else if (size > 0) {
            part = ByteRange.of(0, size - 1);
        }
        StoredObject object = new StoredObject(
                key,
                size,
                r.eTag(),
                r.lastModified().truncatedTo(ChronoUnit.SECONDS),
                r.contentType(),
                r.cacheControl(),
                users(r.metadata()));
        return new ObjectContent(
                object, part, new BodyStream(answer, uri(key), part == null ? 0 : part.length(), figures));
    }

    /// @param body is not copied: nobody may change it until the answer is there
    StoredObject put(ObjectUploads.Target target, byte[] body) throws StoreException {
        return put(target, body.length, ContentStreamProvider.fromByteArrayUnsafe(body));
    }

    /// @param body gives the same bytes each time it is asked
    StoredObject put(ObjectUploads.Target target, long length, ContentStreamProvider body) throws StoreException {
        ObjectKey key = target.key();
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key.value())
                .contentType(target.headers().contentType())
                .cacheControl(target.headers().cacheControl())
                .metadata(target.condition() instanceof WriteCondition.Always ? target.metadata() : marked(target));
        switch (target.condition()) {
            case WriteCondition.Always _ -> {}
            case WriteCondition.Absent _ -> request.ifNoneMatch("*");
            case WriteCondition.Version(String etag) -> request.ifMatch(provider.versionInWrites(etag));
        }
        try {
            PutObjectResponse r = client.putObject(request.build(), body(length, body));
            requireWritten("write " + uri(key), r.eTag());
            return written(target, length, r.eTag(), serverTime(r));
        } catch (SdkException e) {
            throw refusedWrite("write " + uri(key), target.condition(), e);
        }
    }

    private static RequestBody body(long length, ContentStreamProvider bytes) {
        return RequestBody.fromContentProvider(bytes, length, "application/octet-stream");
    }

    /// S3 says "no such key" when the version that a write is to replace has been deleted: its condition does not
    /// hold.
    private static StoreException refusedWrite(String attempt, WriteCondition condition, SdkException e) {
        StoreException ours = S3Errors.of(attempt, e);
        return ours.kind() == Kind.NOT_FOUND && condition instanceof WriteCondition.Version
                ? new StoreException(Kind.PRECONDITION, "cannot " + attempt + ": the version to replace is gone", e)
                : ours;
    }

    /// S3's clock when it answered. A write's answer does not carry the new `Last-Modified`; this is within a
    /// second.
    private static Instant serverTime(SdkResponse response) {
        String date = response.sdkHttpResponse().firstMatchingHeader("Date").orElse("");
        try {
            return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
        } catch (DateTimeParseException e) {
            return Instant.now().truncatedTo(ChronoUnit.SECONDS); // The write has succeeded, whatever the clock says.
        }
    }

    String createUpload(ObjectUploads.Target target) throws StoreException {
        try {
            return client.createMultipartUpload(b -> b.bucket(bucket)
                            .key(target.key().value())
                            .contentType(target.headers().contentType())
                            .cacheControl(target.headers().cacheControl())
                            .metadata(marked(target)))
                    .uploadId();
        } catch (SdkException e) {
            throw S3Errors.of("begin to write " + uri(target.key()), e);
        }
    }

    CompletedPart uploadPart(ObjectKey key, String upload, int number, byte[] bytes) throws StoreException {
        try {
            UploadPartResponse r = client.uploadPart(
                    b -> b.bucket(bucket).key(key.value()).uploadId(upload).partNumber(number),
                    body(bytes.length, ContentStreamProvider.fromByteArrayUnsafe(bytes)));
            requireWritten("write part " + number + " of " + uri(key), r.eTag());
            return CompletedPart.builder()
                    .partNumber(number)
                    .eTag(r.eTag())
                    .checksumCRC32(r.checksumCRC32())
                    .build();
        } catch (SdkException e) {
            throw S3Errors.of("write part " + number + " of " + uri(key), e);
        }
    }

    /// Copies a range of a version into a part, inside S3. Whatever shows that another version is there now, or
    /// none, is [Kind#PRECONDITION].
    CompletedPart copyPart(ObjectKey key, String upload, int number, StoredObject source, ByteRange range)
            throws StoreException {
        try {
            CopyPartResult r = client.uploadPartCopy(b -> b.sourceBucket(bucket)
                            .sourceKey(source.key().value())
                            .copySourceIfMatch(source.etag())
                            .copySourceRange(range.header())
                            .destinationBucket(bucket)
                            .destinationKey(key.value())
                            .uploadId(upload)
                            .partNumber(number))
                    .copyPartResult();
            return CompletedPart.builder()
                    .partNumber(number)
                    .eTag(r.eTag())
                    .checksumCRC32(r.checksumCRC32())
                    .build();
        } catch (SdkException e) {
            StoreException ours = S3Errors.of("copy part " + number + " of " + uri(key), e);
            boolean replaced = ours.kind() == Kind.RANGE || ours.kind() == Kind.NOT_FOUND;
            throw replaced ? new StoreException(Kind.PRECONDITION, String.valueOf(ours.getMessage()), e) : ours;
        }
    }

    /// @param size of all parts together
    StoredObject completeUpload(ObjectUploads.Target target, String upload, List<CompletedPart> parts, long size)
            throws StoreException {
        ObjectKey key = target.key();
        try {
            CompleteMultipartUploadResponse r = client.completeMultipartUpload(b -> {
                b.bucket(bucket).key(key.value()).uploadId(upload).multipartUpload(m -> m.parts(parts));
                switch (target.condition()) {
                    case WriteCondition.Always _ -> {}
                    case WriteCondition.Absent _ -> b.ifNoneMatch("*");
                    case WriteCondition.Version(String etag) -> b.ifMatch(provider.versionInWrites(etag));
                }
            });
            return written(target, size, r.eTag(), serverTime(r));
        } catch (SdkException e) {
            throw refusedWrite("finish writing " + uri(key), target.condition(), e);
        }
    }

    /// Gives an upload up. One that is not there any more counts as given up.
    void abortUpload(ObjectKey key, String upload) throws StoreException {
        try {
            client.abortMultipartUpload(b -> b.bucket(bucket).key(key.value()).uploadId(upload));
        } catch (NoSuchUploadException e) {
            return;
        } catch (SdkException e) {
            throw S3Errors.of("give up writing " + uri(key), e);
        }
    }

    /// Copies one version of an object onto another key, its headers with it.
    StoredObject copy(StoredObject source, ObjectKey target) throws StoreException {
        return copy(source, target, request -> request.metadataDirective(MetadataDirective.COPY));
    }

    /// Copies one version of an object onto itself, with other user metadata.
    StoredObject replaceMetadata(StoredObject version, Map<String, String> metadata) throws StoreException {
        StoredObject copy = copy(
                version,
                version.key(),
                request -> request.metadataDirective(MetadataDirective.REPLACE)
                        .contentType(version.contentType())
                        .cacheControl(version.cacheControl())
                        .metadata(metadata));
        return new StoredObject(
                copy.key(),
                copy.size(),
                copy.etag(),
                copy.modified(),
                copy.contentType(),
                copy.cacheControl(),
                metadata);
    }

    private StoredObject copy(StoredObject source, ObjectKey target, Consumer<CopyObjectRequest.Builder> headers)
            throws StoreException {
        try {
            CopyObjectRequest.Builder request = CopyObjectRequest.builder()
                    .sourceBucket(bucket)
                    .sourceKey(source.key().value())
                    .copySourceIfMatch(source.etag())
                    .destinationBucket(bucket)
                    .destinationKey(target.value());
            headers.accept(request);
            CopyObjectResult result = client.copyObject(request.build()).copyObjectResult();
            return new StoredObject(
                    target,
                    source.size(),
                    result.eTag(),
                    result.lastModified() == null
                            ? Instant.now().truncatedTo(ChronoUnit.SECONDS)
                            : result.lastModified().truncatedTo(ChronoUnit.SECONDS),
                    source.contentType(),
                    source.cacheControl(),
                    source.metadata());
        } catch (SdkException e) {
            throw S3Errors.of("copy " + uri(source.key()) + " to " + uri(target), e);
        }
    }

    void delete(ObjectKey key) throws StoreException {
        try {
            client.deleteObject(b -> b.bucket(bucket).key(key.value()));
        } catch (SdkException e) {
            throw S3Errors.of("delete " + uri(key), e);
        }
    }

    /// Deletes an object on the condition that it is this version.
    void delete(StoredObject version) throws StoreException {
        try {
            client.deleteObject(b -> b.bucket(bucket).key(version.key().value()).ifMatch(version.etag()));
        } catch (SdkException e) {
            throw S3Errors.of("delete " + uri(version.key()), e);
        }
    }

    /// Deletes at most 1,000 objects in one request; gives what could not be deleted, and S3's code for why.
    Map<ObjectKey, String> deleteAll(List<ObjectKey> keys) throws StoreException {
        List<ObjectIdentifier> ids = keys.stream()
                .map(k -> ObjectIdentifier.builder().key(k.value()).build())
                .toList();
        try {
            return client
                    .deleteObjects(
                            b -> b.bucket(bucket).delete(d -> d.quiet(true).objects(ids)))
                    .errors()
                    .stream()
                    .filter(e -> !"NoSuchKey".equals(e.code()))
                    .collect(Collectors.toMap(e -> ObjectKey.of(e.key()), e -> String.valueOf(e.code()), (a, _) -> a));
        } catch (SdkException e) {
            throw S3Errors.of("delete " + keys.size() + " objects of s3://" + bucket, e);
        }
    }

    Page list(ListQuery query) throws StoreException {
        try {
            ListObjectsV2Response r = client.listObjectsV2(b -> {
                b.bucket(bucket).prefix(query.prefix()).maxKeys(query.limit()).continuationToken(query.after());
                if (query.byDirectory()) {
                    b.delimiter("/");
                }
            });
            List<StoredObject> objects = r.contents().stream()
                    .filter(o -> S3Requests.usable(o.key()))
                    .map(o -> new StoredObject(
                            ObjectKey.of(o.key()),
                            o.size(),
                            o.eTag(),
                            o.lastModified().truncatedTo(ChronoUnit.SECONDS),
                            null,
                            null))
                    .toList();
            List<String> prefixes = r.commonPrefixes().stream()
                    .map(p -> p.prefix())
                    .filter(S3Requests::usable)
                    .toList();
            int hidden =
                    r.contents().size() - objects.size() + r.commonPrefixes().size() - prefixes.size();
            return new Page(
                    objects, prefixes, hidden, Boolean.TRUE.equals(r.isTruncated()) ? r.nextContinuationToken() : null);
        } catch (SdkException e) {
            throw S3Errors.of("list " + uri(query.prefix()), e);
        }
    }

    /// Keys that are no path (`a//b`, `../x`) can exist in S3; they are not files, and nobody sees them here.
    private static boolean usable(String key) {
        try {
            ObjectKey.of(key);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
