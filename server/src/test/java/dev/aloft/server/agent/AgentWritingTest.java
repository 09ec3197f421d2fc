package dev.aloft.server.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.server.PurgeSwitch;
import dev.aloft.server.agent.RawClient.Answer;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectChanges;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// `PUT`, and `POST` to a file: bodies, conditions, appends and headers of a write.
final class AgentWritingTest extends AgentProtocolSuite {

    @Test
    void fileIsWrittenWithTheClientsTypeOrItsNames() throws IOException {
        Answer written = put(CAT, "meow");
        assertThat(written.status()).isEqualTo(201);
        assertThat(written.header("ETag")).matches("\"[^\"]+\"");

        body("PUT", DOG, "woof".getBytes(UTF_8), "Content-Type: image/x-dog");
        assertThat(exchange("HEAD", DOG).header("Content-Type")).isEqualTo("image/x-dog");
        put("/media/uploads/empty", "");
        assertThat(exchange("HEAD", "/media/uploads/empty").header("Content-Length"))
                .isEqualTo("0");
        put("/media/uploads/%E7%8C%AB%20%3F%23%25.txt", "cat");
        assertThat(get("/media/uploads/").text()).contains("\"猫 ?#%.txt\"");
    }

    @Test
    void theLastChangeSaysWhetherCdnsArePurged() throws IOException {
        Path other = folder.resolve("other.sock");
        AgentSite site = site(other, Duration.ofSeconds(20)).withPurges(new PurgeSwitch());
        opened.add(Agent.start(List.of(site)));
        client = connect(other);
        assertThat(body("PUT", CAT, new byte[1], "Aloft-Purges: off").status()).isEqualTo(201);
        assertThat(site.services().purges().isOff()).isTrue();
        assertThat(get(CAT).status()).isEqualTo(200);
        assertThat(site.services().purges().isOff()).isTrue();
        assertThat(exchange("DELETE", CAT).status()).isEqualTo(204);
        assertThat(site.services().purges().isOff()).isFalse();
    }

    @Test
    void whatHidesAFileIsPurgedInAnyCase() throws IOException {
        Path other = folder.resolve("other.sock");
        PurgeSwitch purges = new PurgeSwitch();
        Bucket bucket = bucket(Duration.ofSeconds(20));
        AgentSite site = new AgentSite("other", other, null, new FileTree(bucket, FilePath.of("uploads")), MIB);
        opened.add(Agent.start(List.of(site.withPurges(purges))));
        client = connect(other);
        byte[] names = "[\"cat.jpg\"]".getBytes(UTF_8);
        List<Boolean> purged = new CopyOnWriteArrayList<>();
        try (ObjectChanges.Watch _ = bucket.changes().watch(_ -> purged.add(!purges.isOff()))) {
            off("PUT", CAT, new byte[1], false, purged);
            off("POST", "/media/uploads/?private", names, true, purged);
            off("POST", "/media/uploads/?public", names, false, purged);
            off("PUT", CAT, new byte[1], true, purged, "Aloft-Private: 1");
            off("POST", "/media/uploads/?delete", names, true, purged);
            off("PUT", CAT, new byte[1], false, purged);
            off("DELETE", CAT, new byte[0], true, purged);
        }
    }

    private void off(
            String method, String target, byte[] bytes, boolean isPurged, List<Boolean> purged, String... headers)
            throws IOException {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Aloft-Purges: off");
        purged.clear();
        assertThat(body(method, target, bytes, all.toArray(String[]::new)).status())
                .isBetween(200, 204);
        assertThat(purged).as("%s %s", method, target).isNotEmpty().containsOnly(isPurged);
    }

