package dev.aloft.server.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.agent.RawClient.Answer;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Directories: pages of a listing, `MKCOL` and `DELETE`.
final class AgentDirectoriesTest extends AgentProtocolSuite {

    @Test
    void directoryIsListedInPages() throws IOException {
        for (String name : List.of("b", "a%20b.jpg", "11/cat.jpg", "c")) {
            put("/media/uploads/" + name, "meow");
        }
        Answer all = get("/media/uploads/");
        assertThat(all.status()).isEqualTo(200);
        assertThat(all.header("Content-Type")).isEqualTo("application/json");
        assertThat(all.text())
                .matches("(?s)\\{\"entries\":\\[\\{\"name\":\"11\",\"kind\":\"directory\"},"
                        + "\\{\"name\":\"a b.jpg\",\"kind\":\"file\",\"size\":4,\"modified\":\\d{10}},.*],"
                        + "\"next\":null}\n");

        String first = get("/media/uploads/?limit=2").text();
        String next = first.replaceFirst("(?s).*\"next\":\"([^\"]+)\".*", "$1");
        assertThat(first).contains("\"11\"", "\"a b.jpg\"").doesNotContain("\"b\"");
        String second = get("/media/uploads/?limit=2&after=" + encode(next)).text();
        assertThat(second).contains("\"b\"", "\"c\"", "\"next\":null").doesNotContain("\"11\"");
        assertThat(get("/media/uploads/?depth=infinity&limit=1").text()).contains("\"name\":\"11/");
        assertThat(get("/media/uploads/?prefix=a%20").text())
                .contains("a b.jpg")
                .doesNotContain("\"b\"");
    }

    @Test
    void directoryThatIsMissingOrAFileIsNotListed() throws IOException {
        put(CAT, "meow");

        assertThat(get("/media/uploads/12/").status()).isEqualTo(404);
        Answer file = get(CAT + "/");
        assertThat(file.status()).isEqualTo(409);
        assertThat(file.text()).isEqualTo("s3://media/uploads/cat.jpg: is not a directory\n");
        assertThat(get("/media/uploads/").status()).as("the top").isEqualTo(200);
    }

    @Test
    void queryOfAPageIsChecked() throws IOException {
        for (String query : List.of(
                "limit=0",
                "depth=1",
                "limit=1001",
                "limit=ten",
                "limit=-1",
                "order=size",
                "prefix=a/b",
                "prefix=a%00",
                "prefix=%0a&depth=infinity",
                "after=%00",
                "after=a%7f",
                "after=a%ef%bf%bf&depth=infinity",
                "limit=%zz",
                "limit=%ff")) {
            assertThat(get("/media/uploads/?" + query).status()).as(query).isEqualTo(400);
        }
    }

    @Test
    void directoryIsMadeAndRemoved() throws IOException {
        assertThat(exchange("MKCOL", FOLDER).status()).isEqualTo(201);
        assertThat(exchange("HEAD", FOLDER).header("Aloft-Kind")).isEqualTo("directory");
        assertThat(get(FOLDER).text()).isEqualTo("{\"entries\":[],\"next\":null}\n");
        assertThat(exchange("MKCOL", FOLDER).status()).isEqualTo(405);

        put("/media/uploads/11/cat.jpg", "meow");
        assertThat(exchange("DELETE", FOLDER).status()).isEqualTo(409);
        exchange("DELETE", "/media/uploads/11/cat.jpg");
        assertThat(exchange("DELETE", FOLDER).status()).isEqualTo(204);
        assertThat(exchange("DELETE", FOLDER).status()).isEqualTo(404);

        put(CAT, "meow");
        assertThat(exchange("MKCOL", CAT + "/").status()).isEqualTo(409);
        assertThat(exchange("DELETE", CAT + "/").status()).isEqualTo(409);
        assertThat(exchange("DELETE", "/media/uploads/").status()).isEqualTo(403);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, UTF_8);
    }
}
