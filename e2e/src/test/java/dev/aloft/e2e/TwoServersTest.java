package dev.aloft.e2e;

import org.junit.jupiter.api.extension.RegisterExtension;

/// [TwoServersSuite] on the embedded S3.
final class TwoServersTest extends TwoServersSuite {

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.onEmbeddedS3();

    TwoServersTest(Fleet fleet, BucketView bucket) {
        super(fleet, bucket, 50);
    }
}
