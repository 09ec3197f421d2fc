package dev.aloft.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.backup.BackupSettings;
import dev.aloft.backup.Backups;
import dev.aloft.backup.Snapshot;
import dev.aloft.backup.Verification;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Progress;
import dev.aloft.cli.CommandStore;
import dev.aloft.files.FilePath;
import dev.aloft.server.agent.SnapshotSource.Entry;
import dev.aloft.server.agent.SnapshotSource.Report;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreSettings;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.Occasion;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
final class SiteSnapshotsTest {

    @TempDir
    private Path folder;

    private CommandStore s3;
    private Backups backups;

    @BeforeEach
    void start() throws IOException {
        s3 = CommandStore.start(folder, "media", "backups");
        s3.write("media", "shop/uploads/cat.jpg", "meow");
        backups = backups(new BucketFolder(s3.bucket("backups"), "shop/"));
    }

    private Backups backups(BucketFolder folder) {
        return new Backups(
                "shop",
                new BucketFolder(s3.bucket("media"), "shop/"),
                folder,
                BackupSettings.unsigned("test", InstantSource.system()));
    }

    @AfterEach
    void stop() throws IOException {
        s3.close();
    }

    @Test
    void newestSnapshotComesFirst() throws IOException {
        create();
        Snapshot second = create();
        backups.verify(second, Verification.QUICK, new Progress());

        Report report = snapshots(backups).read();

        assertThat(report.newest()).hasSize(2);
        Entry newest = report.newest().getFirst();
        assertThat(newest)
                .isEqualTo(new Entry(second.id(), second.moment(), 1, "meow".length(), false, newest.verification()));
        assertThat(newest.verification().orElseThrow().failed()).isZero();
        assertThat(report.newest().getLast().verification()).isEmpty();
        assertThat(report.logComplete()).contains(Instant.EPOCH);
        assertThat(report.interval()).hasValue(Duration.ofDays(1));
        assertThat(report.damaged()).isZero();
    }

    @Test
    void damagedSnapshotIsCounted() throws IOException {
        Snapshot snapshot = create();
        s3.write("backups", "shop/snapshots/" + snapshot.id() + "/snapshot.json", "{}");

        Report report = snapshots(backups).read();

        assertThat(report.newest()).isEmpty();
        assertThat(report.damaged()).isEqualTo(1);
    }

    @Test
    void aStateOfTheBinaryLogThatCannotBeReadHidesNoSnapshot() throws IOException {
        create();
        SiteSnapshots snapshots = new SiteSnapshots(backups, Optional.empty(), () -> {
            throw new IOException("not a state of the binary log");
        });

        Report report = snapshots.read();

        assertThat(report.newest()).hasSize(1);
        assertThat(report.logComplete()).isEmpty();
    }

    @Test
    void backupsThatS3DoesNotShowAreNoFailure() throws IOException {
        create();
        try (S3Front front = S3Front.before(s3.endpoint());
                Store store = Store.open(StoreSettings.at(Provider.EMBEDDED, front.endpoint()))) {
            front.on("ListObjectsV2").answer(403);
            BucketFolder denied = new BucketFolder(store.bucket("backups"), "shop/");

            Report report = snapshots(backups(denied)).read();

            assertThat(report.isReadable()).isFalse();
            assertThat(report.newest()).isEmpty();
        }
    }

    /// The thread of a request whose client has left does not wait, and read, for ever.
    @Test
    void aReaderOfManifestsDoesNotWaitLongForAnother() throws Exception {
        Snapshot snapshot = create();
        try (S3Front front = S3Front.before(s3.endpoint());
                Store store = Store.open(StoreSettings.at(Provider.EMBEDDED, front.endpoint()));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Backups slow = backups(new BucketFolder(store.bucket("backups"), "shop/"));
            SiteCopies copies = new SiteCopies(slow.fileStates(), Duration.ofMillis(100));
            FilePath cat = FilePath.of("shop/uploads/cat.jpg");
            Occasion stalled = front.on("ListObjectsV2").neverAnswer();
            Future<?> reader = threads.submit(() -> copies.of(cat));
            Eventually.await("the first reader waits for S3", () -> stalled.met() > 0);

            assertThatThrownBy(() -> copies.open(snapshot.id(), cat, null))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.BUSY));

            assertThat(reader.cancel(true)).isTrue();
        }
    }

    private static SiteSnapshots snapshots(Backups of) {
        return new SiteSnapshots(of, Optional.of(Duration.ofDays(1)), () -> Optional.of(Instant.EPOCH));
    }

    private Snapshot create() throws IOException {
        return backups.create(Optional.empty(), List.of(), new Progress());
    }
}
