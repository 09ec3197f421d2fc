package dev.aloft.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.backup.database.DatabaseAccess;
import dev.aloft.backup.database.LogArchive;
import dev.aloft.backup.database.LogFollower;
import dev.aloft.cli.CommandRun;
import dev.aloft.cli.CommandStore;
import dev.aloft.lab.Command;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.Database;
import dev.aloft.lab.MariaDb;
import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The database of a site in `aloft backup`: it is backed up, destroyed and brought back by commands only.
@Timeout(300)
final class BackupDatabaseCommandTest {

    @TempDir
    private Path folder;

    private CommandStore s3;
    private DataFolder data;
    private MariaDb server;
    private Path wpConfig;
    private Path config;

    @BeforeEach
    void start() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        s3 = CommandStore.start(folder, "media", "backups");
        data = DataFolder.open(folder.resolve("data"));
        server = MariaDb.startWithLog(data, _ -> {});
        Database database = server.database("shop");
        sql("GRANT ALL ON `shop\\_aloft\\_%`.* TO shop@localhost;"
                + " GRANT REPLICATION SLAVE, BINLOG MONITOR, BINLOG REPLAY ON *.* TO shop@localhost;"
                + " USE shop; CREATE TABLE wp_posts (title TEXT); INSERT INTO wp_posts VALUES ('first')");
        wpConfig =
                Files.writeString(folder.resolve("wp-config.php"), """
                <?php
                define('DB_NAME', 'shop');
                define('DB_USER', 'shop');
                define('DB_PASSWORD', '%s');
                define('DB_HOST', 'localhost:%s');
                """.formatted(database.password(), server.socket()));
        config = Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                provider = "embedded"
                endpoint = "%s"

                [[site]]
                name = "shop"
                bucket = "media"
                socket = "/run/aloft/shop.sock"

