package dev.aloft.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.lab.Command;
import dev.aloft.lab.DebianPackages;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.store.Store;
import dev.aloft.testkit.Occasion;
import dev.aloft.testkit.S3Front;
import dev.aloft.testkit.S3Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// PHP's file functions while S3 fails: every kind of request that an operation makes, in every way. What PHP is told
/// has happened, has happened; of what it is told has failed, the file is as it was or as it was to be, and nothing
/// between.
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrapperFaultsTest {

    private static final String BUCKET = "media";
    private static final String OLD = "old ".repeat(1000);
    private static final String NEW = "new ".repeat(2000);
    private static final Duration S3_LIMIT = Duration.ofMillis(800);
    private static final Duration PHP_LIMIT = Duration.ofSeconds(60);

    private static final Map<String, Consumer<Occasion>> FAULTS = new LinkedHashMap<>();

    static {
        FAULTS.put("503", occasion -> occasion.answer(503));
        FAULTS.put("403", occasion -> occasion.answer(403));
        FAULTS.put("a reset while it is sent", occasion -> occasion.resetRequestAfter(0));
        FAULTS.put("a lost answer", Occasion::loseAnswer);
        FAULTS.put("half an answer", occasion -> occasion.truncateAnswerAfter(20));
        FAULTS.put("silence", Occasion::neverAnswer);
    }

    /// What PHP does to `$file`, whose content was OLD: `$ok` says whether PHP thinks that it happened.
    enum Operation {
        WRITE("$ok = file_put_contents($file, $new) === strlen($new);", NEW),
        COPY("file_put_contents($local, $new); $ok = copy($local, $file);", NEW),
        STREAM("$h = fopen($file, 'w'); $ok = $h && fwrite($h, $new) && fflush($h) && fclose($h);", NEW),
        EDIT("$h = fopen($file, 'r+'); $ok = $h && fwrite($h, $new) && fflush($h) && fclose($h);", NEW),
        APPEND("$ok = file_put_contents($file, $new, FILE_APPEND) === strlen($new);", OLD + NEW),
        RENAME("$ok = rename($file, \"$file.moved\");", ""),
        REMOVE("$ok = unlink($file);", ""),
        READ("$ok = file_get_contents($file) === $old;", OLD);

        private final String code;
        private final String after;

        /// @param after the content afterwards; empty when there is no file
        Operation(String code, String after) {
            this.code = code;
            this.after = after;
        }
    }

    private Path folder;
    private TestS3 s3;
    private BucketView bucket;

    @BeforeAll
    void start() throws IOException {
        DebianPackages.of("php8.2-cli").require(System.err::println);
        folder = OpenFolder.create("aloft-faults");
        s3 = TestS3.embedded(folder.resolve("s3"));
        s3.createBucket(BUCKET);
        bucket = BucketView.open(s3, BUCKET);
    }

    @AfterAll
    void stop() throws IOException {
        bucket.close();
        s3.close();
        OpenFolder.delete(folder);
    }

    @ParameterizedTest
    @EnumSource
    void phpIsNeverToldThatSomethingHappenedThatDidNot(Operation operation) throws IOException {
        List<String> outcomes = new ArrayList<>();
        Set<String> requests = requestsOf(operation);
        assertThat(requests).isNotEmpty();
        for (String request : requests) {
            FAULTS.forEach((name, fault) -> {
                String what = operation + " with " + request + " meeting " + name;
                try {
                    outcomes.add(what + ": " + perform(operation, front -> fault.accept(front.on(request))));
                } catch (IOException e) {
                    throw new AssertionError(what, e);
                }
            });
        }
        assertThat(outcomes).as("some fault is noticed").anyMatch(outcome -> !outcome.endsWith(": done"));
    }

    /// The kinds of requests that the operation makes when all is well.
    private Set<String> requestsOf(Operation operation) throws IOException {
        Set<String> kinds = new TreeSet<>();
        String outcome = perform(
                operation,
                front -> {},
                front -> kinds.addAll(
                        front.requests().stream().map(S3Request::operation).collect(Collectors.toSet())));
        assertThat(outcome).as(operation + " without a fault").isEqualTo("done");
        return kinds;
    }

    private String perform(Operation operation, Consumer<S3Front> fault) throws IOException {
        return perform(operation, fault, _ -> {});
    }

    /// On an agent of its own, which knows nothing of the trouble before.
    private String perform(Operation operation, Consumer<S3Front> fault, Consumer<S3Front> afterwards)
            throws IOException {
        bucket.delete(bucket.keys());
        bucket.put("uploads/file.txt", OLD);
        String outcome;
        try (S3Front front = S3Front.before(s3.endpoint());
                Store store = Store.open(
                        s3.settings(front.endpoint()).withTimeout(S3_LIMIT), s3.accessKey(), s3.secretKey());
                Agent _ = Agent.start(List.of(new AgentSite(
                        "faults",
                        folder.resolve("agent"),
                        null,
                        new FileTree(store.bucket(BUCKET), FilePath.ROOT),
                        1 << 30)))) {
            fault.accept(front);
            outcome = php(operation);
            afterwards.accept(front);
        }
        demandTruth(operation, outcome);
        return outcome;
    }

    private void demandTruth(Operation operation, String outcome) {
        assertThat(outcome).as(operation.toString()).matches("done|false|throws \\S+");
        boolean there = bucket.keys().contains("uploads/file.txt");
        String content = there ? new String(bucket.bytes("uploads/file.txt"), UTF_8) : "";
        if (outcome.equals("done")) {
            assertThat(content)
                    .as(operation + ", of which PHP is told that it is done")
                    .isEqualTo(operation.after);
        }
        assertThat(content).as(operation + ", " + outcome).isIn(OLD, operation.after);
        if (operation == Operation.RENAME && !there) {
            assertThat(bucket.bytes("uploads/file.txt.moved")).asString(UTF_8).isEqualTo(OLD);
        }
    }

    private String php(Operation operation) throws IOException {
        return Command.of("php8.2", "-d", "auto_prepend_file=" + Checkout.folder("wordpress/aloft.php"))
                .withInput("""
                        <?php
                        [$file, $local] = ['s3://media/uploads/file.txt', getenv('FOLDER') . '/local.txt'];
                        [$old, $new] = [str_repeat('old ', 1000), str_repeat('new ', 2000)];
                        error_reporting(0);
                        try {
                            %s
                            echo $ok ? 'done' : 'false';
                        } catch (RuntimeException $failure) {
                            echo 'throws ', $failure::class;
                        }
                        """.formatted(operation.code))
                .withEnvironment("ALOFT_SOCKET", folder.resolve("agent").toString())
                .withEnvironment("FOLDER", folder.toString())
                .withLimit(PHP_LIMIT)
                .run()
                .strip();
    }
}
