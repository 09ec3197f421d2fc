package dev.aloft.cli;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.aloft.cli.doctor.DoctorSite;
import dev.aloft.lab.Command;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.Database;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.MariaDb;
import dev.aloft.lab.S3Credentials;
import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every command in a shell block of `docs/how-to`: `aloft` is run here, page by page and in the order of the page, on
/// a real S3 with the site of that page. `wp aloft` is run by `wordpress/tests-in-wordpress/HowToTest.php`, and
/// `any-second.md`, which needs versions, by `CephBackupMomentTest`. Everything else is named with the reason why not.
@Timeout(120)
final class HowToTest {

    private static final Set<String> ON_CEPH = Set.of("any-second.md");

    private static final Map<String, PageRun> RUNS = Map.ofEntries(
            entry("back-up-and-restore.md", HowToTest::backUpAndRestore),
            entry("back-up-the-database.md", HowToTest::backUpTheDatabase),
            entry("cdn.md", HowToTest::cdn),
            entry("files.md", HowToTest::files),
            entry("install.md", HowToTest::install),
            entry("migrate-between.md", HowToTest::migrateBetween),
            entry("migrate.md", HowToTest::migrate),
            entry("other-layouts.md", HowToTest::otherLayouts),
            entry("troubleshooting.md", HowToTest::troubleshooting),
            entry("your-own-site.md", HowToTest::yourOwnSite));

    /// Beginnings of lines that are not run, with the reason.
    private static final Map<String, String> NOT_RUN = Map.ofEntries(
            entry("./package ", "takes minutes; DebianPackageTest and ImageTest run it"),
            entry(
                    "apt-get install ",
                    "changes this machine; DebianPackageTest installs the package in a root of its own"),
            entry("systemctl ", "needs systemd; SystemdUnitsTest and DebianPackageTest examine the units"),
            entry("java -Xmx352m ", "runs the built aloft.jar; ServeCommandTest does"),
            entry("chown -R www-data:www-data ", "needs root; gives files to PHP's user"),
            entry("docker ", "needs Docker; ContainersPageTest runs `aloft` in it"),
            entry("skopeo ", "needs a registry"),
            entry("cd packaging/compose", "belongs to docker compose"),
            entry("cp .env.example .env", "belongs to docker compose; ContainersPageTest reads the file"),
            entry("export http_proxy=", "for the curl below it"),
            entry("curl -s ", "needs an nginx that purges; CdnPurge tests of the server run one"),
            entry("wp post list ", "needs WP-CLI, which Debian does not have"),
            entry("wp db query ", "needs WP-CLI"),
            entry("wp eval ", "needs WP-CLI; S3UploadsTest calls the method"),
            entry("done", "ends a loop over attachments"));

    @TempDir
    private Path folder;

    private HowToSite site;
    private CommandStore s3;

    /// Follows one page.
    @FunctionalInterface
    private interface PageRun {
        void follow(HowToTest test) throws Exception;
    }

    @BeforeEach
    void start() throws IOException {
        site = HowToSite.start(folder);
        s3 = site.s3();
    }

    @AfterEach
    void stop() throws IOException {
        site.close();
    }

    static Stream<String> pages() throws IOException {
        try (Stream<Path> pages = Files.list(HowToSite.PAGES)) {
            return pages.map(page -> page.getFileName().toString()).sorted().toList().stream();
        }
    }

    @Test
    void everyLineIsRunOrNamed() throws IOException {
        Set<String> unused = new HashSet<>(NOT_RUN.keySet());
        List<String> unknown = new ArrayList<>();
        for (String page : pages().toList()) {
            for (String line :
                    ShellBlocks.lines(HowToSite.PAGES.resolve(page), "sh").toList()) {
                Optional<String> named =
                        NOT_RUN.keySet().stream().filter(line::startsWith).findFirst();
                named.ifPresent(unused::remove);
                if (named.isEmpty()
                        && !line.startsWith("wp aloft ")
                        && HowToSite.command(line).isEmpty()) {
                    unknown.add(page + ": " + line);
                }
            }
        }
        assertThat(unknown).as("run these lines, or name them in NOT_RUN").isEmpty();
        assertThat(unused).as("beginnings that no page has").isEmpty();
    }

    static Stream<String> pagesWithCommands() throws IOException {
        return pages().filter(page ->
                !ON_CEPH.contains(page) && HowToSite.commands(page).findAny().isPresent());
    }

