package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.agent.RawClient.Answer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Targets and heads of requests that the agent refuses or sends to the host's own disk.
final class AgentTargetsTest extends AgentProtocolSuite {

    @Test
    void methodThatThePageDoesNotNameIs405() throws IOException {
        for (String method : List.of("PATCH", "PROPFIND", "PROPPATCH", "TRACE")) {
            Answer unknown = exchange(method, CAT);
            assertThat(unknown.status()).as(method).isEqualTo(405);
            assertThat(unknown.header("Allow")).contains("MKCOL");
        }
    }

    @Test
    void targetOutsideTheSiteIs403UnderEveryEncoding() throws IOException {
        List<String> outside = List.of(
                "/other/uploads/cat.jpg",
                "/media/backup/cat.jpg",
                "/media/cat.jpg",
                "/media/uploads2/cat.jpg",
                "/media/uploadsX",
                "/%6dedia/%62ackup/cat.jpg",
                "/media%2Fbackup%2Fcat.jpg",
                "/media/Uploads/cat.jpg",
                "/MEDIA/uploads/cat.jpg",
                "/media/uploads%252Fcat.jpg",
                "//media/uploads/cat.jpg",
                "/%2Fmedia/uploads/cat.jpg",
                "http://aloft/media/backup/cat.jpg");
        s3.reset();
        for (String target : outside) {
            for (String method : List.of("GET", "HEAD", "DELETE", "OPTIONS", "MKCOL")) {
                assertThat(exchange(method, target).status())
                        .as(method + " " + target)
                        .isEqualTo(403);
            }
            assertThat(put(target, "x").status()).as("PUT " + target).isEqualTo(403);
        }
        assertThat(deleteMany("/media/", "[\"backup\"]").status()).isEqualTo(403);
        assertThat(get("/media/").status()).isEqualTo(403);
        assertThat(s3.requests()).isEmpty();
    }

    @Test
    void pathThatCannotBeAFilesIs400UnderEveryEncoding() throws IOException {
        List<String> impossible = List.of(
                "/media/uploads/../backup/cat.jpg",
                "/media/uploads/%2e%2e/backup/cat.jpg",
                "/media/uploads/%2E./backup/cat.jpg",
                "/media/uploads%2F..%2Fbackup%2Fcat.jpg",
                "/media/uploads/./cat.jpg",
                "/media/uploads//cat.jpg",
                "/media/uploads//",
                "/media//uploads/cat.jpg",
                "/media/uploads/%00",
                "/media/uploads/a%0Ab",
                "/media/uploads/a%0D%0Ab",
                "/media/uploads/%ff",
                "/media/uploads/%c0%ae%c0%ae/backup",
                "/media/uploads/%ed%a0%80",
                "/media/uploads/%",
                "/media/uploads/%4",
                "/media/uploads/%zz",
                "/media/uploads/" + "x".repeat(1024),
                "/media/uploads/cat.jpg?v=1");
        s3.reset();
        for (String target : impossible) {
            for (String method : List.of("GET", "HEAD", "DELETE", "OPTIONS")) {
                assertThat(exchange(method, target).status())
                        .as(method + " " + target)
                        .isEqualTo(400);
            }
            assertThat(put(target, "x").status()).as("PUT " + target).isEqualTo(400);
            assertThat(exchange("MOVE", CAT, "Destination: " + target).status()).isIn(400, 404);
        }
        assertThat(s3.count("PutObject") + s3.count("DeleteObject") + s3.count("GetObject"))
                .isZero();
    }

    @Test
    void requestThatCannotBeReadIsAnsweredInALine() throws IOException {
        for (String nonsense : List.of(
                "GET\r\n\r\n",
                "GET " + CAT + " HTTP/1.1\r\nHost aloft\r\n\r\n",
                "GET " + CAT + " HTTP/1.1\r\nHost: aloft\r\nContent-Length: ten\r\n\r\n",
                "GET cat.jpg HTTP/1.1\r\nHost: aloft\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: aloft\r\n\r\n",
                "CONNECT aloft:80 HTTP/1.1\r\nHost: aloft\r\n\r\n",
                "PUT " + CAT + " HTTP/1.1\r\nHost: aloft\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")) {
            try (RawClient confused = RawClient.connect(socket)) {
                confused.send(nonsense);
                Answer answer = confused.read("GET");
                assertThat(answer.status()).as(nonsense).isEqualTo(400);
                assertThat(answer.text()).as(nonsense).matches("[^\\n<]+\\n");
                assertThat(answer.header("Content-Type")).startsWith("text/plain");
            }
        }
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(404);
    }

    @Test
    void headOfARequestMayHave16KiB() throws IOException {
        assertThat(exchange("HEAD", CAT, "X-Pad: " + "x".repeat(15 << 10)).status())
                .isEqualTo(404);

        client.send(request("HEAD", CAT, "X-Pad: " + "x".repeat(17 << 10)));
        assertThat(read("HEAD", CAT).status()).isEqualTo(431);
        assertThat(exchange("HEAD", "/media/uploads/" + "x".repeat(17 << 10)).status())
                .isEqualTo(414);
        assertThat(exchange("HEAD", CAT).status()).as("on a new connection").isEqualTo(404);
    }

    @Test
    void pathThatARuleKeepsOnTheHostIsAnsweredWithItsPlace() throws IOException {
        for (String method : List.of("GET", "HEAD", "DELETE", "OPTIONS", "LOCK", "MKCOL", "MOVE")) {
            Answer answer = exchange(method, "/media/uploads/logs/caf%C3%A9%20%25.log");
            assertThat(answer.status()).as(method).isEqualTo(307);
            assertThat(answer.header("Location")).isEqualTo("file:///srv/kept%20here/logs/caf%C3%A9%20%25.log");
        }
        assertThat(put("/media/uploads/a.tmp", "x").header("Location")).isEqualTo("file:///srv/kept%20here/a.tmp");
        put(CAT, "meow");
        assertThat(exchange("MOVE", CAT, "Destination: /media/uploads/logs/cat.jpg")
                        .status())
                .isEqualTo(409);
        assertThat(get(CAT).text()).isEqualTo("meow");
        assertThat(get("/media/uploads/logs.txt").status()).isEqualTo(404);
    }
}