    @Test
    void fileMayComeInChunks() throws IOException {
        client.send("PUT " + CAT + " HTTP/1.1\r\nHost: aloft\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.send("2\r\nme\r\n").send("2\r\now\r\n").send("0\r\n\r\n");

        assertThat(read("PUT", CAT).status()).isEqualTo(201);
        assertThat(get(CAT).text()).isEqualTo("meow");
    }

    @Test
    void largeFileMayComeInChunksOrWithItsLength() throws IOException {
        byte[] bytes = new byte[18 * MIB];
        Arrays.fill(bytes, (byte) 'm');
        client.send("PUT " + CAT + " HTTP/1.1\r\nHost: aloft\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.send(Integer.toHexString(bytes.length) + "\r\n").send(bytes).send("\r\n0\r\n\r\n");
        assertThat(read("PUT", CAT).status()).isEqualTo(201);
        assertThat(putBytes(DOG, bytes).status()).isEqualTo(201);

        assertThat(get(CAT).bytes()).isEqualTo(bytes);
        assertThat(get(DOG).bytes()).isEqualTo(bytes);
        assertThat(s3.count("CompleteMultipartUpload")).isEqualTo(2);
    }

    @Test
    void bodyWithoutLengthOrChunksIsRefused() throws IOException {
        for (String method : List.of("PUT", "POST")) {
            assertThat(exchange(method, CAT).status()).isEqualTo(400);
        }
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(404);
    }

    @Test
    void conditionalWriteIs412WhereItDoesNotHold() throws IOException {
        String etag = put(CAT, "meow").header("ETag");

        Answer there = body("PUT", CAT, "purr".getBytes(UTF_8), "If-None-Match: *");
        assertThat(there.status()).isEqualTo(412);
        assertThat(there.text()).isEqualTo("s3://media/uploads/cat.jpg: it exists already\n");
        assertThat(body("PUT", CAT, "purr".getBytes(UTF_8), "If-Match: \"other\"")
                        .status())
                .isEqualTo(412);
        assertThat(body("PUT", DOG, "woof".getBytes(UTF_8), "If-Match: " + etag).status())
                .isEqualTo(412);
        assertThat(body("PUT", CAT, "purr".getBytes(UTF_8), "If-Match: " + etag).status())
                .isEqualTo(201);
        assertThat(body("PUT", DOG, "woof".getBytes(UTF_8), "If-None-Match: *").status())
                .isEqualTo(201);
        assertThat(body("PUT", DOG, "woof".getBytes(UTF_8), "If-None-Match: \"x\"")
                        .status())
                .isEqualTo(400);
        assertThat(get(CAT).text()).isEqualTo("purr");
    }

    @Test
    void fileIsNotWrittenToADirectory() throws IOException {
        exchange("MKCOL", FOLDER);

        assertThat(put("/media/uploads/11", "x").status()).isEqualTo(409);
        assertThat(body("POST", "/media/uploads/11", "x".getBytes(UTF_8)).status())
                .isEqualTo(409);
        assertThat(put(FOLDER, "x").status()).isEqualTo(400);
        assertThat(exchange("DELETE", "/media/uploads/11").status()).isEqualTo(409);
    }

    @Test
    void bodyThatEndsEarlyWritesNothing() throws Exception {
        put(CAT, "meow");
        s3.reset();
        for (int announced : new int[] {100, 20 * MIB}) {
            try (RawClient dying = RawClient.connect(socket)) {
                dying.send("PUT " + CAT + " HTTP/1.1\r\nHost: aloft\r\nContent-Length: " + announced + "\r\n\r\n");
                dying.send(new byte[announced - 1]);
            }
            try (RawClient dying = RawClient.connect(socket)) {
                dying.send("PUT " + CAT + " HTTP/1.1\r\nHost: aloft\r\nTransfer-Encoding: chunked\r\n\r\n");
                dying.send(Integer.toHexString(announced) + "\r\n").send(new byte[announced]);
            }
            try (RawClient dying = RawClient.connect(socket)) {
                dying.send("POST " + CAT + " HTTP/1.1\r\nHost: aloft\r\nContent-Length: " + announced + "\r\n\r\nx");
            }
        }
        long limit = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (s3.count("CreateMultipartUpload") < 2
                || s3.count("AbortMultipartUpload") < s3.count("CreateMultipartUpload")) {
            assertThat(System.nanoTime())
                    .as("nanoseconds, with %s", s3.summary())
                    .isLessThan(limit);
            Thread.onSpinWait();
        }

        assertThat(get(CAT).text()).isEqualTo("meow");
        assertThat(s3.count("PutObject")).isZero();
        assertThat(s3.count("CompleteMultipartUpload")).isZero();
    }

    @Test
    void clientThatWaitsForLeaveGetsIt() throws IOException {
        client.send("PUT " + CAT + " HTTP/1.1\r\nHost: aloft\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        assertThat(client.read("PUT").status()).isEqualTo(100);
        client.send("meow");
        assertThat(read("PUT", CAT).status()).isEqualTo(201);
    }

    @Test
    void clientThatWaitsForLeaveIsRefusedBeforeItsBody() throws IOException {
        client.send("PUT /other/cat.jpg HTTP/1.1\r\nHost: aloft\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        assertThat(read("PUT", "/other/cat.jpg").status()).isEqualTo(403);
    }

    @Test
    void clientThatDoesNotWaitReadsWhyItWasRefused() throws IOException {
        Answer refused = putBytes("/other/cat.jpg", new byte[20 * MIB]);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(put(CAT, "meow").status())
                .as("the next on the same connection")
                .isEqualTo(201);
    }

    @Test
    void fileLargerThanTheLimitIs413() throws IOException {
        assertThat(putBytes(CAT, new byte[(int) MAX_FILE_BYTES + 1]).status()).isEqualTo(413);
        client.send("PUT " + CAT + " HTTP/1.1\r\nHost: aloft\r\nTransfer-Encoding: chunked\r\n\r\n");
        byte[] mib = new byte[MIB];
        for (int i = 0; i <= MAX_FILE_BYTES / MIB; i++) {
            client.send("100000\r\n").send(mib).send("\r\n");
        }
        client.send("0\r\n\r\n");
        Answer answer = read("PUT", CAT);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text()).contains("max_file_bytes");
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(404);
        assertThat(s3.count("AbortMultipartUpload")).isEqualTo(1);
    }

    @Test
    void appendAddsToTheFileOrMakesIt() throws IOException {
        Answer made = body("POST", "/media/uploads/log", "one\n".getBytes(UTF_8));
        assertThat(made.status()).isEqualTo(200);
        assertThat(made.header("Aloft-Size")).isEqualTo("4");
        Answer longer = body("POST", "/media/uploads/log", "two\n".getBytes(UTF_8));
        assertThat(longer.header("Aloft-Size")).isEqualTo("8");
        assertThat(longer.header("ETag")).isNotEqualTo(made.header("ETag"));

        assertThat(get("/media/uploads/log").text()).isEqualTo("one\ntwo\n");
    }

    @Test
    void appendsAtTheSameMomentAllArrive() throws Exception {
        List<Callable<Integer>> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            RawClient writer = connect();
            writers.add(() -> {
                for (int line = 0; line < 10; line++) {
                    writer.send(request("POST", CAT, "Content-Length: 5") + "line\n");
                    assertThat(writer.read("POST").status()).isEqualTo(200);
                }
                return 0;
            });
        }
        allAtOnce(writers);

        assertThat(get(CAT).text()).isEqualTo("line\n".repeat(80));
    }

    @Test
    void aWriterSaysForHowLongItsFileMayBeKept() throws IOException {
        for (String control :
                List.of("max-age=600", "public, max-age=31536000, immutable", "no-cache=\"Set-Cookie\"")) {
            assertThat(exchange("PUT", CAT, "Cache-Control: " + control, "Content-Length: 0")
                            .status())
                    .isEqualTo(201);
            assertThat(bucket(Duration.ofSeconds(20))
                            .head(ObjectKey.of("uploads/cat.jpg"), Duration.ZERO)
                            .orElseThrow()
                            .cacheControl())
                    .isEqualTo(control);
        }
        for (String bad : List.of("a b", "max-age=-1", "x".repeat(201), "max-age=1;x", "é")) {
            assertThat(exchange("PUT", CAT, "Cache-Control: " + bad, "Content-Length: 0")
                            .status())
                    .as(bad)
                    .isEqualTo(400);
        }
    }

    private static <T> void allAtOnce(List<Callable<T>> calls) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> future : threads.invokeAll(calls)) {
                future.get();
            }
        }
    }
}
