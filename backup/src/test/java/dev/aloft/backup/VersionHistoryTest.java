package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.store.ObjectKey;
import dev.aloft.store.ObjectVersion;
import dev.aloft.store.ObjectVersion.Deleted;
import dev.aloft.store.ObjectVersion.Written;
import dev.aloft.store.StoredObject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Each history is written as S3 lists it: the newest version first.
@Tag("unit")
final class VersionHistoryTest {

    private static final ObjectKey KEY = ObjectKey.of("cat.jpg");

    private static ObjectVersion written(String id, int second) {
        StoredObject object = new StoredObject(KEY, 1, "\"" + id + "\"", at(second), null, null);
        return new Written(object, id, at(second), false, "STANDARD");
    }

    private static ObjectVersion deleted(String id, int second) {
        return new Deleted(KEY, id, at(second), false);
    }

    private static Instant at(int second) {
        return Instant.ofEpochSecond(1_000_000 + second);
    }

    private static VersionHistory history(int second, ObjectVersion... newestFirst) {
        VersionHistory history = new VersionHistory(KEY, Moment.of(at(second)));
        List.of(newestFirst).forEach(history::add);
        return history;
    }

    private static String current(int second, ObjectVersion... newestFirst) {
        return history(second, newestFirst).current().map(ObjectVersion::id).orElse("none");
    }

    @Test
    void theNewestVersionUntilTheMomentIsCurrent() {
        ObjectVersion[] versions = {written("3", 30), written("2", 20), written("1", 10)};

        assertThat(current(9, versions)).isEqualTo("none");
        assertThat(current(10, versions)).isEqualTo("1");
        assertThat(current(19, versions)).isEqualTo("1");
        assertThat(current(20, versions)).isEqualTo("2");
        assertThat(current(99, versions)).isEqualTo("3");
    }

    @Test
    void aFileThatWasDeletedBeforeIsAbsent() {
        assertThat(current(25, deleted("2", 20), written("1", 10))).isEqualTo("none");
    }

    @Test
    void aFileThatWasDeletedAfterwardsIsThere() {
        assertThat(current(19, deleted("2", 20), written("1", 10))).isEqualTo("1");
    }

    @Test
    void aFileThatWasDeletedAndMadeAgainBeforeIsTheNewOne() {
        assertThat(current(30, written("3", 30), deleted("2", 20), written("1", 10)))
                .isEqualTo("3");
    }

    @Test
    void ofSeveralVersionsOfOneSecondTheFirstOfTheListingIsTheLast() {
        assertThat(current(10, written("3", 10), written("2", 10), written("1", 10)))
                .isEqualTo("3");
        assertThat(current(10, deleted("3", 10), written("2", 10), written("1", 10)))
                .isEqualTo("none");
        assertThat(current(10, written("3", 10), deleted("2", 10), written("1", 10)))
                .isEqualTo("3");
        assertThat(current(9, written("3", 10), deleted("2", 10), written("1", 9)))
                .isEqualTo("1");
    }

    /// `2` is an upload in parts: begun at 10, finished after `1` was written at 15.
    @Test
    void anUploadInPartsCannotComeBeforeTheVersionThatItReplaced() {
        ObjectVersion[] versions = {written("2", 10), written("1", 15), written("0", 5)};

        assertThat(current(12, versions)).isEqualTo("0");
        assertThat(current(15, versions)).isEqualTo("2");
    }

    @Test
    void aVersionWithoutIdFromBeforeIsUsed() {
        VersionHistory history = history(20, written("2", 30), written("null", 10));

        assertThat(history.current()).map(ObjectVersion::id).contains("null");
        assertThat(history.isIncomplete()).isFalse();
    }

    @Test
    void aVersionWithoutIdFromAfterwardsMayHaveReplacedTheOneOfTheMoment() {
        assertThat(history(20, written("null", 30)).isIncomplete()).isTrue();
        assertThat(history(20, written("null", 30), written("1", 10)).isIncomplete())
                .isTrue();
        assertThat(history(20, deleted("null", 30)).isIncomplete()).isTrue();
        assertThat(history(20, written("2", 30), written("1", 10)).isIncomplete())
                .isFalse();
    }
}
