package dev.aloft.backup;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.bulk.Progress;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Snapshots that only name versions, on Ceph.
@Tag("ceph")
final class CephInPlaceTest {

    @RegisterExtension
    static final SharedCeph CEPH = new SharedCeph();

    private CephBucket bucket;

    @BeforeEach
    void create() throws IOException {
        bucket = CEPH.versionedBucket();
        bucket.write("site/a", "1");
        bucket.write("site/b", "2");
        bucket.write("site/gone", "3");
        bucket.delete("site/gone");
    }

    @AfterEach
    void calm() {
        CEPH.front().reset();
    }

    private Backups backups() {
        return new Backups(
                "site",
                bucket.folder("site/"),
                bucket.folder("backups/"),
                BackupSettings.unsigned("test", InstantSource.system()));
    }

    private Snapshot take() throws IOException {
        return backups().createInPlace(Optional.empty(), List.of(), new Progress());
    }

    private RestoreReport restore(Snapshot snapshot) throws IOException {
        return backups()
                .restore(
                        backups().files(snapshot),
                        snapshot.id(),
                        new RestoreOptions(bucket.folder("site/"), RestoreOptions.Scope.ALL, true),
                        new Progress());
    }

    @Test
    void noFileIsCopiedAndOneListingIsMade() throws IOException {
        CEPH.front().reset();

        Snapshot snapshot = take();

        assertThat(snapshot.inPlace()).isTrue();
        assertThat(snapshot.files()).isEqualTo(2);
        assertThat(snapshot.copied()).isZero();
        assertThatRequests(CEPH.front())
                .include("CopyObject", 0)
                .include("ListObjectVersions", 1)
                .include("GetBucketVersioning", 1);
    }

    @Test
    void filesAreRestoredFromTheVersionsThatItNames() throws IOException {
        Snapshot snapshot = take();
        bucket.write("site/a", "new");
        bucket.delete("site/b");
        bucket.write("site/c", "new, too");

        RestoreReport report = restore(snapshot);

        assertThat(report.failures()).isEmpty();
        assertThat(bucket.files("site/")).isEqualTo(Map.of("a", "1", "b", "2"));
    }

    @Test
    void aVerificationListsOnceAndFindsAVersionThatIsGone() throws IOException {
        Snapshot snapshot = take();
        String id = bucket.newest("site/b").id();
        CEPH.front().reset();

        Verification.Report whole = backups().verify(snapshot, Verification.QUICK, new Progress());
        assertThat(whole.isGood()).isTrue();
        assertThatRequests(CEPH.front()).include("HeadObject", 0).include("ListObjectVersions", 1);

        bucket.outsider()
                .deleteObject(b -> b.bucket(bucket.name()).key("site/b").versionId(id));
        Verification.Report broken = backups().verify(snapshot, Verification.QUICK, new Progress());
        assertThat(broken.failed()).isEqualTo(1);
        assertThat(broken.failures()).element(0).asString().contains("b", "is missing");
    }

    @Test
    void everyVersionIsReadWhereAllOfItIsVerified() throws IOException {
        Verification.Report report = backups().verify(take(), Verification.ALL, new Progress());

        assertThat(report.isGood()).isTrue();
        assertThat(report.read()).isEqualTo(2);
    }

    @Test
    void aBucketThatMayReplaceAVersionIsRefused() throws IOException {
        bucket.suspendVersions();
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(this::take)
                .withMessageContaining("is suspended")
                .satisfies(e -> assertThat(e.advice()).contains("--in-place"));
        assertThat(bucket.files("backups/")).isEmpty();
    }
}
