package dev.aloft.e2e;

import org.junit.jupiter.api.extension.RegisterExtension;

/// [UploadSuite] on the embedded S3.
final class UploadTest extends UploadSuite {

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.onEmbeddedS3();

    UploadTest(Fleet fleet, BucketView bucket) {
        super(fleet, bucket);
    }
}
