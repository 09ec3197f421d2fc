package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.lab.Command;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Uploaded bytes never execute: not in any PHP process, by any way that PHP has to run a file, whatever
/// its settings allow; not through the edge, by any way to write its address.
///
/// The attack says so, in its output and in a file, if it is ever run; and it carries a mark that shows its source.
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WriteXorExecuteTest {

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.onEmbeddedS3();

    private static final String DIRECTORY = "s3://" + Fleet.BUCKET + "/uploads/attack";
    private static final String EXECUTED = "ATTACK EXECUTED";
    private static final String SOURCE = "the source of the attack";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Fleet fleet;
    private final Path folder;
    private final Path canary;

    WriteXorExecuteTest(Fleet fleet, BucketView bucket) throws IOException {
        this.fleet = fleet;
        folder = OpenFolder.create("aloft-attack");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        canary = folder.resolve("canary");
    }

    /// A way to have PHP run a file. In its code, `$s3` is the attack's path in the bucket.
    record Way(String name, List<String> options, String code) {

        static Way of(String name, String code) {
            return new Way(name, List.of(), code);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Way> ways() {
        return Stream.of(
                Way.of("include", "@include $s3;"),
                Way.of("include_once", "@include_once $s3;"),
                Way.of("require", "require $s3;"),
                Way.of("require_once", "require_once $s3;"),
                Way.of("include in capitals", "@include str_replace('s3:', 'S3:', $s3);"),
                Way.of("include of a picture", "@include dirname($s3) . '/attack.jpg';"),
                Way.of("include along the include_path", "set_include_path(dirname($s3)); @include 'attack.php';"),
                Way.of("include by the autoloader", "set_include_path(dirname($s3)); spl_autoload('attack', '.php');"),
                Way.of("php://filter", "@include \"php://filter/resource=$s3\";"),
                Way.of(
                        "php://filter that decodes",
                        "@include \"php://filter/read=convert.base64-decode/resource=$s3.base64\";"),
                Way.of("compress.zlib://", "@include \"compress.zlib://$s3\";"),
                Way.of("compress.zlib:// of gzip", "@include \"compress.zlib://$s3.gz\";"),
                Way.of("php://filter that inflates", "@include \"php://filter/zlib.inflate/resource=$s3.deflate\";"),
                Way.of("phar://", "@include \"phar://$s3.phar/attack.php\";"),
                Way.of("phar:// named as a picture", "@include \"phar://\" . dirname($s3) . \"/phar.jpg/attack.php\";"),
                Way.of("phar:// of the stub", "@include \"phar://$s3.phar\";"),
                Way.of("new Phar", "try { new Phar(\"$s3.phar\"); } catch (Throwable) {}"),
                Way.of(
                        "Phar::loadPhar",
                        "try { Phar::loadPhar(\"$s3.phar\", 'x.phar'); include 'phar://x.phar/attack.php'; }"
                                + " catch (Throwable) {}"),
                Way.of("zip://", "@include \"zip://$s3.zip#attack.php\";"),
                Way.of("highlight_file", "@highlight_file($s3);"),
                Way.of("show_source", "@show_source($s3);"),
                Way.of("php_strip_whitespace", "echo @php_strip_whitespace($s3);"),
                Way.of("opcache_compile_file", "@opcache_compile_file($s3); @include $s3;"),
                Way.of("a handle that is open", "$h = fopen($s3, 'r'); @include 'php://fd/' . (int) $h;"),
                new Way("auto_append_file", List.of("auto_append_file=" + DIRECTORY + "/attack.php"), ";"),
                new Way(
                        "auto_append_file by php://filter",
                        List.of("auto_append_file=php://filter/resource=" + DIRECTORY + "/attack.php"),
                        ";"),
                new Way("opcache.preload", List.of("opcache.preload=" + DIRECTORY + "/attack.php"), ";"));
    }

    @BeforeAll
    void uploadTheAttack() throws IOException {
        byte[] attack = attack().getBytes(StandardCharsets.UTF_8);
        Path local = Files.write(folder.resolve("attack.php"), attack);
        Command.of("php8.2", "-d", "phar.readonly=0", "-d", "opcache.enable_cli=0")
                .withInput("""
                        <?php
                        require getenv('ALOFT_PLUGIN');
                        [$attack, $to, $here] = [getenv('ATTACK'), getenv('DIRECTORY'), getenv('HERE')];
                        $phar = new Phar("$here/attack.phar");
                        $phar['attack.php'] = $attack;
                        $phar->setStub("$attack __HALT_COMPILER();");
                        $zip = new ZipArchive();
                        $zip->open("$here/attack.zip", ZipArchive::CREATE);
                        $zip->addFromString('attack.php', $attack);
                        $zip->close();
                        foreach (['attack.php', 'attack.pHtml', 'attack.PHP', 'attack.php7', 'attack.phps', 'attack.jpg',
                            'attack.php.jpg', 'attack.php.', 'folder.jpg/attack.php', '.user.ini'] as $name) {
                            file_put_contents("$to/$name", $attack) === strlen($attack) || exit("cannot write $name");
                        }
                        file_put_contents("$to/attack.php.base64", base64_encode($attack));
                        file_put_contents("$to/attack.php.gz", gzencode($attack));
                        file_put_contents("$to/attack.php.deflate", gzdeflate($attack));
                        copy("$here/attack.phar", "$to/attack.php.phar");
                        copy("$here/attack.phar", "$to/phar.jpg");
                        copy("$here/attack.zip", "$to/attack.php.zip");
                        """)
                .withEnvironment("ALOFT_PLUGIN", plugin())
                .withEnvironment("ALOFT_SOCKET", fleet.server(0).socket().toString())
                .withEnvironment("ATTACK", Files.readString(local))
                .withEnvironment("DIRECTORY", DIRECTORY)
                .withEnvironment("HERE", folder.toString())
                .run();
    }

    @AfterAll
    void takeItAwayAgain() throws IOException {
        php(
                List.of(),
                "foreach (scandir(dirname($s3)) as $name) { @unlink(dirname($s3) . \"/$name\"); }"
                        + " unlink(dirname($s3) . '/folder.jpg/attack.php');");
        OpenFolder.delete(folder);
    }

    @Test
    void theAttackWorksFromALocalDisk() throws IOException {
        String output = php(List.of(), "include '" + folder.resolve("attack.php") + "';");

        assertThat(output).contains(EXECUTED);
        assertThat(canary).exists();
        Files.delete(canary);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void noWayToRunAFileRunsAnUpload(Way way) throws IOException {
        for (String fopen : List.of("0", "1")) {
            for (String include : List.of("0", "1")) {
                List<String> options = new ArrayList<>(way.options());
                options.add("allow_url_fopen=" + fopen);
                options.add("allow_url_include=" + include);
                String output = php(options, way.code());
                assertThat(output).as("%s with %s", way, options).doesNotContain(EXECUTED, SOURCE);
                assertThat(canary).as("%s with %s", way, options).doesNotExist();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void aScriptThatLiesInTheBucketIsNotStarted(String allowed) throws IOException {
        List<String> options = List.of("allow_url_fopen=" + allowed, "allow_url_include=" + allowed);
        List<String> words = phpWith(options);
        words.addAll(List.of("-f", DIRECTORY + "/attack.php"));

        String output = run(words, "");

        assertThat(output).doesNotContain(EXECUTED, SOURCE);
        assertThat(canary).doesNotExist();
    }

    @Test
    void asDataTheAttackIsReadable() throws IOException {
        assertThat(php(List.of(), "echo file_get_contents($s3);")).contains(SOURCE);
    }

    /// Ways to write the address of an upload so that some server might take it for a program.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/uploads/attack/attack.php",
                "/uploads/attack/attack.php?x=.jpg",
                "/uploads/attack/attack.php/",
                "/uploads/attack/attack.php/x.jpg",
                "/uploads/attack/attack.php;x.jpg",
                "/uploads/attack/attack.jpg/attack.php",
                "/uploads/attack/attack.jpg/index.php",
                "/uploads/attack/folder.jpg/attack.php",
                "/uploads/attack/attack.pHtml",
                "/uploads/attack/attack.PHP",
                "/uploads/attack/attack.php7",
                "/uploads/attack/attack.phps",
                "/uploads/attack/attack.php.jpg",
                "/uploads/attack/attack.php.",
                "/uploads/attack/attack.php%20",
                "/uploads/attack/attack.php%00.jpg",
                "/uploads/attack/attack.jpg%00.php",
                "/uploads/attack/attack.php%0a",
                "/uploads/attack/attack%2ephp",
                "/uploads/attack/%61ttack.php",
                "/uploads/attack/attack.%70hp",
                "/uploads/attack/attack%252ephp",
                "/uploads/attack%2Fattack.php",
                "/uploads%2Fattack%2Fattack.php",
                "/uploads/attack\\attack.php",
                "/uploads/attack/attack.php::$DATA",
                "//uploads/attack/attack.php",
                "/./uploads/attack/attack.php",
                "/wp-admin/../uploads/attack/attack.php",
                "/wp-admin/%2e%2e/uploads/attack/attack.php",
                "/uploads/x/../attack/attack.php",
                "/uploads/../wp-content/uploads/attack/attack.php",
                "/UPLOADS/attack/attack.php",
                "/wp-content/uploads/attack/attack.php",
                "/wp-content//uploads/attack/attack.php",
                "/wp-content/uploads/attack/attack.jpg/x.php",
                "/index.php/uploads/attack/attack.php",
                "/uploads/attack/.user.ini"
            })
    void noAddressThroughTheEdgeRunsAnUploadOrShowsItsSource(String target) throws IOException {
        String answer = ask(target);

        assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain(EXECUTED, SOURCE);
        assertThat(answer).doesNotStartWith("HTTP/1.1 5");
        assertThat(canary).doesNotExist();
    }

    /// A picture is a picture, whatever is in it: as bytes, with a picture's type, and with nosniff.
    @Test
    void codeInAPictureIsSentAsAPicture() throws IOException {
        String answer = ask("/uploads/attack/attack.jpg");

        assertThat(answer).startsWith("HTTP/1.1 200").contains("Content-Type: image/jpeg", "nosniff", SOURCE);
        assertThat(answer).doesNotContain(EXECUTED);
        assertThat(canary).doesNotExist();
    }

    /// Says `EXECUTED` in a way that its own source does not.
    private String attack() {
        return "<?php /* " + SOURCE + " */ file_put_contents('" + canary + "', 'x'); echo base64_decode('"
                + Base64.getEncoder().encodeToString(EXECUTED.getBytes(StandardCharsets.UTF_8)) + "');";
    }

    private String php(List<String> options, String code) throws IOException {
        List<String> words = phpWith(options);
        return run(words, "<?php $s3 = '" + DIRECTORY + "/attack.php'; " + code);
    }

    private static List<String> phpWith(List<String> options) {
        List<String> words = new ArrayList<>(List.of("php8.2"));
        words.addAll(List.of("-d", "auto_prepend_file=" + plugin(), "-d", "opcache.enable_cli=1"));
        options.forEach(option -> words.addAll(List.of("-d", option)));
        return words;
    }

    /// @return what it wrote, also when it failed
    private String run(List<String> words, String script) throws IOException {
        Command command = Command.of(words)
                .withInput(script)
                .withLimit(LIMIT)
                .withEnvironment("ALOFT_SOCKET", fleet.server(0).socket().toString());
        try {
            return command.accepting(255).run();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String plugin() {
        return Checkout.folder("wordpress/aloft.php").toString();
    }

    /// Sends a target as it is written, which no URL class does.
    private String ask(String target) throws IOException {
        URI front = fleet.server(0).front();
        try (Socket socket = new Socket(front.getHost(), front.getPort())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            String request = "GET " + target + " HTTP/1.1\r\nHost: " + front.getAuthority()
                    + "\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try (InputStream in = socket.getInputStream()) {
                in.transferTo(answer);
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
