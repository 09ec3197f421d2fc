package dev.aloft.store;

import dev.aloft.store.ObjectUploads.Target;
import dev.aloft.store.StoreException.Kind;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// The requests that Aloft makes to one bucket: each method is one S3 operation, its answer turned into our
/// values and its errors into [StoreException]. No cache, no policy; retries and time limits are the client's,
/// see [Store]. Those of an upload in parts are [MultipartRequests], those about versions [VersionRequests].
final class S3Requests {

    private static final int NOT_MODIFIED = 304;

    private final S3Client client;
    private final Provider provider;
    private final String bucket;
    private final StoreFigures figures;
    private final MultipartRequests multipart;
    private final VersionRequests versions;

    S3Requests(S3Client client, Provider provider, String bucket, StoreFigures figures) {
        this.client = client;
        this.provider = provider;
        this.bucket = bucket;
        this.figures = figures;
        this.multipart = new MultipartRequests(client, provider, bucket);
        this.versions = new VersionRequests(client, bucket, figures);
    }

    /// The same requests with connections of a tenant's share.
    S3Requests of(FairShare.Share connections) {
        return new S3Requests(new TenantClient(client, connections), provider, bucket, figures);
    }

    /// The same requests to another bucket of the store.
    S3Requests in(String other) {
        return other.equals(bucket) ? this : new S3Requests(client, provider, other, figures);
    }

    MultipartRequests multipart() {
        return multipart;
    }