    @ParameterizedTest
    @MethodSource("pagesWithCommands")
    void thePageWorksAsWritten(String page) throws Exception {
        Objects.requireNonNull(RUNS.get(page), "add a run of " + page).follow(this);
    }

    private void files() throws IOException {
        site.configure("shop", "media", "prefix = \"shop\"");
        s3.write("media", "shop/uploads/2026/11/cat.jpg", "cat");
        s3.write("media", "shop/uploads/notes.txt", "notes");
        site.write("photos/dog.jpg", "dog");
        site.write("photos/draft.tmp", "draft");

        site.follow(
                "files.md",
                Map.of(
                        "photos",
                        folder + "/photos",
                        "backup-of-",
                        folder + "/backup-of-",
                        "copy-of-",
                        folder + "/copy-of-"));

        assertThat(site.keys("media", "shop/"))
                .containsExactly(
                        "shop/uploads/2026/11/cat.jpg", "shop/uploads/2026/11/dog.jpg", "shop/uploads/notes.txt");
        assertThat(site.texts("backup-of-2026")).containsOnlyKeys("11/cat.jpg", "11/dog.jpg", "12/dog.jpg");
        assertThat(site.texts("copy-of-2026")).isEqualTo(Map.of("11/cat.jpg", "cat", "11/dog.jpg", "dog"));
        assertThat(site.keys("media", "elsewhere/")).isEmpty();
    }

    private void migrate() throws IOException {
        site.configure("example", "example-media", "");
        site.write("wp-content/uploads/2026/11/cat.jpg", "cat");
        site.write("wp-content/uploads/2026/11/dog.jpg", "dog");
        Map<String, String> before = site.texts("wp-content/uploads");
        Map<String, String> names = Map.of("/srv/www/example", folder.toString());

        for (String line : HowToSite.commands("migrate.md").toList()) {
            site.run(line, names);
            if (line.contains("--remove-local")) {
                assertThat(site.texts("wp-content/uploads")).isEmpty();
            }
        }

        assertThat(site.texts("wp-content/uploads")).isEqualTo(before);
    }

    private void migrateBetween() throws IOException {
        S3Credentials credentials = S3Credentials.random();
        EmbeddedS3 oldS3 = EmbeddedS3.start(Files.createDirectory(folder.resolve("old")), credentials);
        oldS3.createBucket("attic");
        Path profiles = site.write(
                "credentials",
                "[old]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
                        .formatted(credentials.accessKey(), credentials.secretKey()));
        site.configure("shop", "media", """
                [site.fallback]
                provider = "embedded"
                endpoint = "%s"
                bucket = "attic"
                uploads = "shop/uploads"
                profile = "old"
                """.formatted(oldS3.endpoint()));
        System.setProperty("aws.sharedCredentialsFile", profiles.toString());
        try (CommandStore old = CommandStore.of(oldS3, credentials)) {
            old.write("attic", "shop/uploads/2026/11/cat.jpg", "cat");
            old.write("attic", "shop/renditions/2026/11/cat.jpg", "stays");
            for (String line : HowToSite.commands("migrate-between.md").toList()) {
                String printed = site.run(line, Map.of());
                assertThat(site.keys("media", "")).as(line).hasSize(line.contains("--dry-run") ? 0 : 1);
                assertThat(printed.contains("1 files are the same")).as(printed).isEqualTo(line.contains("--verify"));
            }
            assertThat(s3.text("media", "uploads/2026/11/cat.jpg")).isEqualTo("cat");
            assertThat(old.keys("attic", "")).hasSize(2);
        } finally {
            System.clearProperty("aws.sharedCredentialsFile");
        }
    }

