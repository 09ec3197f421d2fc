package dev.aloft.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.bulk.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Snapshots while several writers change the site at random. Each request of a backup lets the writers make some
/// changes, so that they go on from its first request to its last on a machine of any speed.
///
/// The site names its files in a database, as WordPress does: after it has written a file, and until before it
/// deletes it.
final class WritingLoadTest extends BackupFixture {

    private static final int WRITERS = 4;
    private static final int KEYS_OF_A_WRITER = 12;
    private static final int CHANGES_OF_A_WRITER = 150;
    private static final int CHANGES_A_REQUEST = 2;
    private static final int SNAPSHOTS = 3;
    private static final int MAX_LINES = 400;

    private final Semaphore changes = new Semaphore(0);
    private final Set<String> rows = new ConcurrentSkipListSet<>();
    private final Map<String, List<Change>> histories = new TreeMap<>();

    /// One change of a file, by the clock of this process.
    ///
    /// @param text null for a deletion
    private record Change(@Nullable String text, long begun, long ended) {}

    /// A snapshot with the time that it took, and what its dump named.
    ///
    /// @param dumped when the dump began
    private record Taken(Snapshot snapshot, long begun, long dumped, long ended, Set<String> named) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void eachFileIsWholeAndWasCurrentAndWhatTheDumpNamesIsThere(long seed) throws Exception {
        for (int i = 0; i < WRITERS * KEYS_OF_A_WRITER; i++) {
            histories.put(
                    "%d/%02d".formatted(i / KEYS_OF_A_WRITER, i % KEYS_OF_A_WRITER), new CopyOnWriteArrayList<>());
        }
        front.on(_ -> {
                    changes.release(CHANGES_A_REQUEST);
                    return false;
                })
                .answer(500);
        List<Taken> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                Random random = new Random(seed * WRITERS + writer);
                writers.add(threads.submit(() -> {
                    write(writer, random);
                    return null;
                }));
            }
            changes.release(WRITERS * KEYS_OF_A_WRITER * 2); // some files are there before the first snapshot
            try {
                for (int i = 0; i < SNAPSHOTS; i++) {
                    all.add(take());
                }
            } finally {
                changes.release(WRITERS * CHANGES_OF_A_WRITER); // the writers end in any case
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
        front.calm();

        for (Taken taken : all) {
            requireOfItsTime(taken, "seed " + seed + ", snapshot " + all.indexOf(taken));
        }
        Taken last = take();
        assertThat(texts(last)).as("seed %d, after the last change", seed).isEqualTo(last());
    }

    private void write(int writer, Random random) throws Exception {
        for (int i = 0; i < CHANGES_OF_A_WRITER; i++) {
            changes.acquire();
            String name = "%d/%02d".formatted(writer, random.nextInt(KEYS_OF_A_WRITER));
            boolean deletes = rows.contains(name) && random.nextInt(4) == 0;
            String text = deletes ? null : (writer + "." + i + "\n").repeat(1 + random.nextInt(MAX_LINES));
            long begun = System.nanoTime();
            if (text == null) {
                rows.remove(name);
                delete(name);
            } else {
                write(name, text);
                rows.add(name);
            }
            Objects.requireNonNull(histories.get(name)).add(new Change(text, begun, System.nanoTime()));
        }
    }

    private Taken take() throws IOException {
        now = later();
        Set<String> named = new TreeSet<>();
        long begun = System.nanoTime();
        long[] dumped = new long[1];
        Snapshot snapshot = host().create(
                        Optional.of(to -> {
                            dumped[0] = System.nanoTime();
                            rows.forEach(named::add); // addAll of a sorted set wants one that does not change
                            byte[] dump = String.join("\n", named).getBytes(UTF_8);
                            to.write(dump);
                            return SnapshotTest.part(dump);
                        }),
                        List.of(),
                        new Progress());
        return new Taken(snapshot, begun, dumped[0], System.nanoTime(), named);
    }

    private void requireOfItsTime(Taken taken, String which) throws IOException {
        Map<String, String> texts = texts(taken);
        assertThat(texts.keySet()).as(which).isSubsetOf(histories.keySet());
        int changed = 0;
        for (Map.Entry<String, List<Change>> history : histories.entrySet()) {
            String name = history.getKey();
            List<Change> during = current(history.getValue(), taken);
            changed += during.size() - 1;
            assertThat(during)
                    .as("%s: the states of %s while it was taken", which, name)
                    .extracting(Change::text)
                    .contains(texts.get(name));
            boolean isDeletedLater =
                    during.stream().anyMatch(change -> change.text() == null && change.ended() >= taken.dumped());
            if (taken.named().contains(name) && !isDeletedLater) {
                assertThat(texts.keySet())
                        .as("%s: files that its dump names", which)
                        .contains(name);
            }
        }
        assertThat(changed).as("%s: changes while it was taken", which).isPositive();
    }

    /// The states that a file may have had while a snapshot was taken.
    private static List<Change> current(List<Change> history, Taken taken) {
        List<Change> states = new ArrayList<>();
        states.add(new Change(null, Long.MIN_VALUE, Long.MIN_VALUE));
        for (Change change : history) {
            if (change.ended() < taken.begun()) {
                states.clear();
            }
            if (change.begun() <= taken.ended()) {
                states.add(change);
            }
        }
        return states;
    }

    private Map<String, @Nullable String> last() {
        Map<String, @Nullable String> texts = new TreeMap<>();
        histories.forEach((name, history) -> {
            if (!history.isEmpty() && history.getLast().text() != null) {
                texts.put(name, history.getLast().text());
            }
        });
        return texts;
    }

    /// The files of a snapshot, restored elsewhere.
    private Map<String, String> texts(Taken taken) throws IOException {
        Backups host = host();
        RestoreReport report = host.restore(
                host.files(taken.snapshot()),
                taken.snapshot().id(),
                new RestoreOptions(staging(), RestoreOptions.Scope.ALL, true),
                new Progress());
        assertThat(report.failed()).isZero();
        Map<String, String> texts = new TreeMap<>();
        files(staging()).forEach((name, file) -> texts.put(name, file.text()));
        return texts;
    }
}
