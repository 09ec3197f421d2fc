package dev.aloft.e2e;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The same on an S3 that is not ours.
@Tag("ceph")
final class CephTest {

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.onCeph();

    @Nested
    final class Upload extends UploadSuite {

        Upload(Fleet fleet, BucketView bucket) {
            super(fleet, bucket);
        }
    }

    @Nested
    final class TwoServers extends TwoServersSuite {

        TwoServers(Fleet fleet, BucketView bucket) {
            super(fleet, bucket, 10);
        }
    }
}
