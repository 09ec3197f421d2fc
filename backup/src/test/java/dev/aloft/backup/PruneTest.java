package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Progress;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Prunes remove what no snapshot needs, and nothing else, whatever runs beside them.
final class PruneTest extends BackupFixture {

    private static final KeepRules NEWEST = new KeepRules(1, 0, 0, 0, 0, 0, Set.of());

    private PruneReport prune() throws IOException {
        return host().prune(NEWEST, false, new Progress());
    }

    private void assertGood(Snapshot snapshot) throws IOException {
        assertThat(host().verify(snapshot, Verification.ALL, new Progress()).failures())
                .isEmpty();
    }

    @Test
    void aDroppedSnapshotIsNotListedAndItsObjectsAreDeletedADayLater() throws IOException {
        write("a", "a");
        write("b", "b");
        Snapshot first = create();
        write("a", "changed");
        Snapshot second = create();

        PruneReport report = prune();
        assertThat(report.dropped()).containsExactly(first.id());
        assertThat(report.deleted()).isZero();
        assertThat(host().list().snapshots()).containsExactly(second);
        assertThat(contents()).isEqualTo(3);

        age(Duration.ofHours(25));
        report = prune();
        assertThat(report.deleted()).isEqualTo(5); // four objects of the snapshot, and one content
        assertThat(contents()).isEqualTo(2);
        assertGood(second);
    }

    /// As an operator does after a prune that dropped the snapshot from before the damage.
    @Test
    void aDroppedSnapshotComesBackWithinADayIfItsMarkIsDeleted() throws IOException {
        write("a", "a");
        Snapshot first = create();
        write("a", "changed");
        create();
        prune();
        age(Duration.ofHours(23));
        prune();

        folder().bucket().delete(folder().key("snapshots/" + first.id() + "/" + BackupFolder.DROPPED));

        assertGood(host().find(first.id()));
    }

    @Test
    void theLeaseOfScheduledBackupsIsDeletedADayLaterExceptItsNewestObject() throws IOException {
        write("a", "a");
        create();
        lease(1);
        lease(2);
        age(Duration.ofHours(25));
        assertThat(prune().deleted()).isEqualTo(1);
        assertThat(leases()).containsExactly("shop/lease/000000000002.json");
        lease(3);
        lease(4);
        assertThat(prune().deleted()).isEqualTo(1);
        assertThat(leases()).containsExactly("shop/lease/000000000003.json", "shop/lease/000000000004.json");
    }

    private void lease(int number) throws IOException {
        folder().bucket()
                .put(
                        folder().key(Backups.LEASE + "%012d.json".formatted(number)),
                        InputStream.nullInputStream(),
                        0,
                        "application/json",
                        WriteCondition.ifAbsent());
    }

    private List<String> leases() throws IOException {
        return folder().bucket().list(ListQuery.flat(folder().key(Backups.LEASE).value())).objects().stream()
                .map(object -> object.key().value())
                .toList();
    }

    /// Such a record must not look like a create under way, which would lend its copies to others and hold prunes back.
    @Test
    void theRecordOfAVerificationThatEndsAfterItsSnapshotWasDeletedIsDeleted() throws IOException {
        write("a", "a");
        Snapshot first = create();
        create();
        prune();
        age(Duration.ofHours(25));
        prune();
        VerifyRecord.of(first.id(), now, Verification.QUICK, new Verification.Report(1, 0, 0, 0, 0, List.of()))
                .write(new SnapshotCatalog(
                        new BackupFolder(folder()), SITE, new DescriptionFormat(DescriptionSignature.NONE)));

        assertThat(create().copied()).isZero();
        assertThat(prune().deleted()).isEqualTo(1);
    }

    @Test
    void aDryRunChangesNothing() throws IOException {
        write("a", "a");
        Snapshot first = create();
        create();
        front.reset();
        assertThat(host().prune(NEWEST, true, new Progress()).dropped()).containsExactly(first.id());
        assertThat(front.count("PutObject") + front.count("DeleteObjects")).isZero();
        assertThat(host().list().snapshots()).hasSize(2);
    }

    @Test
    void whatACreateUnderWayNeedsStaysHoweverLongItTakes() throws IOException {
        write("a", "a");
        write("b", "b");
        Snapshot first = create();
        write("b", "changed");
        boolean[] pruned = new boolean[1];
        front.on(request -> {
                    // The first snapshot is the base of this one. It is dropped, and a day and a half later pruned.
                    if (request.operation().equals("CopyObject") && !pruned[0]) {
                        pruned[0] = true;
                        SnapshotTest.quietly(() -> {
                            drop(first);
                            age(Duration.ofHours(36));
                            assertThat(pastTheFront()
                                            .prune(NEWEST, false, new Progress())
                                            .deleted())
                                    .isZero();
                        });
                    }
                    return false;
                })
                .delay(Duration.ZERO);
        Snapshot second = create();
        assertThat(pruned[0]).isTrue();
        assertGood(second);

        age(Duration.ofHours(25));
        prune();
        assertGood(second);
        assertThat(contents()).isEqualTo(2);
    }

