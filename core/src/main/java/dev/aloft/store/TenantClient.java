package dev.aloft.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Request;

/// The SDK's client for one tenant: each request takes a connection of the tenant's share, and an open answer keeps it
/// until it is closed. The wait for one is no part of the request's time limit. Safe for many threads.
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

    @Override
    public ResponseInputStream<GetObjectResponse> getObject(GetObjectRequest request) {
        connections.take(1, false);
        AtomicBoolean held = new AtomicBoolean(true);
        Runnable giveBack = () -> {
            if (held.getAndSet(false)) {
                connections.giveBack(1);
            }
        };
        try {
            ResponseInputStream<GetObjectResponse> answer =
                    ((S3Client) delegate()).getObject(request, ResponseTransformer.toInputStream());
            return new ResponseInputStream<>(answer.response(), keeping(answer, giveBack), Duration.ZERO);
        } catch (RuntimeException | Error e) {
            giveBack.run();
            throw e;
        }
    }

    private static AbortableInputStream keeping(ResponseInputStream<?> answer, Runnable giveBack) {
        FilterInputStream closing = new FilterInputStream(answer) {
            @Override
            public void close() throws IOException {
                try {
                    super.close();
                } finally {
                    giveBack.run();
                }
            }
        };
        return AbortableInputStream.create(closing, () -> {
            try {
                answer.abort();
            } finally {
                giveBack.run();
            }
        });
    }
}
