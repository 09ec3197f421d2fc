package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The snapshots that a prune keeps.
@Tag("unit")
final class KeepRulesTest {

    private static final Instant FIRST = Instant.parse("2026-01-01T00:30:00Z");

    private static Snapshot at(Instant moment, String... tags) {
        return at(moment, false, tags);
    }

    private static Snapshot at(Instant moment, boolean inPlace, String... tags) {
        return new Snapshot(
                moment.toString(),
                "shop",
                moment,
                moment,
                "test",
                0,
                0,
                0,
                inPlace,
                new Snapshot.Checked(0, ""),
                Optional.empty(),
                List.of(tags));
    }

    private static List<Snapshot> every(Duration interval, int count) {
        List<Snapshot> snapshots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            snapshots.add(at(FIRST.plus(interval.multipliedBy(i))));
        }
        return snapshots;
    }

    @Test
    void theNewestAlwaysStays() {
        assertThat(new KeepRules(0, 0, 0, 0, 0, 0, Set.of()).kept(every(Duration.ofDays(1), 3)))
                .containsExactly("2026-01-03T00:30:00Z");
        assertThat(new KeepRules(2, 0, 0, 0, 0, 0, Set.of()).kept(every(Duration.ofDays(1), 3)))
                .containsExactlyInAnyOrder("2026-01-02T00:30:00Z", "2026-01-03T00:30:00Z");
    }

    @Test
    void theNewestOfEachDayStays() {
        assertThat(new KeepRules(0, 0, 2, 0, 0, 0, Set.of()).kept(every(Duration.ofHours(8), 9)))
                .containsExactlyInAnyOrder("2026-01-02T16:30:00Z", "2026-01-03T16:30:00Z");
    }

    @Test
    void periodsWithoutASnapshotDoNotCount() {
        List<Snapshot> monthly = every(Duration.ofDays(59), 4); // 1 January, 1 March, 29 April, 27 June
        assertThat(new KeepRules(0, 0, 0, 0, 3, 0, Set.of()).kept(monthly)).hasSize(3);
        assertThat(new KeepRules(0, 0, 0, 0, 0, 5, Set.of()).kept(monthly)).hasSize(1);
    }

    @Test
    void weeksAreThoseOfIso() {
        // 28 December 2026 to 3 January 2027 are one week.
        List<Snapshot> turn = List.of(
                at(Instant.parse("2026-12-27T12:00:00Z")),
                at(Instant.parse("2026-12-31T12:00:00Z")),
                at(Instant.parse("2027-01-02T12:00:00Z")));
        assertThat(new KeepRules(0, 0, 0, 2, 0, 0, Set.of()).kept(turn))
                .containsExactlyInAnyOrder("2026-12-27T12:00:00Z", "2027-01-02T12:00:00Z");
    }

    @Test
    void aSnapshotInPlaceNeverTakesThePlaceOfOneWithCopies() {
        List<Snapshot> day = List.of(
                at(FIRST),
                at(FIRST.plusSeconds(3600)),
                at(FIRST.plusSeconds(7200), true),
                at(FIRST.plusSeconds(10800), true));
        Set<String> newestOfEach = Set.of("2026-01-01T01:30:00Z", "2026-01-01T03:30:00Z");
        assertThat(new KeepRules(0, 0, 7, 0, 0, 0, Set.of()).kept(day)).isEqualTo(newestOfEach);
        assertThat(new KeepRules(1, 0, 0, 0, 0, 0, Set.of()).kept(day)).isEqualTo(newestOfEach);
    }

    @Test
    void aTagKeepsASnapshot() {
        List<Snapshot> snapshots = new ArrayList<>(every(Duration.ofDays(1), 3));
        snapshots.add(at(FIRST.minusSeconds(1), "before-update"));
        assertThat(new KeepRules(1, 0, 0, 0, 0, 0, Set.of("before-update")).kept(snapshots))
                .hasSize(2)
                .contains(FIRST.minusSeconds(1).toString());
    }
}
