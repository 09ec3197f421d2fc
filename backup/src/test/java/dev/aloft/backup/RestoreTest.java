package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Restorations: what they change, and what they leave.
final class RestoreTest extends BackupFixture {

    @Test
    void whatIsMissingOrDifferentIsWrittenAndTheRestIsLeft() throws IOException {
        write("a", "a");
        write("b", "b");
        write("c", "c");
        Snapshot snapshot = create();
        write("a", "another a");
        delete("b");
        write("later", "later");
        front.reset();

        RestoreReport report = restore(snapshot, false);

        assertThat(report.written()).isEqualTo(2);
        assertThat(report.deleted()).isZero();
        assertThat(texts()).isEqualTo(Map.of("a", "a", "b", "b", "c", "c", "later", "later"));
        assertThat(front.count("DeleteObjects")).isZero();
    }

    @Test
    void filesThatTheSnapshotHasNotAreDeletedIfAskedForAndAfterAllCopies() throws IOException {
        write("a", "a");
        Snapshot snapshot = create();
        delete("a");
        write("later", "later");
        front.reset();

        RestoreReport report = restore(snapshot, true);

        assertThat(report.deleted()).isEqualTo(1);
        assertThat(texts()).isEqualTo(Map.of("a", "a"));
        List<String> changes = front.requests().stream()
                .filter(request -> request.bucket().equals("media"))
                .map(request -> request.operation())
                .filter(operation -> operation.equals("CopyObject") || operation.equals("DeleteObjects"))
                .toList();
        assertThat(changes).containsExactly("CopyObject", "DeleteObjects");
    }

