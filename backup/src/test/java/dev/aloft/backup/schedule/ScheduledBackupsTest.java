package dev.aloft.backup.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.backup.BackupSettings;
import dev.aloft.backup.Backups;
import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.DescriptionSignature;
import dev.aloft.backup.KeepRules;
import dev.aloft.backup.Permissions;
import dev.aloft.backup.Snapshot;
import dev.aloft.backup.Verification;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Backups that a server takes by itself, on an embedded S3 behind a front that makes faults.
@Timeout(300)
final class ScheduledBackupsTest {

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    private static final KeepRules NEWEST = new KeepRules(1, 0, 0, 0, 0, 0, Set.of());
    private static final Duration HOUR = Duration.ofHours(1);

    /// A snapshot is due at every turn.
    private static final Duration ALWAYS = Duration.ofNanos(1);

    private final AtomicLong nanos = new AtomicLong();

    @TempDir
    private Path data;

    private EmbeddedS3 s3;
    private S3Front front;
    private Store store;
    private Store direct;
    private Backups backups;

    @BeforeEach
    void start() throws IOException {
        s3 = EmbeddedS3.start(data, CREDENTIALS);
        s3.createBucket("media");
        s3.createBucket("backups");
        front = S3Front.before(s3.endpoint());
        store = open(Provider.EMBEDDED, front.endpoint());
        direct = open(Provider.EMBEDDED, s3.endpoint());
        backups = new Backups(
                "shop",
                new BucketFolder(store.bucket("media"), "shop/"),
                folder(),
                new BackupSettings("test", DescriptionSignature.NONE, InstantSource.system()));
        put(outside("media"), "uploads/cat.jpg", "cat");
    }

