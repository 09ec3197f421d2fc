package dev.aloft.migrate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.bulk.Progress;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.files.HeaderRules;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.local.LocalFolder;
import dev.aloft.store.Bucket;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Migrations of a site `shop` between a folder and the bucket `media` of an embedded S3, behind a front that counts
/// requests and makes faults.
@Timeout(300)
final class MigrationTest {

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");
    private static final Instant LAST_YEAR = Instant.parse("2025-11-29T12:00:00.123456789Z");
    private static final int MAX_REQUESTS = 200;

    @TempDir
    private Path temp;

    private Path uploads;
    private EmbeddedS3 s3;
    private S3Front front;
    private Bucket site;
    private final List<Store> stores = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        s3 = EmbeddedS3.start(Files.createDirectory(temp.resolve("s3")), CREDENTIALS);
        s3.createBucket("media");
        front = S3Front.before(s3.endpoint());
        site = open(s3.endpoint());
        uploads = Files.createDirectory(temp.resolve("uploads"));
    }

    @AfterEach
    void stop() throws IOException {
        stores.forEach(Store::close);
        front.close();
        s3.close();
    }

    private Bucket open(URI endpoint) {
        StoreSettings settings = StoreSettings.at(Provider.EMBEDDED, endpoint).withTimeout(Duration.ofMinutes(1));
        Store store = Store.open(settings, CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
        stores.add(store);
        return store.bucket("media");
    }

    /// A migration as another process would run it, which knows nothing of the others.
    private Migration migration() throws IOException {
        Bucket bucket = open(front.endpoint());
        HeaderRules rules = new HeaderRules(List.of(new HeaderRules.Rule("*.css", null, "max-age=60")));
        MigrationSides sides = MigrationSides.of(
                LocalFolder.at(uploads),
                new FileTree(bucket, FilePath.of("shop"), rules),
                bucket,
                FilePath.of("shop/uploads"),
                name -> !name.startsWith("cache/"));
        return new Migration(sides, 4, new Progress(), findings::add);
    }

    private Path local(String name, String text) throws IOException {
        Path file = uploads.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setLastModifiedTime(file, FileTime.from(LAST_YEAR));
    }

    private static ObjectKey key(String name) {
        return ObjectKey.of("shop/uploads/" + name);
    }

    private StoredObject write(ObjectKey key, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        return site.put(
                key,
                new ByteArrayInputStream(bytes),
                bytes.length,
                new ObjectHeaders("text/plain", null),
                WriteCondition.always());
    }

    private Map<String, String> stored() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        for (StoredObject object : site.list(ListQuery.flat("shop/uploads/")).objects()) {
            try (ObjectContent content =
                    site.get(object.key(), null, ReadCondition.any()).orElseThrow()) {
                texts.put(
                        object.key().value().substring("shop/uploads/".length()),
                        new String(content.body().readAllBytes(), UTF_8));
            }
        }
        return texts;
    }

    private Map<String, String> locals() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(uploads)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.put(uploads.relativize(file).toString(), Files.readString(file));
            }
        }
        return texts;
    }

    @Test
    void filesBecomeObjectsWithTheHeadersOfUploads() throws IOException {
        local("2026/11/cat.jpg", "cat");
        local("2026/11.css", "style");
        local("2026-old/ä b.txt", "text");
        local("cache/page.html", "is excluded");

        MigrationReport report = migration().in(false);

        assertThat(report).isEqualTo(new MigrationReport(3, 12, 0, 0, 0, 0, 0, 0));
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

        assertThat(front.summary()).isEqualTo("3 ListObjectsV2"); // two of them of deletions
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

    private void writeUnchecked(ObjectKey key, String text) {
        try {
            write(key, text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
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

        MigrationReport report = migration().in(false);

        assertThat(report.failed()).isEqualTo(1);
        assertThat(findings).extracting(Finding::file).containsExactly("a.log");
        assertThat(stored()).containsOnlyKeys("b.txt");
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

        MigrationReport report = migration().in(false);

        assertThat(report.done()).isEqualTo(1);
        assertThat(findings).extracting(Finding::file).containsExactly("a.txt");
    }

    @Test
    void whatTheSiteHasDeletedStaysDeleted() throws IOException {
        local("a.txt", "a");
        write(ObjectKey.of("shop/migration/deleted/uploads/a.txt"), "");

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
                        writeUnchecked(ObjectKey.of("shop/migration/deleted/uploads/a.txt"), "");
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        migration().in(false);

        assertThat(stored()).containsOnlyKeys("b.txt");
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
    void verificationFindsMissingAndDamagedFiles() throws IOException {
        local("a.txt", "a");
        local("b.txt", "b");
        local("c.txt", "c");
        local("d.txt", "d");
        migration().in(false);
        write(key("b.txt"), "newer");
        site.delete(key("c.txt"));
        StoredObject d = site.head(key("d.txt"), Duration.ZERO).orElseThrow();
        site.put(
                key("d.txt"),
                new ByteArrayInputStream("x".getBytes(UTF_8)),
                1,
                new ObjectHeaders("text/plain", null),
                Map.of("mtime", d.metadata().get("mtime")),
                WriteCondition.always());

        for (boolean all : new boolean[] {false, true}) {
            findings.clear();
            MigrationReport report = migration().verify(all, false);
            assertThat(report.done()).isEqualTo(1);
            assertThat(report.kept()).isEqualTo(1);
            assertThat(findings).extracting(Finding::file).containsExactlyInAnyOrder("c.txt", "d.txt");
        }
    }

    @Test
    void onlyVerifiedLocalFilesAreRemoved() throws IOException {
        local("a.txt", "a");
        migration().in(false);
        local("b.txt", "not in S3");

        MigrationReport report = migration().verify(true, true);

        assertThat(report.removed()).isEqualTo(1);
        assertThat(report.failed()).isEqualTo(1);
        assertThat(locals()).containsOnlyKeys("b.txt");
    }

    @Test
    void theWayBackRestoresBytesAndTimes() throws IOException {
        Path file = local("2026/11/cat.jpg", "cat");
        migration().in(false);
        write(key("2026/12/new.txt"), "new");
        Files.delete(file);

        assertThat(migration().out(false).done()).isEqualTo(2);

        assertThat(locals()).isEqualTo(Map.of("2026/11/cat.jpg", "cat", "2026/12/new.txt", "new"));
        assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(LAST_YEAR);
        front.reset();
        assertThat(migration().out(false).unchanged()).isEqualTo(2);
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
        MigrationReport report = out.out(false);
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

    @Test
    void theWayBackFollowsNoLink() throws IOException {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Files.createSymbolicLink(uploads.resolve("folder"), elsewhere);
        write(key("folder/a.txt"), "a");
        write(key("b.txt"), "b");

        assertThat(migration().out(false).failed()).isEqualTo(1);

        assertThat(elsewhere).isEmptyDirectory();
        assertThat(uploads.resolve("b.txt")).hasContent("b");
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
                migration().out(false);
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
                MigrationReport rest = in ? migration().in(false) : migration().out(false);
                assertThat(rest.done() + rest.unchanged()).isEqualTo(5);
                assertThat(stored()).as("after request %d", request).isEqualTo(wanted);
                assertThat(locals()).as("after request %d", request).isEqualTo(wanted);
            }
            assertThat(ended).isTrue();
        }
    }

    @Test
    void aRefusalOfS3EndsTheMigration() throws IOException {
        local("a.txt", "a");
        front.on("PutObject").answer(403);

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> migration().in(false));
    }
}
