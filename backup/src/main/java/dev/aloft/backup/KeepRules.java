package dev.aloft.backup;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The snapshots that a prune keeps: the newest ones, and the newest one of each of the last hours, days, weeks,
/// months and years that have one. Times are UTC; weeks are those of ISO 8601. The newest snapshot always stays.
/// Snapshots in place and those with copies are counted apart: one never takes the other's place.
///
/// @param last number of the newest that stay
/// @param tags a snapshot with one of these stays
public record KeepRules(int last, int hourly, int daily, int weekly, int monthly, int yearly, Set<String> tags) {

    /// @throws IllegalArgumentException for a negative number
    public KeepRules {
        tags = Set.copyOf(tags);
        if (last < 0 || hourly < 0 || daily < 0 || weekly < 0 || monthly < 0 || yearly < 0) {
            throw new IllegalArgumentException("a number of snapshots to keep is negative");
        }
    }

    /// True if they say nothing, so that a prune would leave the newest snapshot only.
    public boolean isEmpty() {
        return last == 0 && hourly == 0 && daily == 0 && weekly == 0 && monthly == 0 && yearly == 0 && tags.isEmpty();
    }

    /// The ids of those that stay.
    Set<String> kept(List<Snapshot> snapshots) {
        Set<String> kept = new HashSet<>();
        snapshots.stream()
                .collect(Collectors.partitioningBy(Snapshot::inPlace))
                .values()
                .forEach(kind -> keep(kind, kept));
        return kept;
    }

    private void keep(List<Snapshot> ofOneKind, Set<String> kept) {
        List<Snapshot> newestFirst = ofOneKind.stream()
                .sorted(Comparator.comparing(Snapshot::moment)
                        .thenComparing(Snapshot::id)
                        .reversed())
                .toList();
        newestFirst.stream().limit(Math.max(1, last)).map(Snapshot::id).forEach(kept::add);
        newestFirst.stream()
                .filter(snapshot -> snapshot.tags().stream().anyMatch(tags::contains))
                .map(Snapshot::id)
                .forEach(kept::add);
        keep(newestFirst, hourly, time -> time.toLocalDate() + " " + time.getHour(), kept);
        keep(newestFirst, daily, time -> time.toLocalDate().toString(), kept);
        keep(
                newestFirst,
                weekly,
                time -> time.get(IsoFields.WEEK_BASED_YEAR) + " " + time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR),
                kept);
        keep(newestFirst, monthly, time -> time.getYear() + " " + time.getMonthValue(), kept);
        keep(newestFirst, yearly, time -> Integer.toString(time.getYear()), kept);
    }

    private static void keep(
            List<Snapshot> newestFirst, int count, Function<ZonedDateTime, String> period, Set<String> kept) {
        Set<String> seen = new HashSet<>();
        for (Snapshot snapshot : newestFirst) {
            if (seen.size() == count) {
                return;
            }
            if (seen.add(period.apply(at(snapshot.moment())))) {
                kept.add(snapshot.id());
            }
        }
    }

    private static ZonedDateTime at(Instant moment) {
        return moment.atZone(ZoneOffset.UTC);
    }
}
