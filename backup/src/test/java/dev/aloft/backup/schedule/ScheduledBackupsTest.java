package dev.aloft.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.backup.Backups;
import dev.aloft.backup.KeepRules;
import dev.aloft.backup.Permissions;
import dev.aloft.backup.Snapshot;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Backups that a server takes by itself, on an embedded S3 behind a front that makes faults.
@Timeout(300)
final class ScheduledBackupsTest {

    private static final KeepRules NONE = new KeepRules(0, 0, 0, 0, 0, 0, Set.of());
    private static final Duration HOUR = Duration.ofHours(1);

    /// A snapshot is due at every turn.
    private static final Duration ALWAYS = Duration.ofNanos(1);

    @TempDir
    private Path data;

    private ScheduleRig rig;
    private S3Front front;
    private Backups backups;

    @BeforeEach
    void start() throws IOException {
        rig = ScheduleRig.start(data);
        front = rig.front();
        backups = rig.backups();
    }

    @AfterEach
    void stop() throws IOException {
        rig.close();
    }

    private ScheduledBackups.Site site(Duration every) {
        return rig.site(every, new ScheduleRig.NoDatabase());
    }

    private ScheduledBackups.Site site(Duration every, Optional<LocalTime> at, KeepRules keep) {
        return rig.site(every, at, keep, new ScheduleRig.NoDatabase());
    }

    private SiteTimer host(String name, Duration every) {
        return rig.host(name, site(every));
    }

    private ScheduleLease lease(String host) {
        return rig.lease(host);
    }

    private List<Snapshot> snapshots() throws IOException {
        return backups.list().snapshots();
    }

    @Test
    void aDueSnapshotIsTakenVerifiedAndPrunedAndTheNextTurnOnlyReads() throws IOException {
        assertThat(host("a", ALWAYS).turn()).isLessThanOrEqualTo(SiteTimer.LOOK_INTERVAL);
        SiteTimer host = host("b", ALWAYS);
        host.turn();

        assertThat(snapshots()).as("one was pruned").hasSize(1);
        Snapshot newest = snapshots().getFirst();
        assertThat(host.state().newest()).contains(newest.moment());
        assertThat(host.state().verification()).isEqualTo(backups.verification(newest));
        assertThat(host.state().verification().orElseThrow().isGood()).isTrue();
        assertThat(host.state().isRunning()).isFalse();

        front.reset();
        assertThat(host("c", HOUR).turn()).isEqualTo(SiteTimer.LOOK_INTERVAL);
        assertThat(front.count("PutObject")).isZero();
        assertThat(rig.leaseText()).isEmpty();
    }

    @Test
    void oneHostAtATimeHasTheLease() throws IOException {
        ScheduleLease first = lease("a");
        ScheduleLease second = lease("b");
        assertThat(first.take()).isPresent();
        assertThat(second.take()).isEmpty();
        assertThat(host("c", ALWAYS).turn()).isEqualTo(SiteTimer.BUSY_INTERVAL);
        assertThat(snapshots()).isEmpty();

        first.release();
        assertThat(second.take()).isPresent();
        assertThat(first.renew()).isFalse();
    }

    @Test
    void ofHostsThatTakeTheLeaseAtTheSameTimeOneHasIt() throws Exception {
        ScheduleLease killed = lease("killed");
        killed.take();
        List<ScheduleLease> hosts =
                IntStream.range(0, 8).mapToObj(i -> lease("host" + i)).toList();
        assertThat(Rivals.take(hosts)).isEmpty();
        rig.nanos().addAndGet(ScheduleLease.TERM.toNanos());
        assertThat(Rivals.take(hosts)).hasSize(1);
        assertThat(killed.renew()).isFalse();
    }

    @Test
    void aTurnCostsAListAndARenewalOneWrite() throws IOException {
        ScheduleLease lease = lease("a");
        front.reset();
        lease.take();
        lease.renew();
        lease.release();
        assertThat(front.count("ListObjectsV2")).isEqualTo(1);
        assertThat(front.count("PutObject")).isEqualTo(3);
        assertThat(front.requests()).hasSize(4);
    }

    @Test
    void theLeaseOfAKilledHostIsTakenOverAfterItsTermAndARenewalBeginsTheTermAnew() throws IOException {
        ScheduleLease killed = lease("a");
        ScheduleLease other = lease("b");
        killed.take();
        assertThat(other.take()).isEmpty();
        rig.nanos().addAndGet(ScheduleLease.TERM.minusSeconds(1).toNanos());
        assertThat(killed.renew()).isTrue();
        rig.nanos().addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(other.take()).isEmpty();
        assertThat(killed.isDoubtful()).isFalse();
        rig.nanos().addAndGet(ScheduleLease.HOLD_LIMIT.toNanos());
        assertThat(killed.isDoubtful()).isTrue();
        rig.nanos().addAndGet(ScheduleLease.TERM.toNanos());
        assertThat(other.take()).isPresent();
        assertThat(killed.renew()).isFalse();
        killed.release();
        assertThat(rig.leaseText()).contains("\"holder\":\"b\"");
    }

    @Test
    void aStoreThatRefusesConditionsGivesNoLease() throws IOException {
        front.on(request -> !request.conditions().isEmpty()).answer(501);
        try (Store lenient = ScheduleRig.open(Provider.OTHER, front.endpoint())) {
            BucketFolder folder = new BucketFolder(lenient.bucket("backups"), "shop/");
            ScheduleLease lease = new ScheduleLease(folder, "a", rig.nanos()::get);
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(lease::take)
                    .withMessageContaining("this store does not keep If-None-Match of PutObject");
        }
    }

