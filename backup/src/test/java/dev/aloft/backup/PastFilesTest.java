package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.testkit.ListedVersions;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The state of a bucket at a moment, from listings with whole seconds as those of AWS.
final class PastFilesTest {

    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");
    private static final int SECONDS = 6;

    private ListedVersions s3;
    private Store store;

    @BeforeEach
    void start() {
        s3 = ListedVersions.start();
        store = Store.open(StoreSettings.at(Provider.OTHER, s3.endpoint()), "aloft", "not-a-secret");
    }

    @AfterEach
    void stop() {
        store.close();
        s3.close();
    }

    /// @param etag null for a deletion
    private record Event(int second, @Nullable String etag) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void historiesWithManyVersionsOfOneSecondGiveTheStateAfterEachSecond(long seed) throws IOException {
        Map<String, List<Event>> history = history(new Random(seed));
        history.forEach(this::list);

        for (int second = -1; second <= SECONDS; second++) {
            for (int pageSize : new int[] {2, 1000}) {
                PastFiles files = at(second);
                assertThat(etags(files.open(pageSize)))
                        .as("seed %d after second %d by pages of %d", seed, second, pageSize)
                        .isEqualTo(expected(history, second));
            }
        }
    }

    private PastFiles at(int second) throws IOException {
        return PastFiles.at(new BucketFolder(store.bucket("media"), "site/"), "", Moment.of(NOON.plusSeconds(second)));
    }

    private static Map<String, List<Event>> history(Random random) {
        Map<String, List<Event>> history = new TreeMap<>();
        for (String key : List.of("a", "a b+ü", "a/b", "b%2F", "c")) {
            List<Event> events = new ArrayList<>();
            IntStream.generate(() -> random.nextInt(SECONDS))
                    .limit(random.nextInt(12))
                    .sorted()
                    .forEach(second -> events.add(
                            new Event(second, random.nextInt(3) == 0 ? null : key.hashCode() + "-" + events.size())));
            history.put(key, events);
        }
        return history;
    }

    private void list(String key, List<Event> events) {
        for (int i = events.size() - 1; i >= 0; i--) {
            Event event = events.get(i);
            Instant modified = NOON.plusSeconds(event.second());
            if (event.etag() == null) {
                s3.addDeletion("site/" + key, "v" + i, modified);
            } else {
                s3.addWrite("site/" + key, "v" + i, modified, event.etag());
            }
        }
    }

    private static Map<String, String> expected(Map<String, List<Event>> history, int second) {
        Map<String, String> files = new TreeMap<>();
        history.forEach((key, events) -> events.stream()
                .filter(event -> event.second() <= second)
                .reduce((_, later) -> later)
                .filter(last -> last.etag() != null)
                .ifPresent(last -> files.put(key, '"' + last.etag() + '"')));
        return files;
    }

    private static Map<String, String> etags(FileSource.Cursor cursor) throws IOException {
        Map<String, String> etags = new TreeMap<>();
        for (SnapshotFile file = cursor.next(); file != null; file = cursor.next()) {
            etags.put(file.key().value(), file.etag());
        }
        return etags;
    }

    @Test
    void filesComeInTheOrderOfTheirKeysEachWithItsVersion() throws IOException {
        s3.addWrite("site/a", "2", NOON.plusSeconds(9), "later");
        s3.addWrite("site/a", "1", NOON, "e1");
        s3.addWrite("site/b", "3", NOON, "e3");

        FileSource.Cursor cursor = at(0).open();

        assertThat(cursor.next()).isNotNull().satisfies(file -> {
            assertThat(file.key().value()).isEqualTo("a");
            assertThat(file.etag()).isEqualTo("\"e1\"");
            assertThat(file.content().key().value()).isEqualTo("site/a");
            assertThat(file.content().version()).isEqualTo("1");
        });
        assertThat(cursor.next()).isNotNull();
        assertThat(cursor.next()).isNull();
    }

    @Test
    void aListingCostsOneRequestAPage() throws IOException {
        for (int i = 100; i < 125; i++) {
            s3.addWrite("site/" + i, "1", NOON, "e");
        }

        assertThat(etags(at(0).open(10))).hasSize(25);
        assertThat(s3.queries()).hasSize(3);
    }
}
