package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.lab.Command;
import dev.aloft.lab.DebianPackages;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.store.Store;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// One PHP process that works through many files while S3 fails: for one of them, for all of them, or for a while.
@Timeout(180)
class ImportTest {

    private static final int FILES = 300;
    private static final Duration S3_LIMIT = Duration.ofSeconds(4);
    private static final Duration PHP_LIMIT = Duration.ofMinutes(2);

    private Path folder;
    private TestS3 s3;
    private S3Front front;
    private Store store;
    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        DebianPackages.of("php8.2-cli").require(System.err::println);
        folder = OpenFolder.create("aloft-import");
        s3 = TestS3.embedded(folder.resolve("s3"));
        s3.createBucket("media");
        front = S3Front.before(s3.endpoint());
        store = Store.open(s3.settings(front.endpoint()).withTimeout(S3_LIMIT), s3.accessKey(), s3.secretKey());
        agent = startAgent();
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
        store.close();
        front.close();
        s3.close();
        OpenFolder.delete(folder);
    }

    private Agent startAgent() throws IOException {
        FileTree files = new FileTree(store.bucket("media"), FilePath.ROOT);
        return Agent.start(List.of(new AgentSite("import", folder.resolve("agent"), null, files, 1 << 30)));
    }

    @Test
    void aFileThatS3CannotStoreCostsNoOtherFile() throws IOException {
        front.on(request ->
                        request.operation().equals("PutObject") && request.key().contains("poison"))
                .answer(500);

        assertThat(importFiles("$i === 10 ? 'poison' : 'fine'")).isEqualTo("stored " + (FILES - 1));
        try (BucketView bucket = BucketView.open(s3, "media")) {
            assertThat(bucket.keys()).hasSize(FILES - 1).noneMatch(key -> key.contains("poison"));
        }
    }

    @Test
    void aFileForWhichS3IsSilentCostsNoOtherFile() throws IOException {
        front.on(request ->
                        request.operation().equals("PutObject") && request.key().contains("poison"))
                .neverAnswer();

        assertThat(importFiles("$i === 10 ? 'poison' : 'fine'")).isEqualTo("stored " + (FILES - 1));
    }

    /// Time that a visitor waits: S3's time limit, and what the agent needs to know that it is not one request alone.
    @Test
    void aPageOfTwentyPicturesWaitsOnceWhileS3IsSilent() throws IOException {
        front.onEvery().neverAnswer();
        Duration once = S3_LIMIT.plus(S3_LIMIT.dividedBy(4));

        double seconds = Double.parseDouble(php("""
                $begin = microtime(true);
                for ($i = 0; $i < 20; $i++) {
                    is_file("s3://media/uploads/picture-$i.jpg");
                }
                echo microtime(true) - $begin;
                """));

        assertThat(Duration.ofMillis((long) (1000 * seconds)))
                .isLessThan(once.plus(Machine.fair(Duration.ofSeconds(2))));
    }

    @Test
    void anImportGoesOnAsSoonAsS3DoesAgain() throws IOException {
        front.onEvery().next(12).answer(503);

        assertThat(php("""
                for ($end = microtime(true) + 60; microtime(true) < $end; usleep(50_000)) {
                    try {
                        @file_put_contents('s3://media/uploads/again.txt', 'x') === 1 && exit('stored');
                    } catch (RuntimeException) {
                        continue;
                    }
                }
                """)).isEqualTo("stored");
    }

    @Test
    void anImportGoesOnAsSoonAsItsAgentIsBack() throws Exception {
        Process php = start("""
                echo file_put_contents('s3://media/uploads/before.txt', 'x'), "\\n";
                fgets(STDIN);
                echo (int) @file_put_contents('s3://media/uploads/meanwhile.txt', 'x'), "\\n";
                fgets(STDIN);
                echo file_put_contents('s3://media/uploads/after.txt', 'x'), "\\n";
                """);
        try (var output = php.inputReader();
                var input = php.outputWriter()) {
            assertThat(output.readLine()).isEqualTo("1");
            agent.close();
            input.write("\n");
            input.flush();
            assertThat(output.readLine()).isEqualTo("0");
            agent = startAgent();
            input.write("\n");
            input.flush();
            assertThat(output.readLine()).isEqualTo("1");
        } finally {
            php.destroyForcibly();
        }
    }

    private String importFiles(String name) throws IOException {
        return php("""
                $stored = 0;
                for ($i = 0; $i < %d; $i++) {
                    try {
                        $name = %s;
                        $stored += (int) (@file_put_contents("s3://media/uploads/$name-$i.txt", 'x') === 1);
                    } catch (Throwable) {
                        continue;
                    }
                }
                echo "stored $stored";
                """.formatted(FILES, name));
    }

    private String php(String code) throws IOException {
        return Command.of("php8.2", "-d", "auto_prepend_file=" + Checkout.folder("wordpress/aloft.php"))
                .withInput("<?php ini_set('display_errors', 'stderr');\n" + code)
                .withEnvironment("ALOFT_SOCKET", folder.resolve("agent").toString())
                .withLimit(PHP_LIMIT)
                .run()
                .strip();
    }

    private Process start(String code) throws IOException {
        ProcessBuilder php = new ProcessBuilder(
                "php8.2", "-r", "require '" + Checkout.folder("wordpress/aloft.php") + "';\n" + code);
        php.environment().put("ALOFT_SOCKET", folder.resolve("agent").toString());
        return php.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
