package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aloft.bulk.Progress;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Restorations that are taken back.
final class UndoTest extends BackupFixture {

    @Test
    void aRestorationIsTakenBackAndThatToo() throws IOException {
        write("a", "a");
        write("b", "b");
        Snapshot snapshot = create();
        write("a", "another a", "text/plain", Map.of("x", "y"));
        delete("b");
        write("later", "later");
        var before = files();
        restore(snapshot, true);

        assertUndoneAndRedone(before);
    }

    /// Takes a restoration back, and then its undo.
    private void assertUndoneAndRedone(Object before) throws IOException {
        var restored = files();
        now = now.plusSeconds(1);
        host().undo(throughFront(), new Progress());
        assertThat(files()).isEqualTo(before);

        now = now.plusSeconds(1);
        host().undo(throughFront(), new Progress());
        assertThat(files()).isEqualTo(restored);
    }

    @Test
    void anUndoLeavesAndReportsWhatWasChangedAfterTheRestoration() throws IOException {
        write("deleted", "b");
        write("edited", "a");
        write("replaced", "r");
        Snapshot snapshot = create();
        delete("deleted");
        write("edited", "before");
        write("recreated", "before");
        write("replaced", "before");
        restore(snapshot, true);
        write("deleted", "new work");
        write("edited", "new work");
        write("recreated", "new work");
        now = now.plusSeconds(1);

        RestoreReport report = host().undo(throughFront(), new Progress());

        assertThat(report.failures()).hasSize(3).allMatch(line -> line.contains("was changed after the restoration"));
        assertThat(texts())
                .isEqualTo(Map.of(
                        "deleted", "new work", "edited", "new work", "recreated", "new work", "replaced", "before"));
    }

    @Test
    void theUndoOfAnInterruptedRestorationIsTakenBackAsAWhole() throws IOException {
        write("a", "a");
        write("b", "b");
        Snapshot snapshot = create();
        write("a", "edited a");
        write("b", "edited b");
        var before = files();
        front.on(request -> request.operation().equals("CopyObject")
                        && request.key().equals("shop/b"))
                .answer(403);
        assertThat(catchThrowable(() -> restore(snapshot, false))).isNotNull();
        front.reset();
        now = now.plusSeconds(1);
        restore(snapshot, false);
        assertThat(texts()).isEqualTo(Map.of("a", "a", "b", "b"));

        assertUndoneAndRedone(before);
    }

    @Test
    void anUndoRefusesARecordThatIsNotAsItWasWritten() throws IOException {
        write("a", "a");
        Snapshot snapshot = create();
        delete("a");
        RestoreReport report = restore(snapshot, false);
        String record = "shop/restores/" + report.id().orElseThrow() + "/";
        for (String name : List.of(BackupFolder.CHANGES, BackupFolder.PLAN)) {
            ObjectKey key = ObjectKey.of(record + name);
            byte[] bytes = new byte
                    [(int) folder().bucket()
                            .head(key, Duration.ZERO)
                            .orElseThrow()
                            .size()];
            folder().bucket().put(key, new ByteArrayInputStream(bytes), bytes.length, "x/y", WriteCondition.always());
            assertThat(catchThrowable(() -> host().undo(throughFront(), new Progress())))
                    .isInstanceOfSatisfying(
                            BackupException.class, e -> assertThat(e.kind()).isEqualTo(BackupException.Kind.CORRUPT));
        }
        assertThat(texts()).isEqualTo(Map.of("a", "a"));
    }
}
