package dev.aloft.backup.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
final class LogFolderTest {

    private static LogFolder folder(String... objects) {
        return LogFolder.of("1795951569-bin.000001/", List.of(objects)).orElseThrow();
    }

    private static String segment(long start, long end) {
        return LogFolder.segmentName(start, end);
    }

    @Test
    void segmentsThatFollowEachOtherAreAChain() {
        LogFolder log = folder(segment(0, 10), segment(10, 20), segment(20, 30));
        assertThat(log.end()).isEqualTo(30);
        assertThat(log.chain(0)).hasSize(3);
        assertThat(log.begun()).isEqualTo(Instant.ofEpochSecond(1_795_951_569L));
        assertThat(log.name()).isEqualTo("1795951569-bin.000001/");
    }

    @Test
    void aGapEndsTheChain() {
        assertThat(folder(segment(0, 10), segment(11, 20)).end()).isEqualTo(10);
        assertThat(folder(segment(4, 10)).end()).isZero();
    }

    @Test
    void segmentsOfTwoFollowersOverlap() {
        LogFolder log = folder(segment(0, 10), segment(0, 25), segment(10, 20), segment(20, 40), segment(25, 30));
        assertThat(log.end()).isEqualTo(40);
        assertThat(log.chain(0)).extracting(LogFolder.Segment::end).containsExactly(25L, 40L);
    }

    @Test
    void aLogIsWholeWhenItIsClosedWhereItsSegmentsEnd() {
        assertThat(folder(segment(0, 10)).isWhole()).isFalse();
        assertThat(folder(segment(0, 10), LogFolder.closedName(10)).isWhole()).isTrue();
        assertThat(folder(segment(0, 10), LogFolder.closedName(20)).isWhole()).isFalse();
    }

    @Test
    void logsAreOrderedByTheirBeginningAndThenByTheirNumber() {
        LogFolder late = LogFolder.of("0000000002-bin.000001/", List.of()).orElseThrow();
        LogFolder long1 = LogFolder.of("0000000001-bin.1000000/", List.of()).orElseThrow();
        LogFolder short1 = LogFolder.of("0000000001-bin.999999/", List.of()).orElseThrow();
        List<LogFolder> sorted = new ArrayList<>(List.of(late, long1, short1));
        sorted.sort(null);
        assertThat(sorted).containsExactly(short1, long1, late);
    }

    @Test
    void aWeekOfSegmentsIsReadAtOnce() {
        List<String> week =
                LongStream.range(0, 60_480).mapToObj(i -> segment(i, i + 1)).toList();
        LogFolder log = LogFolder.of("0000000001-bin.000001/", week).orElseThrow();
        assertThat(log.end()).isEqualTo(60_480);
    }

    @Test
    void otherNamesAreNotAloftsOwn() {
        assertThat(LogFolder.of("", List.of("state.json"))).isEqualTo(Optional.empty());
        assertThat(folder("readme.txt", segment(0, 1)).segments()).hasSize(1);
    }
}