    @Test
    void nothingIsDeletedIfAFileCannotBeRestored() throws IOException {
        write("a", "a");
        write("b", "b");
        Snapshot snapshot = create();
        deleteEverything();
        write("later", "later");
        removeContentOf(snapshot, "a");

        RestoreReport report = restore(snapshot, true);

        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.failures().getFirst()).startsWith("a: ");
        assertThat(texts()).isEqualTo(Map.of("b", "b", "later", "later"));
    }

    private void removeContentOf(Snapshot snapshot, String name) throws IOException {
        try (FileSource.Cursor files = host().files(snapshot).open()) {
            for (SnapshotFile file = files.next(); file != null; file = files.next()) {
                if (file.key().value().equals(name)) {
                    folder().bucket().delete(file.content().key());
                }
            }
        }
    }

    @Test
    void aDryRunListsTheChangesAndMakesNone() throws IOException {
        write("a", "a");
        write("b", "b");
        Snapshot snapshot = create();
        write("a", "another a");
        delete("b");
        write("later", "later");
        var before = files();
        front.reset();
        List<String> changes = new ArrayList<>();
        backups.compare(
                backups.files(snapshot), everything(true), change -> changes.add(change.word() + " " + change.key()));
        assertThat(changes).containsExactly("replace a", "create b", "delete later");
        assertThat(files()).isEqualTo(before);
        assertThat(front.count("PutObject") + front.count("CopyObject") + front.count("DeleteObjects"))
                .isZero();
    }

    @Test
    void aDirectoryOrAFileIsRestoredAlone() throws IOException {
        write("uploads/2026/cat.jpg", "cat");
        write("uploads/2026/cat.jpg2", "not the cat");
        write("uploads/2025/dog.jpg", "dog");
        Snapshot snapshot = create();
        deleteEverything();
        Backups host = host();
        host.restore(
                host.files(snapshot),
                snapshot.id(),
                new RestoreOptions(throughFront(), new RestoreOptions.Scope("uploads/2026/cat.jpg"), true),
                new Progress());
        assertThat(texts()).containsOnlyKeys("uploads/2026/cat.jpg");
        write("uploads/2025/later", "later");
        host().restore(
                        host.files(snapshot),
                        snapshot.id(),
                        new RestoreOptions(throughFront(), new RestoreOptions.Scope("uploads/2026/"), true),
                        new Progress());
        assertThat(texts()).containsOnlyKeys("uploads/2026/cat.jpg", "uploads/2026/cat.jpg2", "uploads/2025/later");
    }

    @Test
    void aStagingCopyIsMadeInAnotherBucket() throws IOException {
        write("a", "a");
        write("dir/b", "b");
        Snapshot snapshot = create();
        Backups host = host();
        BucketFolder staging = staging();
        host.restore(
                host.files(snapshot),
                snapshot.id(),
                new RestoreOptions(staging, RestoreOptions.Scope.ALL, false),
                new Progress());
        assertThat(files(staging)).isEqualTo(files());
    }

    @Test
    void aPathThatNothingHasIsRefusedAndLeavesNoMarker() throws IOException {
        write("uploads/a", "a");
        Snapshot snapshot = create();
        write("uploads/new/b", "b");
        for (boolean deletes : new boolean[] {false, true}) {
            assertThatExceptionOfType(BackupException.class)
                    .isThrownBy(() -> restore(snapshot, "uploads/aa", deletes))
                    .withMessageContaining("uploads/aa");
        }
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> restore(snapshot, "uploads/new", false))
                .withMessageContaining("uploads/new");
        assertThat(host().startedRestores()).isEmpty();
        assertThat(restore(snapshot, "uploads/new", true).deleted()).isEqualTo(1);
        assertThat(restore(snapshot, "uploads/a", false).id()).isEmpty();
    }

    private RestoreReport restore(Snapshot snapshot, String path, boolean deletes) throws IOException {
        now = later();
        Backups host = host();
        RestoreOptions options = new RestoreOptions(throughFront(), new RestoreOptions.Scope(path), deletes);
        return host.restore(host.files(snapshot), snapshot.id(), options, new Progress());
    }

    @Test
    void aFileInAnArchiveIsReportedAndTheOthersAreRestored() throws IOException {
        write("a", "a");
        write("b", "b");
        Snapshot snapshot = create();
        write("a", "changed");
        write("b", "changed");
        write("c", "new");
        front.on(request -> request.operation().equals("CopyObject")
                        && request.headers()
                                .getOrDefault("x-amz-copy-source", "")
                                .endsWith("media/shop/a"))
                .answer(403, "InvalidObjectState");
        RestoreReport report = restore(snapshot, true);
        assertThat(report.failures())
                .singleElement()
                .asString()
                .startsWith("a: ")
                .contains("archive");
        assertThat(report.written()).isEqualTo(1);
        assertThat(files().keySet()).containsExactly("a", "b", "c");
        assertThat(file("b").text()).isEqualTo("b");

        front.calm();
        now = later();
        restore(snapshot, true);
        assertThat(files().keySet()).containsExactly("a", "b");
        assertThat(file("a").text()).isEqualTo("a");
    }

    @Test
    void theMarkerOfAFailedRestorationIsRemovedAndThatOfAKilledOneByTheNextRun() throws IOException {
        write("a", "a");
        Snapshot snapshot = create();
        write("a", "changed");
        front.on(request -> request.operation().equals("CopyObject")).answer(403, "AccessDenied");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> restore(snapshot, false));
        assertThat(host().startedRestores()).isEmpty();

        front.calm();
        AtomicBoolean begun = new AtomicBoolean();
        front.on(request -> begun.getAndSet(begun.get() || request.key().endsWith(BackupFolder.STARTED)))
                .answer(403, "AccessDenied");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> restore(snapshot, false));
        front.calm();
        assertThat(host().startedRestores()).hasSize(1);
        now = later();
        restore(snapshot, false);
        assertThat(host().startedRestores()).isEmpty();
    }

    @Test
    void aFileThatBecamePrivateStaysSoUnlessItIsPublished() throws Exception {
        Map<String, String> isPrivate = Map.of("owner", "ann", "aloft-private", "1");
        write("a", "a");
        write("b", "b");
        Snapshot snapshot = create();
        awaitSecondAfter("a");
        write("a", "changed", "image/jpeg", isPrivate);
        write("b", "changed");
        RestoreReport report = restore(snapshot, false);
        assertThat(report.written()).isEqualTo(2);
        assertThat(report.keptPrivate()).isEqualTo(1);
        assertThat(file("a"))
                .isEqualTo(new Stored("a", Optional.of("image/jpeg"), Optional.of("max-age=60"), isPrivate));
        assertThat(file("b").metadata()).doesNotContainKey("aloft-private");
        now = later();
        assertThat(restore(snapshot, false).id()).isEmpty();

        awaitSecondAfter("a");
        now = later();
        Backups host = host();
        RestoreOptions publishing = new RestoreOptions(throughFront(), RestoreOptions.Scope.ALL, false, true);
        host.restore(host.files(snapshot), snapshot.id(), publishing, new Progress());
        assertThat(file("a").metadata()).isEqualTo(Map.of("owner", "ann"));

        now = later();
        host().undo(throughFront(), new Progress());
        assertThat(file("a").metadata()).isEqualTo(isPrivate);
    }
}