    private void otherLayouts() throws IOException {
        String page = ShellBlocks.text(HowToSite.PAGES.resolve("other-layouts.md"));
        int fallback = page.indexOf("[site.fallback]\nbucket");
        site.configure("example", "example-media", page.substring(fallback, page.indexOf("```", fallback)));
        s3.write("media", "wp-content/uploads/2026/11/cat.jpg", "cat");
        s3.write("media", "wp-content/uploads/sites/2/2026/11/cow.jpg", "cow");
        s3.write("example-media", "wp-content/uploads/2026/11/28101512/pig.jpg", "pig");
        site.write("names.tsv", "wp-content/uploads/2026/11/28101512/pig.jpg\t2026/11/pig.jpg\n");
        site.write("web/app/uploads/2026/11/dog.jpg", "dog");

        site.follow(
                "other-layouts.md", Map.of("/srv/www/example", folder.toString(), "names.tsv", folder + "/names.tsv"));

        assertThat(site.keys("example-media", "uploads/"))
                .containsExactly(
                        "uploads/2026/11/cat.jpg",
                        "uploads/2026/11/dog.jpg",
                        "uploads/2026/11/pig.jpg",
                        "uploads/sites/2/2026/11/cow.jpg");
    }

    private void backUpAndRestore() throws IOException {
        site.configure("shop", "media", "[site.backup]\nbucket = \"backups\"\n");
        s3.write("media", "uploads/2026/11/cat.jpg", "cat");
        site.run("aloft backup create", Map.of());
        s3.write("media", "uploads/2026/11/cat.jpg", "broken");
        s3.write("media", "uploads/2026/11/new.jpg", "new");

        site.follow("back-up-and-restore.md", Map.of("20261129T020700.118Z-5f3a91c2", newestSnapshot()));

        assertThat(s3.text("media", "uploads/2026/11/cat.jpg")).isEqualTo("cat");
        assertThat(site.keys("staging", "")).containsExactly("shop/uploads/2026/11/cat.jpg");
    }

    private String newestSnapshot() {
        return ShellBlocks.words(site.run("aloft backup list", Map.of())).getFirst();
    }

    private void backUpTheDatabase() throws Exception {
        try (DataFolder data = DataFolder.open(folder.resolve("data"));
                MariaDb server = MariaDb.start(data, _ -> {})) {
            Database database = server.database("shop");
            String user = "--user=" + System.getProperty("user.name");
            Command.of("mariadb", "--no-defaults", "--socket=" + server.socket(), user)
                    .withInput("GRANT ALL ON `shop\\_staging%`.* TO shop@localhost;"
                            + " USE shop; CREATE TABLE wp_posts (title TEXT)")
                    .run();
            Path wpConfig = site.write("wp-config.php", """
                    <?php
                    define('DB_NAME', 'shop');
                    define('DB_USER', 'shop');
                    define('DB_PASSWORD', '%s');
                    define('DB_HOST', 'localhost:%s');
                    """.formatted(database.password(), server.socket()));
            site.configure(
                    "shop", "media", "[site.backup]\nbucket = \"backups\"\ndatabase = \"%s\"\n".formatted(wpConfig));
            s3.write("media", "uploads/2026/11/cat.jpg", "cat");
            site.run("aloft backup create", Map.of());
            LocalDateTime moment = LocalDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
            Eventually.await(
                    "the end of the moment's second",
                    () -> LocalDateTime.now(ZoneId.systemDefault()).isAfter(moment.plusSeconds(1)));

            site.follow(
                    "back-up-the-database.md",
                    Map.of("ID", newestSnapshot(), "2026-11-29T14:03:07", moment.toString()));
        }
    }

    private void cdn() throws IOException {
        HttpServer varnish = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        varnish.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        varnish.start();
        try {
            site.configure("example", "example-media", """
                    hosts = ["example.org"]

                    [[cdn]]
                    type = "varnish"
                    url = "http://127.0.0.1:%d"
                    folder = "%s"
                    """.formatted(
                            varnish.getAddress().getPort(), folder));
            site.follow("cdn.md", Map.of());
        } finally {
            varnish.stop(0);
        }
    }

    private void install() throws IOException {
        site.configure("example", "example-media", "[site.backup]\nbucket = \"backups\"\nevery = \"1d\"\n");
        site.follow("install.md", Map.of());
        assertThat(site.keys("backups", "")).isNotEmpty();
    }

    private void troubleshooting() throws Exception {
        try (DoctorSite doctor = DoctorSite.start(Files.createDirectory(folder.resolve("doctor")))) {
            Files.writeString(site.config(), doctor.configuration());
            site.follow(
                    "troubleshooting.md",
                    Map.of(
                            "/var/www/html",
                            doctor.wordPress().toString(),
                            "https://example.org/wp-content/uploads/",
                            doctor.uploads().toString()));
        }
    }

    private void yourOwnSite() {
        site.follow("your-own-site.md", Map.of());
    }
}
