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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// PHP's file functions while S3 fails: every kind of request that an operation makes, in every way, also those of a
/// write in parts. What PHP is told has happened, has happened; of what it is told has failed, the file is as it was
/// or as it was to be, and nothing between; and no parts are left in the bucket that Aloft can know of.
///
/// Each test has a bucket of its own, and they wait at the same time.
@Timeout(600)
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrapperFaultsTest {

    private static final String LOST_ANSWER = "a lost answer";
    private static final String HALF_AN_ANSWER = "half an answer";
    private static final String SILENCE = "silence";

    /// Limit of S3 that a test waits out.
    private static final Duration SHORT_LIMIT = Duration.ofMillis(800);

    /// Limit of S3 that no request needs on a busy machine.
    private static final Duration LONG_LIMIT = Duration.ofSeconds(30);

    private static final Duration PHP_LIMIT = Duration.ofMinutes(2);

    private static final Map<String, Consumer<Occasion>> FAULTS = new LinkedHashMap<>();

    static {
        FAULTS.put("503", occasion -> occasion.answer(503));
        FAULTS.put("500", occasion -> occasion.answer(500));
        FAULTS.put("403", occasion -> occasion.answer(403));
        FAULTS.put("a reset while it is sent", occasion -> occasion.resetRequestAfter(0));
        FAULTS.put(LOST_ANSWER, Occasion::loseAnswer);
        FAULTS.put(HALF_AN_ANSWER, occasion -> occasion.truncateAnswerAfter(20));
        FAULTS.put(SILENCE, Occasion::neverAnswer);
    }

    /// Repetitions of `old ` in the file before, and of `new ` that PHP writes.
    private enum Size {
        SMALL(1_000, 2_000),

        /// More than one part.
        LARGE(1_000, 4_500_000),

        /// So much is there already that S3 copies it as a part.
        GROWING(1_500_000, 2_000);

        private final int old;
        private final int anew;

        Size(int old, int anew) {
            this.old = old;
            this.anew = anew;
        }

        /// The content that these words stand for.
        String content(String words) {
            return "old ".repeat(words.contains("old") ? old : 0) + "new ".repeat(words.contains("new") ? anew : 0);
        }
    }

    private static final String WRITES = "$ok = file_put_contents($file, $new) === strlen($new);";
    private static final String COPIES = "file_put_contents($local, $new); $ok = copy($local, $file);";
    private static final String STREAMS =
            "$h = fopen($file, 'w'); $ok = $h && fwrite($h, $new) && fflush($h) && fclose($h);";
    private static final String CLOSES = "$h = fopen($file, 'w'); $ok = $h && fwrite($h, $new) && fclose($h);";
    private static final String APPENDS = "$ok = file_put_contents($file, $new, FILE_APPEND) === strlen($new);";

    /// PHP code that changes `$file`, whose content was old: `$ok` says whether PHP thinks that it happened.
    enum Operation {
        WRITE(WRITES, Size.SMALL, "new"),
        COPY(COPIES, Size.SMALL, "new"),
        STREAM(STREAMS, Size.SMALL, "new"),
        EDIT("$h = fopen($file, 'r+'); $ok = $h && fwrite($h, $new) && fflush($h) && fclose($h);", Size.SMALL, "new"),
        APPEND(APPENDS, Size.SMALL, "old new"),
        RENAME("$ok = rename($file, \"$file.moved\");", Size.SMALL, "nothing"),
        REMOVE("$ok = unlink($file);", Size.SMALL, "nothing"),
        READ("$ok = file_get_contents($file) === $old;", Size.SMALL, "old"),
        WRITE_IN_PARTS(WRITES, Size.LARGE, "new"),
        COPY_IN_PARTS(COPIES, Size.LARGE, "new"),
        CLOSE_IN_PARTS(CLOSES, Size.LARGE, "new"),
        APPEND_IN_PARTS(APPENDS, Size.GROWING, "old new");

        private final String code;
        private final Size size;
        private final String after;

        /// @param after what is there afterwards
        Operation(String code, Size size, String after) {
            this.code = code;
            this.size = size;
            this.after = after;
        }

        String contentBefore() {
            return size.content("old");
        }

        String contentAfter() {
            return size.content(after);
        }
    }

    private final AtomicInteger trials = new AtomicInteger();
    private Path folder;
    private TestS3 s3;

    @BeforeAll
    void start() throws IOException {
        DebianPackages.of("php8.2-cli").require(System.err::println);
        folder = OpenFolder.create("aloft-faults");
        s3 = TestS3.embedded(folder.resolve("s3"));
    }

    @AfterAll
    void stop() throws IOException {
        s3.close();
        OpenFolder.delete(folder);
    }

    @ParameterizedTest
    @EnumSource
    void phpIsNeverToldThatSomethingHappenedThatDidNot(Operation operation) throws IOException {
        List<String> outcomes = new ArrayList<>();
        try (Trial trial = new Trial(operation)) {
            Set<String> requests = trial.requests();
            assertThat(requests).isNotEmpty();
            for (String request : requests) {
                for (Map.Entry<String, Consumer<Occasion>> fault : FAULTS.entrySet()) {
                    String what = operation + " with " + request + " meeting " + fault.getKey();
                    String outcome = trial.perform(
                            fault.getKey(), front -> fault.getValue().accept(front.on(request)));
                    outcomes.add(what + ": " + outcome);
                    if (!leavesUnknownUpload(request, fault.getKey())) {
                        assertThat(trial.bucket.unfinishedUploads()).as(what).isEmpty();
                    }
                }
            }
        }
        assertThat(outcomes).as("some fault is noticed").anyMatch(outcome -> !outcome.endsWith(": done"));
    }

    /// Only S3 knows the name of an upload that began without an answer.
    private static boolean leavesUnknownUpload(String request, String fault) {
        return request.equals("CreateMultipartUpload")
                && List.of(LOST_ANSWER, HALF_AN_ANSWER).contains(fault);
    }

    @ParameterizedTest
    @EnumSource(names = ".*_IN_PARTS", mode = EnumSource.Mode.MATCH_ALL)
    void aWriteInPartsThatCannotEvenBeGivenUpIsReported(Operation operation) throws IOException {
        try (Trial trial = new Trial(operation)) {
            for (Map.Entry<String, Consumer<Occasion>> fault : FAULTS.entrySet()) {
                String what = operation + " whose parts are refused, and its end meets " + fault.getKey();
                String outcome = trial.perform(fault.getKey(), front -> {
                    front.on("UploadPart").answer(403);
                    fault.getValue().accept(front.on("AbortMultipartUpload"));
                });
                assertThat(outcome).as(what).isNotEqualTo("done");
                assertThat(trial.bucket.unfinishedUploads()).as(what).hasSizeLessThanOrEqualTo(1);
            }
        }
    }

    /// An operation in a bucket and a folder of its own.
    private final class Trial implements AutoCloseable {

        private final Operation operation;
        private final String name = "media-" + trials.incrementAndGet();
        private final Path place = Files.createDirectory(folder.resolve(name));
        private final BucketView bucket = BucketView.open(s3, name);

        Trial(Operation operation) throws IOException {
            this.operation = operation;
            s3.createBucket(name);
        }

        /// The kinds of requests that the operation makes when all is well.
        Set<String> requests() throws IOException {
            Set<String> kinds = new TreeSet<>();
            String outcome = perform(
                    LONG_LIMIT,
                    _ -> {},
                    front -> kinds.addAll(
                            front.requests().stream().map(S3Request::operation).collect(Collectors.toSet())));
            assertThat(outcome).as(operation + " without a fault").isEqualTo("done");
            return kinds;
        }

        String perform(String faultName, Consumer<S3Front> fault) throws IOException {
            return perform(faultName.equals(SILENCE) ? SHORT_LIMIT : LONG_LIMIT, fault, _ -> {});
        }

        /// On an agent of its own, which knows nothing of the trouble before.
        private String perform(Duration limit, Consumer<S3Front> fault, Consumer<S3Front> afterwards)
                throws IOException {
            bucket.abortUploads();
            bucket.delete(bucket.keys());
            bucket.put("uploads/file.txt", operation.contentBefore());
            String outcome;
            try (S3Front front = S3Front.before(s3.endpoint());
                    Store store = Store.open(
                            s3.settings(front.endpoint()).withTimeout(limit), s3.accessKey(), s3.secretKey());
                    Agent _ = Agent.start(List.of(new AgentSite(
                            "faults",
                            place.resolve("agent"),
                            null,
                            new FileTree(store.bucket(name), FilePath.ROOT),
                            1 << 30)))) {
                fault.accept(front);
                outcome = php();
                afterwards.accept(front);
            }
            requireTruth(outcome);
            return outcome;
        }

        private void requireTruth(String outcome) {
            assertThat(outcome).as(operation.toString()).matches("done|false|throws \\S+");
            boolean there = bucket.keys().contains("uploads/file.txt");
            String content = there ? new String(bucket.bytes("uploads/file.txt"), UTF_8) : "";
            String before = operation.contentBefore();
            String after = operation.contentAfter();
            if (outcome.equals("done")) {
                assertSame(after, content, operation + ", which PHP saw succeed");
            } else if (!content.equals(before)) {
                assertSame(after, content, operation + ", " + outcome);
            }
            if (operation == Operation.RENAME && !there) {
                assertThat(bucket.bytes("uploads/file.txt.moved"))
                        .asString(UTF_8)
                        .isEqualTo(before);
            }
        }

        private String php() throws IOException {
            return Command.of("php8.2", "-d", "auto_prepend_file=" + Checkout.folder("wordpress/aloft.php"))
                    .withInput("""
                            <?php
                            [$file, $local] = ['s3://%s/uploads/file.txt', getenv('FOLDER') . '/local.txt'];
                            [$old, $new] = [str_repeat('old ', %d), str_repeat('new ', %d)];
                            error_reporting(0);
                            try {
                                %s
                                echo $ok ? 'done' : 'false';
                            } catch (RuntimeException $failure) {
                                echo 'throws ', $failure::class;
                            }
                            """.formatted(name, operation.size.old, operation.size.anew, operation.code))
                    .withEnvironment("ALOFT_SOCKET", place.resolve("agent").toString())
                    .withEnvironment("FOLDER", place.toString())
                    .withLimit(PHP_LIMIT)
                    .run()
                    .strip();
        }

        @Override
        public void close() {
            bucket.close();
        }
    }

    /// With a message that does not hold megabytes.
    private static void assertSame(String expected, String content, String what) {
        assertThat(content.equals(expected))
                .as("%s: of %d bytes, %d are there", what, expected.length(), content.length())
                .isTrue();
    }
}
