package dev.aloft.store;

import dev.aloft.store.RequestCounts.Kind;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.S3Request;

/// The SDK's client for one tenant: each request takes a connection of the tenant's share, and is counted. The wait
/// for a connection is no part of the request's time limit. The requests of [HttpRequests] do not go by it. Safe for
/// many threads.
final class TenantClient extends DelegatingS3Client {

    private final FairShare.Share connections;

    TenantClient(S3Client client, FairShare.Share connections) {
        super(client);
        this.connections = connections;
    }

    @Override
    protected <T extends S3Request, R> R invokeOperation(T request, Function<T, R> operation) {
        connections.take(1, false);
        try {
            R result = operation.apply(request);
            connections.counts().succeeded(kind(request));
            return result;
        } catch (SdkException e) {
            connections.counts().failed(kind(request), e);
            throw e;
        } finally {
            connections.giveBack(1);
        }
    }

    private static Kind kind(S3Request request) {
        return switch (request) {
            case DeleteObjectRequest _, DeleteObjectsRequest _, AbortMultipartUploadRequest _ -> Kind.DELETE;
            case ListObjectVersionsRequest _, ListPartsRequest _, ListMultipartUploadsRequest _ -> Kind.LIST;
            case GetBucketVersioningRequest _ -> Kind.READ;
            default -> Kind.WRITE;
        };
    }
}
