package dev.aloft.store;

import dev.aloft.store.ObjectUploads.Target;
import dev.aloft.store.StoreException.Kind;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/// The requests that Aloft makes to one bucket: each method is one S3 operation, its answer turned into our
/// values and its errors into [StoreException]. No cache, no policy; retries and time limits are those of [Store].
/// Those that read are [ReadRequests], those that write, copy or delete one object [WriteRequests], those of an upload
/// in parts [MultipartRequests], and those about versions [VersionRequests].
final class S3Requests {

    private final Supplier<S3Client> client;
    private final BucketEndpoint endpoint;
    private final String bucket;
    private final ReadRequests reads;
    private final WriteRequests writes;
    private final MultipartRequests multipart;
    private final VersionRequests versions;

    S3Requests(Supplier<S3Client> client, HttpRequests http, String bucket) {
        this(client, new BucketEndpoint(http, bucket, baseUrl(client, http.settings(), bucket), null));
    }

    private S3Requests(Supplier<S3Client> client, BucketEndpoint endpoint) {
        this.client = client;
        this.endpoint = endpoint;
        this.bucket = endpoint.bucket();
        this.reads = new ReadRequests(endpoint);
        this.writes = new WriteRequests(endpoint);
        this.multipart = new MultipartRequests(client, endpoint);
        this.versions = new VersionRequests(client, reads, bucket);
    }

    /// The same requests with connections of a tenant's share.
    S3Requests of(FairShare.Share connections) {
        return new S3Requests(() -> new TenantClient(client.get(), connections), endpoint.of(connections));
    }

    /// The same requests to another bucket of the store.
    S3Requests in(String other) {
        StoreSettings settings = endpoint.http().settings();
        return other.equals(bucket)
                ? this
                : new S3Requests(client, endpoint.in(other, baseUrl(client, settings, other)));
    }

    MultipartRequests multipart() {
        return multipart;
    }

    VersionRequests versions() {
        return versions;
    }

    Provider provider() {
        return endpoint.provider();
    }

    StoreFigures figures() {
        return endpoint.http().figures();
    }

    String bucket() {
        return bucket;
    }

    /// For messages: `s3://media/cat.jpg`.
    String uri(Object key) {
        return endpoint.uri(key);
    }

    /// The URL of an object, by the endpoint and address style of requests.
    URI url(ObjectKey key) {
        return endpoint.url(key);
    }

    /// The part that the URLs of a bucket's objects share, as the settings tell it, or else the SDK's client.
    static URI baseUrl(Supplier<S3Client> client, StoreSettings settings, String bucket) {
        URI endpoint = settings.endpoint();
        if (endpoint != null && settings.pathStyle()) {
            String server = endpoint.toString();
            return URI.create((server.endsWith("/") ? server : server + "/") + bucket + "/");
        }
        URL url = client.get().utilities().getUrl(u -> u.bucket(bucket).key("k"));
        return URI.create(url.toString()).resolve(".");
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
    static <T> T toWrite(String attempt, Target target, Call<T> call) throws StoreException {
        try {
            return call.run();
        } catch (StoreException e) {
            throw e.kind() == Kind.NOT_FOUND && target.condition() instanceof WriteCondition.Version
                    ? goneBefore(attempt, e)
                    : e;
        }
    }

    private static StoreException goneBefore(String attempt, StoreException e) {
        return new StoreException(
                Kind.PRECONDITION, "cannot " + attempt + ": the version to replace is gone", e.getCause());
    }

    /// @param limit how long to wait for the answer
    void headBucket(Duration limit) throws StoreException {
        String attempt = "reach the bucket s3://" + bucket;
        try {
            reads.headBucket(attempt, limit);
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
        return lookedUp(key).map(ReadRequests.Head::object);
    }

    /// The object, if the write with this mark has made it.
    Optional<StoredObject> written(ObjectKey key, String mark) throws StoreException {
        return lookedUp(key).filter(head -> mark.equals(head.mark())).map(ReadRequests.Head::object);
    }

    /// Looks the newest version up, with all that S3 says of it.
    Optional<ReadRequests.Head> lookedUp(ObjectKey key) throws StoreException {
        return reads.head("look up " + uri(key), ReadRequests.Source.newest(key));
    }

    /// The open answer, or nothing when the condition asks for another version and there is none.
    Optional<ObjectContent> get(ObjectKey key, @Nullable ByteRange range, ReadCondition condition)
            throws StoreException {
        String uri = uri(key);
        return reads.get("read " + uri, uri, ReadRequests.Source.newest(key), range, condition);
    }

    /// @param body is not copied: it must not change until the answer is there
    StoredObject put(Target target, byte[] body) throws StoreException {
        return put(target, body.length, ContentStreamProvider.fromByteArrayUnsafe(body));
    }

    /// @param body gives the same bytes each time it is asked
    StoredObject put(Target target, long length, ContentStreamProvider body) throws StoreException {
        return writes.put(target, length, body);
    }

    /// Copies an object onto another key, its headers with it, on this condition if the make keeps one of a copy.
    StoredObject copy(CopySource source, ObjectKey target, WriteCondition condition) throws StoreException {
        return toReplace(target, condition, () -> writes.copy(source, target, condition));
    }

    /// Copies an object onto another key, or onto itself, with the headers, metadata and condition of the target.
    StoredObject copy(CopySource source, Target target) throws StoreException {
        return toReplace(target.key(), target.condition(), () -> writes.copy(source, target));
    }

    /// Makes a request that copies an object over a version of another. S3 answers "no such key" when either is gone; a
    /// target that is gone is a condition that does not hold.
    private StoredObject toReplace(ObjectKey target, WriteCondition condition, Call<StoredObject> copy)
            throws StoreException {
        try {
            return copy.run();
        } catch (StoreException e) {
            throw e.kind() == Kind.NOT_FOUND
                            && condition instanceof WriteCondition.Version
                            && head(target).isEmpty()
                    ? goneBefore("copy to " + uri(target), e)
                    : e;
        }
    }

    void delete(ObjectKey key) throws StoreException {
        writes.delete(key);
    }

    /// Deletes an object on the condition that there is one.
    DeleteResult deleteExisting(ObjectKey key) throws StoreException {
        return writes.deleteExisting(key);
    }

    /// Deletes an object on the condition that it is this version.
    void delete(StoredObject version) throws StoreException {
        writes.delete(version);
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
                                .get()
                                .deleteObjects(b -> b.bucket(bucket)
                                        .delete(d -> d.quiet(true).objects(ids)))
                                .errors()
                                .stream()
                                .filter(e -> !"NoSuchKey".equals(e.code()))
                                .collect(Collectors.toMap(
                                        e -> ObjectKey.of(e.key()), e -> String.valueOf(e.code()), (a, _) -> a)));
    }

    Page list(ListQuery query) throws StoreException {
        return reads.list(query);
    }

    /// Lists the keys behind another one, which need not exist.
    ///
    /// @param key null for all
    Page listBehind(ListQuery query, @Nullable String key) throws StoreException {
        return reads.listBehind(query, key);
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
