package dev.aloft.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.CommandRun;
import dev.aloft.cli.CommandStore;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// `aloft backup` on a real S3: a site is backed up, destroyed and brought back by commands only.
@Timeout(300)
final class BackupCommandTest {

    @TempDir
    private Path folder;

    private CommandStore s3;
    private Path config;

    @BeforeEach
    void start() throws IOException {
        s3 = CommandStore.start(folder, "media", "backups");
        config = Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                provider = "embedded"
                endpoint = "%s"

                [[site]]
                name = "shop"
                bucket = "media"
                prefix = "shop"
                socket = "/run/aloft/shop.sock"

                [site.backup]
                bucket = "backups"
                keep_last = 1
                """.formatted(s3.endpoint()));
    }

    @AfterEach
    void stop() throws IOException {
        s3.close();
    }

    private CommandRun aloft(String... words) {
        return CommandRun.of(arguments(words));
    }

    private String done(String... words) {
        return CommandRun.done(arguments(words));
    }

    private String[] arguments(String... words) {
        return Stream.of(Stream.of("backup"), Stream.of(words), Stream.of("--config", config.toString()))
                .flatMap(each -> each)
                .toArray(String[]::new);
    }

    private void write(String name, String text) throws IOException {
        s3.write("media", "shop/" + name, text);
    }

    private List<String> names() throws IOException {
        return s3.keys("media", "shop/").stream()
                .map(key -> key.value().substring("shop/".length()))
                .toList();
    }

    @Test
    void aSiteIsBackedUpDestroyedAndBroughtBack() throws IOException {
        write("uploads/cat.jpg", "cat");
        write("uploads/2026/dog.jpg", "dog");
        assertThat(done("create", "--tag", "first")).contains("2 files").contains("2 files copied");
        assertThat(done("list").lines()).singleElement().asString().contains("first");
        assertThat(done("show"))
                .contains("site        shop")
                .contains("tags        first")
                .contains("verified    never");
        assertThat(done("verify", "--all")).contains("2 files checked, 2 of them read");
        assertThat(done("list")).contains("  verified 20");
        assertThat(done("show")).contains("verified    20").contains("2 files, bytes of 100 % of them: good");

        s3.bucket("media").deleteAll(s3.keys("media", "shop/"));
        write("uploads/later.jpg", "later");
        assertThat(done("restore", "--dry-run", "--delete").lines())
                .containsExactly(
                        "create uploads/2026/dog.jpg (3 B)",
                        "create uploads/cat.jpg (3 B)",
                        "delete uploads/later.jpg");
        assertThat(names()).containsExactly("uploads/later.jpg");

        assertThat(done("restore", "--delete", "--yes"))
                .contains("2 files written")
                .contains("1 deleted");
        assertThat(names()).containsExactly("uploads/2026/dog.jpg", "uploads/cat.jpg");
        assertThat(done("restore", "--undo", "--yes"))
                .contains("1 files written")
                .contains("2 deleted");
        assertThat(names()).containsExactly("uploads/later.jpg");
        assertThat(done("restore", "--path", "uploads/2026", "--yes")).contains("1 files written");
        assertThat(names()).containsExactly("uploads/2026/dog.jpg", "uploads/later.jpg");
    }

    @Test
    void aRestorationThatChangesNothingNamesItsSnapshot() throws IOException {
        write("a", "a");
        String id = id(done("create", "--json"));
        assertThat(done("restore", "--yes").lines().toList().getFirst())
                .startsWith("no file differs from the 1 files of snapshot " + id)
                .contains(" s ago)")
                .endsWith("aloft backup list prints earlier snapshots");
    }

    @Test
    void anUnfinishedRestorationOfAnotherSnapshotIsNamed() throws IOException {
        write("a", "first");
        String first = id(done("create", "--json"));
        write("a", "second");
        String second = id(done("create", "--json"));
        done("restore", first, "--yes");
        s3.bucket("backups")
                .delete(s3.keys("backups", "shop/restores/").stream()
                        .filter(key -> key.value().endsWith("/finished.json"))
                        .findFirst()
                        .orElseThrow());

        assertThat(done("restore", first, "--yes")).doesNotContain("did not finish");
        assertThat(done("restore", second, "--yes"))
                .contains(" (" + first + ") did not finish", "To take back that one, run --undo first");
    }

    @Test
    void aRestorationIntoBackupsIsRefused() throws IOException {
        write("a", "a");
        done("create");
        for (String prefix : List.of("", "shop", "shop/content")) {
            CommandRun result = aloft("restore", "--to-bucket", "backups", "--to-prefix", prefix, "--delete", "--yes");
            assertThat(result.code()).as(prefix).isEqualTo(2);
            assertThat(result.err()).contains("overlaps the backups of the site shop");
        }
        done("verify", "--all");
        done("restore", "--to-bucket", "backups", "--to-prefix", "copy", "--delete", "--yes");
    }

    @Test
    void aFileThatTheAgentMadePrivateIsNotPublishedByARestore() throws IOException {
        write("a", "a");
        done("create");
        byte[] bytes = "changed".getBytes(UTF_8);
        ObjectKey key = ObjectKey.of("shop/a");
        Bucket media = s3.bucket("media");
        media.put(
                key,
                new ByteArrayInputStream(bytes),
                bytes.length,
                new ObjectHeaders("text/plain", null),
                Map.of(PrivateMark.NAME, "1"),
                WriteCondition.always());
        assertThat(done("restore", "--yes")).contains("1 files were public and stay private");
        assertThat(media.head(key, Duration.ZERO).orElseThrow().metadata()).containsKey(PrivateMark.NAME);
    }

    @Test
    void aDamagedDescriptionIsListedAndEndsAPruneWithItsLine() throws IOException {
        write("a", "a");
        done("create");
        ObjectKey description = s3.keys("backups", "shop/snapshots/").stream()
                .filter(key -> key.value().endsWith("/snapshot.json"))
                .findFirst()
                .orElseThrow();
        s3.bucket("backups")
                .put(description, InputStream.nullInputStream(), 0, "application/json", WriteCondition.always());
        done("create", "--full");
        assertThat(done("list").lines()).hasSize(2).last().asString().contains("damaged", description.value());
        CommandRun prune = aloft("prune");
        assertThat(prune.code()).isEqualTo(7);
        assertThat(prune.err()).contains(description.value()).contains("no content was deleted");
    }

    @Test
    void aPathThatTheSnapshotDoesNotHaveIsAnError() throws IOException {
        write("uploads/a", "a");
        done("create");
        CommandRun restore = aloft("restore", "--path", "uploads/b", "--yes");
        assertThat(restore.code()).isEqualTo(7);
        assertThat(restore.err()).contains("uploads/b");
    }

    @Test
    void optionsThatAreNotForAnUndoAreRefused() throws IOException {
        write("a", "a");
        done("create");
        write("a", "edited");
        done("restore", "--yes");
        for (String option : List.of(
                "--dry-run", "--delete", "--publish", "--again", "--path=a", "--to=2026-11-29T14:03:07Z", "an-id")) {
            CommandRun result = aloft("restore", "--undo", option, "--yes");
            assertThat(result.code()).as(option).isEqualTo(2);
            assertThat(result.err()).contains("--undo takes neither");
        }
        assertThat(aloft("restore", "--only", "database", "--undo", "an-id", "--yes")
                        .err())
                .contains("--undo takes neither");
    }

    @Test
    void aPrefixThatIsNoneIsRefused() throws IOException {
        write("a", "a");
        done("create");
        CommandRun result = aloft("restore", "--to-prefix", "/shop", "--yes");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("--to-prefix /shop is no directory");
    }

    @Test
    void snapshotsAreComparedAndPruned() throws IOException {
        write("a", "a");
        String first = id(done("create", "--json"));
        write("a", "changed");
        write("b", "b");
        String second = id(done("create", "--json"));
        assertThat(done("diff", first, second).lines()).containsExactly("M a", "+ b");
        assertThat(done("prune", "--dry-run")).contains("would drop " + first);
        assertThat(done("list").lines()).hasSize(2);
        assertThat(done("prune")).contains("dropped " + first);
        assertThat(done("list").lines()).hasSize(1);
    }

    private static String id(String events) {
        String last = events.lines().reduce((_, line) -> line).orElseThrow();
        return JsonMapper.shared().readTree(last).required("id").stringValue();
    }

    @Test
    void aDamagedSnapshotIsReportedWithItsFile() throws IOException {
        write("a", "a");
        done("create");
        s3.bucket("backups").delete(s3.keys("backups", "shop/content/").getFirst());
        CommandRun result = aloft("verify");
        assertThat(result.code()).isEqualTo(7);
        assertThat(result.out()).contains("a: its content").contains("is missing");
        assertThat(result.err().lines()).hasSize(2).first().asString().contains("cannot be restored as it was");
    }

    @Test
    void schedulesAreOfTheSite() {
        assertThat(done("schedule"))
                .contains("aloft-backup-shop.timer")
                .contains("OnCalendar=daily")
                .containsPattern("(?m)^ExecStart=/usr/bin/aloft backup verify --site shop --config /");
        assertThat(done("schedule", "--for", "cron")).startsWith("7 3 * * * ").contains("backup prune --site shop");
        assertThat(done("schedule", "--for", "kubernetes"))
                .contains("kind: CronJob")
                .contains("\"7 3 * * *\"")
                .containsPattern("(?m)^ {18}/usr/bin/aloft backup create .* &&$\n {18}/usr/bin/aloft backup verify ")
                .contains("--config /etc/aloft/aloft.toml");
    }

    @Test
    void theCronJobFitsTheBaseForKubernetes() throws Exception {
        Path base = Path.of(System.getProperty("aloft.root")).resolve("packaging/kubernetes");
        String edge = Files.readString(base.resolve("edge.yaml"));
        String job = done("schedule", "--for", "kubernetes");

        assertThat(blocks(job, "securityContext:")).isEqualTo(blocks(edge, "securityContext:"));
        assertThat(blocks(job, "envFrom:")).isEqualTo(blocks(edge, "envFrom:"));
        assertThat(blocks(job, "configMap:")).isEqualTo(blocks(edge, "configMap:"));
        assertThat(job).contains("automountServiceAccountToken: false");
        assertThat(Files.readString(base.resolve("secret.yaml"))).contains("name: aloft\n");
    }

    /// The lines below each line of this text, without their common indentation.
    private static List<String> blocks(String yaml, String line) {
        return Pattern.compile("(?m)^( *)\\Q" + line + "\\E\\n((?:\\1 +.*\\n)+)")
                .matcher(yaml)
                .results()
                .map(block -> block.group(2).stripTrailing().stripIndent())
                .toList();
    }
}
