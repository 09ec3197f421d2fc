package dev.aloft.e2e;

import static dev.aloft.e2e.History.MISSING;
import static dev.aloft.e2e.History.MIXED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.e2e.History.Operation;
import dev.aloft.e2e.History.Read;
import dev.aloft.e2e.History.Violation;
import dev.aloft.e2e.History.Write;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Times are milliseconds here.
@Tag("unit")
final class HistoryTest {

    private static Write write(int version, long start, long end) {
        return new Write("cat.jpg", version, start * 1_000_000, end * 1_000_000, true, "writer");
    }

    private static Write lostAnswer(int version, long start, long end) {
        return new Write("cat.jpg", version, start * 1_000_000, end * 1_000_000, false, "writer");
    }

    private static Read read(int version, long start, long end) {
        return new Read("cat.jpg", version, start * 1_000_000, end * 1_000_000, Duration.ofSeconds(1), "reader");
    }

    private static List<String> reasons(Operation... operations) {
        return new History(List.of(operations))
                .violations().stream().map(Violation::reason).toList();
    }

    @Test
    void theNewestVersionIsRight() {
        assertThat(reasons(write(1, 0, 10), write(2, 20, 30), read(2, 5000, 5010)))
                .isEmpty();
    }

    @Test
    void aVersionIsRightForASecondAfterItsReplacement() {
        Write first = write(1, 0, 10);
        Write second = write(2, 20, 30);
        assertThat(reasons(first, second, read(1, 1030, 9000))).isEmpty();
        assertThat(reasons(first, second, read(1, 1230, 9000))).containsExactly("outdated for 1200 ms");
    }

    @Test
    void aReadMayEndAsLateAsItLikes() {
        assertThat(reasons(write(1, 0, 10), read(1, 15, 90_000), write(2, 20, 30)))
                .isEmpty();
    }

    @Test
    void mixedBytesAreWrong() {
        assertThat(reasons(write(1, 0, 10), read(MIXED, 20, 30))).containsExactly("mixed bytes");
    }

    @Test
    void aVersionThatNobodyHasWrittenIsWrong() {
        assertThat(reasons(write(1, 0, 10), read(2, 20, 30))).containsExactly("a version that was not written yet");
        assertThat(reasons(read(1, 20, 30), write(1, 40, 50))).containsExactly("a version that was not written yet");
    }

    @Test
    void aDeletedFileIsMissingAfterASecond() {
        Write made = write(1, 0, 10);
        Write deleted = write(MISSING, 20, 30);
        assertThat(reasons(made, deleted, read(MISSING, 40, 50), read(1, 1000, 1010)))
                .isEmpty();
        assertThat(reasons(made, deleted, read(1, 1300, 1310))).containsExactly("outdated for 1270 ms");
    }

    @Test
    void aFileIsMissingBeforeItsFirstWrite() {
        assertThat(reasons(read(MISSING, 0, 10), write(1, 20, 30), read(MISSING, 40, 50)))
                .isEmpty();
        assertThat(reasons(write(1, 20, 30), read(MISSING, 2000, 2010))).containsExactly("outdated for 1970 ms");
    }

    @Test
    void ofOverlappingWritesEitherMayBeTheLast() {
        Write slow = write(1, 0, 100);
        Write quick = write(2, 20, 30);
        assertThat(reasons(slow, quick, read(1, 5000, 5010), read(2, 5000, 5010)))
                .isEmpty();
        assertThat(reasons(slow, quick, write(3, 200, 210), read(1, 5000, 5010)))
                .containsExactly("outdated for 4790 ms");
    }

    @Test
    void aWriteWithoutAnAnswerMayHaveHappenedOrNotOrHappenLater() {
        Write first = write(1, 0, 10);
        Write lost = lostAnswer(2, 20, 30);
        assertThat(reasons(first, lost, read(1, 5000, 5010), read(2, 6000, 6010)))
                .isEmpty();
        assertThat(reasons(first, lost, write(3, 40, 50), read(2, 5000, 5010))).isEmpty();
        assertThat(reasons(first, lost, write(3, 40, 50), read(1, 5000, 5010))).containsExactly("outdated for 4950 ms");
    }

    @Test
    void aVersionThatIsWrittenAgainIsCurrentAgain() {
        assertThat(reasons(
                        write(1, 0, 10),
                        write(MISSING, 20, 30),
                        write(2, 40, 50),
                        write(MISSING, 4000, 4010),
                        read(MISSING, 5000, 5010)))
                .isEmpty();
    }

    @Test
    void otherFilesDoNotMatter() {
        Write other = new Write("dog.jpg", 2, 20_000_000, 30_000_000, true, "writer");
        assertThat(reasons(write(1, 0, 10), other, read(1, 5000, 5010))).isEmpty();
    }

    @Test
    void aFailureNamesTheOperationsOfItsFile() {
        History history = new History(List.of(write(1, 0, 10), write(2, 20, 30), read(1, 5000, 5010)));
        assertThat(history.describe(history.violations().getFirst(), 0)).isEqualTo("""
            outdated for 4970 ms:   5000 to   5010 ms: reader reads version 1 of cat.jpg
                 0 to     10 ms: writer writes version 1 of cat.jpg
                20 to     30 ms: writer writes version 2 of cat.jpg
              5000 to   5010 ms: reader reads version 1 of cat.jpg\
            """);
    }
}
