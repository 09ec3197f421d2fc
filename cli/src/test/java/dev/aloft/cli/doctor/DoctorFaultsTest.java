package dev.aloft.cli.doctor;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.CommandRun;
import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.HostParts;
import dev.aloft.cli.doctor.DoctorFinding.Grade;
import dev.aloft.image.Format;
import dev.aloft.image.RenderPool.Formats;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Store;
import dev.aloft.store.Store.CredentialsOrigin;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import dev.aloft.testkit.S3Request;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `aloft doctor` on a site that works, and on one in which a fault was planted: the check that finds it, and its
/// remedy.
@Timeout(300)
final class DoctorFaultsTest extends DoctorFixture {

    @Test
    void aSiteThatWorksHasNoFault() throws Exception {
        List<Path> before = smallObjects();

        CommandRun run = CommandRun.of(
                "doctor",
                "--config",
                write("ok.toml", healthy()).toString(),
                "--wordpress",
                site.wordPress().toString(),
                "--url",
                site.uploads().toString());

        assertThat(run.code()).as(run.out() + run.err()).isZero();
        assertThat(run.out().lines()).hasSizeGreaterThan(37).allMatch(line -> line.startsWith("ok "));
        assertThat(run.err()).isEmpty();
        assertThat(smallObjects()).isEqualTo(before);
    }

