package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Progress;
import dev.aloft.store.ObjectVersion;
import dev.aloft.store.StoreException;
import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;

/// Restorations to a moment, on Ceph.
@Tag("ceph")
final class CephRestoreTest {

    @RegisterExtension
    static final SharedCeph CEPH = new SharedCeph();

    private static final AtomicInteger SECONDS = new AtomicInteger();

    private CephBucket bucket;

    @BeforeEach
    void create() {
        bucket = CEPH.versionedBucket();
    }

    @AfterEach
    void calm() {
        CEPH.front().reset();
    }

    /// Restorations are ordered by the second in which they began.
    private static Instant laterSecond() {
        return Instant.now().plusSeconds(SECONDS.incrementAndGet());
    }

    private static Backups backups(CephBucket bucket) {
        return new Backups(
                "site",
                bucket.folder("site/"),
                bucket.folder("backups/"),
                BackupSettings.unsigned("test", CephRestoreTest::laterSecond));
    }

    /// Restores everything, and deletes what was not there.
    private static RestoreReport restore(CephBucket bucket, Instant moment) throws IOException {
        return restore(bucket, moment, bucket.folder("site/"));
    }

    private static RestoreReport restore(CephBucket bucket, Instant moment, BucketFolder target) throws IOException {
        PastFiles files = PastFiles.at(bucket.folder("site/"), "", new Moment(moment));
        return backups(bucket)
                .restore(
                        files,
                        moment.toString(),
                        new RestoreOptions(target, RestoreOptions.Scope.ALL, true),
                        new Progress());
    }

    private Set<String> versionIds() throws IOException {
        Set<String> ids = new HashSet<>();
        VersionListing listing = new VersionListing(bucket.folder("site/"), "");
        for (ObjectVersion each = listing.next(); each != null; each = listing.next()) {
            ids.add(each.id());
        }
        return ids;
    }

    /// Changes of each kind around a moment.
    ///
    /// @return the moment
    private Instant history() throws IOException {
        bucket.write("site/changed", "old");
        bucket.write("site/deleted", "kept by its version");
        bucket.write("site/same", "same");
        bucket.write("site/2026/a b+ü", "odd");
        bucket.write("site/gone", "1");
        bucket.delete("site/gone");
        Instant moment = bucket.write("clock", "tick");
        bucket.write("site/changed", "new");
        bucket.delete("site/deleted");
        bucket.delete("site/2026/a b+ü");
        bucket.write("site/gone", "2");
        bucket.write("site/new", "3");
        return moment;
    }

    private static final Map<String, String> THEN =
            Map.of("changed", "old", "deleted", "kept by its version", "same", "same", "2026/a b+ü", "odd");
    private static final Map<String, String> NOW = Map.of("changed", "new", "same", "same", "gone", "2", "new", "3");

    @Test
    void versionsAreCopiedUpAndNoneIsDeleted() throws IOException {
        Instant moment = history();
        Set<String> before = versionIds();

        RestoreReport report = restore(bucket, moment);

        assertThat(bucket.files("site/")).isEqualTo(THEN);
        assertThat(report.failures()).isEmpty();
        assertThat(report.written()).isEqualTo(3);
        assertThat(report.deleted()).isEqualTo(2);
        assertThat(versionIds()).containsAll(before).hasSize(before.size() + 5);
    }

    @Test
    void aRestorationIsTakenBackByAMomentAndByUndo() throws IOException {
        Instant moment = history();
        Instant present = bucket.write("clock", "tick");
        restore(bucket, moment);
        assertThat(bucket.files("site/")).isEqualTo(THEN);

        restore(bucket, present);
        assertThat(bucket.files("site/")).isEqualTo(NOW);
        backups(bucket).undo(bucket.folder("site/"), new Progress());
        assertThat(bucket.files("site/")).isEqualTo(THEN);
    }

    @Test
    void undoHasWhatARestorationReplacedWhileVersioningWasSuspended() throws IOException {
        Instant moment = history();
        bucket.suspendVersions();
        bucket.write("site/changed", "without an id");
        Set<String> before = versionIds();

        restore(bucket, moment);
        assertThat(bucket.files("site/")).isEqualTo(THEN);
        assertThat(bucket.newest("site/changed").isNull()).isTrue();
        assertThat(versionIds()).as("S3 has dropped a version").hasSizeLessThan(before.size() + 5);

        assertThat(backups(bucket).undo(bucket.folder("site/"), new Progress()).failures())
                .isEmpty();
        assertThat(bucket.files("site/"))
                .isEqualTo(Map.of("changed", "without an id", "same", "same", "gone", "2", "new", "3"));
    }

    @Test
    void aFileThatTheDatabaseNamesIsThereThoughItWasDeletedASecondLater() throws IOException {
        bucket.write("site/named", "in the dump");
        Instant dumped = bucket.write("clock", "tick");
        bucket.delete("site/named");

        restore(bucket, dumped);

        assertThat(bucket.files("site/")).isEqualTo(Map.of("named", "in the dump"));
    }

