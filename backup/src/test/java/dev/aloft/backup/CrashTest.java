package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.bulk.Progress;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A create, a restoration and a prune that end at each of their requests to S3, as by kill -9, and are run again.
///
/// A request after the end is refused; the one at the end is refused, or done without an answer.
final class CrashTest extends BackupFixture {

    private static final KeepRules NEWEST = new KeepRules(1, 0, 0, 0, 0, 0, Set.of());
    private static final int MAX_REQUESTS = 200;

    /// An operation to interrupt.
    interface Operation {
        void run() throws IOException;
    }

    /// True if the operation ended before its request with this number.
    private boolean runs(Operation operation, int lastRequest, boolean isDone) throws IOException {
        AtomicInteger count = new AtomicInteger();
        front.calm();
        if (isDone) {
            front.on(_ -> count.incrementAndGet() == lastRequest).loseAnswer();
        }
        front.on(request -> (isDone ? count.get() : count.incrementAndGet()) > (isDone ? lastRequest : lastRequest - 1))
                .answer(403);
        try {
            operation.run();
            return count.get() < lastRequest;
        } catch (IOException e) {
            return false;
        } finally {
            front.calm();
        }
    }

    @Test
    void aCreateIsContinued() throws IOException {
        for (boolean isDone : new boolean[] {false, true}) {
            boolean ended = false;
            for (int request = 1; !ended && request < MAX_REQUESTS; request++) {
                deleteEverything(folder());
                fill();
                create();
                fill();
                ended = runs(() -> create(), request, isDone);
                assertThat(pastTheFront().list().snapshots())
                        .as("after request %d", request)
                        .hasSizeBetween(1, 2);

                front.reset();
                requireWhole(create());
                endHosts();
            }
            assertThat(ended).isTrue();
        }
    }

    @Test
    void whatAnInterruptedCreateHasCopiedIsNotCopiedAgain() throws IOException {
        fill();
        front.on(request ->
                        request.operation().equals("PutObject") && request.key().endsWith(BackupFolder.MANIFEST))
                .answer(403);
        assertThatExceptionOfType(StoreException.class).isThrownBy(this::create);
        assertThat(host().list().snapshots()).isEmpty();
        front.reset();
        assertThat(create().files()).isEqualTo(6);
        assertThat(front.count("CopyObject")).isZero();
    }

    private void requireWhole(Snapshot snapshot) throws IOException {
        assertThat(pastTheFront()
                        .verify(snapshot, Verification.ALL, new Progress())
                        .failures())
                .isEmpty();
        assertThat(snapshot.files()).isEqualTo(6);
    }

    /// Different files each time, so that each create has something to copy.
    private void fill() throws IOException {
        for (int i = 0; i < 6; i++) {
            write("file-" + i, "text " + i + " " + System.nanoTime());
        }
    }

    @Test
    void aRestorationIsContinuedAndTakenBackWhole() throws IOException {
        fill();
        Snapshot snapshot = create();
        var wanted = files();
        for (boolean isDone : new boolean[] {false, true}) {
            boolean ended = false;
            for (int request = 1; !ended && request < MAX_REQUESTS; request++) {
                deleteEverything();
                write("file-1", "edited " + request);
                write("later", "later " + request);
                var before = files();
                now = later();
                ended = runs(() -> restore(snapshot, true), request, isDone);
                now = later();
                RestoreReport rest = restore(snapshot, true);
                assertThat(files()).as("after request %d", request).isEqualTo(wanted);

                now = later();
                if (rest.id().isPresent() || !ended) {
                    host().undo(throughFront(), new Progress());
                    assertThat(files())
                            .as("taken back after request %d", request)
                            .isEqualTo(before);
                }
                endHosts();
            }
            assertThat(ended).isTrue();
        }
    }

    @Test
    void aPruneIsContinuedAndTakesNothingThatASnapshotNeeds() throws IOException {
        for (boolean isDone : new boolean[] {false, true}) {
            boolean ended = false;
            for (int request = 1; !ended && request < MAX_REQUESTS; request++) {
                fill();
                create();
                write("file-1", "changed " + request);
                Snapshot newest = create();
                host().prune(NEWEST, false, new Progress());
                age(Duration.ofDays(2)); // what was dropped may be deleted now
                ended = runs(() -> host().prune(NEWEST, false, new Progress()), request, isDone);
                host().prune(NEWEST, false, new Progress());

                assertThat(pastTheFront().list().snapshots())
                        .as("after request %d", request)
                        .extracting(Snapshot::id)
                        .containsExactly(newest.id());
                requireWhole(newest);
                assertThat(contents()).isEqualTo(6);
                endHosts();
            }
            assertThat(ended).isTrue();
        }
    }
}
