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
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
import java.util.TreeMap;
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

    private static final Path PAGES = Path.of(System.getProperty("aloft.root"), "docs/how-to");

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

    private CommandStore s3;

    /// Follows one page.
    @FunctionalInterface
    private interface PageRun {
        void follow(HowToTest test) throws Exception;
    }

    @BeforeEach
    void start() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x")); // for MariaDB
        s3 = CommandStore.start(folder, "media", "backups", "staging", "example-media");
    }

    @AfterEach
    void stop() throws IOException {
        s3.close();
    }

    static Stream<String> pages() throws IOException {
        try (Stream<Path> pages = Files.list(PAGES)) {
            return pages.map(page -> page.getFileName().toString()).sorted().toList().stream();
        }
    }

    @Test
    void everyLineIsRunOrNamed() throws IOException {
        Set<String> unused = new HashSet<>(NOT_RUN.keySet());
        List<String> unknown = new ArrayList<>();
        for (String page : pages().toList()) {
            for (String line : ShellBlocks.lines(PAGES.resolve(page), "sh").toList()) {
                Optional<String> named =
                        NOT_RUN.keySet().stream().filter(line::startsWith).findFirst();
                named.ifPresent(unused::remove);
                if (named.isEmpty()
                        && !line.startsWith("wp aloft ")
                        && command(line).isEmpty()) {
                    unknown.add(page + ": " + line);
                }
            }
        }
        assertThat(unknown).as("run these lines, or name them in NOT_RUN").isEmpty();
        assertThat(unused).as("beginnings that no page has").isEmpty();
    }

    static Stream<String> pagesWithCommands() throws IOException {
        return pages().filter(page ->
                !ON_CEPH.contains(page) && commands(page).findAny().isPresent());
    }

    @ParameterizedTest
    @MethodSource("pagesWithCommands")
    void thePageWorksAsWritten(String page) throws Exception {
        Objects.requireNonNull(RUNS.get(page), "add a run of " + page).follow(this);
    }

    private static Stream<String> commands(String page) {
        return ShellBlocks.lines(PAGES.resolve(page), "sh")
                .filter(line -> command(line).isPresent());
    }

    private static Optional<List<String>> command(String line) {
        return ShellBlocks.of("aloft", line);
    }

    /// Runs the commands of a page with the configuration in the folder. Each must succeed.
    ///
    /// @param names in the page, with those of this test
    private void follow(String page, Map<String, String> names) {
        commands(page).forEach(line -> run(line, names));
    }

    private String run(String line, Map<String, String> names) {
        List<String> words = new ArrayList<>();
        for (String word : command(line).orElseThrow()) {
            words.add(names.entrySet().stream()
                    .filter(name -> word.startsWith(name.getKey()))
                    .findFirst()
                    .map(name -> name.getValue() + word.substring(name.getKey().length()))
                    .orElse(word));
        }
        if (words.contains("restore") && !words.contains("--yes")) {
            words.add("--yes"); // There is no terminal to answer on.
        }
        if (words.contains("restore") && !words.contains("--undo")) {
            words.add("--again"); // Each line is one choice, not a second restoration.
        }
        if (!words.contains("nginx")) {
            words.addAll(List.of("--config", config().toString()));
        }
        PrintStream out = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        try {
            return CommandRun.done(words.toArray(String[]::new));
        } finally {
            System.setOut(out);
        }
    }

    private Path config() {
        return folder.resolve("aloft.toml");
    }

    /// @param site further lines of the site's table, and tables of the site
    private void configure(String name, String bucket, String site) throws IOException {
        Files.writeString(config(), """
                [s3]
                provider = "embedded"
                endpoint = "%s"

                [edge]
                listen = "127.0.0.1:8080"

                [[site]]
                name = "%s"
                bucket = "%s"
                socket = "%s/agent.sock"
                %s
                """.formatted(s3.endpoint(), name, bucket, folder, site));
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private Map<String, String> texts(String directory) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        Path top = folder.resolve(directory);
        try (Stream<Path> files = Files.walk(top)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.put(top.relativize(file).toString(), Files.readString(file));
            }
        }
        return texts;
    }

    private List<String> keys(String bucket, String prefix) throws IOException {
        return s3.keys(bucket, prefix).stream().map(key -> key.value()).toList();
    }

    private void files() throws IOException {
        configure("shop", "media", "prefix = \"shop\"");
        s3.write("media", "shop/uploads/2026/11/cat.jpg", "cat");
        s3.write("media", "shop/uploads/notes.txt", "notes");
        write("photos/dog.jpg", "dog");
        write("photos/draft.tmp", "draft");

        follow(
                "files.md",
                Map.of(
                        "photos",
                        folder + "/photos",
                        "backup-of-",
                        folder + "/backup-of-",
                        "copy-of-",
                        folder + "/copy-of-"));

        assertThat(keys("media", "shop/"))
                .containsExactly(
                        "shop/uploads/2026/11/cat.jpg", "shop/uploads/2026/11/dog.jpg", "shop/uploads/notes.txt");
        assertThat(texts("backup-of-2026")).containsOnlyKeys("11/cat.jpg", "11/dog.jpg", "12/dog.jpg");
        assertThat(texts("copy-of-2026")).isEqualTo(Map.of("11/cat.jpg", "cat", "11/dog.jpg", "dog"));
        assertThat(keys("media", "elsewhere/")).isEmpty();
    }

    private void migrate() throws IOException {
        configure("example", "example-media", "");
        write("wp-content/uploads/2026/11/cat.jpg", "cat");
        write("wp-content/uploads/2026/11/dog.jpg", "dog");
        Map<String, String> before = texts("wp-content/uploads");
        Map<String, String> names = Map.of("/srv/www/example", folder.toString());

        for (String line : commands("migrate.md").toList()) {
            run(line, names);
            if (line.contains("--remove-local")) {
                assertThat(texts("wp-content/uploads")).isEmpty();
            }
        }

        assertThat(texts("wp-content/uploads")).isEqualTo(before);
    }

    private void migrateBetween() throws IOException {
        S3Credentials credentials = S3Credentials.random();
        EmbeddedS3 oldS3 = EmbeddedS3.start(Files.createDirectory(folder.resolve("old")), credentials);
        oldS3.createBucket("attic");
        Path profiles = write(
                "credentials",
                "[old]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
                        .formatted(credentials.accessKey(), credentials.secretKey()));
        configure("shop", "media", """
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
            for (String line : commands("migrate-between.md").toList()) {
                String printed = run(line, Map.of());
                assertThat(keys("media", "")).as(line).hasSize(line.contains("--dry-run") ? 0 : 1);
                assertThat(printed.contains("1 files are the same")).as(printed).isEqualTo(line.contains("--verify"));
            }
            assertThat(s3.text("media", "uploads/2026/11/cat.jpg")).isEqualTo("cat");
            assertThat(old.keys("attic", "")).hasSize(2);
        } finally {
            System.clearProperty("aws.sharedCredentialsFile");
        }
    }

    private void otherLayouts() throws IOException {
        String page = ShellBlocks.text(PAGES.resolve("other-layouts.md"));
        int fallback = page.indexOf("[site.fallback]\nbucket");
        configure("example", "example-media", page.substring(fallback, page.indexOf("```", fallback)));
        s3.write("media", "wp-content/uploads/2026/11/cat.jpg", "cat");
        s3.write("media", "wp-content/uploads/sites/2/2026/11/cow.jpg", "cow");
        s3.write("example-media", "wp-content/uploads/2026/11/28101512/pig.jpg", "pig");
        write("names.tsv", "wp-content/uploads/2026/11/28101512/pig.jpg\t2026/11/pig.jpg\n");
        write("web/app/uploads/2026/11/dog.jpg", "dog");

        follow("other-layouts.md", Map.of("/srv/www/example", folder.toString(), "names.tsv", folder + "/names.tsv"));

        assertThat(keys("example-media", "uploads/"))
                .containsExactly(
                        "uploads/2026/11/cat.jpg",
                        "uploads/2026/11/dog.jpg",
                        "uploads/2026/11/pig.jpg",
                        "uploads/sites/2/2026/11/cow.jpg");
    }

    private void backUpAndRestore() throws IOException {
        configure("shop", "media", "[site.backup]\nbucket = \"backups\"\n");
        s3.write("media", "uploads/2026/11/cat.jpg", "cat");
        run("aloft backup create", Map.of());
        s3.write("media", "uploads/2026/11/cat.jpg", "broken");
        s3.write("media", "uploads/2026/11/new.jpg", "new");

        follow("back-up-and-restore.md", Map.of("20261129T020700.118Z-5f3a91c2", newestSnapshot()));

        assertThat(s3.text("media", "uploads/2026/11/cat.jpg")).isEqualTo("cat");
        assertThat(keys("staging", "")).containsExactly("shop/uploads/2026/11/cat.jpg");
    }

    private String newestSnapshot() {
        return ShellBlocks.words(run("aloft backup list", Map.of())).getFirst();
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
            Path wpConfig = write("wp-config.php", """
                    <?php
                    define('DB_NAME', 'shop');
                    define('DB_USER', 'shop');
                    define('DB_PASSWORD', '%s');
                    define('DB_HOST', 'localhost:%s');
                    """.formatted(database.password(), server.socket()));
            configure("shop", "media", "[site.backup]\nbucket = \"backups\"\ndatabase = \"%s\"\n".formatted(wpConfig));
            s3.write("media", "uploads/2026/11/cat.jpg", "cat");
            run("aloft backup create", Map.of());
            LocalDateTime moment = LocalDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
            Eventually.await(
                    "the end of the moment's second",
                    () -> LocalDateTime.now(ZoneId.systemDefault()).isAfter(moment.plusSeconds(1)));

            follow("back-up-the-database.md", Map.of("ID", newestSnapshot(), "2026-11-29T14:03:07", moment.toString()));
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
            configure("example", "example-media", """
                    hosts = ["example.org"]

                    [[cdn]]
                    type = "varnish"
                    url = "http://127.0.0.1:%d"
                    folder = "%s"
                    """.formatted(
                            varnish.getAddress().getPort(), folder));
            follow("cdn.md", Map.of());
        } finally {
            varnish.stop(0);
        }
    }

    private void install() throws IOException {
        configure("example", "example-media", "[site.backup]\nbucket = \"backups\"\nevery = \"1d\"\n");
        follow("install.md", Map.of());
        assertThat(keys("backups", "")).isNotEmpty();
    }

    private void troubleshooting() throws Exception {
        try (DoctorSite site = DoctorSite.start(Files.createDirectory(folder.resolve("doctor")))) {
            Files.writeString(config(), site.configuration());
            follow(
                    "troubleshooting.md",
                    Map.of(
                            "/var/www/html",
                            site.wordPress().toString(),
                            "https://example.org/wp-content/uploads/",
                            site.uploads().toString()));
        }
    }

    private void yourOwnSite() {
        follow("your-own-site.md", Map.of());
    }
}
