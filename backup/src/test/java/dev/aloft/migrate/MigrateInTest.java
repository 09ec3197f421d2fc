package dev.aloft.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.migrate.Migration.Finding;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Migrations from a folder into S3.
@Timeout(300)
final class MigrateInTest extends MigrationFixture {

    @Test
    void filesBecomeObjectsWithTheHeadersOfUploads() throws IOException {
        local("2026/11/cat.jpg", "cat");
        local("2026/11.css", "style");
        local("2026-old/ä b.txt", "text");
        local("cache/page.html", "is excluded");

        Migration.Report report = migration().in(false);

        assertThat(report).isEqualTo(new Migration.Report(3, 12, 0, 0, 0, 0, 0, 0));
        assertThat(stored()).containsOnlyKeys("2026/11/cat.jpg", "2026/11.css", "2026-old/ä b.txt");
        StoredObject style = site.head(key("2026/11.css"), Duration.ZERO).orElseThrow();
        assertThat(style.type()).contains("text/css; charset=utf-8");
        assertThat(style.cacheControl()).isEqualTo("max-age=60");
        assertThat(style.metadata()).containsEntry("mtime", "1764417600.123456789");
        assertThat(front.count("PutObject")).isEqualTo(3);
        assertThat(front.count("HeadObject")).isZero();
    }

    @Test
    void whatIsThereAlreadyCostsOneListing() throws IOException {
        local("a.txt", "a");
        local("b.txt", "b");
        migration().in(false);
        front.reset();

        assertThat(migration().in(false).unchanged()).isEqualTo(2);

        assertThat(front.summary()).isEqualTo("2 ListObjectsV2"); // one of them of deletions
    }

    @Test
    void aDryRunWritesNothing() throws IOException {
        local("a.txt", "a");

        assertThat(migration().in(true).done()).isEqualTo(1);

        assertThat(stored()).isEmpty();
    }

