package dev.aloft.backup;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.bulk.Progress;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Snapshots on a real S3: what is in them, what they cost, and that everything comes back.
final class SnapshotTest extends BackupFixture {

    @Test
    void everyByteAndHeaderComesBackAfterTheSiteIsDestroyed() throws IOException {
        write("uploads/2026/11/cat.jpg", "cat", "image/jpeg", Map.of("owner", "ann", "private", "1"));
        write("uploads/2026/11/ü zwölf #1+%20.txt", "odd name", "text/plain", Map.of());
        write("uploads/empty", "", "application/octet-stream", Map.of());
        write("uploads/2026/11/cat-2.jpg", "another cat");
        var before = files();
        Snapshot snapshot = create();
        deleteEverything();
        assertThat(files()).isEmpty();

        RestoreReport report = restore(host().find("latest"), false);

        assertThat(report.written()).isEqualTo(4);
        assertThat(report.failed()).isZero();
        assertThat(files()).isEqualTo(before);
        assertThat(snapshot.files()).isEqualTo(4);
        assertThat(snapshot.bytes()).isEqualTo(22);
    }

    @Test
    void aFirstSnapshotOfNFilesCostsNCopiesAndWhatDescribesIt() throws IOException {
        writeMany(30);
        create();
        // Marker, manifest and description are written; the snapshots and the site are listed.
        assertThatRequests(front).are("30 CopyObject, 3 PutObject, 2 ListObjectsV2");
    }

    @Test
    void anUnchangedSecondSnapshotCostsAListing() throws IOException {
        writeMany(30);
        create();
        front.reset();
        Snapshot second = create();
        // Of the first one, the description is read, and the manifest, once to check it and once to compare.
        assertThatRequests(front).are("3 PutObject, 3 GetObject, 2 ListObjectsV2");
        assertThat(second.copied()).isZero();
        assertThat(second.files()).isEqualTo(30);
        assertThat(contents()).isEqualTo(30);
    }

    @Test
    void theNewestSnapshotsAreReadWithoutTheOthers() throws IOException {
        List<Snapshot> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            now = now.plusSeconds(1);
            all.add(create());
        }
        front.reset();

        SnapshotList newest = host().newest(2);