    VersionRequests versions() {
        return versions;
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

    /// The URL of an object, by the endpoint and address style of requests.
    URI url(ObjectKey key) {
        return URI.create(client.utilities()
                .getUrl(u -> u.bucket(bucket).key(key.value()))
                .toString());
    }

    /// A request of the SDK with what becomes of its answer.
    interface Call<T> {
        T run() throws StoreException;
    }

    /// Makes a request; an error of the SDK becomes ours.
    ///
    /// @param attempt for messages: `read s3://media/cat.jpg`
    static <T> T ask(String attempt, Call<T> call) throws StoreException {
        try {
            return call.run();
        } catch (SdkException e) {
            throw S3Errors.of(attempt, e);
        }
    }

    /// Makes a request that writes an object. S3 answers "no such key" when the version to replace has been deleted:
    /// that is a condition that does not hold.
    static <T> T askToWrite(String attempt, Target target, Call<T> call) throws StoreException {
        try {
            return ask(attempt, call);
        } catch (StoreException e) {
            throw e.kind() == Kind.NOT_FOUND && target.condition() instanceof WriteCondition.Version
                    ? new StoreException(
                            Kind.PRECONDITION, "cannot " + attempt + ": the version to replace is gone", e.getCause())
                    : e;
        }
    }

    /// @param limit how long to wait for the answer
    void headBucket(Duration limit) throws StoreException {
        String attempt = "reach the bucket s3://" + bucket;
        try {
            ask(
                    attempt,
                    () -> client.headBucket(r -> r.bucket(bucket).overrideConfiguration(c -> c.apiCallTimeout(limit))));
        } catch (StoreException e) {
            throw e.kind() == Kind.NOT_FOUND
                    ? new StoreException(
                            Kind.NO_BUCKET,
                            "cannot " + attempt
                                    + ": no bucket has this name (create it, or fix its name in the settings)",
                            e.getCause())
                    : e;
        }
    }

    Optional<StoredObject> head(ObjectKey key) throws StoreException {
        return headAnswer(key).map(Head::object);
    }

    /// The object, if the write with this mark has made it.
    Optional<StoredObject> written(ObjectKey key, String mark) throws StoreException {
        return headAnswer(key).filter(r -> mark.equals(r.mark())).map(Head::object);
    }

    private record Head(StoredObject object, @Nullable String mark) {}

    private Optional<Head> headAnswer(ObjectKey key) throws StoreException {
        String attempt = "look up " + uri(key);
        try {
            return Optional.of(ask(attempt, () -> {
                HeadObjectResponse r = client.headObject(b -> b.bucket(bucket).key(key.value()));
                return new Head(ObjectAnswers.of(attempt, key, r), r.metadata().get(Target.MARK));
            }));
        } catch (StoreException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
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
        String attempt = "read " + uri(key);
        return ask(attempt, () -> {
            try {
                return Optional.of(content(attempt, key, client.getObject(request.build())));
            } catch (S3Exception e) {
                if (e.statusCode() == NOT_MODIFIED) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    private ObjectContent content(String attempt, ObjectKey key, ResponseInputStream<GetObjectResponse> answer)
            throws StoreException {
        return content(attempt, key, uri(key), answer, figures);
    }

    /// The open answer to a read.
    ///
    /// @param uri for messages about the body
    static ObjectContent content(
            String attempt,
            ObjectKey key,
            String uri,
            ResponseInputStream<GetObjectResponse> answer,
            StoreFigures figures)
            throws StoreException {
        try {
            GetObjectResponse r = answer.response();
            ObjectAnswers.requireHeaders(attempt, r.eTag(), r.lastModified(), r.contentLength());
            ContentRange brought = ObjectAnswers.contentRange(attempt, r.contentRange());
            long size = brought == null ? r.contentLength() : brought.size();
            ByteRange whole = size == 0 ? null : ByteRange.of(0, size - 1);
            ByteRange part = brought == null ? whole : brought.range();
            return new ObjectContent(
                    ObjectAnswers.of(key, size, r),
                    part,
                    new BodyStream(answer, uri, part == null ? 0 : part.length(), figures),
                    ObjectAnswers.isEncryptedByKey(r));
        } catch (StoreException | RuntimeException e) {
            answer.abort(); // An answer that makes no sense must not keep its connection.
            throw e;
        }
    }

    /// @param body is not copied: it must not change until the answer is there
    StoredObject put(Target target, byte[] body) throws StoreException {
        return put(target, body(body));
    }

    /// @param body gives the same bytes each time it is asked
    StoredObject put(Target target, long length, ContentStreamProvider body) throws StoreException {
        return put(target, body(length, body));
    }

    private StoredObject put(Target target, RequestBody body) throws StoreException {
        boolean marks = !(target.condition() instanceof WriteCondition.Always);
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(target.key().value())
                .contentType(target.headers().contentType())
                .cacheControl(target.headers().cacheControl())
                .metadata(marks ? target.markedMetadata() : target.metadata())
                .ifNoneMatch(target.ifNoneMatch())
                .ifMatch(provider.ifMatch(target.condition()))
                .build();
        String attempt = "write " + uri(target.key());
        return askToWrite(attempt, target, () -> {
            PutObjectResponse r = client.putObject(request, body);
            return ObjectAnswers.written(
                    attempt, target, body.optionalContentLength().orElseThrow(), r.eTag(), r);
        });
    }

    /// @param bytes are not copied: they must not change until the answer is there
    static RequestBody body(byte[] bytes) {
        return body(bytes.length, ContentStreamProvider.fromByteArrayUnsafe(bytes));
    }

    private static RequestBody body(long length, ContentStreamProvider bytes) {
        return RequestBody.fromContentProvider(bytes, length, "application/octet-stream");
    }

    /// Copies an object onto another key, its headers with it.
    StoredObject copy(CopySource source, ObjectKey target) throws StoreException {
        return copy(
                source,
                target,
                source.object().metadata(),
                request -> request.metadataDirective(MetadataDirective.COPY));
    }

    /// Copies one version of an object onto itself, with other user metadata.
    StoredObject replaceMetadata(StoredObject version, Map<String, String> metadata) throws StoreException {
        return copy(
                CopySource.newest(bucket, version),
                version.key(),
                metadata,
                request -> request.metadataDirective(MetadataDirective.REPLACE)
                        .contentType(version.contentType())
                        .cacheControl(version.cacheControl())
                        .metadata(metadata));
    }

    private StoredObject copy(
            CopySource source,
            ObjectKey target,
            Map<String, String> metadata,
            Consumer<CopyObjectRequest.Builder> headers)
            throws StoreException {
        CopyObjectRequest.Builder request = CopyObjectRequest.builder()
                .sourceBucket(source.bucket())
                .sourceKey(source.object().key().value())
                .sourceVersionId(source.versionId())
                .copySourceIfMatch(source.object().etag())
                .destinationBucket(bucket)
                .destinationKey(target.value());
        headers.accept(request);
        return ask(
                "copy " + source + " to " + uri(target),
                () -> ObjectAnswers.copied(
                        source.object(),
                        target,
                        metadata,
                        client.copyObject(request.build()).copyObjectResult()));
    }

    void delete(ObjectKey key) throws StoreException {
        ask(
                "delete " + uri(key),
                () -> client.deleteObject(b -> b.bucket(bucket).key(key.value())));
    }

    /// Deletes an object on the condition that it is this version.
    void delete(StoredObject version) throws StoreException {
        ask(
                "delete " + uri(version.key()),
                () -> client.deleteObject(
                        b -> b.bucket(bucket).key(version.key().value()).ifMatch(version.etag())));
    }

    /// Deletes at most 1,000 objects in one request; gives what could not be deleted, and S3's code for why.
    Map<ObjectKey, String> deleteAll(List<ObjectKey> keys) throws StoreException {
        List<ObjectIdentifier> ids = keys.stream()
                .map(k -> ObjectIdentifier.builder().key(k.value()).build())
                .toList();
        return ask(
                "delete " + keys.size() + " objects of s3://" + bucket,
                () ->
                        client
                                .deleteObjects(b -> b.bucket(bucket)
                                        .delete(d -> d.quiet(true).objects(ids)))
                                .errors()
                                .stream()
                                .filter(e -> !"NoSuchKey".equals(e.code()))
                                .collect(Collectors.toMap(
                                        e -> ObjectKey.of(e.key()), e -> String.valueOf(e.code()), (a, _) -> a)));
    }

    Page list(ListQuery query) throws StoreException {
        return ask(
                "list " + uri(query.prefix()),
                () -> page(client.listObjectsV2(b -> {
                    b.bucket(bucket)
                            .prefix(query.prefix())
                            .maxKeys(query.limit())
                            .continuationToken(query.after());
                    if (query.byDirectory()) {
                        b.delimiter("/");
                    }
                })));
    }

    private static Page page(ListObjectsV2Response r) {
        List<StoredObject> objects = r.contents().stream()
                .filter(o -> isKey(o.key()))
                .map(ObjectAnswers::of)
                .toList();
        List<String> prefixes = r.commonPrefixes().stream()
                .map(CommonPrefix::prefix)
                .filter(S3Requests::isKey)
                .toList();
        int hidden = r.contents().size() - objects.size() + r.commonPrefixes().size() - prefixes.size();
        return new Page(
                objects, prefixes, hidden, Boolean.TRUE.equals(r.isTruncated()) ? r.nextContinuationToken() : null);
    }

    private static boolean isKey(String key) {
        return key(key).isPresent();
    }

    /// A key of a listing. S3 can hold keys that are no path (`a//b`, `../x`): they are not files, and empty here.
    static Optional<ObjectKey> key(String listed) {
        try {
            return Optional.of(ObjectKey.of(listed));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
