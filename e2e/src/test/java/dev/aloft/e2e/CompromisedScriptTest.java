package dev.aloft.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.files.WriteHeaders;
import dev.aloft.lab.DebianPackages;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import dev.aloft.store.WriteCondition;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A compromised site's PHP, with the site's socket in its hands (`wordpress/tests/attacks/compromised.php`), beside
/// another site of the same agent: it gets no credential, nothing beside its prefix, and not the agent for itself.
@Timeout(180)
class CompromisedScriptTest {

    private static final String SECRET = "what only site two may know";
    private static final long MAX_FILE_BYTES = 32L << 20;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /// Time that an innocent site may take to write, read, list and remove a file, on an idle machine.
    private static final Duration ROUND_LIMIT = Duration.ofSeconds(2);

    private Path folder;
    private TestS3 s3;
    private Store store;
    private FileTree all;
    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        DebianPackages.of("php8.2-cli").require(System.err::println);
        folder = OpenFolder.create("aloft-compromised");
        s3 = TestS3.embedded(folder.resolve("s3"));
        s3.createBucket("media");
        s3.createBucket("other");
        store = Store.open(s3.settings(s3.endpoint()), s3.accessKey(), s3.secretKey());
        Bucket media = store.bucket("media");
        all = new FileTree(media, FilePath.ROOT);
        write(all, "sites/one/own.txt", "own");
        write(all, "sites/two/secret.txt", SECRET);
        write(all, "sites/one-more/secret.txt", SECRET);
        write(new FileTree(store.bucket("other"), FilePath.ROOT), "secret.txt", SECRET);
        agent = Agent.start(List.of(site("one", media), site("two", media)));
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
        store.close();
        s3.close();
        OpenFolder.delete(folder);
    }

    private AgentSite site(String name, Bucket bucket) {
        FileTree files = new FileTree(bucket, FilePath.of("sites/" + name));
        return new AgentSite(name, folder.resolve(name), null, files, MAX_FILE_BYTES);
    }

    @Test
    void credentialsAreNowhereToBeFound() throws Exception {
        String loot = attack("credentials");

        assertThat(loot).contains("\"site\":\"one\"").doesNotContain(s3.accessKey(), s3.secretKey());
    }

    @Test
    void nothingBesideThePrefixIsReadOrChanged() throws Exception {
        String loot = attack("beside");

        assertThat(loot).contains("own.txt").doesNotContain(SECRET, "HTTP/1.1 500");
        assertThat(read("sites/two/secret.txt")).isEqualTo(SECRET);
        assertThat(read("sites/one-more/secret.txt")).isEqualTo(SECRET);
        assertThat(all.list(FilePath.of("sites/two"), "", 10, null).entries()).hasSize(1);
        assertThat(all.list(FilePath.of("sites"), "", 10, null).entries()).hasSize(3);
        assertThat(all.list(FilePath.ROOT, "", 10, null).entries()).hasSize(1);
    }

    @Test
    void bodiesBeyondTheLimitsAreRefused() throws Exception {
        String answers = attack("bodies");

        assertThat(answers.lines().filter(line -> line.contains(" => HTTP/1.1 ")))
                .as(answers)
                .hasSizeGreaterThanOrEqualTo(5)
                .allMatch(line -> line.matches(".* => HTTP/1.1 (400|413|414|431) .*"));
        assertThat(answers)
                .contains("announced => HTTP/1.1 413", "left => false")
                .doesNotContain("endless, 400 MiB");
        assertThat(ask("two")).isEqualTo(SECRET);
    }

    /// It can take its own site's connections for as long as it lives, and no other's.
    @Test
    void aSiteThatHoldsAllOfItsConnectionsTakesNothingFromOthers() throws Exception {
        Process attacker = start("one", "attacks/compromised.php", "hoard");
        try (BufferedReader output = attacker.inputReader()) {
            assertThat(output.readLine()).matches("holding (1\\d\\d\\d|[5-9]\\d\\d)");
            assertThat(ask("two")).isEqualTo(SECRET);
        } finally {
            attacker.destroyForcibly();
        }
        assertThat(attacker.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        assertThat(ask("one")).as("its own site, when it is gone").isEqualTo("own");
        assertThat(all.list(FilePath.of("sites/one"), "slow", 10, null).entries())
                .isEmpty();
    }

    /// Each would take all that the sites of a host have together, if it were given what it asks for.
    @ParameterizedTest
    @ValueSource(strings = {"unfinished_names", "slow_files", "half_files", "unread_files"})
    void aSiteThatTakesAllThatItCanSlowsNoOtherSiteDown(String attack) throws Exception {
        Process attacker = start("one", "attacks/compromised.php", attack);
        try (BufferedReader output = attacker.inputReader()) {
            assertThat(output.readLine()).matches("holding \\d00");
            String work = workOf("two");
            assertThat(work).startsWith("done ");
            assertThat(Duration.ofMillis((long) (1000 * Double.parseDouble(work.substring("done ".length())))))
                    .as("the slowest round of an innocent site")
                    .isLessThan(Machine.fair(ROUND_LIMIT));
            assertThat(store.bucket("media").trouble())
                    .as("reported state of a healthy store")
                    .isEmpty();
        } finally {
            attacker.destroyForcibly();
        }
        assertThat(attacker.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        assertThat(ask("one")).as("its own site, when it is gone").isEqualTo("own");
    }

    private String workOf(String site) throws Exception {
        Process innocent = start(site, "attacks/innocent_at_work.php", "");
        String text = new String(innocent.getInputStream().readAllBytes(), UTF_8);
        assertThat(innocent.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return text.strip();
    }

    private String attack(String name) throws Exception {
        Process attacker = start("one", "attacks/compromised.php", name);
        String loot = new String(attacker.getInputStream().readAllBytes(), UTF_8);
        assertThat(attacker.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(attacker.exitValue()).as(loot).isZero();
        return loot;
    }

    /// Answer to an innocent request of that site.
    private String ask(String site) throws Exception {
        Process innocent = start(site, "attacks/innocent.php", site.equals("one") ? "own.txt" : "secret.txt");
        String text = new String(innocent.getInputStream().readAllBytes(), UTF_8);
        assertThat(innocent.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return text;
    }

    private Process start(String site, String script, String argument) throws IOException {
        ProcessBuilder php = new ProcessBuilder(
                        "php8.2",
                        "-d",
                        "display_errors=stderr",
                        Checkout.folder("wordpress/tests").resolve(script).toString(),
                        argument)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        php.environment().put("ALOFT_SOCKET", folder.resolve(site).toString());
        php.environment().put("SITE", site);
        return php.start();
    }

    private static void write(FileTree files, String path, String text) throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(text.getBytes(UTF_8));
        files.write(FilePath.of(path), bytes, text.length(), WriteHeaders.NONE, WriteCondition.always());
    }

    private String read(String path) throws IOException {
        try (var content = all.open(FilePath.of(path), null, null, Duration.ZERO)) {
            return new String(content.body().readAllBytes(), UTF_8);
        }
    }
}