                [site.backup]
                bucket = "backups"
                database = "%s"
                """.formatted(s3.endpoint(), wpConfig));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        data.close();
        s3.close();
    }

    private List<String> sql(String statements) throws IOException {
        return Command.of(
                        "mariadb",
                        "--no-defaults",
                        "--socket=" + server.socket(),
                        "--user=" + System.getProperty("user.name"),
                        "--batch",
                        "--skip-column-names")
                .withInput(statements)
                .run()
                .lines()
                .toList();
    }

    private List<String> titles() throws IOException {
        return sql("SELECT title FROM shop.wp_posts");
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

    @Test
    void theDatabaseIsBackedUpDestroyedAndBroughtBack() throws IOException {
        done("create");
        assertThat(done("verify", "--all")).isNotEmpty();
        sql("UPDATE shop.wp_posts SET title = 'destroyed'");
        assertThat(aloft("restore", "--only", "database").err()).contains("add --yes");
        assertThat(done("restore", "--only", "database", "--yes"))
                .contains("database shop: 1 tables restored from the dump of")
                .contains("those before are in shop_aloft_old");
        assertThat(titles()).containsExactly("first");
        done("restore", "--only", "database", "--undo", "--yes");
        assertThat(titles()).containsExactly("destroyed");
        done("restore", "--only", "database", "--in-place", "--yes");
        assertThat(titles()).containsExactly("first");
    }

    private String file(String name) throws IOException {
        return s3.text("media", "uploads/" + name);
    }

    private void write(String name, String text) throws IOException {
        s3.write("media", "uploads/" + name, text);
    }

    @Test
    void aSiteIsRestoredAndTakenBackAsAWhole() throws IOException {
        write("a.txt", "first");
        done("create");
        write("a.txt", "destroyed");
        sql("UPDATE shop.wp_posts SET title = 'destroyed'");
        assertThat(done("restore", "--dry-run").lines())
                .hasSize(2)
                .anyMatch(line -> line.contains("uploads/a.txt"))
                .anyMatch(line -> line.startsWith("replace the tables of database shop"));
        assertThat(done("restore", "--yes")).contains("1 files written").contains("database shop: 1 tables restored");
        assertThat(file("a.txt")).isEqualTo("first");
        assertThat(titles()).containsExactly("first");
        assertThat(done("restore", "--undo", "--yes"))
                .contains("1 files written")
                .contains("the last restoration was taken back");
        assertThat(file("a.txt")).isEqualTo("destroyed");
        assertThat(titles()).containsExactly("destroyed");
    }

    @Test
    void anUndoTakesBackThePartThatWasRestoredLast() throws IOException {
        write("a.txt", "first");
        done("create");
        write("a.txt", "destroyed");
        sql("UPDATE shop.wp_posts SET title = 'destroyed'");
        done("restore", "--yes");
        write("a.txt", "destroyed again");
        done("restore", "--path", "uploads/a.txt", "--yes");
        done("restore", "--undo", "--yes");
        assertThat(file("a.txt")).isEqualTo("destroyed again");
        assertThat(titles()).as("it was restored before the file").containsExactly("first");
        sql("UPDATE shop.wp_posts SET title = 'destroyed again'");
        done("restore", "--only", "database", "--again", "--yes");
        done("restore", "--undo", "--yes");
        assertThat(titles()).containsExactly("destroyed again");
        assertThat(file("a.txt")).isEqualTo("destroyed again");
        CommandRun mixed = aloft("restore", "--only", "database", "--path", "uploads", "--yes");
        assertThat(mixed.code()).isEqualTo(2);
        assertThat(mixed.err()).contains("--only database excludes --path");
    }

    @Test
    void aRunThatFindsTheFilesRestoredIsTakenBackWithThem() throws IOException {
        write("a.txt", "first");
        done("create");
        write("a.txt", "destroyed");
        sql("UPDATE shop.wp_posts SET title = 'destroyed'");
        done("restore", "--only", "files", "--yes"); // as a run that ended before the database
        done("restore", "--yes");
        done("restore", "--undo", "--yes");
        assertThat(file("a.txt")).isEqualTo("destroyed");
        assertThat(titles()).containsExactly("destroyed");

        CommandRun again = aloft("restore", "--undo", "--yes");
        assertThat(again.code()).isEqualTo(7);
        assertThat(again.err()).contains("the last restoration was taken back already");
        done("restore", "--only", "files", "--undo", "--yes");
        assertThat(file("a.txt")).isEqualTo("first");
    }

    @Test
    void aSecondUndoTakesNoEarlierRestorationBack() throws IOException {
        write("a.txt", "first");
        done("create");
        sql("UPDATE shop.wp_posts SET title = 'changed'");
        done("restore", "--only", "database", "--yes");
        write("a.txt", "changed");
        done("restore", "--only", "files", "--yes");
        done("restore", "--undo", "--yes");
        assertThat(aloft("restore", "--undo", "--yes").code()).isEqualTo(7);
        assertThat(titles()).containsExactly("first");

        done("restore", "--only", "files", "--yes");
        done("restore", "--only", "database", "--again", "--yes");
        done("restore", "--undo", "--yes");
        assertThat(aloft("restore", "--undo", "--yes").code()).isEqualTo(7);
        assertThat(file("a.txt")).isEqualTo("first");
    }

    @Test
    void aLoadInPlaceCannotBeTakenBackToTheOneBefore() throws IOException {
        done("create");
        sql("UPDATE shop.wp_posts SET title = 'changed'");
        done("restore", "--only", "database", "--yes");
        done("restore", "--only", "database", "--in-place", "--again", "--yes");
        CommandRun undo = aloft("restore", "--only", "database", "--undo", "--yes");
        assertThat(undo.code()).as(undo.err()).isEqualTo(7);
        assertThat(titles()).containsExactly("first");
        CommandRun files = aloft("restore", "--to-database", "shop", "--delete", "--yes");
        assertThat(files.code()).isEqualTo(2);
        assertThat(files.err()).contains("--delete and --publish are for files");
    }

    @Test
    void aSecondAttemptDoesNotDropTheTablesFromBeforeTheFirst() throws IOException {
        done("create");
        sql("INSERT INTO shop.wp_posts VALUES ('an order after the dump')");
        done("restore", "--yes");
        for (String[] command : List.of(
                new String[] {"restore", "--yes"},
                new String[] {"restore", "--only", "database", "--in-place", "--yes"})) {
            CommandRun second = aloft(command);
            assertThat(second.code()).as(second.err()).isEqualTo(7);
            assertThat(second.err())
                    .containsPattern("\\(\\d+ s ago\\) would be lost")
                    .contains("--undo", "--again");
        }
        done("restore", "--undo", "--yes");
        assertThat(titles()).containsExactly("first", "an order after the dump");
        done("restore", "--yes");
        assertThat(titles()).containsExactly("first");
    }

    @Test
    void aCopyForTestsIsMadeAgainAndAgain() throws IOException {
        sql("GRANT ALL ON `shop\\_test%`.* TO shop@localhost");
        done("create");
        done("restore", "--to-database", "shop_test", "--yes");
        done("restore", "--to-database", "shop_test", "--yes");
        assertThat(sql("SELECT title FROM shop_test.wp_posts")).containsExactly("first");
    }

    @Test
    void theDatabaseIsRestoredToASecond() throws Exception {
        LogArchive archive = new LogArchive(s3.bucket("backups"), "shop/");
        DatabaseAccess access = DatabaseAccess.of(wpConfig, Optional.empty());
        LogFollower follower = new LogFollower(access, archive, Duration.ofMillis(200));
        Thread thread = Thread.ofPlatform().start(() -> run(follower));
        awaitComplete(archive);
        done("create");
        sql("INSERT INTO shop.wp_posts VALUES ('second')");
        Instant second = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Eventually.await("the next second", () -> Instant.now().isAfter(second.plusSeconds(1)));
        sql("DELETE FROM shop.wp_posts");
        awaitComplete(archive);
        thread.interrupt();
        thread.join();
        assertThat(done("list").lines().toList().getLast()).startsWith("binary log complete to ");
        assertThat(done("restore", "--only", "database", "--to", second.toString(), "--yes"))
                .contains("and the binary log to " + second);
        assertThat(titles()).containsExactly("first", "second");
        CommandRun early = aloft("restore", "--only", "database", "--to", "2001-01-01T00:00:00Z", "--yes");
        assertThat(early.code()).isEqualTo(7);
        assertThat(early.err()).contains("no snapshot of the site has a database of before 2001-01-01");
    }

    @Test
    void withoutABinaryLogTheAgeOfTheDumpIsNamed() throws IOException {
        done("create");
        sql("DELETE FROM shop.wp_posts");
        String now =
                Instant.now().plusSeconds(1).truncatedTo(ChronoUnit.SECONDS).toString();
        assertThat(done("restore", "--only", "database", "--to", now, "--yes"))
                .containsPattern("which is \\d+ s older than " + now + ", without a binary log");
        assertThat(titles()).containsExactly("first");
    }

    @Test
    void aMomentThatCannotBeRestoredIsRefused() throws IOException {
        CommandRun future = aloft("restore", "--only", "database", "--to", "2099-01-01T00:00:00Z", "--yes");
        assertThat(future.code()).isEqualTo(2);
        assertThat(future.err()).contains("is in the future");
        Files.writeString(config, Files.readString(config) + "database_prefix = \"wp_\"\n");
        CommandRun shared = aloft("restore", "--only", "database", "--to", "2020-01-01T00:00:00Z", "--yes");
        assertThat(shared.code()).isEqualTo(2);
        assertThat(shared.err()).contains("--to is impossible with database_prefix");
    }

    @Test
    void aWrongPasswordIsTwoLinesAndACodeAndLeavesNoSnapshot() throws IOException {
        Files.writeString(wpConfig, Files.readString(wpConfig).replaceFirst("'DB_PASSWORD', '", "$0wrong"));
        for (String command : List.of("create", "follow")) {
            CommandRun result = aloft(command);
            assertThat(result.code()).as(result.toString()).isEqualTo(8);
            assertThat(result.err().lines()).hasSize(2).first().asString().contains("ERROR 1045");
            assertThat(result.err()).doesNotContain("wrong");
        }
        assertThat(done("list")).isEmpty();
    }

    private static void run(LogFollower follower) {
        try {
            follower.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitComplete(LogArchive archive) throws Exception {
        Instant now = Instant.now();
        Eventually.await(
                "the log is followed to " + now,
                () -> archive.state()
                        .filter(state -> !state.complete().isBefore(now))
                        .isPresent());
    }
}
