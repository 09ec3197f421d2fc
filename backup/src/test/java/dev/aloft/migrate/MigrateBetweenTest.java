package dev.aloft.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.Provider;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Migrations from the bucket of one provider to that of another.
@Timeout(300)
final class MigrateBetweenTest extends MigrateBetweenFixture {

    @Test
    void headersMetadataAndPrivateMarksAreKeptAndASmallFileIsReadOnce() throws IOException {
        StoredObject source = old("2026/cat.jpg", "cat", PrivateMark.with(Map.of("a", "b")));
        StoredObject _ = old("2026/empty/", "");
        StoredObject _ = old("cache/x", "left out");

        assertThat(migration().in(false).done()).isEqualTo(2);

        assertThat(names()).containsExactly("2026/cat.jpg", "2026/empty/");
        StoredObject copy = object("2026/cat.jpg");
        assertThat(ObjectHeaders.of(copy)).isEqualTo(new ObjectHeaders("text/x-own", "max-age=7", "x-own"));
        assertThat(PrivateMark.isOn(copy)).isTrue();
        assertThat(oldFront.summary()).isEqualTo("1 GetObject, 1 HeadObject, 1 ListObjectsV2");
        assertThat(oldFront.count("PutObject") + oldFront.count("DeleteObject")).isZero();
        // S3's time of it: the writer's may be of another second.
        StoredObject stored = old.head(source.key(), Duration.ZERO).orElseThrow();
        assertThat(copy.metadata())
                .containsEntry("a", "b")
                .containsEntry("mtime", stored.modified().getEpochSecond() + ".000000000");
    }

    @Test
    void whatIsThereAlreadyCostsOneListingOfEachSide() throws IOException {
        StoredObject _ = old("a.txt", "a");
        StoredObject _ = old("b.txt", "b");
        assertThat(migration().in(false).done()).isEqualTo(2);
        front.reset();
        oldFront.reset();

        Migration.Report again = migration().in(false);

        assertThat(again.done()).isZero();
        assertThat(again.unchanged()).isEqualTo(2);
        assertThat(oldFront.summary()).isEqualTo("1 ListObjectsV2");
        assertThat(front.summary()).isEqualTo("2 ListObjectsV2");
    }

    @Test
    void aCopyOfADeletedFileThatAKilledRunHasLeftIsWithdrawnByTheNext() throws IOException {
        StoredObject _ = old("a.txt", "a");
        StoredObject _ = old("b.txt", "b");
        front.on(request -> {
                    if (request.operation().equals("PutObject") && request.key().endsWith("uploads/a.txt")) {
                        front.onEvery().answer(403);
                    }
                    return false;
                })
                .delay(Duration.ZERO);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> migration().in(false));
        front.reset();
        mark("a.txt");
        assertThat(names()).contains("a.txt");

        assertThat(migration().in(false).deleted()).isEqualTo(1);

