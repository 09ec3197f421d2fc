package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// The requests that Aloft makes to one bucket: each method is one S3 operation, its answer turned into our values and
/// its errors into [StoreException]. No cache, no policy; retries and time limits are the client's, see [Store].
final class S3Requests {

    private final S3Client client;
    private final String bucket;

    S3Requests(S3Client client, String bucket) {
        this.client = client;
        this.bucket = bucket;
    }

    String bucket() {
        return bucket;
    }

    /// For messages: `s3://media/cat.jpg`.
    String uri(Object key) {
        return "s3://" + bucket + "/" + key;
    }

    void headBucket() throws StoreException {
        try {
            client.headBucket(r -> r.bucket(bucket));
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
        try {
            HeadObjectResponse r = client.headObject(b -> b.bucket(bucket).key(key.value()));
            return Optional.of(new StoredObject(
                    key,
                    r.contentLength(),
                    r.eTag(),
                    r.lastModified().truncatedTo(ChronoUnit.SECONDS),
                    r.contentType(),
                    r.cacheControl()));
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
            ResponseInputStream<GetObjectResponse> answer = client.getObject(request.build());
            return Optional.of(content(key, answer));
        } catch (S3Exception e) {
            if (e.statusCode() == 304) {
                return Optional.empty();
            }
            throw S3Errors.of("read " + uri(key), e);
        } catch (SdkException e) {
            throw S3Errors.of("read " + uri(key), e);
        }
    }

    private ObjectContent content(ObjectKey key, ResponseInputStream<GetObjectResponse> answer) {
        GetObjectResponse r = answer.response();
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
                r.cacheControl());
        return new ObjectContent(object, part, new BodyStream(answer, uri(key), part == null ? 0 : part.length()));
    }

    StoredObject put(ObjectKey key, byte[] body, String contentType, WriteCondition condition) throws StoreException {
        PutObjectRequest.Builder request =
                PutObjectRequest.builder().bucket(bucket).key(key.value()).contentType(contentType);
        switch (condition) {
            case WriteCondition.Always _ -> {}
            case WriteCondition.Absent _ -> request.ifNoneMatch("*");
            case WriteCondition.Version(String etag) -> request.ifMatch(etag);
        }
        try {
            PutObjectResponse r = client.putObject(request.build(), RequestBody.fromBytes(body));
            return new StoredObject(key, body.length, r.eTag(), serverTime(r), contentType, null);
        } catch (SdkException e) {
            throw S3Errors.of("write " + uri(key), e);
        }
    }

    /// A version whose write S3 has just acknowledged.
    StoredObject justWritten(ObjectKey key, long size, String etag, String contentType) {
        return new StoredObject(key, size, etag, Instant.now().truncatedTo(ChronoUnit.SECONDS), contentType, null);
    }

    /// S3's clock when it answered. A write's answer does not carry the new `Last-Modified`; this is within a second.
    private static Instant serverTime(SdkResponse response) {
        Optional<Instant> date = Optional.ofNullable(response.sdkHttpResponse())
                .flatMap(http -> http.firstMatchingHeader("Date"))
                .map(d -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(d)));
        return date.orElseGet(() -> Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    String createUpload(ObjectKey key, String contentType) throws StoreException {
        try {
            return client.createMultipartUpload(
                            b -> b.bucket(bucket).key(key.value()).contentType(contentType))
                    .uploadId();
        } catch (SdkException e) {
            throw S3Errors.of("begin to write " + uri(key), e);
        }
    }

    CompletedPart uploadPart(ObjectKey key, String upload, int number, byte[] bytes) throws StoreException {
        try {
            String etag = client.uploadPart(
                            b -> b.bucket(bucket)
                                    .key(key.value())
                                    .uploadId(upload)
                                    .partNumber(number),
                            RequestBody.fromBytes(bytes))
                    .eTag();
            return CompletedPart.builder().partNumber(number).eTag(etag).build();
        } catch (SdkException e) {
            throw S3Errors.of("write part " + number + " of " + uri(key), e);
        }
    }

    /// Copies a range of a version into a part, inside S3.
    CompletedPart copyPart(ObjectKey key, String upload, int number, StoredObject source, ByteRange range)
            throws StoreException {
        try {
            String etag = client.uploadPartCopy(b -> b.sourceBucket(bucket)
                            .sourceKey(source.key().value())
                            .copySourceIfMatch(source.etag())
                            .copySourceRange(range.header())
                            .destinationBucket(bucket)
                            .destinationKey(key.value())
                            .uploadId(upload)
                            .partNumber(number))
                    .copyPartResult()
                    .eTag();
            return CompletedPart.builder().partNumber(number).eTag(etag).build();
        } catch (SdkException e) {
            throw S3Errors.of("copy part " + number + " of " + uri(key), e);
        }
    }

    /// Gives the new version's entity tag.
    String completeUpload(ObjectKey key, String upload, List<CompletedPart> parts, WriteCondition condition)
            throws StoreException {
        try {
            return client.completeMultipartUpload(b -> {
                        b.bucket(bucket).key(key.value()).uploadId(upload).multipartUpload(m -> m.parts(parts));
                        switch (condition) {
                            case WriteCondition.Always _ -> {}
                            case WriteCondition.Absent _ -> b.ifNoneMatch("*");
                            case WriteCondition.Version(String etag) -> b.ifMatch(etag);
                        }
                    })
                    .eTag();
        } catch (SdkException e) {
            throw S3Errors.of("finish writing " + uri(key), e);
        }
    }

    void abortUpload(ObjectKey key, String upload) throws StoreException {
        try {
            client.abortMultipartUpload(b -> b.bucket(bucket).key(key.value()).uploadId(upload));
        } catch (SdkException e) {
            throw S3Errors.of("give up writing " + uri(key), e);
        }
    }

    /// Copies one version of an object onto another key, its headers with it.
    StoredObject copy(StoredObject source, ObjectKey target) throws StoreException {
        try {
            var result = client.copyObject(b -> b.sourceBucket(bucket)
                            .sourceKey(source.key().value())
                            .copySourceIfMatch(source.etag())
                            .destinationBucket(bucket)
                            .destinationKey(target.value())
                            .metadataDirective(MetadataDirective.COPY))
                    .copyObjectResult();
            return new StoredObject(
                    target,
                    source.size(),
                    result.eTag(),
                    result.lastModified() == null
                            ? Instant.now().truncatedTo(ChronoUnit.SECONDS)
                            : result.lastModified().truncatedTo(ChronoUnit.SECONDS),
                    source.contentType(),
                    source.cacheControl());
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
                    .collect(Collectors.toMap(e -> ObjectKey.of(e.key()), e -> e.code()));
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
            List<String> prefixes =
                    r.commonPrefixes().stream().map(p -> p.prefix()).toList();
            return new Page(objects, prefixes, Boolean.TRUE.equals(r.isTruncated()) ? r.nextContinuationToken() : null);
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
