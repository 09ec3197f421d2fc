package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.backup.database.DatabaseAccess;
import dev.aloft.backup.database.LogArchive;
import dev.aloft.backup.database.LogFollower;
import dev.aloft.lab.Command;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.Database;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.MariaDb;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The database of a site in `aloft backup`: it is backed up, destroyed and brought back by commands only.
@Timeout(300)
final class BackupDatabaseCommandTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private final S3Credentials credentials = S3Credentials.random();
    private EmbeddedS3 s3;
    private DataFolder data;
    private MariaDb server;
    private Store store;
    private Path wpConfig;
    private Path config;

    /// Output of a command.
    private record Result(int code, String out, String err) {}

    @BeforeEach
    void start() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        s3 = EmbeddedS3.start(Files.createDirectory(folder.resolve("s3")), credentials);
        s3.createBucket("media");
        s3.createBucket("backups");
        store = Store.open(
                StoreSettings.at(Provider.EMBEDDED, s3.endpoint()), credentials.accessKey(), credentials.secretKey());
        System.setProperty("aws.accessKeyId", credentials.accessKey());
        System.setProperty("aws.secretAccessKey", credentials.secretKey());
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
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        store.close();
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

    private Result aloft(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("backup"));
        arguments.addAll(List.of(words));
        arguments.addAll(List.of("--config", config.toString()));
        int code = Main.command()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
        return new Result(code, out.toString(), err.toString());
    }

    private String done(String... words) {
        Result result = aloft(words);
        assertThat(result.code()).as(result.toString()).isZero();
        return result.out();
    }

    @Test
    void theDatabaseIsBackedUpDestroyedAndBroughtBack() throws IOException {
        done("create");
        assertThat(done("verify", "--all")).isNotEmpty();
        sql("UPDATE shop.wp_posts SET title = 'destroyed'");
        assertThat(aloft("restore-database").err()).contains("add --yes");
        assertThat(done("restore-database", "--yes"))
                .contains("database shop: 1 tables restored from the dump of")
                .contains("those before are in shop_aloft_old");
        assertThat(titles()).containsExactly("first");
        done("restore-database", "--undo", "--yes");
        assertThat(titles()).containsExactly("destroyed");
        done("restore-database", "--in-place", "--yes");
        assertThat(titles()).containsExactly("first");
    }

    @Test
    void theDatabaseIsRestoredToASecond() throws Exception {
        LogArchive archive = new LogArchive(store.bucket("backups"), "shop/");
        DatabaseAccess access = DatabaseAccess.of(wpConfig, Optional.empty());
        LogFollower follower = new LogFollower(access, archive, Duration.ofMillis(200));
        Thread thread = Thread.ofPlatform().start(() -> run(follower));
        awaitComplete(archive);
        done("create");
        sql("INSERT INTO shop.wp_posts VALUES ('second')");
        Instant second = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        while (!Instant.now().isAfter(second.plusSeconds(1))) {
            Thread.sleep(20);
        }
        sql("DELETE FROM shop.wp_posts");
        awaitComplete(archive);
        thread.interrupt();
        thread.join();
        assertThat(done("list").lines().toList().getLast()).startsWith("binary log complete to ");
        assertThat(done("restore-database", "--to", second.toString(), "--yes"))
                .contains("and the binary log to " + second);
        assertThat(titles()).containsExactly("first", "second");
        Result early = aloft("restore-database", "--to", "2001-01-01T00:00:00Z", "--yes");
        assertThat(early.code()).isEqualTo(7);
        assertThat(early.err()).contains("no snapshot of the site has a database of before 2001-01-01");
    }

    @Test
    void withoutABinaryLogTheAgeOfTheDumpIsNamed() throws IOException {
        done("create");
        sql("DELETE FROM shop.wp_posts");
        String now =
                Instant.now().plusSeconds(1).truncatedTo(ChronoUnit.SECONDS).toString();
        assertThat(done("restore-database", "--to", now, "--yes"))
                .containsPattern("which is \\d+ s older than " + now + ", without a binary log");
        assertThat(titles()).containsExactly("first");
    }

    @Test
    void aMomentThatCannotBeRestoredIsRefused() throws IOException {
        Result future = aloft("restore-database", "--to", "2099-01-01T00:00:00Z", "--yes");
        assertThat(future.code()).isEqualTo(2);
        assertThat(future.err()).contains("is in the future");
        Files.writeString(config, Files.readString(config) + "database_prefix = \"wp_\"\n");
        Result shared = aloft("restore-database", "--to", "2020-01-01T00:00:00Z", "--yes");
        assertThat(shared.code()).isEqualTo(2);
        assertThat(shared.err()).contains("--to is impossible with database_prefix");
    }

    @Test
    void aWrongPasswordIsTwoLinesAndACodeAndLeavesNoSnapshot() throws IOException {
        Files.writeString(wpConfig, Files.readString(wpConfig).replaceFirst("'DB_PASSWORD', '", "$0wrong"));
        for (String command : List.of("create", "follow")) {
            Result result = aloft(command);
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
        long end = System.nanoTime() + LIMIT.toNanos();
        while (archive.state()
                .map(LogArchive.State::complete)
                .orElse(Instant.EPOCH)
                .isBefore(now)) {
            assertThat(System.nanoTime()).as("not followed within " + LIMIT).isLessThan(end);
            Thread.sleep(20);
        }
    }
}
