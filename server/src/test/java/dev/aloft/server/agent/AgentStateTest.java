package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.agent.RawClient.Answer;
import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// State of the agent and of its S3: `GET /`, `OPTIONS`, and errors of S3 as statuses.
final class AgentStateTest extends AgentProtocolSuite {

    @Test
    void stateOfTheAgentIsJson() throws IOException {
        Answer state = get("/");

        assertThat(state.status()).isEqualTo(200);
        assertThat(state.header("Content-Type")).isEqualTo("application/json");
        assertThat(state.text())
                .contains("\"site\":\"test\"", "\"bucket\":\"media\"", "\"prefix\":\"uploads\"", "\"writable\":true");
        assertThat(state.text()).contains("\"unkept\":[]", "\"signs\":false", "\"failures\":0", "\"last_failures\":[]");
        assertThat(exchange("HEAD", "/").status()).isEqualTo(200);
        assertThat(exchange("OPTIONS", "/").status()).isEqualTo(400);
    }

    @Test
    void stateOfTheAgentTellsTheLastFailures() throws IOException {
        for (int i = 0; i < ExchangeLog.MAX_FAILURES + 5; i++) {
            assertThat(get("/other/" + i).status()).isEqualTo(403);
        }
        assertThat(get(CAT).status())
                .as("the client's own mistake is no failure")
                .isEqualTo(404);

        String state = get("/").text();

        assertThat(state).contains("\"failures\":25", "\"exchanges\":27");
        assertThat(state).contains("\"what\":\"GET /other/24\",\"status\":403,\"why\":\"s3://other: ");
        assertThat(state.split("\"what\"", -1)).as("no more than the last").hasSize(ExchangeLog.MAX_FAILURES + 1);
    }

    @Test
    void aFailureNamesTheCodeThatAsked() throws IOException {
        client.send("GET /other/cat.jpg HTTP/1.1\r\nHost: aloft\r\nAloft-Caller: shop/export.php:12 save\u00e4"
                + "x".repeat(300) + "\r\n\r\n");
        assertThat(client.read("GET").status()).isEqualTo(403);

        assertThat(get("/").text()).contains("\"caller\":\"shop/export.php:12 save" + "x".repeat(177) + "\"}");
    }

    @Test
    void writingIsAllowedWithoutAskingS3() throws IOException {
        exchange("MKCOL", FOLDER);
        s3.reset();

        Answer allowed = exchange("OPTIONS", CAT);
        assertThat(allowed.status()).isEqualTo(204);
        assertThat(allowed.header("Allow")).contains("PUT");
        assertThat(exchange("OPTIONS", "/media/uploads/11").status()).isEqualTo(409);
        assertThat(exchange("OPTIONS", FOLDER).status()).isEqualTo(400);
        assertThat(exchange("OPTIONS", "/media/cat.jpg").status()).isEqualTo(403);
        assertThat(s3.requests()).isEmpty();
    }

    @Test
    void writingIsNotAllowedAfterARefusalOfS3() throws IOException {
        s3.on("PutObject").answer(403);
        assertThat(put(CAT, "meow").status()).isEqualTo(403);
        assertThat(exchange("OPTIONS", DOG).status()).isEqualTo(403);

        s3.calm();
        assertThat(put(CAT, "meow").status()).isEqualTo(201);
        assertThat(exchange("OPTIONS", DOG).status()).isEqualTo(204);
    }

    @Test
    void writingIsNotAllowedWhileTheStoreIsDown() throws Exception {
        put(CAT, "meow");
        s3.goDown();
        Answer down = put(DOG, "woof");
        assertThat(down.status()).isEqualTo(503);
        assertThat(down.header("Retry-After")).isEqualTo("1");
        assertThat(down.text()).startsWith("cannot write s3://media/uploads/dog.jpg: ");
        Eventually.await(
                "the agent reports the outage", () -> exchange("OPTIONS", CAT).status() == 503);
        assertThat(get("/").text()).contains("\"writable\":false");
        assertThat(get(CAT).status()).isEqualTo(503);
        assertThat(get(CAT, "Cache-Control: max-age=60").text()).isEqualTo("meow");

        s3.comeUp();
        Eventually.await(
                "the agent reports its end", () -> exchange("OPTIONS", CAT).status() == 204);
        assertThat(get(CAT).text()).isEqualTo("meow");
    }

    @Test
    void errorOfS3BecomesAStatus() throws IOException {
        s3.on("PutObject").next(1).answer(507);
        assertThat(put(CAT, "meow").status()).isEqualTo(507);
        s3.on("PutObject").next(1).answer(404, "NoSuchBucket");
        assertThat(put(CAT, "meow").status()).isEqualTo(503);
        s3.on("GetObject").next(1).answer(403);
        Answer refused = get(CAT);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).doesNotContain(CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
    }

    @Test
    void silentStoreIs504() throws Exception {
        Path impatient = folder.resolve("impatient.sock");
        try (Agent agent = agent(impatient, Duration.ofSeconds(1));
                RawClient hasty = RawClient.connect(impatient)) {
            s3.onEvery().neverAnswer();
            hasty.send(request("GET", CAT));
            Answer late = hasty.read("GET");
            see("GET", CAT, late.status());
            assertThat(late.status()).isEqualTo(504);
            assertThat(agent).isNotNull();
        }
    }

    @Test
    void answerOfS3ThatMakesNoSenseIs503() throws IOException {
        s3.on("HeadObject").answerOkWithError("Nonsense");

        assertThat(exchange("HEAD", CAT).status()).isEqualTo(503);
        s3.calm();
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(404);
    }

    /// Nothing is known that brings the agent to it, so the fault is handed to what would answer it.
    @Test
    void unforeseenFaultIs500() {
        int status = Problem.of(new IllegalStateException("unforeseen")).status();

        assertThat(status).isEqualTo(500);
        see("HEAD", CAT, status);
    }
}