        assertThat(names()).containsExactly("b.txt");
    }

    @Test
    void aDryRunReadsAndWritesNothing() throws IOException {
        StoredObject _ = old("a.txt", "a");

        assertThat(migration().in(true).done()).isEqualTo(1);

        assertThat(names()).isEmpty();
        assertThat(oldFront.count("GetObject")).isZero();
    }

    @Test
    void whatTheSiteHasWrittenOrDeletedStays() throws Exception {
        StoredObject _ = old("changed.txt", "old");
        StoredObject _ = old("deleted.txt", "old");
        StoredObject _ = old("meanwhile.txt", "old");
        StoredObject _ = old("race.txt", "old");
        StoredObject _ = site("changed.txt", "newer");
        mark("deleted.txt");
        front.on(request -> {
                    try {
                        if (request.operation().equals("PutObject")
                                && request.key().endsWith("uploads/meanwhile.txt")) {
                            mark("meanwhile.txt");
                        } else if (request.operation().equals("PutObject")
                                && request.key().endsWith("uploads/race.txt")) {
                            StoredObject _ = site("race.txt", "of the site");
                        }
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        Migration.Report report = migration().in(false);

        assertThat(report.kept()).isEqualTo(2);
        assertThat(report.deleted()).isEqualTo(2);
        assertThat(names()).containsExactly("changed.txt", "race.txt");
        assertThat(object("changed.txt").size()).isEqualTo("newer".length());
        assertThat(object("race.txt").size()).isEqualTo("of the site".length());
        assertThat(migration().verify(true, false).failed()).isZero();
    }

    @Test
    void aChangeAtTheOldPlaceReachesTheCopyAndSoDoesAPrivateMark() throws Exception {
        StoredObject _ = old("text.txt", "first");
        StoredObject secret = old("secret.txt", "secret");
        assertThat(migration().in(false).done()).isEqualTo(2);
        waitForNextSecond(object("secret.txt"));
        waitForNextSecond(object("text.txt"));
        StoredObject _ = old("text.txt", "other");
        StoredObject _ =
                old.replaceMetadata(old.head(secret.key(), Duration.ZERO).orElseThrow(), PrivateMark.with(Map.of()));

        assertThat(migration().in(false).done()).isEqualTo(2);

        assertThat(PrivateMark.isOn(object("secret.txt"))).isTrue();
        assertThat(migration().verify(true, false).done()).isEqualTo(2);
        assertThat(migration().in(false).unchanged()).isEqualTo(2);
    }

    /// Its object would be newer than the file, so no later pass would see the difference.
    @Test
    void aFileThatALateHostReplacesWhileItIsCopiedIsCopiedAgain() throws IOException {
        StoredObject _ = old("a.txt", "old");
        StoredObject _ = old("film.bin", "o".repeat(100_000));
        Set<String> replaced = ConcurrentHashMap.newKeySet();
        front.on(request -> {
                    String name = request.key().substring(request.key().lastIndexOf('/') + 1);
                    if (request.operation().equals("PutObject") && replaced.add(name)) {
                        replaceOld(name, name.equals("a.txt") ? "new" : "n".repeat(100_000));
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        Migration.Report report = migration().in(false);

        assertThat(report.failed()).isZero();
        assertThat(report.done()).isEqualTo(2);
        assertThat(stored()).containsEntry("a.txt", "new").containsEntry("film.bin", "n".repeat(100_000));
        assertThat(migration().verify(true, false).failed()).isZero();
    }

    @Test
    void aFileThatKeepsChangingIsReportedAndNotStored() throws IOException {
        StoredObject _ = old("a.log", "old");
        StoredObject _ = old("b.txt", "b");
        AtomicInteger puts = new AtomicInteger();
        front.on(request -> {
                    if (request.operation().equals("PutObject") && request.key().endsWith("a.log")) {
                        replaceOld("a.log", "line " + puts.incrementAndGet());
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        Migration.Report report = migration().in(false);

        assertThat(report.failed()).isEqualTo(1);
        assertThat(puts).hasValue(3);
        assertThat(names()).containsExactly("b.txt");
    }

    @Test
    void aFileThatALateHostDeletesWhileItIsCopiedIsNotStored() throws IOException {
        StoredObject source = old("a.txt", "old");
        front.on(request -> {
                    if (request.operation().equals("PutObject")) {
                        try {
                            old.delete(source.key());
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        Migration.Report report = migration().in(false);

        assertThat(report.failed()).isZero();
        assertThat(names()).isEmpty();
    }

    private void replaceOld(String name, String text) {
        try {
            StoredObject _ = old(name, text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aPrivateObjectStaysPrivateWhenAnotherVersionReplacesIt() throws Exception {
        StoredObject copy = put(site, "shop/uploads/secret.txt", "first", PrivateMark.with(Map.of()));
        StoredObject same = put(site, "shop/uploads/same.txt", "same", PrivateMark.with(Map.of()));
        waitForNextSecond(same);
        StoredObject _ = old("secret.txt", "a longer one");
        StoredObject _ = old("same.txt", "same");

        assertThat(migration().in(false).done()).isEqualTo(2);

        assertThat(object("secret.txt").etag()).isNotEqualTo(copy.etag());
        assertThat(PrivateMark.isOn(object("secret.txt"))).isTrue();
        assertThat(PrivateMark.isOn(object("same.txt"))).isTrue();
        assertThat(migration().in(false).unchanged()).isEqualTo(2);
    }

    @Test
    void otherBytesOfTheSameSizeAndTimeAreNoCopy() throws Exception {
        Map<String, String> time = Map.of("mtime", "1700000000.000000000");
        waitForNextSecond(put(site, "shop/uploads/text.txt", "one", time));
        StoredObject _ = old("text.txt", "two", time);

        assertThat(migration().in(false).done()).isEqualTo(1);

        assertThat(stored()).containsEntry("text.txt", "two");
    }

    @Test
    void aStoreWithoutConditionsGetsTheChangedFile() throws Exception {
        StoredObject copy = put(site, "shop/uploads/text.txt", "first", Map.of());
        waitForNextSecond(copy);
        StoredObject _ = old("text.txt", "a longer one");
        front.on(request -> !request.conditions().isEmpty()).answer(501);
        make = Provider.OTHER;

        Migration.Report report = migration().in(false);

        assertThat(report.done()).as(findings.toString()).isEqualTo(1);
        assertThat(stored()).containsEntry("text.txt", "a longer one");
    }

    /// Times in S3 are whole seconds.
    private static void waitForNextSecond(StoredObject object) throws InterruptedException {
        while (System.currentTimeMillis() / 1000 <= object.modified().getEpochSecond()) {
            Thread.sleep(20);
        }
    }

    @Test
    void aLargeFileIsCopiedInPartsThroughABadLine() throws IOException {
        byte[] bytes = new byte[40 << 20];
        new Random(1).nextBytes(bytes);
        StoredObject source = old.put(
                ObjectKey.of("wp-content/uploads/film.mp4"),
                new ByteArrayInputStream(bytes),
                bytes.length,
                "video/mp4",
                WriteCondition.always());
        oldFront.on("GetObject").next(2).resetAnswerAfter(3 << 20);

        assertThat(migration().in(false).done()).isEqualTo(1);

        assertThat(front.count("UploadPart")).isEqualTo(3);
        assertThat(object("film.mp4").etag()).isEqualTo(source.etag());
        front.reset();
        assertThat(migration().verify(false, false).done()).isEqualTo(1);
        assertThat(front.count("GetObject")).isZero();
        assertThat(migration().verify(true, false).done()).isEqualTo(1);
        assertThat(front.count("GetObject")).isEqualTo(1);
    }

    @Test
    void aWholeCopyStaysIfTheOldStoreDoesNotSayWhetherItsFileHasChanged() throws Exception {
        StoredObject copy = put(site, "shop/uploads/text.txt", "first", Map.of());
        waitForNextSecond(copy);
        StoredObject _ = old("text.txt", "a longer one");
        oldFront.on("HeadObject").answer(503);

        Migration.Report report = migration().in(false);

        assertThat(report.failed()).isEqualTo(1);
        assertThat(findings).singleElement().matches(finding -> finding.reason().contains("may have changed"));
        assertThat(stored()).containsEntry("text.txt", "a longer one");
    }

    @Test
    void verificationFindsMissingAndDamagedFiles() throws IOException {
        StoredObject _ = old("a.txt", "a");
        StoredObject _ = old("b.txt", "b");
        StoredObject _ = old("c.txt", "c");
        assertThat(migration().in(false).done()).isEqualTo(3);
        Map<String, String> metadata = object("b.txt").metadata();
        site.delete(key("a.txt")); // by another tool, so without a mark
        StoredObject _ = put(site, "shop/uploads/b.txt", "x", metadata);

        assertThat(migration().verify(false, false).failed()).isEqualTo(2);

        assertThat(findings)
                .extracting(finding -> finding.file() + " " + finding.reason())
                .containsExactlyInAnyOrder("a.txt is not in S3", "b.txt differs from its object");
    }

    @Test
    void aFileThatCannotBeReadIsListedAndHoldsNothingUp() throws IOException {
        StoredObject _ = old("a.txt", "a");
        StoredObject _ = old("frozen.txt", "frozen");
        StoredObject _ = old("z.txt", "z");
        oldFront.on(request ->
                        request.operation().equals("GetObject") && request.key().endsWith("frozen.txt"))
                .answer(403, "InvalidObjectState");

        Migration.Report report = migration().in(false);

        assertThat(report.done()).isEqualTo(2);
        assertThat(report.failed()).isEqualTo(1);
        assertThat(findings).singleElement().matches(finding -> finding.file().equals("frozen.txt"));
    }

    @Test
    void anOutageOfTheOldStoreEndsTheMigrationWhichContinues() throws IOException {
        for (int i = 0; i < 20; i++) {
            StoredObject _ = old("file-" + i + ".txt", "text " + i);
        }
        oldFront.on(request ->
                        request.operation().equals("GetObject") && request.key().endsWith("file-7.txt"))
                .answer(503);

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> migration().in(false))
                .withMessageContaining("s3://attic/");
        oldFront.calm();
        Migration.Report rest = migration().in(false);

        assertThat(rest.done() + rest.unchanged()).isEqualTo(20);
        assertThat(migration().verify(true, false).done()).isEqualTo(20);
    }
}
