package dev.aloft.server.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.agent.RawClient.Answer;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// `DELETE` of a file, and of many files in one exchange.
final class AgentDeletingTest extends AgentProtocolSuite {

    @Test
    void fileIsRemovedOnce() throws IOException {
        put(CAT, "meow");

        assertThat(exchange("DELETE", CAT).status()).isEqualTo(204);
        assertThat(exchange("DELETE", CAT).status()).isEqualTo(404);
    }

    @Test
    void manyFilesAreRemovedAtOnce() throws IOException {
        put(CAT, "meow");
        put("/media/uploads/a%20b", "x");
        put(DOG, "woof");
        s3.reset();

        Answer report = deleteMany("[\"cat.jpg\",\"a b\",\"missing\"]");
        assertThat(report.status()).isEqualTo(200);
        assertThat(report.text()).isEqualTo("{\"deleted\":3,\"errors\":[]}\n");
        assertThat(s3.summary()).isEqualTo("1 DeleteObjects");
        assertThat(get("/media/uploads/").text()).contains("dog.jpg").doesNotContain("cat.jpg", "a b");
        assertThat(deleteMany("[]").text()).isEqualTo("{\"deleted\":0,\"errors\":[]}\n");
    }

    @Test
    void namesToRemoveAreChecked() throws IOException {
        put(CAT, "meow");
        for (String names : List.of(
                "",
                "{}",
                "cat.jpg",
                "[cat.jpg]",
                "[1]",
                "[null]",
                "[\"cat.jpg\"",
                "[\"\"]",
                "[\"cat.jpg/\"]",
                "[\"../uploads/cat.jpg\"]",
                "[\"a//b\"]",
                "[\"\\ud800\"]")) {
            assertThat(deleteMany(names).status()).as(names).isEqualTo(400);
        }
        assertThat(body("POST", "/media/uploads/", "[]".getBytes(UTF_8)).status())
                .isEqualTo(400);
        assertThat(body("POST", "/media/uploads/?purge", "[]".getBytes(UTF_8)).status())
                .isEqualTo(400);
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(200);
    }

    @Test
    void thousandNamesAreRemovedAndNotOneMore() throws IOException {
        String thousand =
                IntStream.range(0, 1000).mapToObj(i -> "\"n" + i + "\"").collect(Collectors.joining(","));

        assertThat(deleteMany("[" + thousand + "]").text()).startsWith("{\"deleted\":1000,");
        assertThat(deleteMany("[" + thousand + ",\"more\"]").status()).isEqualTo(400);
        assertThat(deleteMany("[\"" + "x".repeat(9 * MIB) + "\"]").status()).isEqualTo(413);
    }

    private Answer deleteMany(String names) throws IOException {
        return deleteMany("/media/uploads/", names);
    }
}
