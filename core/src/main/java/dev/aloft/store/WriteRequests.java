package dev.aloft.store;

import dev.aloft.store.ObjectUploads.Target;
import dev.aloft.store.RequestCounts.Kind;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/// The requests that write, copy and delete one object of a bucket, each method one S3 operation; see [S3Requests].
/// They go by [HttpRequests].
final class WriteRequests {

    private static final String METADATA_PREFIX = "x-amz-meta-";

    private final BucketEndpoint bucket;

    WriteRequests(BucketEndpoint bucket) {
        this.bucket = bucket;
    }

    /// @param body gives the same bytes each time it is asked
    StoredObject put(Target target, long length, ContentStreamProvider body) throws StoreException {
        SdkHttpRequest.Builder request = bucket.request(SdkHttpMethod.PUT, target.key());
        describe(request, target);
        demand(request, target.condition());
        String attempt = "write " + bucket.uri(target.key());
        return S3Requests.toWrite(
                attempt,
                target,
                () -> bucket.ask(
                        Kind.WRITE,
                        attempt,
                        () -> bucket.send("PutObject", request, length, body, answer -> {
                            answer.body().close();
                            return ObjectAnswers.written(attempt, target, length, answer.header("ETag"), answer.head());
                        })));
    }

    /// Copies an object onto another key, its headers with it, on this condition if the make keeps one of a copy.
    StoredObject copy(CopySource source, ObjectKey target, WriteCondition condition) throws StoreException {
        return copy(source, target, source.object().metadata(), request(source, target, "COPY", condition));
    }

    /// The same, or a copy onto itself, with the headers and metadata of the target.
    StoredObject copy(CopySource source, Target target) throws StoreException {
        SdkHttpRequest.Builder request = request(source, target.key(), "REPLACE", target.condition());
        describe(request, target);
        return copy(source, target.key(), target.metadata(), request);
    }

    private SdkHttpRequest.Builder request(
            CopySource source, ObjectKey target, String directive, WriteCondition condition) {
        String path = SdkHttpUtils.urlEncodeIgnoreSlashes(
                source.bucket() + "/" + source.object().key());
        String version = source.versionId();
        SdkHttpRequest.Builder request = bucket.request(SdkHttpMethod.PUT, target)
                .putHeader(
                        "x-amz-copy-source",
                        version == null ? path : path + "?versionId=" + SdkHttpUtils.urlEncodeIgnoreSlashes(version))
                .putHeader("x-amz-copy-source-if-match", source.object().etag())
                .putHeader("x-amz-metadata-directive", directive);
        if (bucket.provider().keepsInCopies(condition)) {
            demand(request, condition);
        }
        return request;
    }

    private StoredObject copy(
            CopySource source, ObjectKey target, Map<String, String> metadata, SdkHttpRequest.Builder request)
            throws StoreException {
        String attempt = "copy " + source + " to " + bucket.uri(target);
        CopyAnswer copied = bucket.ask(
                Kind.WRITE,
                attempt,
                () -> bucket.http().send("CopyObject", request.build(), answer -> CopyAnswer.parse(attempt, answer)));
        return ObjectAnswers.copied(source.object(), target, metadata, copied);
    }

    void delete(ObjectKey key) throws StoreException {
        delete(key, bucket.request(SdkHttpMethod.DELETE, key));
    }

    /// Deletes an object on the condition that it is this version.
    void delete(StoredObject version) throws StoreException {
        delete(
                version.key(),
                bucket.request(SdkHttpMethod.DELETE, version.key()).putHeader("If-Match", version.etag()));
    }

    /// Deletes an object on the condition that there is one.
    DeleteResult deleteExisting(ObjectKey key) throws StoreException {
        try {
            delete(key, bucket.request(SdkHttpMethod.DELETE, key).putHeader("If-Match", "*"));
            return DeleteResult.DELETED;
        } catch (StoreException e) {
            if (!S3Errors.saysMissing(e)) {
                throw e;
            }
            return S3Errors.refusesRepetition(e) ? DeleteResult.DELETED_OR_MISSING : DeleteResult.MISSING;
        }
    }

    private void delete(ObjectKey key, SdkHttpRequest.Builder request) throws StoreException {
        String attempt = "delete " + bucket.uri(key);
        bucket.ask(
                Kind.DELETE,
                attempt,
                () -> bucket.http().send("DeleteObject", request.build(), answer -> {
                    requireNoBody(attempt, answer);
                    return answer;
                }));
    }

    /// S3 answers 204, and some stores 200, always without a body. The page of a proxy or a captive portal has one.
    private static void requireNoBody(String attempt, HttpAnswer answer) throws IOException {
        if (answer.body().read() >= 0) {
            throw new StoreException(
                    StoreException.Kind.BAD_ANSWER, "cannot " + attempt + ": the answer has a body, so it is not S3's");
        }
        answer.body().close();
    }

    private void demand(SdkHttpRequest.Builder request, WriteCondition condition) {
        put(request, "If-None-Match", condition instanceof WriteCondition.Absent ? "*" : null);
        put(request, "If-Match", bucket.provider().ifMatch(condition));
    }

    private static void describe(SdkHttpRequest.Builder request, Target target) {
        ObjectHeaders headers = target.headers();
        Map<String, String> metadata = target.isMarked() ? target.markedMetadata() : target.metadata();
        put(request, "Content-Type", headers.contentType());
        put(request, "Cache-Control", headers.cacheControl());
        put(request, "Content-Encoding", headers.contentEncoding());
        metadata.forEach((name, value) -> request.putHeader(METADATA_PREFIX + name, value));
    }

    private static void put(SdkHttpRequest.Builder request, String name, @Nullable String value) {
        if (value != null) {
            request.putHeader(name, value);
        }
    }
}