        assertThat(newest.snapshots()).containsExactly(all.get(1), all.get(2));
        assertThatRequests(front).are("2 GetObject, 1 ListObjectsV2");
        assertThat(host().newest(10).snapshots()).hasSize(3);
    }

    @Test
    void theDescriptionsOfManySnapshotsAreReadAtTheSameTime() throws IOException {
        Duration answer = Duration.ofSeconds(2);
        List<Snapshot> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(create());
        }
        front.on(request -> request.key().endsWith(BackupFolder.DESCRIPTION)).delay(answer);
        long start = System.nanoTime();

        assertThat(host().list().snapshots()).isEqualTo(all);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(answer.multipliedBy(all.size() - 2));
    }

    @Test
    void aSnapshotInPlaceDoesNotMakeTheNextOneCopyEverything() throws IOException {
        writeMany(3);
        Snapshot first = create();
        now = now.plusSeconds(1);
        String id = BackupSettings.unsigned("test", () -> now).nextId();
        Snapshot inPlace =
                new Snapshot(id, SITE, now, now, "test", 3, 3, 0, true, first.manifest(), Optional.empty(), List.of());
        SnapshotCatalog catalog =
                new SnapshotCatalog(new BackupFolder(folder()), SITE, new DescriptionFormat(DescriptionSignature.NONE));
        catalog.write(
                catalog.folder().ofSnapshot(id, BackupFolder.DESCRIPTION),
                catalog.format().text(inPlace));
        assertThat(create().copied()).isZero();
    }

    @Test
    @Tag("slow")
    void aListingOfMoreThanAPageCostsARequestForEachThousand() throws IOException {
        writeMany(1005);
        create();
        front.reset();
        create();
        assertThatRequests(front).include("ListObjectsV2", 3).include("CopyObject", 0);
    }

    @Test
    void onlyChangedFilesAreCopiedAgain() throws IOException {
        writeMany(10);
        create();
        write("file-3", "changed");
        write("file-new", "new");
        delete("file-5");
        front.reset();
        Snapshot second = create();
        assertThatRequests(front).include("CopyObject", 2);
        assertThat(second.copied()).isEqualTo(2);
        assertThat(keys(second)).contains("file-new").doesNotContain("file-5").hasSize(10);
    }

    @Test
    void aFileWithOtherHeadersButTheSameBytesIsCopiedAgainAndComesBack() throws Exception {
        write("a", "same", "text/plain", Map.of("private", "1"));
        Snapshot first = create();
        awaitSecondAfter("a");
        write("a", "same", "text/plain", Map.of());
        create();
        restore(first, false);
        assertThat(file("a").metadata()).containsEntry("private", "1");
    }

    @Test
    void aHostWhoseClockIsAheadDoesNotHideLaterSnapshots() throws Exception {
        write("a", "a");
        Instant before = now;
        now = now.plus(Duration.ofDays(1));
        Snapshot ahead = create();
        assertThat(ahead.moment()).isBetween(before.minusSeconds(1), before.plus(Duration.ofMinutes(10)));
        write("a", "changed");
        awaitSecondAfter("a");
        now = Instant.now();
        Snapshot later = create();
        assertThat(host().find("latest")).isEqualTo(later);
        assertThat(host().list().snapshots()).containsExactly(ahead, later);
    }

    @Test
    void aCreateOfMoreThanTwoDaysIsRefused() throws IOException {
        CreateRun.requireInTime(Duration.ofDays(2));
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> CreateRun.requireInTime(Duration.ofHours(49)))
                .withMessageContaining("took 49 h");
    }

    @Test
    void theDumpIsTakenBeforeTheFilesAreListed() throws IOException {
        write("old", "old");
        byte[] dump = "the dump".getBytes(UTF_8);
        Snapshot snapshot = host().create(
                        Optional.of(to -> {
                            to.write(dump);
                            write("named-by-the-dump", "new");
                            return part(dump);
                        }),
                        List.of("before-update"),
                        new Progress());
        assertThat(keys(snapshot)).contains("named-by-the-dump");
        Snapshot read = host().find(snapshot.id());
        assertThat(read).isEqualTo(snapshot);
        assertThat(read.tags()).containsExactly("before-update");
    }

    static DatabasePart part(byte[] dump) {
        return new DatabasePart(
                "wp",
                java.time.Instant.parse("2026-11-29T12:00:00Z"),
                "10.11",
                Optional.of("mysql-bin.000001:4"),
                Optional.empty(),
                dump.length,
                100,
                HexFormat.of().formatHex(BackupFolder.sha256().digest(dump)),
                12);
    }

    @Test
    void aDumpThatFailsLeavesNothingThatLooksWhole() throws IOException {
        write("a", "a");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> host().create(
                                Optional.of(to -> {
                                    to.write(1);
                                    throw new IOException("the database is away");
                                }),
                                List.of(),
                                new Progress()))
                .withMessageContaining("away");
        assertThat(host().list().snapshots()).isEmpty();
        assertThat(objects(folder())).noneMatch(o -> o.key().value().contains("database"));
    }

    @Test
    void aFileThatIsReplacedWhileItIsCopiedIsWholeAndOneOfBoth() throws IOException {
        write("a", "old");
        boolean[] replaced = new boolean[1];
        front.on(request -> {
                    if (request.operation().equals("CopyObject") && !replaced[0]) {
                        replaced[0] = true;
                        quietly(() -> write("a", "new and longer"));
                    }
                    return false;
                })
                .delay(Duration.ZERO);
        Snapshot snapshot = create();
        assertThat(snapshot.bytes()).isEqualTo("new and longer".length());
        deleteEverything();
        restore(snapshot, false);
        assertThat(file("a").text()).isEqualTo("new and longer");
    }

    @Test
    void aFileThatIsDeletedBeforeItIsCopiedIsNotInTheSnapshot() throws IOException {
        write("a", "a");
        write("b", "b");
        front.on(request -> {
                    if (request.operation().equals("CopyObject")) {
                        quietly(() -> delete("a"));
                    }
                    return false;
                })
                .delay(Duration.ZERO);
        assertThat(keys(create())).containsExactly("b");
    }

    interface Action {
        void run() throws IOException;
    }

    static void quietly(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void writeMany(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            write("file-" + i, "text of " + i);
        }
    }

    private List<String> keys(Snapshot snapshot) throws IOException {
        List<String> keys = new ArrayList<>();
        try (FileSource.Cursor files = host().files(snapshot).open()) {
            for (SnapshotFile file = files.next(); file != null; file = files.next()) {
                keys.add(file.key().value());
            }
        }
        return keys;
    }
}
