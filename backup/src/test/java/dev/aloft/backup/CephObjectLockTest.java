package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.bulk.Progress;
import dev.aloft.store.BucketRules.ObjectLock;
import dev.aloft.store.ObjectVersion;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Backups in a bucket whose Object Lock retains every version for a day.
@Tag("ceph")
final class CephObjectLockTest {

    @RegisterExtension
    static final SharedCeph CEPH = new SharedCeph();

    private static final KeepRules NEWEST = new KeepRules(1, 0, 0, 0, 0, 0, Set.of());

    private CephBucket media;
    private CephBucket vault;

    @BeforeEach
    void create() {
        media = CEPH.bucket();
        vault = CEPH.lockedBucket();
    }

    private Backups backups(InstantSource clock) {
        return new Backups(
                "site", media.folder("site/"), vault.folder("backups/"), BackupSettings.unsigned("test", clock));
    }

    private Snapshot createAndVerify() throws IOException {
        Backups backups = backups(InstantSource.system());
        Snapshot snapshot = backups.create(Optional.empty(), List.of(), new Progress());
        assertThat(backups.verify(snapshot, Verification.ALL, new Progress()).failures())
                .isEmpty();
        return snapshot;
    }

    private void retain(ObjectLockRetentionMode mode) {
        vault.outsider()
                .putObjectLockConfiguration(b -> b.bucket(vault.name())
                        .objectLockConfiguration(c -> c.objectLockEnabled("Enabled")
                                .rule(r -> r.defaultRetention(d -> d.mode(mode).days(1)))));
    }

    @ParameterizedTest
    @EnumSource(names = {"GOVERNANCE", "COMPLIANCE"})
    void aPruneSucceedsAndTheVersionsAreRetained(ObjectLockRetentionMode mode) throws IOException {
        retain(mode);
        media.write("site/a", "old");
        Snapshot first = createAndVerify();
        media.write("site/a", "new");
        Snapshot second = createAndVerify();
        ObjectVersion.Written one = versions().getFirst();
        Set<String> before = ids();
        assertThat(backups(InstantSource.system())
                        .prune(NEWEST, false, new Progress())
                        .dropped())
                .containsExactly(first.id());

        PruneReport report = backups(new JumpingClock()).prune(NEWEST, false, new Progress());

        assertThat(report.retained()).isZero();
        assertThat(report.deleted()).isPositive();
        assertThat(vault.files("backups/").keySet()).noneMatch(key -> key.contains(first.id()));
        assertThat(ids()).containsAll(before);
        assertThat(CEPH.rules(vault).objectLock().flatMap(ObjectLock::retention))
                .contains(Period.ofDays(1));
        assertThatExceptionOfType(S3Exception.class)
                .isThrownBy(() -> vault.outsider()
                        .deleteObject(b -> b.bucket(vault.name())
                                .key(one.object().key().value())
                                .versionId(one.id())));

        media.outsider().deleteObject(b -> b.bucket(media.name()).key("site/a"));
        backups(InstantSource.system())
                .restore(
                        backups(InstantSource.system()).files(second),
                        second.id(),
                        new RestoreOptions(media.folder("site/"), RestoreOptions.Scope.ALL, true),
                        new Progress());
        assertThat(media.files("site/")).containsOnlyKeys("a").containsValue("new");
    }

    @Test
    void whatAPolicyProtectsFromDeletionIsRetainedAndNoFailure() throws IOException {
        media.write("site/a", "old");
        Snapshot first = createAndVerify();
        media.write("site/a", "new");
        createAndVerify();
        backups(InstantSource.system()).prune(NEWEST, false, new Progress());
        vault.outsider().putBucketPolicy(b -> b.bucket(vault.name()).policy("""
            {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
             "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::%s/*"}]}\
            """.formatted(vault.name())));

        PruneReport report = backups(new JumpingClock()).prune(NEWEST, false, new Progress());

        assertThat(report.deleted()).isZero();
        assertThat(report.retained()).isPositive();
        assertThat(vault.files("backups/").keySet()).anyMatch(key -> key.contains(first.id()));
    }

    private Set<String> ids() throws IOException {
        return versions().stream().map(ObjectVersion.Written::id).collect(Collectors.toSet());
    }

    private List<ObjectVersion.Written> versions() throws IOException {
        List<ObjectVersion.Written> versions = new ArrayList<>();
        VersionListing listing = new VersionListing(vault.folder("backups/"), "");
        for (ObjectVersion each = listing.next(); each != null; each = listing.next()) {
            if (each instanceof ObjectVersion.Written written) {
                versions.add(written);
            }
        }
        return versions;
    }

    /// A host's clock that jumps by two days as soon as it has been compared with S3's.
    private static final class JumpingClock implements InstantSource {

        private boolean wasRead;

        @Override
        public Instant instant() {
            Duration jump = wasRead ? Duration.ofDays(2) : Duration.ZERO;
            wasRead = true;
            return Instant.now().plus(jump);
        }
    }
}
