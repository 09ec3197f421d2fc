package dev.aloft.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.local.LocalFolder;
import dev.aloft.store.Fallback;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import dev.aloft.testkit.Occasion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Migrations from a folder of files that the site deletes in S3.
@Timeout(300)
final class MigrateInDeletionsTest extends MigrationFixture {

    @Test
    void whatTheSiteHasDeletedStaysDeleted() throws IOException {
        local("a.txt", "a");
        mark("a.txt");

        assertThat(migration().in(false).deleted()).isEqualTo(1);
        assertThat(stored()).isEmpty();

        Files.setLastModifiedTime(
                uploads.resolve("a.txt"), FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(migration().in(false).done()).isEqualTo(1); // a later file of the same name
    }

    @Test
    void whatTheSiteDeletesMeanwhileIsTakenBack() throws IOException {
        local("a.txt", "a");
        local("b.txt", "b");
        front.on(request -> {
                    if (request.operation().equals("PutObject") && request.key().endsWith("uploads/a.txt")) {
                        mark("a.txt");
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        migration().in(false);

        assertThat(stored()).containsOnlyKeys("b.txt");
    }

    @Test
    void whatTheSiteDeletesAndUploadsAgainMeanwhileStays() throws IOException {
        local("a.txt", "a");
        AtomicBoolean isThere = new AtomicBoolean();
        front.on(request -> {
                    if (request.operation().equals("PutObject")) {
                        isThere.set(true);
                    } else if (request.operation().equals("ListObjectsV2") && isThere.getAndSet(false)) {
                        mark("a.txt");
                        writeUnchecked(key("a.txt"), "a");
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        migration().in(false);

        assertThat(front.count("HeadObject")).isEqualTo(1);
        assertThat(stored()).containsOnlyKeys("a.txt");
    }

    @Test
    void whatTheSiteDeletesIsTakenBackAlthoughALookOrAWithdrawalFails() throws IOException {
        for (String operation : new String[] {"ListObjectsV2", "DeleteObject"}) {
            front.reset();
            String name = operation + ".txt";
            local(name, "a");
            front.on(request -> {
                        if (request.operation().equals("PutObject")) {
                            mark(name);
                            front.on(operation).next(1).answer(403);
                        }
                        return false;
                    })
                    .delay(Duration.ZERO);

            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> migration().in(false));

            assertThat(stored()).as(operation).isEmpty();
        }
    }

    /// Runs a process that copies a file which the site deletes right before. No request after the copy gets through,
    /// as if the process were killed.
    private void killAtTheCopy(String name, ThrowingCallable process) throws IOException {
        front.on(request -> {
                    if (request.operation().equals("PutObject") && request.key().endsWith("uploads/" + name)) {
                        mark(name);
                        front.onEvery().answer(403);
                    }
                    return false;
                })
                .delay(Duration.ZERO);
        assertThatExceptionOfType(StoreException.class).isThrownBy(process);
        front.reset();
        assertThat(stored()).containsKey(name);
    }

    /// The files of a host of the site, whose fallback is the folder.
    private FileTree host() throws IOException {
        Fallback fallback = Fallback.of(
                LocalFolder.at(uploads), "shop/uploads/", DELETED, _ -> new ObjectHeaders("text/plain", null));
        return new FileTree(open(front.endpoint()).withFallback(fallback), FilePath.of("shop"));
    }

    private static FilePath path(String name) {
        return FilePath.of("shop/uploads/" + name);
    }

    @Test
    void aCopyOfADeletedFileThatAKilledMigrationHasLeftIsWithdrawnByTheNext() throws IOException {
        local("a.txt", "a");
        local("b.txt", "b");
        killAtTheCopy("a.txt", () -> migration().in(false));

        assertThat(migration().in(true).deleted()).isEqualTo(1);
        assertThat(stored()).containsKey("a.txt");
        assertThat(migration().in(false).deleted()).isEqualTo(1);

        assertThat(stored()).containsOnlyKeys("b.txt");
    }

    @Test
    void aCopyOfADeletedFileThatAKilledHostHasLeftIsWithdrawnByTheNextMigration() throws IOException {
        local("a.txt", "a");
        FileTree host = host();
        killAtTheCopy("a.txt", () -> host.stat(path("a.txt")));

        assertThat(migration().in(false).deleted()).isEqualTo(1);

        assertThat(stored()).isEmpty();
    }

    @Test
    void whatTheSiteUploadsOrRenamesAfterAKillStays() throws IOException {
        local("a.txt", "a");
        killAtTheCopy("a.txt", () -> migration().in(false));
        local("b.txt", "b");
        killAtTheCopy("b.txt", () -> migration().in(false));
        writeUnchecked(key("a.txt"), "a"); // the same bytes
        FileTree host = host();
        host.move(path("b.txt"), path("c.txt"), true);
        host.move(path("c.txt"), path("b.txt"), true);

        Migration.Report report = migration().in(false);

        assertThat(report.unchanged()).isEqualTo(2);
        assertThat(stored()).containsOnlyKeys("a.txt", "b.txt");
    }

    @Test
    void whatTheSiteRenamesAwayAndBackStays() throws IOException {
        local("a.txt", "a");
        local("2025/b.txt", "b");
        local("2025/c.txt", "c");
        assertThat(host().stat(path("2025/c.txt"))).isPresent(); // copied by the fallback
        migration().in(false);
        FileTree host = host();
        host.move(path("a.txt"), path("z.txt"), true);
        host.move(path("z.txt"), path("a.txt"), true);
        host.move(path("2025"), path("2024"), true);
        host.move(path("2024"), path("2025"), true);

        Migration.Report report = migration().in(false);

        assertThat(report.unchanged()).isEqualTo(3);
        assertThat(stored()).containsOnlyKeys("a.txt", "2025/b.txt", "2025/c.txt");
    }

    @Test
    void aLaterFileOfADeletedNameIsNotReplaced() throws IOException {
        local("a.txt", "old");
        mark("a.txt");
        StoredObject _ = write(key("a.txt"), "later");

        assertThat(migration().in(false).kept()).isEqualTo(1);

        assertThat(stored()).containsEntry("a.txt", "later");
        assertThat(front.summary()).isEqualTo("2 ListObjectsV2");
    }

    @Test
    void copiesShareTheLooksForMarksOfDeletionsAndWaitForNone() throws Exception {
        int files = 40;
        for (int i = 0; i < files; i++) {
            local("2026/" + i % 2 + "/" + i + ".txt", "meow");
        }
        Occasion looks = front.on(
                        request -> request.query().getOrDefault("prefix", "").startsWith(DELETED + "2026/"))
                .delay(Duration.ofSeconds(1));

        assertThat(migration().in(false).done()).isEqualTo(files);

        assertThat(front.count("PutObject")).isEqualTo(files);
        assertThat(front.count("HeadObject")).isZero();
        assertThat(looks.met()).isBetween(2, files / 4 - 1); // four copies at the same time would wait in tens
        assertThat(front.count("ListObjectsV2")).isEqualTo(2 + looks.met());
    }
}
