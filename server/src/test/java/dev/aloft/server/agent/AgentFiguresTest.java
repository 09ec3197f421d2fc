package dev.aloft.server.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.bulk.OperationFiles;
import dev.aloft.bulk.Progress;
import dev.aloft.files.FilePath;
import dev.aloft.server.agent.RawClient.Answer;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.RequestsAssertion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Figures for operators: `GET /?figures`, and `GET` of a directory with `?usage`.
final class AgentFiguresTest extends AgentProtocolSuite {

    @Test
    void requestsToS3AreCountedByKind() throws IOException {
        put(DOG, "woof");
        writeFromAnotherHost("cat.jpg", "meow");
        get(CAT);
        exchange("HEAD", "/media/uploads/missing.jpg");
        get("/media/uploads/");
        exchange("DELETE", DOG);

        String figures = get("/?figures").text();

        assertThat(figures).contains("\"edge\":false", "\"interval\":300");
        assertThat(figures)
                .as("a stat that has expired meanwhile is repeated")
                .containsPattern("\"read\":[2-9],\"write\":1,\"list\":[1-9]");
        assertThat(figures).contains("\"delete\":1,\"failed\":0,\"received\":4,\"served\":0");
    }

    @Test
    void refusedRequestToS3IsCountedAsFailed() throws IOException {
        s3.on("PutObject").answer(403);
        assertThat(put(CAT, "meow").status()).isEqualTo(403);

        assertThat(get("/?figures").text()).contains("\"write\":1").contains("\"failed\":1");
    }

    @Test
    void filesAreCountedByKindAndMonth() throws IOException {
        put(CAT, "meow");
        put(FOLDER + "cat-300x200.jpg", "m");
        put(FOLDER + "notes.pdf", "12");

        String usage = usage("/media/uploads/?usage").text();

        assertThat(usage).contains("\"complete\":true");
        assertThat(usage).containsPattern("\"kind\":\"image\",\"month\":\"\\d{4}-\\d{2}\",\"files\":1,\"bytes\":4}");
        assertThat(usage).containsPattern("\"kind\":\"size\",\"month\":\"\\d{4}-\\d{2}\",\"files\":1,\"bytes\":1}");
        assertThat(usage).containsPattern("\"kind\":\"document\",\"month\":\"\\d{4}-\\d{2}\",\"files\":1,\"bytes\":2}");
    }

    @Test
    void countOfFilesIsUsedAgain() throws IOException {
        put(CAT, "meow");
        String first = usage("/media/uploads/?usage").text();
        s3.reset();

        assertThat(usage("/media/uploads/?usage").text()).isEqualTo(first);
        RequestsAssertion.assertThatRequests(s3).areNone();
    }

    @Test
    void filesOfAnotherSiteAreNotCounted() throws IOException {
        assertThat(get("/media/?usage").status()).isEqualTo(403);
    }

    @Test
    void filesOfAMissingDirectoryAreNotCounted() throws IOException {
        assertThat(usage("/media/uploads/none/?usage").status()).isEqualTo(404);
    }

    @Test
    void filesAreNotCountedWhileS3RefusesToListThem() throws IOException {
        s3.on("ListObjectsV2").answer(403);

        assertThat(usage("/media/uploads/?usage").status()).isEqualTo(403);
    }

    @Test
    void siteWithoutBackupsHasNoSnapshots() throws IOException {
        assertThat(get("/?snapshots").text()).isEqualTo("{\"configured\":false}\n");
    }

    @Test
    void snapshotsAreReadOnce() throws IOException {
        AtomicInteger reads = new AtomicInteger();
        SnapshotSource source = () -> {
            reads.incrementAndGet();
            return new SnapshotSource.Report(
                    Instant.ofEpochSecond(1_795_352_400),
                    true,
                    Optional.of(Duration.ofDays(1)),
                    List.of(new SnapshotSource.Entry(
                            "a",
                            Instant.ofEpochSecond(1_795_348_800),
                            3,
                            4096,
                            true,
                            Optional.of(new SnapshotSource.Verification(Instant.ofEpochSecond(1_795_349_000), 2)))),
                    0,
                    Optional.of(Instant.ofEpochSecond(1_795_352_390)));
        };
        Path at = folder.resolve("backed-up.sock");
        try (Agent _ = Agent.start(List.of(site(at, Duration.ofSeconds(20)).withSnapshots(source)))) {
            RawClient other = connect(at);
            String text = "";
            while (!text.contains("newest")) {
                other.send(request("GET", "/?snapshots"));
                text = other.read("GET").text();
            }
            other.send(request("GET", "/?snapshots"));

            assertThat(other.read("GET").text())
                    .isEqualTo(
                            "{\"configured\":true,\"when\":1795352400,\"readable\":true,\"interval\":86400,\"damaged\":0,\"log\":1795352390,\"newest\":["
                                    + "{\"id\":\"a\",\"moment\":1795348800,\"files\":3,\"bytes\":4096,\"database\":true,\"verified\":1795349000,\"failed\":2}]}\n");
            assertThat(reads).hasValue(1);
        }
    }

    @Test
    void failureToReadTheBackupsIsAnswered() throws IOException {
        Path at = folder.resolve("denied.sock");
        SnapshotSource source = () -> {
            throw new AccessDeniedException("s3://backups");
        };
        try (Agent _ = Agent.start(List.of(site(at, Duration.ofSeconds(20)).withSnapshots(source)))) {
            RawClient other = connect(at);
            Answer answer;
            do {
                other.send(request("GET", "/?snapshots"));
                answer = other.read("GET");
            } while (answer.status() == 200);
            assertThat(answer.status()).isEqualTo(403);
        }
    }

    @Test
    void operationsUnderWayAreShown(@TempDir Path host) throws Exception {
        assertThat(get("/").text()).contains("\"operations\":[]");
        Path at = folder.resolve("busy.sock");
        OperationFiles operations = new OperationFiles(host.resolve("busy.operations"));
        Progress progress = new Progress();
        progress.begin("copying files");
        progress.copied(4096);
        try (Agent _ = Agent.start(List.of(site(at, Duration.ofSeconds(20)).withOperations(operations)));
                OperationFiles.Shown _ = operations.show("migrate in", progress)) {
            Eventually.await("it is shown", () -> !operations.read().isEmpty());
            RawClient other = connect(at);
            other.send(request("GET", "/"));

            assertThat(other.read("GET").text())
                    .containsPattern(
                            "\"operations\":\\[\\{\"name\":\"migrate in\",\"phase\":\"copying files\",\"files\":1,"
                                    + "\"copied\":1,\"bytes\":4096,\"stream\":false,\"since\":\\d+}]");
        }
    }

    /// Asks until the listing has ended.
    private Answer usage(String target) throws IOException {
        Answer answer = get(target);
        while (answer.text().contains("\"complete\":false")) {
            answer = get(target);
        }
        return answer;
    }

    /// The agent keeps what it has written itself.
    private void writeFromAnotherHost(String name, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        files(Duration.ofSeconds(20))
                .write(
                        FilePath.of("uploads/" + name),
                        new ByteArrayInputStream(bytes),
                        bytes.length,
                        RequestLabels.of(HttpFields.EMPTY),
                        WriteCondition.always());
    }
}