    private void drop(Snapshot snapshot) throws IOException {
        new SnapshotCatalog(new BackupFolder(folder()), SITE, new DescriptionFormat(DescriptionSignature.NONE))
                .write(folder().key("snapshots/" + snapshot.id() + "/" + BackupFolder.DROPPED), "{}");
    }

    @Test
    void contentOfAnAbandonedCreateIsDeletedAfterAWeek() throws IOException {
        write("a", "a");
        create();
        write("b", "b");
        front.on(request -> request.key().endsWith(BackupFolder.DESCRIPTION)
                        && request.operation().equals("PutObject"))
                .answer(403);
        assertThat(catchThrowable(this::create)).isNotNull();
        front.reset();
        assertThat(contents()).isEqualTo(2);
        age(Duration.ofDays(3));
        prune();
        assertThat(contents()).isEqualTo(2);
        age(Duration.ofDays(5));
        prune();
        assertThat(contents()).isEqualTo(1);
        assertThat(objects(new BucketFolder(folder().bucket(), "shop/snapshots/")))
                .hasSize(3);
    }

    @Test
    void thePrunesClockIsThatOfS3() throws IOException {
        write("a", "a");
        create();
        write("a", "changed");
        Snapshot second = create();
        prune();
        now = now.plus(Duration.ofDays(9));
        assertThat(prune().deleted()).isZero();
        assertThat(contents()).isEqualTo(2);
        now = now.minus(Duration.ofDays(18));
        age(Duration.ofHours(25));
        prune();
        assertThat(contents()).isEqualTo(1);
        assertGood(second);
    }

    @Test
    void aDescriptionThatCannotBeReadIsListedAndKeepsAllContent() throws IOException {
        write("a", "a");
        Snapshot first = create();
        write("a", "changed");
        Snapshot second = create();
        ObjectKey description = folder().key("snapshots/" + first.id() + "/" + BackupFolder.DESCRIPTION);
        byte[] whole = bytes(description);
        for (int length : new int[] {0, 20, whole.length - 1}) {
            put(description, Arrays.copyOf(whole, length));
            SnapshotList list = host().list();
            assertThat(list.snapshots()).containsExactly(second);
            assertThat(list.damaged()).singleElement().satisfies(each -> {
                assertThat(each.id()).isEqualTo(first.id());
                assertThat(each.found()).contains(description.value()).doesNotContain("\n");
            });
            age(Duration.ofHours(25));
            PruneReport report = prune();
            assertThat(report.dropped()).isEmpty();
            assertThat(report.damaged()).singleElement().asString().contains(description.value());
            assertThat(contents()).isEqualTo(2);
        }
        assertGood(second);

        put(description, whole);
        prune();
        age(Duration.ofHours(25));
        assertThat(prune().damaged()).isEmpty();
        assertThat(contents()).isEqualTo(1);
    }

    @Test
    void aRecordOfARestorationThatCannotBeReadKeepsAllContentAndStopsNoOtherOne() throws IOException {
        write("a", "a");
        Snapshot first = create();
        write("a", "changed");
        String record = restore(first, false).id().orElseThrow();
        put(folder().key("restores/" + record + "/" + BackupFolder.PLAN), new byte[0]);
        write("a", "changed again");
        assertThat(restore(first, false).written()).isEqualTo(1);
        create();
        age(Duration.ofHours(25));
        assertThat(prune().damaged()).singleElement().asString().contains(record);
    }

    private byte[] bytes(ObjectKey key) throws IOException {
        try (ObjectContent content =
                folder().bucket().get(key, null, ReadCondition.any()).orElseThrow()) {
            return content.body().readAllBytes();
        }
    }

    private void put(ObjectKey key, byte[] bytes) throws IOException {
        folder().bucket()
                .put(key, new ByteArrayInputStream(bytes), bytes.length, "application/json", WriteCondition.always());
    }

    /// Seeded: files change while two creates and a prune run at the same time. Time passes on the clock of S3 as
    /// well: what a create writes is never older than the clock of a prune allows.
    @Test
    void twoCreatesAndAPruneAtOnceEndWell() throws Exception {
        long seed = 20261129;
        Random random = new Random(seed);
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
            for (int round = 0; round < 4; round++) {
                for (int i = 0; i < 8; i++) {
                    write("file-" + random.nextInt(12), "text " + random.nextLong());
                }
                now = now.plusSeconds(1);
                List<Future<Snapshot>> creates = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    creates.add(threads.submit(() -> host().create(Optional.empty(), List.of(), new Progress())));
                }
                Future<PruneReport> prune = threads.submit(this::prune);
                prune.get(2, TimeUnit.MINUTES);
                for (Future<Snapshot> create : creates) {
                    assertGood(create.get(2, TimeUnit.MINUTES));
                }
                age(Duration.ofHours(random.nextInt(48)));
                for (Snapshot snapshot : host().list().snapshots()) {
                    assertGood(snapshot);
                }
            }
        }
    }
}
