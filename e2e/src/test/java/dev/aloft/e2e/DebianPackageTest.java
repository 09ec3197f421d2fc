package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import dev.aloft.lab.Command;
import dev.aloft.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/// The Debian package in a root of its own, which nothing else of ours was ever in: installed, configured, started,
/// upgraded and purged, in this order. Only root can do that.
@Tag("slow")
@Timeout(1800)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class DebianPackageTest {

    private static final Duration LIMIT = Duration.ofMinutes(20);
    /// A link of Markdown within the tree, without its fragment.
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:\\s]+)(?:#[^)\\s]*)?\\)");

    private static final String BUCKET = "media";

    /// Prints what the service manager of the package's unit would receive.
    private static final String SERVICE_MANAGER = """
            use Socket;
            socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
            bind($socket, pack_sockaddr_un($ARGV[0])) or die "bind: $!";
            chmod 0777, $ARGV[0];
            $| = 1;
            print "listening\\n";
            my $state;
            while (defined recv($socket, $state, 1000, 0)) { print "$state\\n"; }
            """;

    private Path folder;
    private Path root;
    private Path deb;

    @BeforeAll
    void build() throws Exception {
        assumeThat(System.getProperty("user.name")).as("who may make a root").isEqualTo("root");
        folder = OpenFolder.create("aloft-package");
        root = folder.resolve("root");
        deb = Path.of(run(Checkout.folder("package").toString(), "deb")
                .lines()
                .toList()
                .getLast());
        assumeThatCode(this::makeRoot)
                .as("a root of Debian's packages, on a machine that may mount")
                .doesNotThrowAnyException();
        Files.copy(deb, root.resolve("aloft.deb"));
    }

    private void makeRoot() throws IOException {
        run("mmdebstrap", "--quiet", "--variant=minbase", "--include=adduser", "bookworm", root.toString());
        run("mount", "-t", "proc", "proc", root.resolve("proc").toString());
    }

    @AfterAll
    void remove() throws Exception {
        if (root != null && Files.exists(root.resolve("proc/self"))) {
            run("umount", root.resolve("proc").toString());
        }
        if (folder != null) {
            run("rm", "-rf", "--one-file-system", folder.toString());
        }
    }

    @Test
    @Order(1)
    void lintianFindsNothing() throws Exception {
        assertThat(run(
                        "lintian",
                        "--allow-root",
                        "--fail-on",
                        "error,warning",
                        "--tag-display-limit",
                        "0",
                        deb.toString()))
                .isEmpty();
    }

    @Test
    @Order(1)
    void everyLinkOfTheInstalledPagesLeadsToAFile() throws Exception {
        Path unpacked = folder.resolve("documentation");
        run("dpkg-deb", "--extract", deb.toString(), unpacked.toString());
        List<String> dead = new ArrayList<>();
        try (Stream<Path> files = Files.walk(unpacked.resolve("usr/share/doc/aloft"))) {
            for (Path page :
                    files.filter(file -> file.toString().endsWith(".md")).toList()) {
                LINK.matcher(Files.readString(page))
                        .results()
                        .map(link -> link.group(1))
                        .filter(link -> !Files.exists(page.resolveSibling(link)))
                        .forEach(link -> dead.add(page.getFileName() + ": " + link));
            }
        }
        assertThat(dead).isEmpty();
        assertThat(unpacked.resolve("usr/share/doc/aloft/docs/how-to/install.md"))
                .isRegularFile();
    }

    @Test
    @Order(2)
    void everyManualPageIsFormattedWithoutAWarning() throws Exception {
        Path pages = folder.resolve("pages");
        run("dpkg-deb", "--extract", deb.toString(), pages.toString());
        List<String> names;
        try (Stream<Path> files = Files.list(pages.resolve("usr/share/man/man1"))) {
            names = files.map(Path::toString).toList();
        }
        assertThat(names).hasSizeGreaterThan(30);
        for (String page : names) {
            String text = run("sh", "-c", "zcat " + page + " | groff -Kutf8 -man -Tutf8 -ww -z 2>&1");
            assertThat(text).as(page).isEmpty();
        }
    }

    @Test
    @Order(3)
    void installingMakesTheUserAndHidesTheConfiguration() throws Exception {
        assertThat(inRoot("dpkg", "--install", "/aloft.deb")).contains("Next: /etc/aloft/aloft.toml");

        PosixFileAttributes configuration =
                Files.readAttributes(root.resolve("etc/aloft/aloft.toml"), PosixFileAttributes.class);
        assertThat(PosixFilePermissions.toString(configuration.permissions())).isEqualTo("rw-r-----");
        assertThat(inRoot("stat", "--format=%U:%G", "/etc/aloft/aloft.toml")).isEqualTo("root:aloft");
        assertThat(inRoot("aloft", "version")).startsWith("aloft ");
        assertThat(inRoot("bash", "-n", "/usr/share/bash-completion/completions/aloft"))
                .isEmpty();
        assertThat(inRoot("cat", "/usr/share/aloft/wordpress/aloft.php")).contains(" * Version: ");
    }

    /// As the unit starts it: as the user of the package, with a service manager that waits for its notifications.
    @Test
    @Order(4)
    void theServiceStoresFilesAndNotifiesTheServiceManager() throws Exception {
        try (TestS3 s3 = TestS3.embedded(folder.resolve("s3"))) {
            s3.createBucket(BUCKET);
            configure(s3);
            Process manager = new ProcessBuilder(
                            "perl",
                            "-e",
                            SERVICE_MANAGER,
                            root.resolve("run/notify").toString())
                    .start();
            try (BufferedReader received = manager.inputReader(StandardCharsets.US_ASCII)) {
                assertThat(received.readLine()).isEqualTo("listening");
                Process service = service(s3, Map.of("NOTIFY_SOCKET", "/run/notify", "WATCHDOG_USEC", "60000000"));
                try {
                    assertThat(received.readLine()).isEqualTo("READY=1");
                    assertThat(received.readLine()).isEqualTo("WATCHDOG=1");
                    assertThat(curl(
                                    "--upload-file",
                                    deb.resolveSibling(deb.getFileName()).toString(),
                                    "cat.jpg"))
                            .isEqualTo("201");
                    assertThat(curl("cat.jpg")).isEqualTo("200");
                } finally {
                    service.destroy();
                    assertThat(end(service)).isEqualTo(143);
                }
                assertThat(received.lines().anyMatch("STOPPING=1"::equals)).isTrue();
            } finally {
                manager.destroy();
                assertThat(manager.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private void configure(TestS3 s3) throws IOException {
        Files.writeString(root.resolve("etc/aloft/aloft.toml"), """
                [s3]
                provider = "embedded"
                endpoint = "%s"

                [[site]]
                name = "example"
                bucket = "%s"
                socket = "/run/aloft/example.sock"
                """.formatted(s3.endpoint(), BUCKET));
        inRoot("install", "-d", "-o", "aloft", "-g", "aloft", "/run/aloft");
    }

    private static int end(Process service) throws InterruptedException {
        assertThat(service.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return service.exitValue();
    }

    /// The process that takes the upload runs from files that the upgrade replaces.
    @Test
    @Order(5)
    void anUpgradeKeepsTheConfigurationAndAnUploadInProgress() throws Exception {
        Path unpacked = folder.resolve("next");
        run("dpkg-deb", "--raw-extract", deb.toString(), unpacked.toString());
        Path control = unpacked.resolve("DEBIAN/control");
        Files.writeString(control, Files.readString(control).replaceFirst("(?m)^Version: .*", "Version: 99.0"));
        run(
                "dpkg-deb",
                "-Znone",
                "--build",
                unpacked.toString(),
                root.resolve("next.deb").toString());

        Path socket = root.resolve("run/aloft/example.sock");
        try (TestS3 s3 = TestS3.embedded(folder.resolve("s3-of-the-upgrade"))) {
            s3.createBucket(BUCKET);
            configure(s3);
            Process before = service(s3, Map.of());
            try {
                Eventually.await("the agent listens", () -> Machine.accepts(socket));
                try (UnfinishedUpload upload = UnfinishedUpload.begin(socket, BUCKET, "uploads/dog.txt")) {
                    inRoot("dpkg", "--install", "/next.deb");
                    before.destroy();
                    Eventually.await("the agent accepts no connection", () -> !Machine.accepts(socket));
                    upload.finish();
                }
            } finally {
                before.destroy();
                assertThat(end(before)).isEqualTo(143);
            }
            Process after = service(s3, Map.of());
            try {
                Eventually.await("the next agent listens", () -> Machine.accepts(socket));
                assertThat(curl("dog.txt")).isEqualTo("200");
            } finally {
                after.destroy();
                assertThat(end(after)).isEqualTo(143);
            }
        }

        assertThat(inRoot("dpkg-query", "--show", "--showformat=${Version}", "aloft"))
                .isEqualTo("99.0");
        assertThat(Files.readString(root.resolve("etc/aloft/aloft.toml"))).contains("example.sock");
    }

    @Test
    @Order(6)
    void purgingLeavesNothing() throws Exception {
        inRoot("dpkg", "--purge", "aloft");

        for (String place :
                List.of("etc/aloft", "usr/lib/aloft", "usr/share/aloft", "usr/bin/aloft", "var/log/aloft")) {
            assertThat(root.resolve(place)).doesNotExist();
        }
        assertThat(Files.readString(root.resolve("etc/passwd"))).doesNotContain("aloft");
    }

    /// The unit's program, options and user.
    private Process service(TestS3 s3, Map<String, String> environment) throws IOException {
        List<String> unit = Files.readAllLines(root.resolve("lib/systemd/system/aloft.service"));
        String program = unit.stream()
                .filter(line -> line.startsWith("ExecStart="))
                .map(line -> line.substring("ExecStart=".length()))
                .findFirst()
                .orElseThrow();
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                        Stream.of("chroot", "--userspec=aloft:aloft", root.toString()), Stream.of(program.split(" ")))
                .toList());
        builder.environment().put("AWS_ACCESS_KEY_ID", s3.accessKey());
        builder.environment().put("AWS_SECRET_ACCESS_KEY", s3.secretKey());
        builder.environment().putAll(environment);
        return builder.inheritIO().start();
    }

    private String curl(String... arguments) throws IOException {
        List<String> options = List.of(arguments).subList(0, arguments.length - 1);
        return Command.of(Stream.of(
                                Stream.of("curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}"),
                                Stream.of(
                                        "--unix-socket",
                                        root.resolve("run/aloft/example.sock").toString()),
                                options.stream(),
                                Stream.of("http://aloft/" + BUCKET + "/uploads/" + arguments[arguments.length - 1]))
                        .flatMap(words -> words)
                        .toList())
                .run();
    }

    private String inRoot(String... words) throws IOException {
        return Command.of(Stream.concat(Stream.of("chroot", root.toString()), Stream.of(words))
                        .toList())
                .withEnvironment("DEBIAN_FRONTEND", "noninteractive")
                .withLimit(LIMIT)
                .run();
    }

    private static String run(String... words) throws IOException {
        return Command.of(List.of(words)).withLimit(LIMIT).run();
    }
}