    /// Objects that a run has not deleted, because it may not.
    private static List<Path> smallObjects() throws IOException {
        try (Stream<Path> objects = Files.walk(folder.resolve("s3"))) {
            return objects.filter(path -> path.endsWith("small.txt") || path.endsWith("code.php"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void programsReadAnObjectOnEachLine() throws Exception {
        CommandRun run = CommandRun.of(
                "doctor",
                "--json",
                "--config",
                write("bad.toml", healthy() + "bukcet = 1\n").toString());

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out().strip())
                .startsWith("{\"event\":\"check\",\"check\":\"configuration\",\"grade\":\"failed\",\"found\":")
                .endsWith("\"remedy\":\"did you mean bucket?\"}");
        assertThat(run.err().lines())
                .containsExactly(
                        "aloft: 1 of 1 checks failed",
                        "aloft: each line above that begins with failed ends with its remedy");
    }

    /// A change of the configuration that is wrong by itself.
    Stream<Map.Entry<String, String>> configurations() {
        return Stream.of(
                Map.entry("[s3\n", "fix the line"),
                Map.entry(healthy().replace("bucket = \"media\"\n", ""), "add bucket"),
                Map.entry(healthy().replace("embedded", "embeded"), "expected one of"),
                Map.entry(healthy().replace("aloft.sock", "x".repeat(120)), "at most 107 bytes"));
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void anInvalidConfigurationIsFound(Map.Entry<String, String> wrong) throws Exception {
        CommandRun run = CommandRun.of(
                "doctor", "--config", write("wrong.toml", wrong.getKey()).toString());

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).startsWith("failed   configuration").contains(wrong.getValue());
    }

    /// A fault of the store.
    ///
    /// @param check that finds it
    record StoreFault(String check, String remedy, Consumer<S3Front> plant) {
        @Override
        public String toString() {
            return check + ": " + remedy;
        }
    }

    static Stream<StoreFault> storeFaults() {
        return Stream.of(
                new StoreFault(
                        "s3 bucket",
                        "allow s3:ListBucket",
                        s3 -> s3.on("HeadBucket").answer(403)),
                new StoreFault(
                        "s3 bucket",
                        "create the bucket",
                        s3 -> s3.on("HeadBucket").answer(404)),
                new StoreFault(
                        "s3 write",
                        "allow s3:PutObject",
                        s3 -> s3.on("PutObject").answer(403, "AccessDenied")),
                new StoreFault(
                        "s3 write", "free space", s3 -> s3.on("PutObject").answer(507, "InsufficientStorage")),
                new StoreFault(
                        "s3 write", "check endpoint", s3 -> s3.on("PutObject").answer(503, "SlowDown")),
                new StoreFault(
                        "s3 write",
                        "check the credentials",
                        s3 -> s3.on("PutObject").answer(403, "SignatureDoesNotMatch")),
                new StoreFault(
                        "s3 read",
                        "allow s3:GetObject",
                        s3 -> s3.on("GetObject").answer(403, "AccessDenied")),
                new StoreFault(
                        "s3 conditional write",
                        "what the store must do",
                        s3 -> s3.on(request -> !request.conditions().isEmpty()).answer(501)),
                new StoreFault(
                        "s3 list",
                        "allow s3:ListBucket",
                        s3 -> s3.on("ListObjectsV2").answer(403, "AccessDenied")),
                new StoreFault(
                        "s3 copy",
                        "allow s3:GetObject and s3:PutObject",
                        s3 -> s3.on("CopyObject").answer(403, "AccessDenied")),
                new StoreFault(
                        "s3 multipart",
                        "s3:AbortMultipartUpload",
                        s3 -> s3.on("CreateMultipartUpload").answer(403, "AccessDenied")),
                new StoreFault(
                        "s3 delete",
                        "allow s3:DeleteObject",
                        s3 -> s3.on("DeleteObject").answer(403, "AccessDenied")),
                new StoreFault("clock", "synchronise", s3 -> s3.onEvery().shiftDate(Duration.ofMinutes(20))));
    }

    @ParameterizedTest
    @MethodSource("storeFaults")
    void aFaultOfTheStoreIsFound(StoreFault fault) throws Exception {
        fault.plant().accept(site.front());
        assertThat(s3Findings(healthy()).byCheck()).hasEntrySatisfying(fault.check(), found -> {
            assertThat(found.grade()).isEqualTo(Grade.FAILED);
            assertThat(found.remedy()).contains(fault.remedy());
        });
    }

    @Test
    void theBucketThatASiteMovesAwayFromIsListedAndRead() throws Exception {
        String moving = healthy() + "[site.fallback]\nuploads = \"old\"\n";
        assertThat(s3Findings(moving).get("s3 fallback").found()).isEqualTo("there is no file in s3://media/old");
        try (Store store = Store.open(
                Configuration.read(write("s3.toml", moving), Map.of()).s3())) {
            store.bucket("media")
                    .put(
                            ObjectKey.of("old/cat.jpg"),
                            new ByteArrayInputStream(new byte[1]),
                            1,
                            "image/jpeg",
                            WriteCondition.always());
        }
        assertThat(s3Findings(moving).get("s3 fallback")).isEqualTo(DoctorFinding.ok("listed and read s3://media/old"));
        assertThat(s3Findings(moving + "bucket = \"gone\"\n").get("s3 fallback").remedy())
                .contains("[site.fallback]");
        site.front().on("GetObject").answer(403, "AccessDenied");
        assertThat(s3Findings(moving).get("s3 fallback").remedy()).contains("allow s3:ListBucket and s3:GetObject");
    }

    @Test
    void aStoreThatIsAwayIsFound() throws Exception {
        String configuration = healthy().replace(site.front().endpoint().toString(), "http://127.0.0.1:1");

        assertThat(s3Findings(configuration).get("clock").remedy()).contains("check endpoint of [s3]");
    }

    @Test
    void missingCredentialsAreFound() throws Exception {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        System.setProperty("aws.disableEc2Metadata", "true");

        DoctorFinding found = s3Findings(healthy()).get("credentials");

        assertThat(found.found()).contains("no credentials were found");
        assertThat(found.remedy()).contains("/etc/aloft/credentials.env");
    }

    private Findings s3Findings(String configuration) throws Exception {
        Configuration read = Configuration.read(write("s3.toml", configuration), Map.of());
        try (Store store = Store.open(read.s3())) {
            return Findings.of(S3Checks.of(read, HostParts.ALL, store));
        }
    }

    @Test
    void aWordPressThatDoesNotFitIsFound() throws Exception {
        Path other = folder.resolve("other");
        Files.createDirectories(other.resolve("wp-content"));
        Files.writeString(
                other.resolve("wp-config.php"),
                "<?php define('ALOFT_BUCKET', 'elsewhere'); define('ALOFT_SOCKET', '/run/other.sock');");
        Files.writeString(
                other.resolve("composer.json"),
                "{\"extra\": {\"altis\": {\"modules\": {\"cloud\": {\"s3-uploads\": false}}}}}");
        Configuration read = Configuration.read(write("wordpress.toml", healthy()), Map.of());

        Findings found = Findings.of(WordPressChecks.of(other, read));

        for (String check : List.of("wordpress plugin", "wordpress socket", "wordpress bucket", "wordpress switch")) {
            assertThat(found.get(check).grade()).as(check).isEqualTo(Grade.FAILED);
        }
        assertThat(found.get("wordpress plugin").remedy()).contains("install the plugin");
        assertThat(found.get("wordpress socket").remedy()).contains("correct it in wp-config.php");
        assertThat(found.get("wordpress bucket").remedy()).contains("correct it in wp-config.php");
        assertThat(found.get("wordpress switch").remedy()).contains("s3-uploads");
        assertThat(Findings.of(WordPressChecks.of(folder, read))
                        .get("wordpress plugin")
                        .remedy())
                .contains("--wordpress");
    }

    /// As the package, a clone and Composer install it.
    @Test
    void aPluginOfAnotherVersionIsFound() throws Exception {
        Path wordPress = Files.createDirectories(folder.resolve("versions/wp-content/mu-plugins"))
                .resolve("../..")
                .normalize();
        Path loader = wordPress.resolve("wp-content/mu-plugins/aloft.php");
        Path packaged = Files.createDirectory(loader.resolveSibling("aloft")).resolve("aloft.php");
        Files.writeString(packaged, "<?php\n/**\n * Plugin Name: Aloft\n * Version: 0.9.0\n */\n");

        for (String load : List.of("require '" + packaged + "';", "require_once(__DIR__ . \"/aloft/aloft.php\");")) {
            Files.writeString(loader, "<?php " + load);
            assertThat(WordPressChecks.version(wordPress, "0.9.0").found()).contains("version 0.9.0, too");
            DoctorFinding found = WordPressChecks.version(wordPress, "1.0.0");
            assertThat(found.grade()).isEqualTo(Grade.WARNING);
            assertThat(found.found()).isEqualTo("the plugin is version 0.9.0, this command 1.0.0");
            assertThat(found.remedy()).contains("plugin of the same version");
        }
        Files.copy(Path.of(System.getProperty("aloft.root"), "wordpress/aloft.php"), packaged, REPLACE_EXISTING);
        assertThat(WordPressChecks.version(wordPress, "1.0.0").found()).startsWith("not checked");
    }

    @Test
    void codeThatPhpCanChangeIsFound() throws Exception {
        Path plugins = Files.createDirectories(folder.resolve("writable/wp-content/plugins"));
        Configuration read = Configuration.read(write("code.toml", healthy()), Map.of());
        Files.setPosixFilePermissions(plugins, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertThat(Findings.of(WordPressChecks.of(folder.resolve("writable"), read))
                        .get("wordpress code")
                        .grade())
                .isEqualTo(Grade.OK);

        Files.setPosixFilePermissions(plugins, PosixFilePermissions.fromString("rwxrwxrwx"));
        DoctorFinding found = Findings.of(WordPressChecks.of(folder.resolve("writable"), read))
                .get("wordpress code");

        assertThat(found.grade()).isEqualTo(Grade.WARNING);
        assertThat(found.found()).contains(plugins.toString());
        assertThat(found.remedy()).contains("chmod -R go-w", "chown -R root /").doesNotContain("chown -R root:");
    }

    @Test
    void codeThatPhpCanChangeIsFoundInsideAPlugin() throws Exception {
        Path wordPress = folder.resolve("plugged");
        Path plugin = Files.createDirectories(wordPress.resolve("wp-content/mu-plugins/shop/lib"));
        Path program = Files.writeString(plugin.resolve("cart.php"), "<?php");
        Path uploads = Files.createDirectories(wordPress.resolve("wp-content/uploads"));
        Files.setPosixFilePermissions(uploads, PosixFilePermissions.fromString("rwxrwxrwx"));
        Configuration read = Configuration.read(write("plugged.toml", healthy()), Map.of());
        assertThat(Findings.of(WordPressChecks.of(wordPress, read))
                        .get("wordpress code")
                        .found())
                .isEqualTo("www-data can change none of 6 files and folders of code");

        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rw-rw-rw-"));

        assertThat(Findings.of(WordPressChecks.of(wordPress, read))
                        .get("wordpress code")
                        .found())
                .contains(program.toString());
    }

    @Test
    void aLibvipsThatCannotBeLoadedOrLacksAFormatIsFound() throws Exception {
        DoctorFinding missing = new PictureCheck(RenderPoolSettings.standard().withLibrary(Path.of("/none.so")))
                .check()
                .run();
        assertThat(missing.grade()).isEqualTo(Grade.WARNING);
        assertThat(missing.remedy()).contains("install libvips42");

        Formats formats = new Formats(Set.of(Format.values()), Set.of(Format.JPEG, Format.PNG, Format.GIF));
        assertThat(PictureCheck.formats("libvips 8", formats).found()).isEqualTo("libvips 8: webp is missing");
    }

    @Test
    void credentialsThatEndSoonAreFound() {
        Instant now = Instant.now();
        CredentialsOrigin origin =
                new CredentialsOrigin("ProfileCredentialsProvider", Optional.of(now.plusSeconds(60)));

        assertThat(S3Checks.expiry(origin, now).grade()).isEqualTo(Grade.WARNING);
        assertThat(S3Checks.expiry(origin, now).remedy()).contains("renew them");
        assertThat(S3Checks.expiry(origin, now.minusSeconds(600)).grade()).isEqualTo(Grade.OK);
    }

    @Test
    void rightsOfEveryoneAreFound() throws Exception {
        Predicate<S3Request> anonymous = request -> !request.headers().containsKey("x-amz-date");
        site.front()
                .on(anonymous.and(request -> request.method().equals("GET")))
                .answer(200, "OK");
        DoctorFinding readable = s3Findings(healthy()).get("s3 public access");
        assertThat(readable.grade()).isEqualTo(Grade.WARNING);
        assertThat(readable.found()).contains("anyone can read, list s3://media");
        assertThat(readable.remedy()).contains("block public access");

        site.front()
                .on(anonymous.and(request -> request.method().equals("PUT")))
                .answer(200, "OK");
        DoctorFinding writable = s3Findings(healthy()).get("s3 public access");
        assertThat(writable.grade()).isEqualTo(Grade.FAILED);
        assertThat(writable.remedy()).contains("take s3:PutObject from everyone");
    }

    @Test
    void aPhpThatIsNoneIsFound() throws Exception {
        CommandRun run = CommandRun.of(
                "doctor",
                "--config",
                write("php.toml", healthy()).toString(),
                "--wordpress",
                site.wordPress().toString(),
                "--php",
                "/bin/false");

        assertThat(run.out()).contains("/bin/false -i fails").contains("name another PHP with --php");
    }

    @Test
    void rulesOfABucketThatMayNotBeReadAreNoFault() throws Exception {
        site.front().onEvery().answer(403, "AccessDenied");

        Findings found = s3Findings(healthy());

        for (String check : List.of("s3 versioning", "s3 lifecycle", "s3 object lock")) {
            assertThat(found.get(check).grade()).as(check).isEqualTo(Grade.OK);
            assertThat(found.get(check).found()).contains("these credentials lack s3:Get");
        }
    }
}
