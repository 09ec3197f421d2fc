package dev.aloft.store;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;

/// The SDK's client with another one for the request that makes an object of its parts: S3 may take minutes for it, and
/// meanwhile sends white space or nothing. The other client is made when it is first needed. Safe for many threads.
final class FinishingClient extends DelegatingS3Client {

    private final Supplier<S3Client> patient;
    private final ReentrantLock making = new ReentrantLock();
    private volatile Optional<S3Client> made = Optional.empty();

    /// @param patient makes the other client, which this one closes
    FinishingClient(S3Client client, Supplier<S3Client> patient) {
        super(client);
        this.patient = patient;
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(CompleteMultipartUploadRequest request) {
        return finisher().completeMultipartUpload(request);
    }

    private S3Client finisher() {
        if (made.isEmpty()) {
            making.lock();
            try {
                if (made.isEmpty()) {
                    made = Optional.of(patient.get());
                }
            } finally {
                making.unlock();
            }
        }
        return made.orElseThrow();
    }

    @Override
    public void close() {
        made.ifPresent(S3Client::close);
        super.close();
    }
}
