package dev.aloft.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/// The requests that read one bucket (GET, HEAD of an object or the bucket, and a page of its keys), each method one S3
/// operation; see [S3Requests]. They go by [HttpRequests].
final class ReadRequests {

    private static final int NOT_MODIFIED = 304;
    private static final int NOT_FOUND = 404;

    /// A thousand keys of 1,024 bytes, each byte written as an XML entity, stay below it.
    private static final int MAX_LISTING_BYTES = 16 << 20;

    private final BucketEndpoint bucket;

    ReadRequests(BucketEndpoint bucket) {
        this.bucket = bucket;
    }

    /// An object, or one version of it.
    ///
    /// @param version S3's id of the version, or null for the newest
    record Source(ObjectKey key, @Nullable String version) {

        static Source newest(ObjectKey key) {
            return new Source(key, null);
        }
    }

    /// A looked-up object, with the mark of the write that made it.
    ///
    /// @param version S3's id of it; null for none, which some stores say of the version `null`, too
    record Head(
            StoredObject object,
            @Nullable String mark,
            @Nullable String version) {

        boolean isVersionNull() {
            return version == null || version.equals(ObjectVersion.NULL_ID);
        }
    }

    /// Asks whether the bucket is there, and may be read.
    ///
    /// @param attempt for messages: `reach the bucket s3://media`
    /// @param limit how long to wait for the answer
    void headBucket(String attempt, Duration limit) throws StoreException {
        SdkHttpRequest request = bucket.request(SdkHttpMethod.HEAD).build();
        bucket.ask(
                RequestCounts.Kind.READ,
                attempt,
                () -> bucket.http().send("HeadBucket", request, limit, answer -> {
                    answer.body().close();
                    return answer;
                }));
    }

    /// Looks an object up; nothing if it is not there.
    ///
    /// @param attempt for messages: `look up s3://media/cat.jpg`
    Optional<Head> head(String attempt, Source source) throws StoreException {
        SdkHttpRequest request = object(SdkHttpMethod.HEAD, source).build();
        return bucket.ask(RequestCounts.Kind.READ, attempt, () -> {
            try {
                return Optional.of(bucket.http().send("HeadObject", request, answer -> {
                    answer.body().close();
                    StoredObject object = answer.object(attempt, source.key(), answer.length(attempt));
                    return new Head(object, answer.mark(), answer.header("x-amz-version-id"));
                }));
            } catch (AwsServiceException e) {
                if (e.statusCode() == NOT_FOUND) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    /// Opens an object, or nothing when the condition asks for another version and there is none.
    ///
    /// @param attempt for messages: `read s3://media/cat.jpg`
    /// @param name of the object in messages about its bytes: `s3://media/cat.jpg`
    Optional<ObjectContent> get(
            String attempt, String name, Source source, @Nullable ByteRange range, ReadCondition condition)
            throws StoreException {
        SdkHttpRequest.Builder request = object(SdkHttpMethod.GET, source);
        if (range != null) {
            request.putHeader("Range", range.header());
        }
        switch (condition) {
            case ReadCondition.Any _ -> {}
            case ReadCondition.Version(String etag) -> request.putHeader("If-Match", etag);
            case ReadCondition.OtherThan(String etag) -> request.putHeader("If-None-Match", etag);
        }
        if (bucket.provider().checksums()) {
            request.putHeader("x-amz-checksum-mode", "ENABLED");
        }
        return S3Requests.ask(attempt, () -> {
            bucket.take();
            boolean open = false;
            try {
                HttpAnswer answer = bucket.counted(
                        RequestCounts.Kind.READ, () -> bucket.http().send("GetObject", request.build(), a -> a));
                Optional<ObjectContent> content = content(attempt, name, source, answer);
                open = content.isPresent();
                return content;
            } finally {
                if (!open) {
                    bucket.giveBack();
                }
            }
        });
    }

    private Optional<ObjectContent> content(String attempt, String name, Source source, HttpAnswer answer)
            throws StoreException {
        try {
            if (answer.status() == NOT_MODIFIED) {
                answer.body().close();
                return Optional.empty();
            }
            ContentRange brought = answer.range(attempt);
            long size = brought == null ? answer.length(attempt) : brought.size();
            StoredObject object = answer.object(attempt, source.key(), size);
            ByteRange whole = size == 0 ? null : ByteRange.of(0, size - 1);
            ByteRange part = brought == null ? whole : brought.range();
            BodyChecksum checksum = brought == null ? BodyChecksum.of(answer) : null;
            BodyStream body = new BodyStream(
                    answer.body(),
                    name,
                    part == null ? 0 : part.length(),
                    checksum,
                    bucket.http().figures(),
                    bucket::closed);
            return Optional.of(new ObjectContent(object, part, body, answer.isEncryptedByKey()));
        } catch (StoreException | RuntimeException e) {
            answer.body().abort(); // An answer that makes no sense must not keep its connection.
            throw e;
        } catch (IOException e) {
            throw S3Errors.of(attempt, e);
        }
    }

    /// One page of the bucket's keys.
    Page list(ListQuery query) throws StoreException {
        return list(query, "continuation-token", query.after());
    }

    /// One page of the keys behind another one, which need not exist.
    ///
    /// @param key null for all
    Page listBehind(ListQuery query, @Nullable String key) throws StoreException {
        return list(query, "start-after", key);
    }

    private Page list(ListQuery query, String startName, @Nullable String start) throws StoreException {
        SdkHttpRequest.Builder request = bucket.request(SdkHttpMethod.GET)
                .putRawQueryParameter("list-type", "2")
                .putRawQueryParameter("prefix", query.prefix())
                .putRawQueryParameter("max-keys", Integer.toString(query.limit()));
        if (query.byDirectory()) {
            request.putRawQueryParameter("delimiter", "/");
        }
        if (start != null) {
            request.putRawQueryParameter(startName, start);
        }
        String attempt = "list " + bucket.uri(query.prefix());
        return bucket.ask(
                RequestCounts.Kind.LIST,
                attempt,
                () -> ListAnswer.parse(
                        attempt,
                        bucket.http()
                                .send(
                                        "ListObjectsV2",
                                        request.build(),
                                        answer -> answer.bytes(attempt, MAX_LISTING_BYTES))));
    }

    private SdkHttpRequest.Builder object(SdkHttpMethod method, Source source) {
        SdkHttpRequest.Builder request = bucket.request(method, source.key());
        if (source.version() != null) {
            request.putRawQueryParameter("versionId", source.version());
        }
        return request;
    }
}
