package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/// The requests that read one bucket (GET, HEAD and a page of its keys), each method one S3 operation; see
/// [S3Requests]. They go by [HttpReads].
final class ReadRequests {

    private static final int NOT_MODIFIED = 304;
    private static final int NOT_FOUND = 404;

    /// A thousand keys of 1,024 bytes, each byte written as an XML entity, stay below it.
    private static final int MAX_LISTING_BYTES = 16 << 20;

    private final HttpReads http;
    private final String bucket;
    private final URI base;
    private final FairShare.@Nullable Share connections;

    /// @param base the URL of the bucket, by the endpoint and address style of requests
    /// @param connections the tenant's share; null to take from none
    ReadRequests(HttpReads http, String bucket, URI base, FairShare.@Nullable Share connections) {
        this.http = http;
        this.bucket = bucket;
        this.base = base;
        this.connections = connections;
    }

    /// The same requests with connections of a tenant's share.
    ReadRequests of(FairShare.Share share) {
        return new ReadRequests(http, bucket, base, share);
    }

    /// The same requests to another bucket of the store.
    ReadRequests in(String other, URI url) {
        return new ReadRequests(http, other, url, connections);
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
    record Head(StoredObject object, @Nullable String mark) {}

    /// Looks an object up; nothing if it is not there.
    ///
    /// @param attempt for messages: `look up s3://media/cat.jpg`
    Optional<Head> head(String attempt, Source source) throws StoreException {
        SdkHttpRequest request = object(SdkHttpMethod.HEAD, source).build();
        return asked(RequestCounts.Kind.READ, attempt, () -> {
            try {
                return Optional.of(http.send("HeadObject", request, answer -> {
                    answer.body().close();
                    StoredObject object = answer.object(attempt, source.key(), answer.length(attempt));
                    return new Head(object, answer.mark());
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
        if (http.settings().provider().checksums()) {
            request.putHeader("x-amz-checksum-mode", "ENABLED");
        }
        return S3Requests.ask(attempt, () -> {
            take();
            boolean open = false;
            try {
                ReadAnswer answer =
                        counted(RequestCounts.Kind.READ, () -> http.send("GetObject", request.build(), a -> a));
                Optional<ObjectContent> content = content(attempt, name, source, answer);
                open = content.isPresent();
                return content;
            } finally {
                if (!open) {
                    giveBack();
                }
            }
        });
    }

    private Optional<ObjectContent> content(String attempt, String name, Source source, ReadAnswer answer)
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
                    answer.body(), name, part == null ? 0 : part.length(), checksum, http.figures(), this::closed);
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
        SdkHttpRequest.Builder request = request(SdkHttpMethod.GET, bucketPath())
                .putRawQueryParameter("list-type", "2")
                .putRawQueryParameter("prefix", query.prefix())
                .putRawQueryParameter("max-keys", Integer.toString(query.limit()));
        if (query.byDirectory()) {
            request.putRawQueryParameter("delimiter", "/");
        }
        if (start != null) {
            request.putRawQueryParameter(startName, start);
        }
        String attempt = "list s3://" + bucket + "/" + query.prefix();
        return asked(
                RequestCounts.Kind.LIST,
                attempt,
                () -> ListAnswer.parse(
                        attempt, http.send("ListObjectsV2", request.build(), answer -> all(attempt, answer))));
    }

    private static byte[] all(String attempt, ReadAnswer answer) throws IOException {
        byte[] bytes = answer.body().readNBytes(MAX_LISTING_BYTES);
        if (bytes.length == MAX_LISTING_BYTES) {
            throw new StoreException(
                    Kind.BAD_ANSWER,
                    "cannot " + attempt + ": the answer has more than " + MAX_LISTING_BYTES + " bytes");
        }
        answer.body().close();
        return bytes;
    }

    private SdkHttpRequest.Builder object(SdkHttpMethod method, Source source) {
        SdkHttpRequest.Builder request = request(
                method,
                base.getRawPath()
                        + SdkHttpUtils.urlEncodeIgnoreSlashes(source.key().value()));
        if (source.version() != null) {
            request.putRawQueryParameter("versionId", source.version());
        }
        return request;
    }

    /// The bucket's own path has no slash at its end, except in a host name of its own.
    private String bucketPath() {
        String path = base.getRawPath();
        return path.length() > 1 ? path.substring(0, path.length() - 1) : path;
    }

    private SdkHttpRequest.Builder request(SdkHttpMethod method, String path) {
        return SdkHttpRequest.builder()
                .method(method)
                .protocol(base.getScheme())
                .host(base.getHost())
                .port(base.getPort() < 0 ? null : base.getPort())
                .encodedPath(path)
                .putHeader("User-Agent", "aloft");
    }

    /// Makes a request that is over when its answer is there.
    private <T> T asked(RequestCounts.Kind kind, String attempt, S3Requests.Call<T> call) throws StoreException {
        return S3Requests.ask(attempt, () -> {
            take();
            try {
                return counted(kind, call);
            } finally {
                giveBack();
            }
        });
    }

    private <T> T counted(RequestCounts.Kind kind, S3Requests.Call<T> call) throws StoreException {
        try {
            T answer = call.run();
            if (connections != null) {
                connections.counts().succeeded(kind);
            }
            return answer;
        } catch (SdkException e) {
            if (connections != null) {
                connections.counts().failed(kind, e);
            }
            throw e;
        } catch (StoreException e) {
            if (connections != null) {
                connections.counts().failed(kind, null);
            }
            throw e;
        }
    }

    /// Ends a body of which so much was read.
    private void closed(long bytes) {
        giveBack();
        if (connections != null) {
            connections.counts().received(bytes);
        }
    }

    private void take() {
        if (connections != null) {
            connections.take(1, false);
        }
    }

    private void giveBack() {
        if (connections != null) {
            connections.giveBack(1);
        }
    }
}
