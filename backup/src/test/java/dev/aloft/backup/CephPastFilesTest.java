package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.ObjectKey;
import dev.aloft.store.ObjectVersion.Deleted;
import dev.aloft.store.ObjectVersion.Written;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The state of a bucket at a moment, on Ceph. Moments are S3's own, which on Ceph have milliseconds.
@Tag("ceph")
final class CephPastFilesTest {

    @RegisterExtension
    static final SharedCeph CEPH = new SharedCeph();

    private CephBucket bucket;

    @BeforeEach
    void create() {
        bucket = CEPH.versionedBucket();
    }

    private PastFiles at(Instant moment) throws IOException {
        return PastFiles.at(bucket.folder("site/"), "", new Moment(moment));
    }

    private Map<String, String> filesAt(Instant moment) throws IOException {
        return bucket.files(at(moment));
    }

    /// A moment that S3 has seen: after all that was written before, before all that is written after.
    private Instant now() throws IOException {
        return bucket.write("clock", "tick");
    }

    @Test
    void aFileDeletedAndMadeAgainBeforeTheMomentIsTheNewOne() throws IOException {
        bucket.write("site/a", "1");
        bucket.delete("site/a");
        bucket.write("site/a", "2");
        Instant moment = now();
        bucket.write("site/a", "3");

        assertThat(filesAt(moment)).isEqualTo(Map.of("a", "2"));
    }

    @Test
    void aFileDeletedAfterTheMomentIsThere() throws IOException {
        bucket.write("site/a", "1");
        Instant moment = now();
        bucket.delete("site/a");

        assertThat(filesAt(moment)).isEqualTo(Map.of("a", "1"));
        assertThat(filesAt(now())).isEmpty();
    }

    @Test
    void aFileDeletedBeforeTheMomentIsAbsent() throws IOException {
        bucket.write("site/a", "1");
        bucket.delete("site/a");
        Instant moment = now();
        bucket.write("site/a", "2");

        assertThat(filesAt(moment)).isEmpty();
    }

    @Test
    void aFileOlderThanVersioningIsThere() throws IOException {
        bucket = CEPH.bucket();
        bucket.write("site/a", "1");
        bucket.enableVersions();
        Instant moment = now();
        bucket.write("site/a", "2");

        PastFiles files = at(moment);

        assertThat(bucket.files(files)).isEqualTo(Map.of("a", "1"));
        assertThat(files.gaps().count()).isZero();
    }

    @Test
    void aFileReplacedWhileVersioningWasSuspendedIsAGap() throws IOException {
        bucket.write("site/a", "1");
        bucket.suspendVersions();
        bucket.write("site/a", "2, without an id");
        bucket.write("site/b", "kept");
        Instant lost = now();
        bucket.write("site/a", "3, in its place");
        Instant kept = now();
        bucket.enableVersions();
        bucket.write("site/a", "4");

        PastFiles files = at(lost);

        assertThat(bucket.files(files)).isEqualTo(Map.of("a", "1", "b", "kept"));
        assertThat(files.gaps().first()).extracting(Object::toString).containsExactly("a");
        files = at(kept);
        assertThat(bucket.files(files)).isEqualTo(Map.of("a", "3, in its place", "b", "kept"));
        assertThat(files.gaps().count()).isZero();
    }

    @Test
    void aFileDeletedWhileVersioningWasSuspendedIsAGap() throws IOException {
        bucket = CEPH.bucket();
        bucket.write("site/a", "1");
        Instant moment = now();
        bucket.enableVersions();
        bucket.suspendVersions();
        bucket.delete("site/a");

        PastFiles files = at(moment);

        assertThat(bucket.files(files)).isEmpty();
        assertThat(files.gaps().count()).isEqualTo(1);
    }

    @Test
    void pagesFullOfDeleteMarkersAreNoEnd() throws IOException {
        for (int i = 0; i < 9; i++) {
            bucket.delete("site/" + i);
        }
        bucket.write("site/z", "1");

        assertThat(bucket.files(at(now()).open(2))).isEqualTo(Map.of("z", "1"));
    }

    @Test
    void theVersionsOfAKeyMayLieOnManyPages() throws IOException {
        Map<String, String> expected = new TreeMap<>();
        for (String key : new String[] {"a", "a b+ü", "a/b", "z%2F"}) {
            for (int i = 0; i < 4; i++) {
                bucket.write("site/" + key, key + i);
            }
            expected.put(key, key + 3);
        }
        Instant moment = now();
        for (String key : expected.keySet()) {
            bucket.delete("site/" + key);
            bucket.write("site/" + key, "later");
        }

        for (int pageSize : new int[] {1, 2, 5, 1000}) {
            assertThat(bucket.files(at(moment).open(pageSize)))
                    .as("pages of " + pageSize)
                    .isEqualTo(expected);
        }
    }

    @Test
    void versionsOfOneSecondAreInTheOrderInWhichTheyWereWritten() throws IOException {
        Instant last = bucket.write("site/a", "0");
        for (int i = 1; i < 8; i++) {
            last = i % 3 == 0 ? bucket.delete("site/a") : bucket.write("site/a", "" + i);
        }

        assertThat(bucket.files(
                        PastFiles.at(bucket.folder("site/"), "", Moment.of(last.truncatedTo(ChronoUnit.SECONDS)))))
                .isEqualTo(Map.of("a", "7"));
    }

    @Test
    void aPartOfTheFilesIsReadAlone() throws IOException {
        bucket.write("site/2025/a", "1");
        bucket.write("site/2026/a", "2");

        assertThat(bucket.files(PastFiles.at(bucket.folder("site/"), "2026/", new Moment(now()))))
                .isEqualTo(Map.of("2026/a", "2"));
    }

    @Test
    void aBucketWithoutVersionsIsRefusedWithWhatToDo() {
        bucket = CEPH.bucket();

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> at(Instant.now()))
                .satisfies(e -> assertThat(e.advice()).contains("enable versioning"))
                .withMessage("cannot go back to a moment: s3://" + bucket.name() + " keeps no versions of its objects");
    }

    @Test
    void theHistoryOfAFileIsItsOwn() throws IOException {
        bucket.write("site/a", "1");
        bucket.delete("site/a");
        bucket.write("site/a", "22");
        bucket.write("site/a.txt", "another file");

        FileHistory history = FileHistory.of(bucket.folder("site/"), ObjectKey.of("a"));

        assertThat(history.versions()).hasSize(3).element(0).isInstanceOfSatisfying(Written.class, newest -> {
            assertThat(newest.isLatest()).isTrue();
            assertThat(newest.object().size()).isEqualTo(2);
        });
        assertThat(history.versions()).element(1).isInstanceOf(Deleted.class);
        assertThat(history.more()).isFalse();
        assertThat(FileHistory.of(bucket.folder("site/"), ObjectKey.of("b")).versions())
                .isEmpty();
    }
}
