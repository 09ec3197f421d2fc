package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.bulk.Progress;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random histories of several writers on Ceph, against a model: each recorded moment gives the files of the
/// model. Each writer has keys of its own, so that the order of the changes of a key is known.
@Tag("ceph")
final class CephHistoriesTest {

    private static final int WRITERS = 4;
    private static final int CHANGES = 40;
    private static final int KEYS = 3;
    private static final int RESTORATIONS = 6;

    @RegisterExtension
    static final SharedCeph CEPH = new SharedCeph();

    /// @param text null for a deletion
    /// @param moment as S3 has it
    private record Event(String key, @Nullable String text, Instant moment) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyRecordedMomentGivesTheFilesOfThen(long seed) throws Exception {
        CephBucket bucket = CEPH.versionedBucket();
        List<Event> history = history(bucket, seed);
        List<Instant> moments = new ArrayList<>(
                history.stream().map(Event::moment).distinct().sorted().toList());
        moments.addFirst(moments.getFirst().minusMillis(1));

        for (Instant moment : moments) {
            PastFiles files = PastFiles.at(bucket.folder("site/"), "", new Moment(moment));
            assertThat(etags(files)).as("seed %d at %s", seed, moment).isEqualTo(expected(history, moment));
            assertThat(files.gaps().count()).isZero();
        }
    }

    /// Back and forth within one bucket: each restoration adds versions to the history, and none changes the past.
    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void restorationsToRandomMomentsGiveTheFilesOfThen(long seed) throws Exception {
        CephBucket bucket = CEPH.versionedBucket();
        List<Event> history = history(bucket, seed);
        Random random = new Random(seed);
        Backups backups = new Backups(
                "site",
                bucket.folder("site/"),
                bucket.folder("backups/"),
                BackupSettings.unsigned("test", InstantSource.system()));
        for (int i = 0; i < RESTORATIONS; i++) {
            Instant moment = history.get(random.nextInt(history.size())).moment();
            backups.restore(
                    PastFiles.at(bucket.folder("site/"), "", new Moment(moment)),
                    moment.toString(),
                    new RestoreOptions(bucket.folder("site/"), RestoreOptions.Scope.ALL, true),
                    new Progress());
            Map<String, String> texts = bucket.files("site/");
            texts.replaceAll((_, text) -> CephBucket.etag(text));
            assertThat(texts).as("seed %d at %s", seed, moment).isEqualTo(expected(history, moment));
        }
    }

    private static List<Event> history(CephBucket bucket, long seed) throws Exception {
        List<Callable<List<Event>>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            writers.add(() -> changes(bucket, writer, new Random(seed * WRITERS + writer)));
        }
        List<Event> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<Event>> done : threads.invokeAll(writers)) {
                all.addAll(done.get());
            }
        }
        return all;
    }

    private static List<Event> changes(CephBucket bucket, int writer, Random random) throws IOException {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            String key = "site/" + writer + "/" + random.nextInt(KEYS);
            if (random.nextInt(3) == 0) {
                events.add(new Event(key, null, bucket.delete(key)));
            } else {
                String text = writer + "." + i;
                events.add(new Event(key, text, bucket.write(key, text)));
            }
        }
        return events;
    }

    /// In the order of each key's changes: of equal moments the last one stays.
    private static Map<String, String> expected(List<Event> history, Instant moment) {
        Map<String, String> files = new TreeMap<>();
        for (Event event : history) {
            if (event.moment().isAfter(moment)) {
                continue;
            }
            String name = event.key().substring("site/".length());
            if (event.text() == null) {
                files.remove(name);
            } else {
                files.put(name, CephBucket.etag(event.text()));
            }
        }
        return files;
    }

    private static Map<String, String> etags(PastFiles files) throws IOException {
        Map<String, String> etags = new TreeMap<>();
        try (FileSource.Cursor cursor = files.open()) {
            for (SnapshotFile file = cursor.next(); file != null; file = cursor.next()) {
                etags.put(file.key().value(), file.etag());
            }
        }
        return etags;
    }
}
