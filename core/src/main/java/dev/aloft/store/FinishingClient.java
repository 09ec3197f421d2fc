package dev.aloft.store;

import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;

/// The SDK's client with another one for the request that makes an object of its parts: S3 may take minutes for it, and
/// meanwhile sends white space or nothing. The other client is made when it is first needed. Safe for many threads.
final class FinishingClient extends DelegatingS3Client {

    private final Lazy<S3Client> patient;

    /// @param patient the other client, which this one closes
    FinishingClient(S3Client client, Lazy<S3Client> patient) {
        super(client);
        this.patient = patient;
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(CompleteMultipartUploadRequest request) {
        return patient.get().completeMultipartUpload(request);
    }

    @Override
    public void close() {
        patient.made().ifPresent(S3Client::close);
        super.close();
    }
}