    @Test
    void anotherBucketGetsACopyOfThePast() throws IOException {
        Instant moment = history();
        CephBucket staging = CEPH.bucket();

        restore(bucket, moment, staging.folder("copy/"));

        assertThat(staging.files("copy/")).isEqualTo(THEN);
        assertThat(bucket.files("site/")).isEqualTo(NOW);
    }

    @Test
    void anArchivedVersionIsReportedByItsKeyAndTheOthersAreRestored() throws IOException {
        Instant moment = history();
        CEPH.front()
                .on(request -> request.operation().equals("CopyObject")
                        && request.key().equals("site/deleted"))
                .answer(403, "InvalidObjectState");

        RestoreReport report = restore(bucket, moment);

        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.failures()).element(0).asString().contains("deleted", "archive storage class");
        Map<String, String> expected = new TreeMap<>(bucket.files("site/"));
        assertThat(expected).containsEntry("changed", "old").doesNotContainKey("deleted");
    }

    @Test
    void aLockedVersionIsNoObstacleBecauseOnlyVersionsAreAdded() throws Exception {
        bucket = CEPH.lockedBucket();
        Instant moment = history();
        ObjectVersion replaced = bucket.newest("site/changed");
        ObjectVersion removed = bucket.newest("site/new");
        // Then HEAD has another time than the listing.
        Eventually.await(
                "a later second",
                () -> Instant.now()
                        .isAfter(removed.modified()
                                .truncatedTo(ChronoUnit.SECONDS)
                                .plusSeconds(1)));
        lock(replaced);
        lock(removed);

        RestoreReport report = restore(bucket, moment);

        assertThat(report.failures()).isEmpty();
        assertThat(bucket.files("site/")).isEqualTo(THEN);
        assertThat(versionIds()).contains(replaced.id(), removed.id());
    }

    private void lock(ObjectVersion version) {
        bucket.outsider()
                .putObjectRetention(b -> b.bucket(bucket.name())
                        .key(version.key().value())
                        .versionId(version.id())
                        .retention(r -> r.mode(ObjectLockRetentionMode.COMPLIANCE)
                                .retainUntilDate(Instant.now().plusSeconds(3600))));
    }

    @Test
    void aRestorationKilledBeforeAnyRequestIsFinishedByAnotherOne() throws IOException {
        int requests = requestsOfARestoration(history());
        for (int i = 1; i <= requests; i++) {
            int last = i;
            finishesWhatWasKilled("before request " + i, asked -> asked >= last, _ -> false);
        }
    }

    @Test
    void aRestorationKilledAfterAnyRequestIsFinishedByAnotherOne() throws IOException {
        int requests = requestsOfARestoration(history());
        for (int i = 1; i < requests; i++) {
            int last = i;
            finishesWhatWasKilled("after request " + i, asked -> asked > last, asked -> asked == last);
        }
    }

    /// S3 sees no request after the last one of a host that dies, and that host sees no answer to the last one.
    private void finishesWhatWasKilled(String when, IntPredicate refused, IntPredicate lost) throws IOException {
        bucket = CEPH.versionedBucket();
        Instant then = history();
        Set<String> before = versionIds();
        AtomicInteger asked = new AtomicInteger();
        CEPH.front().on(_ -> refused.test(asked.incrementAndGet())).answer(403);
        CEPH.front().on(_ -> lost.test(asked.get())).loseAnswer();
        assertThatExceptionOfType(StoreException.class).as(when).isThrownBy(() -> restore(bucket, then));
        CEPH.front().reset();

        restore(bucket, then);

        assertThat(bucket.files("site/")).as(when).isEqualTo(THEN);
        assertThat(versionIds()).as(when).containsAll(before);
    }

    private int requestsOfARestoration(Instant moment) throws IOException {
        CEPH.front().reset();
        restore(bucket, moment);
        return CEPH.front().requests().size();
    }

    @Test
    void theSameRestorationASecondTimeChangesNothing() throws IOException {
        Instant moment = history();
        restore(bucket, moment);
        Set<String> before = versionIds();

        RestoreReport report = restore(bucket, moment);

        assertThat(report.written() + report.deleted()).isZero();
        assertThat(versionIds()).isEqualTo(before);
    }

    @Test
    void oneFileIsBroughtBackAndTheOthersStay() throws IOException {
        Instant moment = history();
        List<Change> changes = new ArrayList<>();
        RestoreOptions.Scope one = new RestoreOptions.Scope("deleted");
        RestoreOptions options = new RestoreOptions(bucket.folder("site/"), one, false);
        PastFiles files = PastFiles.at(bucket.folder("site/"), one.path(), new Moment(moment));

        backups(bucket).compare(files, options, changes::add);
        backups(bucket).restore(files, "then", options, new Progress());

        assertThat(changes).extracting(Change::word).containsExactly("create");
        Map<String, String> expected = new TreeMap<>(NOW);
        expected.put("deleted", "kept by its version");
        assertThat(bucket.files("site/")).isEqualTo(expected);
    }
}