    @Test
    void aHostThatLostItsLeaseWritesNothingMore() throws IOException {
        duringTheFirstCopy(rig::takeOver);
        SiteTimer host = rig.host("a", site(ALWAYS), Duration.ofMillis(20));

        assertThat(host.turn()).isEqualTo(SiteTimer.BUSY_INTERVAL);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(host.state().failures()).isZero();
        assertThat(snapshots()).isEmpty();
        assertThat(rig.leaseText()).contains("other");
    }

    @Test
    void aCloseEndsARunAndTheNextOneContinuesIt() throws Exception {
        CountDownLatch copies = new CountDownLatch(1);
        duringTheFirstCopy(copies::countDown);
        ScheduledBackups running = ScheduledBackups.start(List.of(site(HOUR)));
        assertThat(copies.await(2, TimeUnit.MINUTES)).isTrue();
        assertThat(running.states().getFirst().isRunning()).isTrue();
        running.close();
        assertThat(rig.leaseText()).isEmpty();
        assertThat(snapshots()).isEmpty();

        front.calm();
        host("next", HOUR).turn();
        assertThat(snapshots()).hasSize(1);
    }

    @Test
    void failuresAreCountedAndTheAttemptsBecomeRarer() throws IOException {
        SiteTimer host = host("a", HOUR);
        front.on("ListObjectsV2").answer(403);
        assertThat(host.turn()).isEqualTo(Duration.ofMinutes(1));
        assertThat(host.turn()).isEqualTo(Duration.ofMinutes(2));
        for (int i = 0; i < 6; i++) {
            host.turn();
        }
        assertThat(host.turn()).isEqualTo(SiteTimer.MAX_RETRY_INTERVAL);
        assertThat(host.state().failures()).isEqualTo(9);

        front.calm();
        host.turn();
        assertThat(snapshots()).hasSize(1);
        front.on("ListObjectsV2").answer(403);
        assertThat(host.turn()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aFailedVerificationIsAFailureAndNothingIsPruned() throws IOException {
        host("a", ALWAYS).turn();
        BucketFolder all = rig.outside("backups");
        for (ObjectKey key : contents(all)) {
            all.bucket().delete(key);
        }
        SiteTimer host = host("b", ALWAYS);
        host.turn();
        assertThat(host.state().failures()).isEqualTo(1);
        assertThat(snapshots()).hasSize(2);
        assertThat(backups.verification(snapshots().getLast()).orElseThrow().isGood())
                .isFalse();
        assertThat(rig.leaseText()).isEmpty();
    }

    @Test
    void aScheduleWithATimeOfDayCountsFromThatTime() {
        ScheduledBackups.Site daily = site(Duration.ofDays(1), Optional.of(LocalTime.of(3, 10)), NONE);
        assertThat(daily.dueAfter(Instant.parse("2026-11-29T03:09:59Z"))).isEqualTo("2026-11-29T03:10:00Z");
        assertThat(daily.dueAfter(Instant.parse("2026-11-29T03:10:00Z"))).isEqualTo("2026-11-30T03:10:00Z");
        ScheduledBackups.Site often = site(Duration.ofHours(6), Optional.of(LocalTime.of(3, 10)), NONE);
        assertThat(often.dueAfter(Instant.parse("2026-11-29T03:14:00Z"))).isEqualTo("2026-11-29T09:10:00Z");
        assertThat(site(HOUR).dueAfter(Instant.parse("2026-11-29T03:14:00Z"))).isEqualTo("2026-11-29T04:14:00Z");
    }

    @Test
    void aRunNeedsThePermissionsOfItsRow() throws IOException {
        host("a", HOUR).turn();
        ScheduleRig.put(rig.outside("media"), "uploads/dog.jpg", "dog");
        SiteTimer host = rig.host("b", site(ALWAYS, Optional.empty(), NONE));
        Permissions.of("aloft serve with every").suffice(front, "media", host::turn);
        assertThat(host.state().failures()).isZero();
        assertThat(snapshots()).hasSize(2);
    }

    @Test
    void aDamagedSnapshotIsPassedOver() throws IOException {
        host("a", HOUR).turn();
        Snapshot copy = snapshots().getFirst();
        assertThat(backups.newestWithCopies().snapshot()).contains(copy);
        ScheduleRig.put(rig.outside("backups"), "snapshots/20991129T000000.000Z-00000000/snapshot.json", "damaged");
        assertThat(backups.newestWithCopies().snapshot()).contains(copy);
    }

    private static List<ObjectKey> contents(BucketFolder folder) throws IOException {
        return folder.bucket().list(ListQuery.flat("shop/content/")).objects().stream()
                .map(StoredObject::key)
                .toList();
    }

    private interface Action {
        void run() throws IOException;
    }

    /// Acts while a copy is under way that S3 does not answer for a long time.
    private void duringTheFirstCopy(Action action) {
        AtomicBoolean isDone = new AtomicBoolean();
        front.on(request -> {
                    if (!request.operation().equals("CopyObject") || !isDone.compareAndSet(false, true)) {
                        return false;
                    }
                    try {
                        action.run();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return true;
                })
                .delay(Duration.ofSeconds(55));
    }
}
