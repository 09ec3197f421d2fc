package dev.aloft.store;

import java.util.function.Function;
import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Request;

/// The SDK's client for one tenant: each request takes a connection of the tenant's share. The wait for one is no part
/// of the request's time limit. Reads do not go by it, see [ReadRequests]. Safe for many threads.
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
            return operation.apply(request);
        } finally {
            connections.giveBack(1);
        }
    }
}
