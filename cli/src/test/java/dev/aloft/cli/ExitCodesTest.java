package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every code of `docs/reference/exit-codes.md`, by running the command into it: two lines on standard error, what
/// was found and what to do.
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExitCodesTest {

    private static final String BUCKET = "media";
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([0-9, ]+) \\|");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private EmbeddedS3 s3;
    private S3Credentials credentials;
    private ServerSocket taken;

    @BeforeAll
    void start() throws IOException {
        credentials = S3Credentials.random();
        s3 = EmbeddedS3.start(Files.createDirectories(folder.resolve("s3")), credentials);
        s3.createBucket(BUCKET);
        s3.createBucket("backups");
        taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Files.writeString(folder.resolve("file"), "not a folder");
    }

    @AfterAll
    void stop() throws IOException {
        taken.close();
        s3.close();
    }

    @AfterEach
    void forgetProperties() {
        Stream.of("aws.accessKeyId", "aws.secretAccessKey", "aws.disableEc2Metadata")
                .forEach(System::clearProperty);
    }

    Stream<FailureCase> failures() throws IOException {
        String port = Integer.toString(taken.getLocalPort());
        return Stream.of(
                FailureCase.of(2, "there is no command sevre", "did you mean serve?", "sevre"),
                FailureCase.of(2, "aloft has no option --hlep", "did you mean --help?", "--hlep"),
                FailureCase.of(
                        2, "aloft serve has no option --confg", "did you mean --config?", "serve", "--confg", "x"),
                FailureCase.of(2, "aloft serve has no option -x", "see aloft serve --help", "serve", "-x"),
                FailureCase.of(2, "unexpected argument 8080", "see aloft serve --help", "serve", "8080"),
                FailureCase.of(
                        2, "mutually exclusive", "see aloft serve --help", "serve", "--agent-only", "--edge-only"),
                serve(3, "there is no [edge] for --edge-only", "add [edge]", s3() + site("bucket = \"media\""))
                        .and("--edge-only"),
                serve(3, "has the unknown key buckte", "did you mean bucket?", s3() + site("buckte = \"media\"")),
                serve(3, "[site site] has no bucket", "add bucket = ", s3() + site("")),
                serve(3, "unknown table or key sites", "did you mean [site]?", s3() + "[sites]\nname = \"x\"\n"),
                serve(3, "line 1", "TOML 1.0", "[s3\n"),
                serve(3, "has no region", "add region = ", "[s3]\n" + site("bucket = \"media\"")),
                serve(
                        3,
                        "has socket = ",
                        "at most 107 bytes",
                        s3() + "[[site]]\nname = \"site\"\nbucket = \"media\"\n" + "socket = \"/" + "x".repeat(107)
                                + "\"\n"),
                FailureCase.of(
                        3, "there is no configuration at", "name it with --config", "serve", "--config", "none.toml"),
                FailureCase.of(3, "cannot read", "let this user read it", "serve", "--config", folder.toString()),
                FailureCase.of(4, "the demo is not part of aloft.jar", "./aloft demo", "demo", "--port", "8080", "x"),
                serve(
                        4,
                        "there is no group",
                        "set socket_group",
                        s3() + site("bucket = \"media\"\n" + "socket_group = \"no-such-group\"")),
                serve(
                        5,
                        "cannot serve on 127.0.0.1:" + port,
                        "choose another port in [edge]",
                        s3() + "[edge]\nlisten = \"127.0.0.1:" + port + "\"\n" + site("bucket = \"media\"")),
                serve(
                        5,
                        "cannot serve on 127.0.0.1:" + port,
                        "choose another port in [edge]",
                        s3() + "[edge]\nlisten = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:" + port + "\"\n"
                                + site("bucket = \"media\"")),
                serve(
                        5,
                        "cannot serve on 127.0.0.1:" + port,
                        "choose another port in [agent]",
                        s3() + "[agent]\nadmin = \"127.0.0.1:" + port + "\"\n" + site("bucket = \"media\"")),
                serve(
                        5,
                        "cannot serve on 192.0.2.1:8080: Cannot assign requested address",
                        "name an address of this host",
                        s3() + "[edge]\nlisten = \"192.0.2.1:8080\"\n" + site("bucket = \"media\"")),
                serve(
                        4,
                        "there is no /none/cert.pem",
                        "correct the paths of [edge]",
                        s3() + "[edge]\nlisten = \"127.0.0.1:0\"\ntls_certificate = \"/none/cert.pem\"\n"
                                + "tls_key = \"/none/key.pem\"\n" + site("bucket = \"media\"")),
                serve(
                        4,
                        folder + "/file exists and is not a folder",
                        "correct the paths of [edge]",
                        s3() + "[edge]\nlisten = \"127.0.0.1:0\"\ncache_folder = \"" + folder + "/file\"\n"
                                + site("bucket = \"media\"")),
                serve(
                        5,
                        folder + "/file exists and is not a folder",
                        "choose another socket",
                        s3() + "[[site]]\nname = \"site\"\n" + "bucket = \"media\"\nsocket = \"" + folder
                                + "/file/agent\"\n"),
                serve(
                        5,
                        "/file: there is a file",
                        "choose another socket",
                        s3() + "[[site]]\nname = \"site\"\n" + "bucket = \"media\"\nsocket = \"" + folder
                                + "/file\"\n"),
                serve(
                        4,
                        "cannot create the socket's folder /sys/aloft",
                        "install -d -o ",
                        s3() + "[[site]]\nname = \"site\"\nbucket = \"media\"\nsocket = \"/sys/aloft/agent\"\n"),
                serve(6, "bucket s3://unknown", "the store is " + s3.endpoint(), s3() + site("bucket = \"unknown\"")),
                serve(6, "403", "credentials come from", s3() + site("bucket = \"media\""))
                        .with("aws.secretAccessKey", "wrong"),
                configured(
                        10,
                        "there is no s3://media/none",
                        "check the name",
                        s3() + site("bucket = \"media\""),
                        "ls",
                        "s3://media/none"),
                migrate(9, "1 files have failed", "run the command again"),
                FailureCase.of(
                                6,
                                "no credentials were found in the environment (AWS_ACCESS_KEY_ID",
                                "credentials come from",
                                "serve",
                                "--config",
                                write(s3() + site("bucket = \"media\"")).toString())
                        .with("aws.disableEc2Metadata", "true"),
                backup(3, "no backup is configured for the site site", "add [site.backup]", "", "list"),
                backup(3, "would lie among its files", "another bucket", "[site.backup]\nbucket = \"media\"", "list"),
                backup(6, "404", "the store is", "[site.backup]\nbucket = \"no-such-bucket\"", "list"),
                backup(
                        7,
                        "there is no snapshot of the site site",
                        "aloft backup create",
                        "[site.backup]\nbucket = \"backups\"",
                        "show"),
                backup(
                        8,
                        "ERROR 2002",
                        "start the database server",
                        "[site.backup]\nbucket = \"backups\"\ndatabase = \"" + wpConfigOfNoServer() + "\"",
                        "create"),
                backup(
                        2,
                        "asks before it changes anything",
                        "--yes",
                        "[site.backup]\nbucket = \"backups\"",
                        "restore",
                        "--only",
                        "files",
                        "--undo"));
    }

    private Path wpConfigOfNoServer() throws IOException {
        return Files.writeString(folder.resolve("wp-config.php"), """
            <?php
            define('DB_NAME', 'shop');
            define('DB_USER', 'shop');
            define('DB_PASSWORD', 'secret');
            define('DB_HOST', 'localhost:%s');
            """.formatted(folder.resolve("no.sock")));
    }

    private FailureCase migrate(int code, String found, String advice) throws IOException {
        Path uploads = folder.resolve("uploads");
        if (!Files.exists(uploads)) {
            Files.createSymbolicLink(Files.createDirectory(uploads).resolve("link"), folder);
        }
        return configured(code, found, advice, s3() + site("bucket = \"media\""), "migrate", "in", uploads.toString());
    }

    private FailureCase backup(int code, String found, String advice, String table, String... words)
            throws IOException {
        String configuration = s3() + site("bucket = \"media\"\n" + table);
        String[] command = Stream.concat(Stream.of("backup"), Stream.of(words)).toArray(String[]::new);
        return configured(code, found, advice, configuration, command);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureIsTwoLinesAndACode(FailureCase failure) {
        failure.properties().forEach(System::setProperty);

        CommandRun run = CommandRun.of(failure.arguments().toArray(String[]::new));

        List<String> lines = run.err().lines().toList();
        assertThat(run.code()).as(run.err()).isEqualTo(failure.code());
        assertThat(lines).hasSize(2).allMatch(line -> line.startsWith("aloft: "));
        assertThat(lines.get(0)).contains(failure.found());
        assertThat(lines.get(1)).contains(failure.advice());
        if (run.code() != 9) { // which prints its results
            assertThat(run.out()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void aSignalStopsEverythingAndIsTheCode(String signal, int code) throws Exception {
        Path socket = folder.resolve("signal-" + signal);
        Path configuration =
                write(s3() + "[[site]]\nname = \"site\"\nbucket = \"media\"\nsocket = \"" + socket + "\"\n");
        Path log = folder.resolve("log-" + signal);
        Process process = aloft(log, List.of(), "serve", "--config", configuration.toString());
        try {
            awaitFile(socket, process, log);
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(code);
            assertThat(socket).doesNotExist();
        } finally {
            process.destroyForcibly();
        }
    }

    /// Root without the rights that another user lacks too: to write anywhere, to give a file to any group, to listen
    /// on any port.
    @ParameterizedTest
    @MethodSource("missingRights")
    void aMissingRightIsReportedWithItsRemedy(FailureCase failure) throws Exception {
        Path log = Files.createTempFile(folder, "log", "");
        List<String> words =
                new ArrayList<>(List.of("setpriv", "--bounding-set=-chown,-dac_override,-net_bind_service"));
        words.add("--clear-groups");
        Process process = aloft(log, words, failure.arguments().toArray(String[]::new));
        try {
            assertThat(process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            List<String> errors = Files.readAllLines(log).stream()
                    .filter(line -> line.startsWith("aloft: "))
                    .toList();
            assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(failure.code());
            assertThat(errors).hasSize(2);
            assertThat(errors.get(0)).contains(failure.found());
            assertThat(errors.get(1)).contains(failure.advice());
        } finally {
            process.destroyForcibly();
        }
    }

    Stream<FailureCase> missingRights() throws IOException {
        Path closed = Files.createDirectory(
                folder.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-x------")));
        String site = "[[site]]\nname = \"site\"\nbucket = \"media\"\n";
        return Stream.of(
                serve(
                        4,
                        "cannot create a socket in " + closed,
                        "chown ",
                        s3() + site + "socket = \"" + closed + "/agent\"\n"),
                serve(
                        4,
                        "cannot create the socket's folder " + closed + "/new",
                        "install -d -o ",
                        s3() + site + "socket = \"" + closed + "/new/agent\"\n"),
                serve(
                        4,
                        "cannot give the socket to the group www-data",
                        "usermod -a -G www-data ",
                        s3() + site + "socket = \"" + folder + "/agent\"\nsocket_group = \"www-data\"\n"),
                serve(
                        5,
                        "cannot serve on 127.0.0.1:80",
                        "CAP_NET_BIND_SERVICE",
                        s3() + "[edge]\nlisten = \"127.0.0.1:80\"\n" + site + "socket = \"" + folder + "/agent\"\n"));
    }

    /// The one that is refused must not take the other's socket away.
    @Test
    void aSecondAgentOnOneSocketIsRefusedAndTheFirstGoesOn() throws Exception {
        Path socket = folder.resolve("shared");
        String configuration = s3() + "[[site]]\nname = \"site\"\nbucket = \"media\"\nsocket = \"" + socket + "\"\n";
        Path log = folder.resolve("log-first");
        Process first =
                aloft(log, List.of(), "serve", "--config", write(configuration).toString());
        try {
            awaitFile(socket, first, log);
            aFailureIsTwoLinesAndACode(
                    serve(5, socket + ": another agent answers there", "choose another socket", configuration));
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                assertThat(channel.isConnected()).isTrue();
            }
        } finally {
            first.destroy();
            first.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void thePageNamesTheseCodesAndNoOthers() throws IOException {
        TreeSet<Integer> seen = new TreeSet<>(List.of(0, 1, 130, 143));
        failures().map(FailureCase::code).forEach(seen::add);

        List<Integer> listed = ROW.matcher(
                        Files.readString(Path.of(System.getProperty("aloft.root"), "docs/reference/exit-codes.md")))
                .results()
                .flatMap(row -> Arrays.stream(row.group(1).split(", ")))
                .map(Integer::valueOf)
                .toList();

        assertThat(listed).containsExactlyElementsOf(seen);
    }

    private FailureCase serve(int code, String found, String advice, String configuration) throws IOException {
        return configured(code, found, advice, configuration, "serve");
    }

    /// A command with a configuration, and the credentials of its S3.
    private FailureCase configured(int code, String found, String advice, String configuration, String... words)
            throws IOException {
        Stream<String> arguments = Stream.concat(
                Stream.of(words), Stream.of("--config", write(configuration).toString()));
        return FailureCase.of(code, found, advice, arguments.toArray(String[]::new))
                .with("aws.accessKeyId", credentials.accessKey())
                .with("aws.secretAccessKey", credentials.secretKey());
    }

    private Path write(String configuration) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "aloft", ".toml"), configuration);
    }

    private String s3() {
        return "[s3]\nprovider = \"other\"\nendpoint = \"" + s3.endpoint() + "\"\n\n";
    }

    /// A site of that name and a socket, with these keys too.
    private String site(String keys) {
        return "[[site]]\nname = \"site\"\nsocket = \"" + folder.resolve("agent") + "\"\n" + keys + "\n";
    }

    /// @param before words before the command's own
    private Process aloft(Path log, List<String> before, String... arguments) throws IOException {
        // A shell's background jobs ignore SIGINT, and their children inherit that.
        List<String> words = new ArrayList<>(before);
        words.addAll(List.of("env", "--default-signal=INT,TERM"));
        words.addAll(JavaCommand.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("AWS_ACCESS_KEY_ID", credentials.accessKey());
        builder.environment().put("AWS_SECRET_ACCESS_KEY", credentials.secretKey());
        return builder.start();
    }

    private static void awaitFile(Path file, Process process, Path log) throws Exception {
        Eventually.await(file + " is there; " + log, () -> Files.exists(file) || !process.isAlive());
        assertThat(file).as(log.toString()).exists();
    }
}
