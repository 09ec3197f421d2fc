package dev.aloft.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.bulk.Progress;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.files.HeaderRules;
import dev.aloft.local.LocalFolder;
import dev.aloft.local.LocalWriter;
import dev.aloft.migrate.Migration;
import dev.aloft.migrate.Migration.OutSelection;
import dev.aloft.migrate.MigrationSides;
import dev.aloft.store.Bucket;
import dev.aloft.store.Fallback;
import dev.aloft.testkit.S3Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A library that is moved into S3 and back by commands that are killed in several phases, and run again, while the
/// site is in use.
final class MigrationInUseTest extends MigrationInUseFixture {

    private Path uploads;

    MigrationInUseTest() {
        super(10);
    }

    @BeforeEach
    void makeUploads() throws IOException {
        uploads = Files.createDirectory(temp.resolve("uploads"));
    }

    /// Files of a year ago.
    private void fill(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Path file = uploads.resolve(name(i));
            Files.createDirectories(file.getParent());
            Files.writeString(file, text(i));
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(365))));
            wanted.put(name(i), text(i));
        }
    }

    /// A migration as another process runs it.
    private Migration migration(Bucket bucket, Path folder) throws IOException {
        MigrationSides sides = MigrationSides.of(
                LocalFolder.at(folder), new FileTree(bucket, FilePath.of("shop")), bucket, UPLOADS, _ -> true);
        return new Migration(sides, 16, new Progress(), finding -> {
            throw new IllegalStateException(finding.toString());
        });
    }

    private Process migrate(String... words) throws IOException {
        return migrate(List.of(words), "", Map.of());
    }

    /// Kills the command at a request of a kind.
    private void killAt(int number, Predicate<S3Request> kind, String... words) throws Exception {
        CountDownLatch reached = new CountDownLatch(number);
        front.on(request -> {
                    if (kind.test(request)) {
                        reached.countDown();
                    }
                    return false;
                })
                .delay(Duration.ZERO);
        Process command = migrate(words);
        while (!reached.await(10, TimeUnit.MILLISECONDS)) {
            assertThat(command.isAlive())
                    .as("seed %d: %s ended before request %d: %s", seed, words[0], number, output())
                    .isTrue();
        }
        command.destroyForcibly().waitFor();
        front.reset();
    }

    private void complete(String... words) throws Exception {
        assertSuccess(migrate(words));
        front.reset();
    }

    private static Predicate<S3Request> operation(String name) {
        return request -> request.operation().equals(name);
    }

    private static boolean isLook(S3Request request) {
        return request.query().getOrDefault("prefix", "").startsWith("shop/migration/deleted/uploads/edited/");
    }

    /// The files without what killed commands have left of those that the site deleted afterwards.
    private static Map<String, String> texts(Path folder) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = folder.relativize(file).toString();
                if (!LocalWriter.isUnfinished(name)) {
                    texts.put(name, Files.readString(file));
                }
            }
        }
        return texts;
    }

    @Test
    void nothingIsMissedAndNothingIsLost() throws Exception {
        moveInAndOut(2000, false);
    }

    @Test
    @Tag("slow")
    void nothingIsMissedAndNothingIsLostOfManyFiles() throws Exception {
        moveInAndOut(20_000, true);
    }

    /// @param everyPhase true to kill a command also while it lists, and while it verifies
    private void moveInAndOut(int count, boolean everyPhase) throws Exception {
        fill(count);
        Path back = temp.resolve("back");
        Fallback library = Fallback.of(
                LocalFolder.at(uploads),
                "shop/uploads/",
                "shop/migration/deleted/uploads/",
                key -> HeaderRules.NONE.headers(FilePath.of(key.value())));
        inUse(library, count, () -> {
            moveIn(count / 10, everyPhase);
            moveOut(count / 10, back.toString());
        });
        Bucket other = bucket(s3.endpoint(), CREDENTIALS, "media");
        assertThat(migration(other, uploads).in(false).done()).isZero();
        assertThat(migration(other, uploads).verify(false, false).failed()).isZero();
        assertThat(migration(other, back).out(false, OutSelection.ALL).failed()).isZero();
        assertThat(migration(other, back).deleteExtra().failed()).isZero();
        assertThat(texts(back)).as("seed %d", seed).isEqualTo(wanted);
    }

    /// @param most limit of the files that a killed command copies
    private void moveIn(int most, boolean everyPhase) throws Exception {
        String folder = uploads.toString();
        if (everyPhase) {
            killAt(1 + random.nextInt(2), operation("ListObjectsV2"), "in", folder);
        }
        killAt(1 + random.nextInt(most), operation("PutObject"), "in", folder);
        killAt(1 + random.nextInt(2), MigrationInUseTest::isLook, "in", folder);
        complete("in", folder);
        if (everyPhase) {
            killAt(1 + random.nextInt(most), operation("GetObject"), "verify", folder, "--all");
        }
    }

    private void moveOut(int most, String folder) throws Exception {
        killAt(1 + random.nextInt(most), operation("GetObject"), "out", folder);
        complete("out", folder);
        killAt(1 + random.nextInt(5), operation("ListObjectsV2"), "out", folder, "--delete", "--yes");
    }
}