    private static Store open(Provider provider, URI endpoint) {
        StoreSettings settings = StoreSettings.at(provider, endpoint).withTimeout(Duration.ofMinutes(1));
        return Store.open(settings, CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        direct.close();
        front.close();
        s3.close();
    }

    private BucketFolder folder() {
        return new BucketFolder(store.bucket("backups"), "shop/");
    }

    private static StoredObject put(BucketFolder folder, String name, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        return folder.bucket()
                .put(
                        folder.key(name),
                        new ByteArrayInputStream(bytes),
                        bytes.length,
                        "text/plain",
                        WriteCondition.always());
    }

    private ScheduledSite site(Duration every) {
        return site(every, Optional.empty(), NEWEST);
    }

    private ScheduledSite site(Duration every, Optional<LocalTime> at, KeepRules keep) {
        return new ScheduledSite(
                "shop", backups, folder(), every, at, Optional.of(Verification.QUICK), keep, new NoDatabase());
    }

    private SiteTimer host(String name, Duration every) {
        return host(name, every, LeaseKeeper.RENEWAL_INTERVAL);
    }

    private SiteTimer host(String name, Duration every, Duration renewalInterval) {
        return host(name, site(every), renewalInterval);
    }

    private SiteTimer host(String name, ScheduledSite site, Duration renewalInterval) {
        return new SiteTimer(
                site, lease(name), new Semaphore(1), new CountDownLatch(1), InstantSource.system(), renewalInterval);
    }

    private ScheduleLease lease(String host) {
        return new ScheduleLease(folder(), host, nanos::get);
    }

    private List<Snapshot> snapshots() throws IOException {
        return backups.list().snapshots();
    }

    private String leaseText() throws IOException {
        try (ObjectContent content = folder().bucket()
                .get(folder().key("lease.json"), null, ReadCondition.any())
                .orElseThrow()) {
            return new String(content.body().readAllBytes(), UTF_8);
        }
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
        assertThat(leaseText()).contains("\"holder\":\"\"");
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
    void theLeaseOfAKilledHostIsTakenOverAfterItsTermAndARenewalBeginsTheTermAnew() throws IOException {
        ScheduleLease killed = lease("a");
        ScheduleLease other = lease("b");
        killed.take();
        assertThat(other.take()).isEmpty();
        nanos.addAndGet(ScheduleLease.TERM.minusSeconds(1).toNanos());
        assertThat(killed.renew()).isTrue();
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(other.take()).isEmpty();
        assertThat(killed.isDoubtful()).isFalse();
        nanos.addAndGet(ScheduleLease.HOLD_LIMIT.toNanos());
        assertThat(killed.isDoubtful()).isTrue();
        nanos.addAndGet(ScheduleLease.TERM.toNanos());
        assertThat(other.take()).isPresent();
        assertThat(killed.renew()).isFalse();
        killed.release();
        assertThat(leaseText()).contains("\"holder\":\"b\"");
    }

    @Test
    void aStoreThatRefusesConditionsGivesNoLease() throws IOException {
        front.on(request -> !request.conditions().isEmpty()).answer(501);
        try (Store lenient = open(Provider.OTHER, front.endpoint())) {
            BucketFolder folder = new BucketFolder(lenient.bucket("backups"), "shop/");
            ScheduleLease lease = new ScheduleLease(folder, "a", nanos::get);
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(lease::take)
                    .withMessageContaining("this store does not keep If-None-Match of PutObject");
        }
    }

    @Test
    void aHostThatLostItsLeaseWritesNothingMore() throws IOException {
        duringTheFirstCopy(() -> put(outside("backups"), "lease.json", "{\"holder\":\"other\"}"));
        SiteTimer host = host("a", ALWAYS, Duration.ofMillis(20));

        assertThat(host.turn()).isEqualTo(SiteTimer.BUSY_INTERVAL);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(host.state().failures()).isZero();
        assertThat(snapshots()).isEmpty();
        assertThat(leaseText()).contains("other");
    }

    @Test
    void aCloseEndsARunAndTheNextOneContinuesIt() throws Exception {
        CountDownLatch copies = new CountDownLatch(1);
        duringTheFirstCopy(copies::countDown);
        ScheduledBackups running = ScheduledBackups.start(List.of(site(HOUR)));
        assertThat(copies.await(2, TimeUnit.MINUTES)).isTrue();
        assertThat(running.states().getFirst().isRunning()).isTrue();
        running.close();
        assertThat(leaseText()).contains("\"holder\":\"\"");
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
        BucketFolder all = outside("backups");
        for (ObjectKey key : contents(all)) {
            all.bucket().delete(key);
        }
        SiteTimer host = host("b", ALWAYS);
        host.turn();
        assertThat(host.state().failures()).isEqualTo(1);
        assertThat(snapshots()).hasSize(2);
        assertThat(backups.verification(snapshots().getLast()).orElseThrow().isGood())
                .isFalse();
        assertThat(leaseText()).contains("\"holder\":\"\"");
    }

    @Test
    void aScheduleWithATimeOfDayCountsFromThatTime() {
        ScheduledSite daily = site(Duration.ofDays(1), Optional.of(LocalTime.of(3, 10)), NEWEST);
        assertThat(daily.dueAfter(Instant.parse("2026-11-29T03:09:59Z"))).isEqualTo("2026-11-29T03:10:00Z");
        assertThat(daily.dueAfter(Instant.parse("2026-11-29T03:10:00Z"))).isEqualTo("2026-11-30T03:10:00Z");
        ScheduledSite often = site(Duration.ofHours(6), Optional.of(LocalTime.of(3, 10)), NEWEST);
        assertThat(often.dueAfter(Instant.parse("2026-11-29T03:14:00Z"))).isEqualTo("2026-11-29T09:10:00Z");
        assertThat(site(HOUR).dueAfter(Instant.parse("2026-11-29T03:14:00Z"))).isEqualTo("2026-11-29T04:14:00Z");
    }

    @Test
    void aRunNeedsThePermissionsOfItsRow() throws IOException {
        host("a", HOUR).turn();
        put(outside("media"), "uploads/dog.jpg", "dog");
        KeepRules all = new KeepRules(0, 0, 0, 0, 0, 0, Set.of());
        SiteTimer host = host("b", site(ALWAYS, Optional.empty(), all), LeaseKeeper.RENEWAL_INTERVAL);
        Permissions.of("aloft serve with every").suffice(front, "media", host::turn);
        assertThat(host.state().failures()).isZero();
        assertThat(snapshots()).hasSize(2);
    }

    @Test
    void aDamagedSnapshotIsPassedOver() throws IOException {
        host("a", HOUR).turn();
        Snapshot copy = snapshots().getFirst();
        assertThat(backups.newestWithCopies()).contains(copy);
        put(outside("backups"), "snapshots/20991129T000000.000Z-00000000/snapshot.json", "damaged");
        assertThat(backups.newestWithCopies()).contains(copy);
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

    /// The site's folder of a bucket, past the front.
    private BucketFolder outside(String bucket) {
        return new BucketFolder(direct.bucket(bucket), "shop/");
    }

    /// A site of files only.
    private static final class NoDatabase implements ScheduledSite.Database {

        @Override
        public Optional<DatabasePart.Dumper> dumper() {
            return Optional.empty();
        }

        @Override
        public Optional<Instant> logComplete() {
            return Optional.empty();
        }

        @Override
        public void pruneLog() {}
    }
}
