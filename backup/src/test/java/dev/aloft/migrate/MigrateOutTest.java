package dev.aloft.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.migrate.Migration.Finding;
import dev.aloft.migrate.Migration.OutSelection;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Migrations from S3 back to a folder, and interrupted ones in both directions.
@Timeout(300)
final class MigrateOutTest extends MigrationFixture {

    private static final int MAX_REQUESTS = 200;

    @Test
    void theWayBackRestoresBytesAndTimes() throws IOException {
        Path file = local("2026/11/cat.jpg", "cat");
        migration().in(false);
        write(key("2026/12/new.txt"), "new");
        Files.delete(file);

        assertThat(migration().out(false, PUBLIC).done()).isEqualTo(2);

        assertThat(locals()).isEqualTo(Map.of("2026/11/cat.jpg", "cat", "2026/12/new.txt", "new"));
        assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(LAST_YEAR);
        front.reset();
        assertThat(migration().out(false, PUBLIC).unchanged()).isEqualTo(2);
        assertThat(front.count("GetObject")).isZero();
    }

    @Test
    void theWayBackKeepsNewerFilesAndDeletesOnlyOnRequest() throws IOException {
        local("old.txt", "old");
        write(key("old.txt"), "changed in S3");
        local("deleted.txt", "deleted in S3");
        Path newer = local("newer.txt", "newer");
        write(key("newer.txt"), "older");
        Files.setLastModifiedTime(newer, FileTime.from(Instant.now().plusSeconds(60)));

        Migration out = migration();
        Migration.Report report = out.out(false, PUBLIC);
        Path later = uploads.resolve("later.txt");
        Files.writeString(later, "written meanwhile");
        Files.setLastModifiedTime(later, FileTime.from(Instant.now().plusSeconds(60)));

        assertThat(report.extra()).isEqualTo(1);
        assertThat(report.kept()).isEqualTo(1);
        assertThat(locals()).containsKey("deleted.txt");
        assertThat(out.deleteExtra().removed()).isEqualTo(1);
        assertThat(locals())
                .isEqualTo(Map.of("old.txt", "changed in S3", "newer.txt", "newer", "later.txt", "written meanwhile"));
    }

    /// The listing of the deletions begins when that of the objects has been read.
    @Test
    void theWayBackDeletesNoFileThatS3HasByThen() throws IOException {
        local("2025/cat.txt", "cat");
        local("2025/dog.txt", "dog");
        Migration out = migration();
        assertThat(out.out(false, PUBLIC).extra()).isEqualTo(2);
        front.on(request -> {
                    if (request.query().getOrDefault("prefix", "").equals(DELETED)) {
                        writeNow(key("2025/cat.txt"));
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        assertThat(out.deleteExtra().removed()).isEqualTo(1);
        assertThat(locals()).isEqualTo(Map.of("2025/cat.txt", "cat"));
    }

    private void writeNow(ObjectKey key) {
        try {
            StoredObject _ = write(key, "cat");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theWayBackFollowsNoLink() throws IOException {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Files.createSymbolicLink(uploads.resolve("folder"), elsewhere);
        write(key("folder/a.txt"), "a");
        write(key("b.txt"), "b");

        assertThat(migration().out(false, PUBLIC).failed()).isEqualTo(1);

        assertThat(elsewhere).isEmptyDirectory();
        assertThat(uploads.resolve("b.txt")).hasContent("b");
    }

    @Test
    void privateFilesAreLeftOutUnlessRequested() throws IOException {
        write(key("public.txt"), "public");
        StoredObject file = write(key("private.txt"), "private");
        site.replaceMetadata(file, PrivateMark.with(file.metadata()));

        assertThat(migration().out(false, PUBLIC).failed()).isEqualTo(1);

        assertThat(findings).extracting(Finding::file).containsExactly("private.txt");
        assertThat(locals()).containsOnlyKeys("public.txt");
        assertThat(migration().out(false, OutSelection.ALL).failed()).isZero();
        assertThat(locals()).containsOnlyKeys("public.txt", "private.txt");
    }

    @Test
    void whatTheSelectionRefusesIsLeftOut() throws IOException {
        write(key("a.txt"), "a");
        write(key("shell.php"), "<?php");
        OutSelection selection =
                new OutSelection(true, key -> key.endsWith(".php") ? Optional.of("is a program") : Optional.empty());

        assertThat(migration().out(true, selection).failed()).isEqualTo(1);
        assertThat(migration().out(false, selection).failed()).isEqualTo(1);

        assertThat(findings).extracting(Finding::file).containsExactly("shell.php", "shell.php");
        assertThat(locals()).containsOnlyKeys("a.txt");
    }

    @Test
    void whatIsWrittenIntoTheFolderMeanwhileStays() throws IOException {
        local("listed.txt", "old");
        write(key("listed.txt"), "of S3");
        write(key("new.txt"), "of S3");
        front.on(request -> {
                    if (request.operation().equals("GetObject")) {
                        writeLocal(request.key().substring(request.key().lastIndexOf('/') + 1));
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        assertThat(migration().out(false, PUBLIC).kept()).isEqualTo(2);

        assertThat(locals()).isEqualTo(Map.of("listed.txt", "written meanwhile", "new.txt", "written meanwhile"));
    }

    private void writeLocal(String name) {
        try {
            Files.writeString(uploads.resolve(name), "written meanwhile");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// True if the operation ended before its request with this number; later ones are refused, as after kill -9.
    private boolean runs(boolean in, int lastRequest) throws IOException {
        AtomicInteger count = new AtomicInteger();
        front.calm();
        front.on(_ -> count.incrementAndGet() > lastRequest - 1).answer(403);
        try {
            if (in) {
                migration().in(false);
            } else {
                migration().out(false, PUBLIC);
            }
            return count.get() < lastRequest;
        } catch (IOException e) {
            return false;
        } finally {
            front.calm();
        }
    }

    @Test
    void anInterruptedMigrationIsContinued() throws IOException {
        for (int i = 0; i < 5; i++) {
            local("file-" + i, "text " + i);
        }
        Map<String, String> wanted = locals();
        for (boolean in : new boolean[] {true, false}) {
            boolean ended = false;
            for (int request = 1; !ended && request < MAX_REQUESTS; request++) {
                for (String name : wanted.keySet()) {
                    if (in) {
                        site.delete(key(name));
                    } else {
                        Files.delete(uploads.resolve(name));
                    }
                }
                ended = runs(in, request);
                Migration.Report rest = in ? migration().in(false) : migration().out(false, PUBLIC);
                // A write of the interrupted run may arrive after the next one has listed the bucket: it is kept.
                assertThat(rest.done() + rest.unchanged() + rest.kept()).isEqualTo(5);
                assertThat(stored()).as("after request %d", request).isEqualTo(wanted);
                assertThat(locals()).as("after request %d", request).isEqualTo(wanted);
            }
            assertThat(ended).isTrue();
        }
    }
}