    @Test
    void whatTheSiteWritesInS3Stays() throws IOException {
        local("listed.txt", "local");
        local("meanwhile.txt", "local");
        write(key("listed.txt"), "changed");
        front.on(request -> {
                    if (request.operation().equals("PutObject") && request.key().endsWith("meanwhile.txt")) {
                        writeUnchecked(key("meanwhile.txt"), "newest");
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        assertThat(migration().in(false).kept()).isEqualTo(2);

        assertThat(stored()).containsEntry("listed.txt", "changed").containsEntry("meanwhile.txt", "newest");
    }

    @Test
    void aLocalFileThatIsEditedLaterReplacesItsCopy() throws IOException {
        Path file = local("a.txt", "old");
        migration().in(false);
        Files.writeString(file, "new");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));

        assertThat(migration().in(false).done()).isEqualTo(1);
        assertThat(migration().in(false).unchanged()).isEqualTo(1);

        assertThat(stored()).containsEntry("a.txt", "new");
    }

    @Test
    void aLaterVersionWithThePreservedTimeOfItsOriginalReplacesTheCopyOfTheEarlierOne() throws IOException {
        local("a.txt", "old");
        migration().in(false);
        Path later = local("a.txt", "later");
        Files.setLastModifiedTime(later, FileTime.from(LAST_YEAR.plusSeconds(60)));

        Migration.Report removal = migration().verify(true, true);
        assertThat(removal.failed()).isEqualTo(1);
        assertThat(locals()).containsEntry("a.txt", "later");

        assertThat(migration().in(false).done()).isEqualTo(1);
        assertThat(stored()).containsEntry("a.txt", "later");
    }

    @Test
    void whatTheSiteAppendsToTheCopyOfAnEarlierVersionStays() throws IOException {
        local("a.log", "old");
        migration().in(false);
        Path later = local("a.log", "later");
        Files.setLastModifiedTime(later, FileTime.from(LAST_YEAR.plusSeconds(60)));
        Instant changed = Instant.now();
        StoredObject appended;
        do { // times of S3 are whole seconds
            appended = writeCopy("a.log", "old and more");
        } while (!appended.modified().isAfter(changed));

        assertThat(migration().in(false).kept()).isEqualTo(1);
        assertThat(stored()).containsEntry("a.log", "old and more");
        assertThat(migration().verify(true, true).failed()).isEqualTo(1);
        assertThat(locals()).containsEntry("a.log", "later");
    }

    @Test
    void aFileThatChangesWhileItIsCopiedIsCopiedAgain() throws IOException {
        Path file = local("a.txt", "old");
        AtomicInteger puts = new AtomicInteger();
        front.on(request -> {
                    if (request.operation().equals("PutObject") && puts.incrementAndGet() == 1) {
                        append(file);
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        assertThat(migration().in(false).done()).isEqualTo(1);

        assertThat(stored()).containsEntry("a.txt", "old+");
    }

    @Test
    void aFileThatKeepsChangingIsReportedAndNotStored() throws IOException {
        Path file = local("a.log", "old");
        local("b.txt", "b");
        front.on(request -> {
                    if (request.operation().equals("PutObject") && request.key().endsWith("a.log")) {
                        append(file);
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        Migration.Report report = migration().in(false);

        assertThat(report.failed()).isEqualTo(1);
        assertThat(findings).extracting(Finding::file).containsExactly("a.log");
        assertThat(stored()).containsOnlyKeys("b.txt");
    }

    @Test
    void anObjectThatWasNotReplacedIsNotWithdrawn() throws IOException {
        write(key("a.bin"), "of the site");
        Path file = uploads.resolve("a.bin");
        Files.write(file, new byte[17 << 20]);
        Instant later = Instant.now().plusSeconds(60);
        Files.setLastModifiedTime(file, FileTime.from(later));
        AtomicInteger parts = new AtomicInteger();
        front.on(request -> {
                    if (request.operation().equals("CreateMultipartUpload")) {
                        shorten(file, (17 << 20) - parts.incrementAndGet(), later);
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        assertThat(migration().in(false).failed()).isEqualTo(1);

        assertThat(parts).hasValueGreaterThan(1);
        assertThat(stored()).containsEntry("a.bin", "of the site");
    }

    private static void shorten(Path file, int size, Instant modified) {
        try {
            Files.write(file, new byte[size]);
            Files.setLastModifiedTime(file, FileTime.from(modified));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void append(Path file) {
        try {
            Files.writeString(file, Files.readString(file) + "+");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatCannotBeCopiedIsListedFirstAndHoldsNothingUp() throws IOException {
        local("a.txt", "a");
        local("line\nbreak.txt", "b");
        local(
                "z".repeat(200) + "/" + "y".repeat(200) + "/" + "x".repeat(200) + "/" + "w".repeat(200) + "/"
                        + "v".repeat(250) + ".txt",
                "too long a key");
        local("shell.php", "<?php");
        Files.createSymbolicLink(uploads.resolve("link.txt"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(uploads.resolve("folder"), Path.of("/etc"));

        Function<String, Optional<String>> notServed =
                key -> key.endsWith(".php") ? Optional.of("could execute") : Optional.empty();
        assertThat(migration().checkNames(notServed)).isEqualTo(4);
        assertThat(front.count("PutObject")).isZero();
        assertThat(migration().in(false).done()).isEqualTo(2);

        assertThat(findings)
                .filteredOn(finding -> finding.kind() == Finding.Kind.NOT_SERVED)
                .extracting(Finding::file)
                .containsExactly("shell.php");
        assertThat(stored()).containsOnlyKeys("a.txt", "shell.php");
    }

    @Test
    void aFullQuotaIsReportedForEachFileAndHoldsNothingUp() throws IOException {
        local("a.txt", "a");
        local("b.txt", "b");
        front.on(request ->
                        request.operation().equals("PutObject") && request.key().endsWith("a.txt"))
                .answer(403, "QuotaExceeded");

        Migration.Report report = migration().in(false);

        assertThat(report.done()).isEqualTo(1);
        assertThat(findings).extracting(Finding::file).containsExactly("a.txt");
    }

    @Test
    void aHalfOldCopyIsTakenBackIfItsRepetitionFails() throws IOException {
        local("changing.txt", "first");
        front.on(request -> {
                    if (request.operation().equals("PutObject")) {
                        try {
                            Files.writeString(uploads.resolve("changing.txt"), "the second");
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                    return false;
                })
                .delay(Duration.ZERO);
        front.on("PutObject").nth(2).answer(403);

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> migration().in(false));

        assertThat(front.count("PutObject")).isEqualTo(2);
        assertThat(stored()).isEmpty();
    }

    @Test
    void largeFilesAreCopiedInParts() throws IOException {
        Path file = uploads.resolve("film.mp4");
        Files.write(file, new byte[(16 << 20) + 1]);
        Files.setLastModifiedTime(file, FileTime.from(LAST_YEAR));

        assertThat(migration().in(false).bytes()).isEqualTo((16 << 20) + 1);

        assertThat(front.count("UploadPart")).isEqualTo(2);
        assertThat(migration().verify(false, false).done()).isEqualTo(1);
        assertThat(front.count("GetObject")).isZero();
    }

    @Test
    void aRefusalOfS3EndsTheMigration() throws IOException {
        local("a.txt", "a");
        front.on("PutObject").answer(403);

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> migration().in(false));
    }
}
