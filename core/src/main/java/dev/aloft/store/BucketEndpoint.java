package dev.aloft.store;

import dev.aloft.store.RequestCounts.Kind;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/// The address of one bucket, and a tenant's connections to it. Makes the requests that [HttpRequests] sends.
///
/// @param base the URL of the bucket, by the endpoint and address style of requests
/// @param connections the tenant's share; null to take from none
record BucketEndpoint(HttpRequests http, String bucket, URI base, FairShare.@Nullable Share connections) {

    /// Smaller bodies are sent without asking S3 first whether it accepts the request.
    private static final int MIN_ASKED_BYTES = 1 << 20;

    /// The same bucket with connections of a tenant's share.
    BucketEndpoint of(FairShare.Share share) {
        return new BucketEndpoint(http, bucket, base, share);
    }

    /// Another bucket of the store.
    BucketEndpoint in(String other, URI url) {
        return new BucketEndpoint(http, other, url, connections);
    }

    Provider provider() {
        return http.settings().provider();
    }

    /// For messages: `s3://media/cat.jpg`.
    String uri(Object key) {
        return "s3://" + bucket + "/" + key;
    }

    /// The URL of an object.
    URI url(ObjectKey key) {
        return URI.create(base.getScheme() + "://" + base.getRawAuthority() + path(key));
    }

    private String path(ObjectKey key) {
        return base.getRawPath() + SdkHttpUtils.urlEncodeIgnoreSlashes(key.value());
    }

    /// Begins a request to an object.
    SdkHttpRequest.Builder request(SdkHttpMethod method, ObjectKey key) {
        return request(method, path(key));
    }

    /// Begins a request to the bucket. Its path has no slash at its end, except in a host name of its own.
    SdkHttpRequest.Builder request(SdkHttpMethod method) {
        String path = base.getRawPath();
        return request(method, path.length() > 1 ? path.substring(0, path.length() - 1) : path);
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

    /// Sends a request with a body.
    ///
    /// @param length of the body in bytes
    /// @param body gives the same bytes each time it is asked
    <T> T send(
            String operation,
            SdkHttpRequest.Builder request,
            long length,
            ContentStreamProvider body,
            HttpRequests.Reader<T> reader)
            throws StoreException {
        request.putHeader("Content-Length", Long.toString(length));
        if (length >= MIN_ASKED_BYTES) {
            request.putHeader("Expect", "100-continue");
        }
        if (provider().checksums()) { // the signer appends it to the body
            request.putHeader("x-amz-sdk-checksum-algorithm", "CRC32");
        }
        return http.send(operation, request.build(), body, reader);
    }

    /// Makes a request that is over when its answer is there, on a connection of the tenant's.
    ///
    /// @param attempt for messages: `read s3://media/cat.jpg`
    <T> T ask(Kind kind, String attempt, S3Requests.Call<T> call) throws StoreException {
        return S3Requests.ask(attempt, () -> {
            take();
            try {
                return counted(kind, call);
            } finally {
                giveBack();
            }
        });
    }

    /// Makes a request, and counts it for the tenant.
    <T> T counted(Kind kind, S3Requests.Call<T> call) throws StoreException {
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
    void closed(long bytes) {
        giveBack();
        if (connections != null) {
            connections.counts().received(bytes);
        }
    }

    void take() {
        if (connections != null) {
            connections.take(1, false);
        }
    }

    void giveBack() {
        if (connections != null) {
            connections.giveBack(1);
        }
    }
}
