package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.lab.DebianPackages;
import dev.aloft.lab.WordPressTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/// The tests that run inside a real WordPress, `wordpress/tests-in-wordpress`, by Debian's phpunit. `./check` adds
/// their counts up from the files `phpunit.xml` below `target`.
@Timeout(1500)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InWordPressSuite {

    private final WordPressTree tree;
    private final boolean keepsVersions;

    private Path folder;
    private TestS3 s3;
    private Fleet fleet;
    private CountingWindow requests;

    InWordPressSuite(WordPressTree tree) {
        this(tree, false);
    }

    /// @param keepsVersions true for tests of the group `versions`, which run on a Ceph; other tests run on the
    ///     embedded S3
    InWordPressSuite(WordPressTree tree, boolean keepsVersions) {
        this.tree = tree;
        this.keepsVersions = keepsVersions;
    }

    /// Kind of installation that wp-config.php makes.
    enum Kind {
        SITE,
        NETWORK_OF_DIRECTORIES,
        NETWORK_OF_DOMAINS,
        NETWORK_FROM_BEFORE_3_5;

        Map<String, String> constants() {
            return switch (this) {
                case SITE -> Map.of();
                case NETWORK_OF_DIRECTORIES -> Map.of("MULTISITE", "1");
                case NETWORK_OF_DOMAINS -> Map.of("MULTISITE", "1", "SUBDOMAIN_INSTALL", "1");
                case NETWORK_FROM_BEFORE_3_5 -> Map.of("MULTISITE", "1", "OLD_NETWORK", "1");
            };
        }
    }

    @BeforeAll
    void start() throws IOException {
        DebianPackages.forWordPress().require(System.err::println);
        DebianPackages.of("phpunit", "ghostscript").require(System.err::println);
        folder = OpenFolder.create("aloft-in-wordpress");
        s3 = keepsVersions ? TestS3.ceph(folder.resolve("s3")) : TestS3.embedded(folder.resolve("s3"));
        fleet = Fleet.start(folder.resolve("servers"), s3, 1, tree, Map.of("MULTISITE", "", "SUBDOMAIN_INSTALL", ""));
        if (keepsVersions) {
            s3.enableVersions(Fleet.BUCKET);
        }
        requests = CountingWindow.open(
                fleet.s3(),
                Map.of(
                        "/refuse-listings", () -> fleet.s3().on("ListObjectsV2").answer(403),
                        "/suspend", () -> s3.suspendVersions(Fleet.BUCKET),
                        "/enable", () -> s3.enableVersions(Fleet.BUCKET)));
    }

    @AfterAll
    void stop() throws IOException {
        requests.close();
        fleet.close();
        s3.close();
        OpenFolder.delete(folder);
    }

    /// Runs the tests whose names match.
    void assertPass(Kind kind, String filter) throws IOException, InterruptedException {
        assertPass(kind, filter, "");
    }

    /// Runs the tests whose names match on a site whose object cache is in the agent.
    void assertPassWithObjectCache(String filter) throws IOException, InterruptedException {
        Path dropIn = fleet.site().documentRoot().resolve("wp-content/object-cache.php");
        Files.copy(Checkout.folder("wordpress/object-cache.php"), dropIn);
        try {
            assertPass(Kind.SITE, filter, "-with-object-cache");
            assertThat(fleet.server(0)
                            .agent()
                            .figures()
                            .getFirst()
                            .objectCache()
                            .orElseThrow()
                            .hits())
                    .isPositive();
        } finally {
            Files.delete(dropIn);
        }
    }

    private void assertPass(Kind kind, String filter, String variant) throws IOException, InterruptedException {
        Path results = Files.createDirectories(Checkout.folder("e2e/target/in-wordpress-" + tree.version() + "-"
                + kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + variant));
        Path tests = Checkout.folder("wordpress/tests-in-wordpress");
        List<String> command = List.of(
                "php8.2",
                "-d",
                "memory_limit=512M",
                "-d",
                "sendmail_path=php8.2 '" + tests.resolve("sendmail.php") + "'",
                tests.resolve("run.php").toString(),
                "--configuration",
                tests.resolve("phpunit.xml.dist").toString(),
                "--filter",
                filter,
                keepsVersions ? "--group" : "--exclude-group",
                "versions",
                "--log-junit",
                results.resolve("phpunit.xml").toString());
        ProcessBuilder phpUnit = new ProcessBuilder(OpenDocuments.in(folder, command)).directory(tests.toFile());
        phpUnit.environment().putAll(environment(kind));
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        phpUnit.environment().put("TMPDIR", temporary.toString());
        PhpUnit.assertPasses(phpUnit, results.resolve("phpunit.log"));
        assertThat(temporary).isDirectoryNotContaining("glob:**/aloft-{test,mail,export,local}-*");
    }

    private Map<String, String> environment(Kind kind) {
        Map<String, String> environment = new HashMap<>(kind.constants());
        environment.put("SITE_CODE", fleet.site().documentRoot().toString());
        environment.put("SITE_HOST", fleet.site().home().getAuthority());
        environment.put("S3_REQUESTS", requests.address().toString());
        return environment;
    }
}
