package dev.aloft.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.backup.Backups;
import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.Snapshot;
import dev.aloft.backup.Verification;
import dev.aloft.bulk.Progress;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Scheduled runs that ended before their verification or prune, and faults beside them.
@Timeout(300)
final class ScheduleRecoveryTest {

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

    /// A host with a snapshot due after an hour.
    private SiteTimer host(ScheduledBackups.Site.Database database) {
        return rig.host("a", rig.site(Duration.ofHours(1), database));
    }

    private Snapshot create() throws IOException {
        return backups.create(Optional.empty(), List.of(), new Progress());
    }

    private List<Snapshot> snapshots() throws IOException {
        return backups.list().snapshots();
    }

    @Test
    void theVerificationThatARestartEndedIsDoneAndThenAPrune() throws IOException {
        Snapshot first = create();
        backups.verify(first, Verification.QUICK, new Progress());
        Snapshot second = create();
        assertThat(backups.newestWithCopies())
                .isEqualTo(new Backups.NewestCopies(Optional.of(second), backups.verification(first)));

        SiteTimer host = host(new ScheduleRig.NoDatabase());
        assertThat(host.turn()).isEqualTo(SiteTimer.LOOK_INTERVAL);

        assertThat(snapshots()).containsExactly(second);
        assertThat(host.state().verification().orElseThrow().id()).isEqualTo(second.id());
    }

    @Test
    void aVerificationThatS3InterruptsIsRepeated() throws IOException {
        Snapshot snapshot = create();
        front.on(request -> request.key().endsWith("/manifest.jsonl.gz")).answer(403);
        SiteTimer host = host(new ScheduleRig.NoDatabase());
        assertThat(host.turn()).isEqualTo(SiteTimer.MIN_RETRY_INTERVAL);
        assertThat(backups.verification(snapshot)).isEmpty();

        front.calm();
        host.turn();
        assertThat(snapshots()).containsExactly(snapshot);
        assertThat(backups.verification(snapshot)).isPresent();
    }

    @Test
    void aVerificationWhoseRecordCannotBeWrittenIsNotRepeated() throws IOException {
        front.on(request ->
                        request.operation().equals("PutObject") && request.key().endsWith("/verified.json"))
                .answer(403);
        SiteTimer host = host(new ScheduleRig.NoDatabase());
        host.turn();
        assertThat(host.state().verification()).isEmpty();

        front.reset();
        assertThat(host.turn()).isEqualTo(SiteTimer.LOOK_INTERVAL);
        assertThat(front.count("PutObject")).isZero();
    }

    @Test
    void aFailedPruneIsRepeatedWithoutASnapshot() throws IOException {
        List<String> prunes = new ArrayList<>();
        SiteTimer host = host(new ScheduleRig.NoDatabase() {
            @Override
            public void pruneLog() throws IOException {
                prunes.add("pruned");
                if (prunes.size() == 1) {
                    throw new IOException("no answer");
                }
            }
        });
        assertThat(host.turn()).isEqualTo(SiteTimer.MIN_RETRY_INTERVAL);
        assertThat(host.turn()).isEqualTo(SiteTimer.LOOK_INTERVAL);
        host.turn();

        assertThat(prunes).hasSize(2);
        assertThat(snapshots()).hasSize(1);
    }

    @Test
    void aStateOfTheBinaryLogThatCannotBeReadDelaysNoSnapshot() throws IOException {
        SiteTimer host = host(new ScheduleRig.NoDatabase() {
            @Override
            public Optional<Instant> logComplete() throws IOException {
                throw new IOException("not a state of the binary log");
            }
        });
        host.turn();
        assertThat(snapshots()).hasSize(1);
        assertThat(host.state().failures()).isZero();
        assertThat(host.state().logComplete()).as("so that its alert fires").contains(Instant.EPOCH);
    }

    @Test
    void anErrorEndsTheRunAndNotTheSchedule() throws IOException {
        AtomicBoolean isBroken = new AtomicBoolean(true);
        SiteTimer host = host(new ScheduleRig.NoDatabase() {
            @Override
            public Optional<DatabasePart.Dumper> dumper() {
                if (isBroken.get()) {
                    throw new NoClassDefFoundError("Dumper");
                }
                return Optional.empty();
            }
        });
        assertThat(host.turn()).isEqualTo(SiteTimer.MIN_RETRY_INTERVAL);
        assertThat(host.state().failures()).isEqualTo(1);
        assertThat(rig.leaseText()).isEmpty();

        isBroken.set(false);
        host.turn();
        assertThat(snapshots()).hasSize(1);
    }
}
